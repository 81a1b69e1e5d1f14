//! Puts the values of a matrix, of `env` and of inputs into expressions.

use std::collections::BTreeMap;

use serde_yaml_ng::Value;

use super::workflow::scalar;

/// Combinations of one matrix that are looked at.
const MAX_COMBINATIONS: usize = 64;

/// What expressions may name.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    pub(super) matrix: BTreeMap<String, String>,
    env: BTreeMap<String, String>,
    inputs: BTreeMap<String, String>,
}

impl Scope {
    /// Adds an `env` mapping.
    pub(super) fn add_env(&mut self, env: Option<&Value>) {
        for (name, value) in pairs(env) {
            if let Some(value) = scalar(value) {
                self.env.insert(name.to_owned(), value);
            }
        }
    }

    /// Adds the defaults of an action's inputs.
    pub(super) fn add_inputs(&mut self, inputs: Option<&Value>) {
        for (name, input) in pairs(inputs) {
            if let Some(default) = input.get("default").and_then(scalar) {
                self.inputs.insert(name.to_owned(), default);
            }
        }
    }

    /// The text with every `${{ … }}` put in; `None` when one is not known.
    pub(super) fn fill(&self, text: &str) -> Option<String> {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${{") {
            let (expression, after) = after.split_once("}}")?;
            filled.push_str(before);
            filled.push_str(self.value(expression.trim())?);
            rest = after;
        }
        filled.push_str(rest);
        Some(filled)
    }

    fn value(&self, expression: &str) -> Option<&str> {
        let (kind, name) = expression.split_once('.')?;
        let values = match kind {
            "matrix" => &self.matrix,
            "env" => &self.env,
            "inputs" => &self.inputs,
            _ => return None,
        };
        values.get(name).map(String::as_str)
    }
}

/// Every combination of a matrix, `include` and `exclude` applied; one empty
/// combination where there is no matrix.
pub(super) fn combinations(matrix: Option<&Value>) -> Vec<BTreeMap<String, String>> {
    let mut all = vec![BTreeMap::new()];
    for (name, values) in pairs(matrix) {
        if name == "include" || name == "exclude" {
            continue;
        }
        let values: Vec<_> = values
            .as_sequence()
            .into_iter()
            .flatten()
            .flat_map(|value| flat(name, value))
            .collect();
        if values.is_empty() {
            continue;
        }
        let mut grown = Vec::new();
        for combination in &all {
            for value in &values {
                let mut combination: BTreeMap<String, String> = combination.clone();
                combination.extend(value.clone());
                grown.push(combination);
            }
        }
        grown.truncate(MAX_COMBINATIONS);
        all = grown;
    }
    let listed = |key: &str| -> Vec<BTreeMap<String, String>> {
        let entries = matrix.and_then(|matrix| matrix.get(key)).and_then(Value::as_sequence);
        let entry = |value: &Value| {
            pairs(Some(value))
                .into_iter()
                .filter_map(|(name, value)| Some((name.to_owned(), scalar(value)?)))
                .collect()
        };
        entries.into_iter().flatten().map(entry).collect()
    };
    for excluded in listed("exclude") {
        all.retain(|combination| {
            !excluded.iter().all(|(name, value)| combination.get(name) == Some(value))
        });
    }
    for included in listed("include").into_iter().take(MAX_COMBINATIONS) {
        // An entry that contradicts nothing extends; the others stand alone.
        let mut extends = false;
        for combination in &mut all {
            let agrees = included
                .iter()
                .all(|(name, value)| combination.get(name).is_none_or(|known| known == value));
            let shares = included.keys().any(|name| combination.contains_key(name));
            if agrees && shares {
                combination.extend(included.clone());
                extends = true;
            }
        }
        if !extends {
            all.push(included);
        }
    }
    all
}

/// A value of a matrix; an object's fields are named with a dot.
fn flat(name: &str, value: &Value) -> Vec<BTreeMap<String, String>> {
    if let Some(text) = scalar(value) {
        return vec![BTreeMap::from([(name.to_owned(), text)])];
    }
    let fields = pairs(Some(value))
        .into_iter()
        .filter_map(|(field, value)| Some((format!("{name}.{field}"), scalar(value)?)));
    vec![fields.collect()]
}

fn pairs(value: Option<&Value>) -> Vec<(&str, &Value)> {
    let mapping = value.and_then(Value::as_mapping);
    mapping
        .into_iter()
        .flatten()
        .filter_map(|(name, value)| Some((name.as_str()?, value)))
        .collect()
}
