//! The OpenAPI document: the routes describe themselves, the core describes
//! what they carry.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};
use utoipa::Modify;
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};

use crate::domain;
use crate::routes;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "SelfOpt",
        description = "Finds, proves and packages performance improvements in JavaScript and TypeScript repositories."
    ),
    security(("token" = [])),
    modifiers(&Token)
)]
struct Base;

struct Token;

impl Modify for Token {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        document
            .components
            .get_or_insert_default()
            .add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}

/// The document of the API, as `/api/openapi.json` serves it.
///
/// ```
/// let document = selfopt_server::openapi();
/// assert!(document["paths"]["/api/v1/repositories"]["post"].is_object());
/// ```
#[must_use]
pub fn openapi() -> Value {
    let (_, api) = routes::all().split_for_parts();
    let mut base = Base::openapi();
    base.merge(api);
    let mut document = json!(base);
    let schemas = &mut document["components"]["schemas"];
    for (name, schema) in core_schemas() {
        schemas[name] = schema;
    }
    document
}

/// The schemas of the core, under the API's names and their own.
fn core_schemas() -> Map<String, Value> {
    let mut generator = SchemaSettings::draft2020_12()
        .with(|settings| settings.definitions_path = "/components/schemas".into())
        .into_generator();
    let named = domain::schemas(&mut generator);
    let mut all = generator.take_definitions(true);
    for (name, schema) in named {
        all.insert(name.to_owned(), schema.to_value());
    }
    all
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Every `$ref` below a value.
    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(map) => {
                if let Some(Value::String(target)) = map.get("$ref") {
                    found.insert(target.clone());
                }
                map.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = openapi();
        let mut found = BTreeSet::new();
        references(&document, &mut found);
        assert!(found.len() > 20, "{found:?}");
        for target in found {
            let pointer = target.strip_prefix('#').expect("all are in the document");
            assert!(document.pointer(pointer).is_some(), "{target}");
        }
    }

    #[test]
    fn the_routes_are_as_reviewed() {
        let document = openapi();
        let paths = document["paths"].as_object().expect("there are paths");
        let mut lines = Vec::new();
        for (path, methods) in paths {
            for (method, operation) in methods.as_object().expect("methods") {
                let answers: Vec<_> =
                    operation["responses"].as_object().expect("answers").keys().cloned().collect();
                let open = if operation["security"].is_array() { " (no token)" } else { "" };
                lines.push(format!(
                    "{} {path} -> {}{open}",
                    method.to_uppercase(),
                    answers.join(" ")
                ));
            }
        }
        insta::assert_snapshot!(lines.join("\n"));
    }
}
