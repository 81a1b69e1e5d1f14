//! Options of a pack against its schema. The schema is the pack's, so nothing
//! in it is fetched: references lead nowhere but into itself.

use serde_json::Value;

/// Says what is wrong with options, the first fault.
pub(crate) fn check(schema: &Value, options: &Value) -> Result<(), String> {
    let validator = jsonschema::validator_for(schema)
        .map_err(|error| format!("the pack's schema is not usable: {error}"))?;
    validator.validate(options).map_err(|fault| {
        let place = fault.instance_path().to_string();
        let place = if place.is_empty() { String::new() } else { format!("`{place}`: ") };
        crate::validate::one_line(&format!("{place}{fault}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_fault_is_named_with_its_place() {
        let schema = json!({
            "type": "object",
            "properties": { "least": { "type": "integer", "minimum": 1 } },
            "additionalProperties": false,
        });
        assert_eq!(check(&schema, &json!({ "least": 3 })), Ok(()));
        let fault = check(&schema, &json!({ "least": 0 })).unwrap_err();
        assert!(fault.starts_with("`/least`: 0 is less than"), "{fault}");
        assert!(check(&schema, &json!({ "lest": 3 })).is_err());
        assert!(check(&json!({ "$ref": "https://example.org/schema.json" }), &json!({})).is_err());
    }
}
