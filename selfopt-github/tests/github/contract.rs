//! Holds requests and answers to GitHub's own description of its API.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock};

use jsonschema::Validator;
use serde_json::{Value, json};

/// The description, cut to what is used.
pub(crate) struct Contract {
    document: Value,
    validators: Mutex<HashMap<String, &'static Validator>>,
}

/// An operation: its template and method.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    template: String,
    method: String,
}

/// Where `cargo xtask setup` puts it.
fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("../github-api/openapi.json")
}

impl Contract {
    /// The one of this process. There is no test without it.
    pub(crate) fn get() -> &'static Self {
        static CONTRACT: OnceLock<Contract> = OnceLock::new();
        CONTRACT.get_or_init(|| {
            let file = file();
            let text = std::fs::read(&file).unwrap_or_else(|error| {
                panic!(
                    "GitHub's description of its API is not at {}: {error}\n\nhint: run `cargo xtask setup`",
                    file.display()
                )
            });
            let document = serde_json::from_slice(&text).expect("the description is JSON");
            Contract { document, validators: Mutex::default() }
        })
    }

    /// The operation of a request, and what is wrong with the request.
    pub(crate) fn request(
        &self,
        method: &str,
        path: &str,
        query: &str,
        body: &Value,
    ) -> Result<Operation, Vec<String>> {
        let operation = self.operation(method, path)?;
        let described = self.describe(&operation);
        let mut wrong = Vec::new();
        let parameters = described["parameters"].as_array().expect("parameters");
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let known = parameters.iter().find(|one| one["in"] == "query" && one["name"] == name);
            let Some(known) = known else {
                wrong.push(format!("{method} {path} has no parameter `{name}`"));
                continue;
            };
            let value = decoded(value);
            let number = value.parse::<i64>().ok().filter(|_| known["schema"]["type"] == "integer");
            let value = number.map_or_else(|| json!(value), |number| json!(number));
            let key = format!("{} {} ?{name}", operation.method, operation.template);
            wrong.extend(self.check(&key, &known["schema"], &value));
        }
        let schema = &described["body"];
        if schema.is_null() != body.is_null() {
            wrong.push(format!(
                "{method} {path}: a body where there is none, or none where there is one"
            ));
        } else if !schema.is_null() {
            let key = format!("{} {}", operation.method, operation.template);
            wrong.extend(self.check(&key, schema, body));
            for name in body.as_object().into_iter().flat_map(serde_json::Map::keys) {
                if schema["properties"].is_object() && schema["properties"][name].is_null() {
                    wrong.push(format!("{key}: `{name}` is not documented"));
                }
            }
        }
        if wrong.is_empty() { Ok(operation) } else { Err(wrong) }
    }

    /// What is wrong with an answer.
    pub(crate) fn answer(&self, operation: &Operation, status: u16, body: &Value) -> Vec<String> {
        let Operation { template, method } = operation;
        let documented = &self.describe(operation)["responses"][status.to_string()];
        let basic = json!({ "$ref": "#/components/schemas/basic-error" });
        let schema = match &documented["schema"] {
            // Failures of the service are not described for each operation.
            Value::Null if status >= 400 => &basic,
            Value::Null => return vec![format!("{method} {template} never answers {status}")],
            schema => schema,
        };
        self.check(&format!("{method} {template} {status}"), schema, body)
    }

    /// GitHub's example of an answer.
    pub(crate) fn example(&self, method: &str, template: &str, status: u16) -> Value {
        let operation = Operation { template: template.into(), method: method.into() };
        let example = &self.describe(&operation)["responses"][status.to_string()]["example"];
        assert!(!example.is_null(), "no example of {method} {template} {status}");
        example.clone()
    }

    fn describe(&self, operation: &Operation) -> &Value {
        &self.document["paths"][&operation.template][&operation.method]
    }

    fn operation(&self, method: &str, path: &str) -> Result<Operation, Vec<String>> {
        let method = method.to_ascii_lowercase();
        let paths = self.document["paths"].as_object().expect("paths");
        let fits = |template: &&String| matches(template, path);
        let mut found: Vec<&String> = paths.keys().filter(fits).collect();
        // The most literal one, as GitHub does.
        found.sort_by_key(|template| template.matches('{').count());
        let found = found.into_iter().find(|template| !paths[*template][&method].is_null());
        found
            .map(|template| Operation { template: template.clone(), method: method.clone() })
            .ok_or_else(|| vec![format!("GitHub has no {method} {path}")])
    }

    fn check(&self, key: &str, schema: &Value, value: &Value) -> Vec<String> {
        let mut validators = self.validators.lock().expect("not poisoned");
        let validator = *validators.entry(key.to_owned()).or_insert_with(|| {
            let root = json!({
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "components": self.document["components"],
                "allOf": [schema],
            });
            let validator = jsonschema::validator_for(&root).expect("a schema");
            // As many as there are operations, until the process ends.
            Box::leak(Box::new(validator))
        });
        let errors = validator.iter_errors(value);
        errors.map(|error| format!("{key}: {} at `{}`", error, error.instance_path())).collect()
    }
}

/// Whether a path is of a template: `{ref}` at its end may hold slashes.
fn matches(template: &str, path: &str) -> bool {
    let (mut want, mut have) = (template.split('/').peekable(), path.split('/'));
    while let Some(part) = want.next() {
        if part == "{ref}" && want.peek().is_none() {
            return have.next().is_some_and(|first| !first.is_empty());
        }
        match have.next() {
            Some(found) if part.starts_with('{') && !found.is_empty() => {}
            Some(found) if found == part => {}
            _ => return false,
        }
    }
    have.next().is_none()
}

/// Percent-decoded.
pub(crate) fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        if *first == b'%' {
            let hex = std::str::from_utf8(&tail[..2]).expect("two digits");
            bytes.push(u8::from_str_radix(hex, 16).expect("hexadecimal"));
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).expect("text")
}
