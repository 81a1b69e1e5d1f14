//! What a model may answer: a JSON document of a fixed schema, checked here
//! whatever the provider promises.

use std::sync::LazyLock;

use schemars::JsonSchema;
use selfopt_core::{ModelEdit, ModelPatch};
use serde::Deserialize;
use serde_json::Value;

/// Answers that are longer are none.
const MAX_BYTES: usize = 256 * 1024;
const MAX_PATCHES: usize = 5;
const MAX_EDITS: usize = 40;
/// Of the text of one edit.
const MAX_EDIT_BYTES: usize = 32 * 1024;
const MAX_PATH_BYTES: usize = 400;
const MAX_TITLE_CHARS: usize = 120;

/// What the model says: its patches, the best first.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Answer {
    patches: Vec<ModelPatch>,
}

/// What is left of an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answered {
    /// Patches that can be tried, the best first, as the model ranks them.
    pub patches: Vec<ModelPatch>,
    /// What cannot, one sentence each.
    pub unusable: Vec<String>,
}

static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    let mut schema = schemars::generate::SchemaSettings::draft2020_12()
        .with(|settings| {
            settings.inline_subschemas = true;
            settings.meta_schema = None;
        })
        .into_generator()
        .into_root_schema_for::<Answer>()
        .to_value();
    strip(&mut schema);
    schema
});

static VALIDATOR: LazyLock<Option<jsonschema::Validator>> =
    LazyLock::new(|| jsonschema::validator_for(&SCHEMA).ok());

/// The JSON schema of an answer, as providers take it.
pub fn answer_schema() -> &'static Value {
    &SCHEMA
}

/// Titles of types say nothing and some providers refuse them.
fn strip(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            if fields.get("title").is_some_and(Value::is_string) {
                fields.remove("title");
            }
            fields.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

/// Reads an answer; what breaks the schema or the sizes is told and left out.
pub fn read_answer(text: &str, most: u32) -> Answered {
    let none = |why: String| Answered { patches: Vec::new(), unusable: vec![why] };
    if text.len() > MAX_BYTES {
        return none(format!("the answer has {} bytes, at most {MAX_BYTES} are read", text.len()));
    }
    let value: Value = match serde_json::from_str(without_fence(text)) {
        Ok(value) => value,
        Err(error) => return none(format!("the answer is not JSON: {error}")),
    };
    let Some(validator) = VALIDATOR.as_ref() else {
        return none("the schema of answers cannot be used".to_owned());
    };
    if let Err(error) = validator.validate(&value) {
        let place = error.instance_path().to_string();
        return none(format!(
            "the answer does not have the schema that was asked for, at `{place}`"
        ));
    }
    let answer: Answer = match serde_json::from_value(value) {
        Ok(answer) => answer,
        Err(error) => return none(format!("the answer does not read: {error}")),
    };
    let most = usize::try_from(most).unwrap_or(MAX_PATCHES).min(MAX_PATCHES);
    let mut answered = Answered::default();
    for (index, patch) in answer.patches.into_iter().enumerate() {
        if index >= most {
            answered.unusable.push(format!("patch {} is one more than was asked for", index + 1));
            continue;
        }
        match checked(patch) {
            Ok(patch) => answered.patches.push(patch),
            Err(why) => answered.unusable.push(format!("patch {}: {why}", index + 1)),
        }
    }
    answered
}

/// Some models wrap their JSON in a block of Markdown.
fn without_fence(text: &str) -> &str {
    let text = text.trim();
    let inner = text.strip_prefix("```json").or_else(|| text.strip_prefix("```"));
    inner.and_then(|inner| inner.strip_suffix("```")).map_or(text, str::trim)
}

fn checked(patch: ModelPatch) -> Result<ModelPatch, String> {
    if patch.edits.is_empty() {
        return Err("it has no edits".to_owned());
    }
    if patch.edits.len() > MAX_EDITS {
        return Err(format!("it has {} edits, at most {MAX_EDITS} are read", patch.edits.len()));
    }
    for ModelEdit { path, find, replace } in &patch.edits {
        if path.len() > MAX_PATH_BYTES {
            return Err("a path is too long".to_owned());
        }
        if find.len().max(replace.len()) > MAX_EDIT_BYTES {
            return Err(format!("an edit has more than {MAX_EDIT_BYTES} bytes"));
        }
    }
    let title = title(&patch.title);
    if title.is_empty() {
        return Err("it has no title".to_owned());
    }
    Ok(ModelPatch { title, ..patch })
}

/// A title is shown to people, in terminals and in Markdown: one line of plain
/// text that can be no link, markup, mention or escape.
fn title(text: &str) -> String {
    let is_plain = |c: char| {
        c.is_alphanumeric()
            || matches!(c, '.' | ',' | ';' | '(' | ')' | '\'' | '-' | '+' | '=' | '/' | '%')
    };
    let plain: String = text.chars().map(|c| if is_plain(c) { c } else { ' ' }).collect();
    let words: Vec<&str> = plain
        .split_whitespace()
        .filter(|word| !word.contains("//") && !word.contains("www."))
        .collect();
    words.join(" ").chars().take(MAX_TITLE_CHARS).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn patch(title: &str) -> Value {
        json!({ "title": title, "rationale": "one pass", "edits": [
            { "path": "src/a.js", "find": "a", "replace": "b" }
        ]})
    }

    fn read(value: &Value) -> Answered {
        read_answer(&value.to_string(), 2)
    }

    #[test]
    fn a_good_answer_reads() {
        let answered = read(&json!({ "patches": [patch("Walk once"), patch("Walk twice")] }));
        assert_eq!((answered.patches.len(), answered.unusable.len()), (2, 0));
        let fenced = format!("```json\n{}\n```", json!({ "patches": [patch("Walk once")] }));
        assert_eq!(read_answer(&fenced, 2).patches.len(), 1);
    }

    #[test]
    fn what_breaks_the_schema_is_told() {
        let mut more = patch("Walk once");
        more["gate"] = json!("accepted");
        for value in [json!({ "patches": [more] }), json!({}), json!([]), json!({ "patches": [1] })]
        {
            let answered = read(&value);
            assert!(answered.patches.is_empty(), "{value}");
            assert!(answered.unusable[0].contains("schema"), "{value}: {answered:?}");
        }
        assert!(read_answer("{\"patches\": [", 2).unusable[0].contains("not JSON"));
        assert!(read_answer(&"x".repeat(MAX_BYTES + 1), 2).unusable[0].contains("bytes"));
    }

    #[test]
    fn more_than_was_asked_for_and_what_is_too_large_is_left_out() {
        let answered = read(&json!({ "patches": [patch("a"), patch(""), patch("c")] }));
        assert_eq!(answered.patches.len(), 1);
        assert_eq!(answered.unusable.len(), 2);
        let mut large = patch("a");
        large["edits"][0]["replace"] = json!("x".repeat(MAX_EDIT_BYTES + 1));
        assert!(read(&json!({ "patches": [large] })).unusable[0].contains("bytes"));
    }

    #[test]
    fn a_title_is_plain_text() {
        assert_eq!(
            title("Merge\u{1b}[31m <img src=x> @admin [ok](https://a.example/x)\nnow"),
            "Merge 31m img src=x admin ok (https now"
        );
        assert_eq!(title(&"long ".repeat(100)).chars().count(), 119);
    }

    #[test]
    fn the_schema_is_closed_and_needs_every_field() {
        let schema = answer_schema();
        let patch = &schema["properties"]["patches"]["items"];
        assert_eq!(schema["additionalProperties"], json!(false));
        assert_eq!(patch["additionalProperties"], json!(false));
        assert_eq!(patch["required"].as_array().map(Vec::len), Some(3));
        assert!(patch["properties"]["title"].is_object(), "a field that is called title stays");
    }
}
