//! The name of a request: SHA-256 of its canonical JSON.

use selfopt_core::digest::Digest;
use serde_json::Value;

/// JSON with the fields of objects in the order of their names and without
/// white space, whatever order they were written in.
pub fn canonical(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

/// SHA-256 of the canonical JSON.
pub fn hash(value: &Value) -> Digest {
    Digest::of(canonical(value).as_bytes())
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Value::Object(fields) => {
            let mut names: Vec<&String> = fields.keys().collect();
            names.sort_unstable();
            out.push('{');
            for (index, name) in names.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                out.push_str(&Value::String(name.clone()).to_string());
                out.push(':');
                write(fields.get(name).unwrap_or(&Value::Null), out);
            }
            out.push('}');
        }
        plain => out.push_str(&plain.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_order_of_fields_does_not_matter() {
        let one = json!({ "b": [1, { "y": "ü\n", "x": null }], "a": true });
        let two: Value =
            serde_json::from_str(r#"{"a":true,"b":[1,{"x":null,"y":"ü\n"}]}"#).unwrap();
        assert_eq!(canonical(&one), r#"{"a":true,"b":[1,{"x":null,"y":"ü\n"}]}"#);
        assert_eq!(hash(&one), hash(&two));
        assert_ne!(hash(&one), hash(&json!({ "b": [{ "y": "ü\n", "x": null }, 1], "a": true })));
    }
}
