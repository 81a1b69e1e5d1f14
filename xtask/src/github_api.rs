//! GitHub's own description of its API, for tests: the fake GitHub of
//! `selfopt-github` holds every request and every answer to it.
//!
//! The description comes from npm, 28 MB packed. One file of it is unpacked,
//! and cut to the operations that are used; nothing of it is committed.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value, json};

use crate::shell::{CommandLine, repository_root};

const PACKAGE: &str = "@octokit/openapi";
const VERSION: &str = "23.0.2";
const DESCRIPTION: &str = "package/generated/api.github.com.json";

/// Below the target directory; `selfopt-github/tests/github/contract.rs` reads
/// it.
const FOLDER: &str = "github-api";
const FILE: &str = "openapi.json";
const STAMP: &str = "version";

/// A change here, or of what is done with them, gives the file another stamp.
const CUT: u32 = 2;

/// The operations that `selfopt-github` uses: path, methods.
const OPERATIONS: [(&str, &[&str]); 17] = [
    ("/app/installations/{installation_id}/access_tokens", &["post"]),
    ("/repos/{owner}/{repo}", &["get"]),
    ("/repos/{owner}/{repo}/check-runs", &["post"]),
    ("/repos/{owner}/{repo}/check-runs/{check_run_id}", &["patch"]),
    ("/repos/{owner}/{repo}/commits/{ref}/check-runs", &["get"]),
    ("/repos/{owner}/{repo}/git/blobs", &["post"]),
    ("/repos/{owner}/{repo}/git/blobs/{file_sha}", &["get"]),
    ("/repos/{owner}/{repo}/git/commits", &["post"]),
    ("/repos/{owner}/{repo}/git/commits/{commit_sha}", &["get"]),
    ("/repos/{owner}/{repo}/git/ref/{ref}", &["get"]),
    ("/repos/{owner}/{repo}/git/refs", &["post"]),
    ("/repos/{owner}/{repo}/git/refs/{ref}", &["patch"]),
    ("/repos/{owner}/{repo}/git/trees", &["post"]),
    ("/repos/{owner}/{repo}/git/trees/{tree_sha}", &["get"]),
    ("/repos/{owner}/{repo}/installation", &["get"]),
    ("/repos/{owner}/{repo}/pulls", &["get", "post"]),
    ("/repos/{owner}/{repo}/pulls/{pull_number}", &["get", "patch"]),
];

/// Fetches and cuts the description, unless it is there.
pub(crate) fn install() -> Result<()> {
    let target = crate::wasm::target_dir();
    let folder = target.join(FOLDER);
    let stamp = format!("{VERSION}-{CUT}");
    let is_there = fs::read_to_string(folder.join(STAMP)).is_ok_and(|found| found == stamp);
    if is_there && folder.join(FILE).exists() {
        println!("{PACKAGE} {VERSION}: present");
        return Ok(());
    }
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let whole = fetch(&folder)?;
    let cut = cut(&whole)?;
    let size = cut.len() / 1024;
    fs::write(folder.join(FILE), cut)?;
    // Last, so that it stands for a file that is whole.
    fs::write(folder.join(STAMP), stamp)?;
    println!("{PACKAGE} {VERSION}: cut to {} paths, {size} KiB", OPERATIONS.len());
    Ok(())
}

fn fetch(folder: &Path) -> Result<Value> {
    let line =
        format!("npm pack --silent --pack-destination {} {PACKAGE}@{VERSION}", folder.display());
    println!("$ {line}");
    let printed = CommandLine::new(&line).output().with_context(|| format!("`{line}` failed"))?;
    let archive = folder.join(printed.lines().last().unwrap_or_default().trim());
    let unpack = format!("tar -xzf {} -C {} {DESCRIPTION}", archive.display(), folder.display());
    CommandLine::new(&unpack).run_in(&repository_root())?;
    let file = folder.join(DESCRIPTION);
    let text = fs::read(&file).with_context(|| file.display().to_string())?;
    let whole = serde_json::from_slice(&text).context("GitHub's description is no JSON")?;
    fs::remove_dir_all(folder.join("package"))?;
    fs::remove_file(archive)?;
    Ok(whole)
}

/// The operations and what they refer to; schemas in the words of JSON Schema.
fn cut(whole: &Value) -> Result<Vec<u8>> {
    let mut paths = Map::new();
    for (path, methods) in OPERATIONS {
        let item = &whole["paths"][path];
        let mut kept = Map::new();
        for method in methods {
            ensure!(item[method].is_object(), "GitHub has no {method} {path}");
            kept.insert((*method).to_owned(), operation(whole, &item[method])?);
        }
        paths.insert(path.to_owned(), Value::Object(kept));
    }
    let paths = Value::Object(paths);
    let mut schemas = BTreeMap::new();
    let mut wanted = references(&paths);
    // What GitHub says with any error.
    wanted.insert("#/components/schemas/basic-error".to_owned());
    while let Some(reference) = wanted.pop_first() {
        let pointer = reference.trim_start_matches('#');
        let found = whole.pointer(pointer).with_context(|| format!("{reference} leads nowhere"))?;
        let name = pointer.trim_start_matches("/components/schemas/").to_owned();
        if let Entry::Vacant(place) = schemas.entry(name) {
            wanted.extend(references(place.insert(schema(found))));
        }
    }
    let document = json!({ "paths": paths, "components": { "schemas": schemas } });
    Ok(serde_json::to_vec(&document)?)
}

/// Parameters, body and answers of an operation, with one example of each.
fn operation(whole: &Value, found: &Value) -> Result<Value> {
    let parameters: Vec<Value> = found["parameters"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| {
            let one = resolved(whole, one)?;
            Ok(json!({
                "name": one["name"], "in": one["in"], "required": one["required"],
                "schema": schema(&one["schema"]),
            }))
        })
        .collect::<Result<_>>()?;
    let mut responses = Map::new();
    for (status, answer) in found["responses"].as_object().into_iter().flatten() {
        let answer = resolved(whole, answer)?;
        let content = &answer["content"]["application/json"];
        let mut kept = json!({ "schema": schema(&content["schema"]) });
        if let Some((_, example)) =
            content["examples"].as_object().and_then(|all| all.iter().next())
        {
            kept["example"] = resolved(whole, example)?["value"].clone();
        }
        responses.insert(status.clone(), kept);
    }
    let body = &found["requestBody"]["content"]["application/json"]["schema"];
    Ok(json!({ "parameters": parameters, "body": schema(body), "responses": responses }))
}

fn resolved<'a>(whole: &'a Value, value: &'a Value) -> Result<&'a Value> {
    let Some(reference) = value["$ref"].as_str() else { return Ok(value) };
    let pointer = reference.trim_start_matches('#');
    whole.pointer(pointer).with_context(|| format!("{reference} leads nowhere"))
}

/// References to schemas; examples hold none.
fn references(value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut left = vec![value];
    while let Some(value) = left.pop() {
        match value {
            Value::Object(map) => {
                if let Some(reference) = map.get("$ref").and_then(Value::as_str) {
                    found.insert(reference.to_owned());
                }
                left.extend(map.iter().filter(|(key, _)| *key != "example").map(|(_, one)| one));
            }
            Value::Array(list) => left.extend(list),
            _ => {}
        }
    }
    found
}

/// A schema of OpenAPI 3.0 as JSON Schema: `nullable` is a type of its own
/// there, and what says nothing about validity is left out.
fn schema(value: &Value) -> Value {
    let Value::Object(map) = value else { return value.clone() };
    let mut out = Map::new();
    for (key, one) in map {
        match key.as_str() {
            "description" | "title" | "example" | "examples" | "externalDocs" | "deprecated"
            | "nullable" | "discriminator" | "default" | "readOnly" | "writeOnly" => {}
            key if key.starts_with("x-") => {}
            // Names of a schema's own, which may be any of the words above.
            "properties" | "patternProperties" => {
                let each = one.as_object().into_iter().flatten();
                let each = each.map(|(name, one)| (name.clone(), schema(one))).collect();
                out.insert(key.clone(), Value::Object(each));
            }
            "allOf" | "anyOf" | "oneOf" => {
                let each = one.as_array().into_iter().flatten().map(schema).collect();
                out.insert(key.clone(), Value::Array(each));
            }
            "items" | "not" | "additionalProperties" => {
                out.insert(key.clone(), schema(one));
            }
            _ => {
                out.insert(key.clone(), one.clone());
            }
        }
    }
    let out = Value::Object(out);
    if map.get("nullable") == Some(&Value::Bool(true)) {
        json!({ "anyOf": [out, { "type": "null" }] })
    } else {
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemas_lose_what_is_not_json_schema() {
        let open = json!({
            "type": "object", "description": "x", "x-thing": 1,
            "properties": {
                "title": { "type": "string", "nullable": true, "example": "y" },
                "nullable": { "$ref": "#/components/schemas/a" }
            }
        });
        assert_eq!(
            schema(&open),
            json!({
                "type": "object",
                "properties": {
                    "title": { "anyOf": [{ "type": "string" }, { "type": "null" }] },
                    "nullable": { "$ref": "#/components/schemas/a" }
                }
            })
        );
    }

    #[test]
    fn references_are_found_once_and_not_in_examples() {
        let value = json!([{ "$ref": "#/a" }, { "x": { "$ref": "#/a" } }, { "example": { "$ref": "#/b" } }]);
        assert_eq!(references(&value), BTreeSet::from(["#/a".to_owned()]));
    }
}
