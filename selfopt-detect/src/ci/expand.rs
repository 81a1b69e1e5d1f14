//! Puts the values of a matrix, of `env` and of inputs into expressions.

use std::collections::BTreeMap;

use serde_yaml_ng::Value;

use super::TEST_ENV;
use super::file::scalar;
use crate::shell::is_assignment;

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
            match scalar(value).and_then(|value| self.fill(&value)) {
                Some(value) => self.env.insert(name.to_owned(), value),
                // It hides an outer one of its name.
                None => self.env.remove(name),
            };
        }
    }

    /// Adds `NAME=value` as a shell exports it.
    pub(super) fn export(&mut self, assignments: &[String]) {
        for assignment in assignments.iter().filter(|one| is_assignment(one)) {
            if let Some((name, value)) = assignment.split_once('=') {
                match self.fill(value).filter(|value| !value.contains(['$', '`'])) {
                    Some(value) => self.env.insert(name.to_owned(), value),
                    None => self.env.remove(name),
                };
            }
        }
    }

    /// The variables that tests may depend on.
    pub(super) fn test_env(&self) -> BTreeMap<String, String> {
        let is_for_tests = |name: &str| TEST_ENV.contains(&name);
        let env = self.env.iter().filter(|(name, _)| is_for_tests(name));
        env.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// Forgets the inputs: an action sees its own only.
    pub(super) fn clear_inputs(&mut self) {
        self.inputs.clear();
    }

    /// Adds what a caller gives for inputs, its own expressions put in.
    pub(super) fn add_given(&mut self, with: Option<&Value>, caller: &Self) {
        for (name, value) in pairs(with) {
            match scalar(value).and_then(|value| caller.fill(&value)) {
                Some(value) => self.inputs.insert(name.to_owned(), value),
                None => self.inputs.remove(name),
            };
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
            filled.push_str(&self.value(expression)?);
            rest = after;
        }
        filled.push_str(rest);
        Some(filled)
    }

    /// A name, a text in quotes, or the first of several with `||` between.
    fn value(&self, expression: &str) -> Option<String> {
        let mut parts = expression.split("||").map(str::trim);
        parts.find_map(|part| {
            let literal =
                part.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).map(str::to_owned);
            let value = literal.or_else(|| self.named(part).map(str::to_owned));
            value.filter(|value| !value.is_empty())
        })
    }

    fn named(&self, name: &str) -> Option<&str> {
        let (kind, name) = name.split_once('.')?;
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
        let written = values.as_str().and_then(list_in_text);
        let values: Vec<_> = values
            .as_sequence()
            .or(written.as_ref())
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

/// `${{ fromJSON('[18, 20]') }}`.
fn list_in_text(text: &str) -> Option<Vec<Value>> {
    let inner = text.trim().strip_prefix("${{")?.strip_suffix("}}")?.trim();
    let (function, rest) = inner.split_once('(')?;
    let json = rest.strip_suffix(')')?.trim().strip_prefix('\'')?.strip_suffix('\'')?;
    function.eq_ignore_ascii_case("fromJSON").then(|| serde_json::from_str(json).ok())?
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
