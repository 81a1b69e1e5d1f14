//! The commented `selfopt.toml` that `selfopt init` writes, and that the service
//! proposes. Keys, defaults and
//! descriptions are read off the configuration's type, so that none can be
//! forgotten; what was detected stands with its lines.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use schemars::schema_for;
use selfopt_core::config::{Config, ProjectConfig};
use selfopt_core::{CommandSource, DetectedCommand, EvidenceLine, Phase, Project, Ratio};
use serde_json::{Map, Value};

use crate::words::{one_line, source_words};

const HEAD: &str = "\
# What SelfOpt knows about this project. Every line that starts with `#` and a
# name is a value as it is without this file: remove the `#` to change it.
# `selfopt detect --explain` shows what is detected today, and
# `selfopt schema config` prints the schema for editors.
";

/// Rejected commands that are listed for one key.
const MAX_REJECTED: usize = 5;

/// A key's value and what is to be said about it.
struct Entry {
    value: Option<String>,
    remarks: Vec<String>,
}

/// The file's text.
pub fn config_file(project: &Project) -> Result<String, serde_json::Error> {
    let schema = serde_json::to_value(schema_for!(Config))?;
    let defaults = serde_json::to_value(Config::default())?;
    let mut detected = BTreeMap::from([
        ("project".to_owned(), of_project(project)?),
        ("commands".to_owned(), of_commands(project)),
    ]);
    let empty = Map::new();
    let tables = defaults.as_object().unwrap_or(&empty);
    // What describes the project comes before how it is worked on.
    let rank = |table: &str| match table {
        "project" => 0,
        "commands" => 1,
        _ => 2,
    };
    let mut names: Vec<&String> = tables.keys().collect();
    names.sort_by_key(|name| (rank(name), name.as_str()));
    let mut out = HEAD.to_owned();
    for name in names {
        let property = &schema["properties"][name];
        let definition = definition(&schema, property);
        out.push('\n');
        comment(&mut out, &description(property, definition));
        let _ = writeln!(out, "[{name}]");
        let mut found = detected.remove(name).unwrap_or_default();
        for (key, default) in tables[name].as_object().unwrap_or(&empty) {
            out.push('\n');
            let key_schema = &definition["properties"][key];
            comment(&mut out, &description(key_schema, &Value::Null));
            let entry = found
                .remove(key)
                .unwrap_or_else(|| Entry { value: toml_value(default), remarks: Vec::new() });
            for remark in &entry.remarks {
                comment(&mut out, remark);
            }
            if let Some(value) = &entry.value {
                let _ = writeln!(out, "#{key} = {value}");
            }
        }
    }
    Ok(out)
}

/// What `[project]` would say.
fn of_project(project: &Project) -> Result<BTreeMap<String, Entry>, serde_json::Error> {
    let values = serde_json::to_value(ProjectConfig::of(project))?;
    let mut entries = BTreeMap::new();
    for (key, value) in values.as_object().into_iter().flatten() {
        let remark = match (key.as_str(), &project.node_version, value) {
            (_, _, Value::Null) => "Nothing was detected.".to_owned(),
            ("node", Some(node), _) => format!("Detected: {}", place(&node.source)),
            _ => "Detected.".to_owned(),
        };
        let entry = Entry { value: toml_value(value), remarks: vec![remark] };
        entries.insert(key.clone(), entry);
    }
    Ok(entries)
}

/// What `[commands]` would say.
fn of_commands(project: &Project) -> BTreeMap<String, Entry> {
    let command = |detected: &Option<DetectedCommand>, phase| {
        let found = detected.as_ref().map(|found| {
            (found.cmd.as_str(), found.confidence, found.source, found.evidence.as_slice())
        });
        entry(project, phase, found)
    };
    let bench = project.bench.as_ref().map(|found| {
        (found.cmd.as_str(), found.confidence, found.source, found.evidence.as_slice())
    });
    BTreeMap::from([
        ("install".to_owned(), command(&project.install_cmd, Phase::Install)),
        ("build".to_owned(), command(&project.build_cmd, Phase::Build)),
        ("typecheck".to_owned(), command(&project.typecheck_cmd, Phase::Typecheck)),
        ("test".to_owned(), command(&project.test_cmd, Phase::Test)),
        ("bench".to_owned(), entry(project, Phase::Benchmark, bench)),
    ])
}

fn entry(
    project: &Project,
    phase: Phase,
    found: Option<(&str, Ratio, CommandSource, &[EvidenceLine])>,
) -> Entry {
    let mut remarks = Vec::new();
    let value = if let Some((cmd, confidence, source, evidence)) = found {
        remarks.push(format!(
            "Detected with confidence {:.2}: {}.",
            confidence.0,
            source_words(source)
        ));
        remarks.extend(evidence.iter().map(place));
        if confidence < DetectedCommand::SURE {
            remarks.push("Unsure: please confirm it, or write another one.".to_owned());
        }
        quoted(cmd)
    } else {
        remarks.push("None was detected; `false` says that there is none.".to_owned());
        "false".to_owned()
    };
    let rejected = project.rejected.iter().filter(|rejected| rejected.phase == phase);
    remarks.extend(
        rejected
            .take(MAX_REJECTED)
            .map(|rejected| format!("Not `{}`: it {}.", rejected.cmd, rejected.reason)),
    );
    Entry { value: Some(value), remarks }
}

fn place(line: &EvidenceLine) -> String {
    format!("{line} {}", line.text).trim_end().to_owned()
}

/// The schema of a table behind its reference.
fn definition<'a>(schema: &'a Value, property: &'a Value) -> &'a Value {
    let reference = property["$ref"].as_str().or_else(|| property["allOf"][0]["$ref"].as_str());
    let name = reference.and_then(|reference| reference.rsplit('/').next()).unwrap_or_default();
    schema["$defs"].get(name).unwrap_or(property)
}

fn description(schema: &Value, or: &Value) -> String {
    let own = schema["description"].as_str().or_else(|| or["description"].as_str());
    own.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A comment of one line, whatever the text holds. A name and `=` right behind
/// the `#` would be a value, hence the blank.
fn comment(out: &mut String, text: &str) {
    if !text.is_empty() {
        let _ = writeln!(out, "# {}", one_line(text));
    }
}

/// A value as TOML writes it; `None` for what is not set.
fn toml_value(value: &Value) -> Option<String> {
    match value {
        Value::Null | Value::Object(_) => None,
        Value::String(text) => Some(quoted(text)),
        Value::Array(values) => {
            let values: Vec<_> = values.iter().filter_map(toml_value).collect();
            Some(format!("[{}]", values.join(", ")))
        }
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
    }
}

/// A string on one line. JSON's escapes are TOML's; only `DEL` needs one more.
fn quoted(text: &str) -> String {
    Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

#[cfg(test)]
mod tests {
    use selfopt_core::config::CommandOverride;
    use selfopt_core::{MemoryTree, detection};

    use super::*;

    fn project(files: &[(&str, &str)]) -> Project {
        let tree = MemoryTree::new(files.iter().copied());
        detection::detect(&tree, &selfopt_detect::detectors(), &Config::default(), "")
    }

    /// The text with every value uncommented.
    fn uncommented(text: &str) -> String {
        let line = |line: &str| match line.strip_prefix('#') {
            Some(rest) if rest.starts_with(|c: char| c.is_ascii_alphabetic()) => rest.to_owned(),
            _ => line.to_owned(),
        };
        text.lines().map(line).collect::<Vec<_>>().join("\n")
    }

    #[track_caller]
    fn check(files: &[(&str, &str)]) {
        let project = project(files);
        let text = config_file(&project).unwrap();
        // As written, it changes nothing.
        let as_written = Config::parse(&text).unwrap();
        assert_eq!((as_written.config, as_written.unknown_keys.len()), (Config::default(), 0));
        let loaded = Config::parse(&uncommented(&text)).unwrap();
        assert_eq!(loaded.unknown_keys, []);
        let commands = &loaded.config.commands;
        for (phase, written) in [
            (Phase::Install, &commands.install),
            (Phase::Build, &commands.build),
            (Phase::Typecheck, &commands.typecheck),
            (Phase::Test, &commands.test),
            (Phase::Benchmark, &commands.bench),
        ] {
            let written = written.as_ref().and_then(CommandOverride::command);
            assert_eq!(written, project.command(phase), "{phase} in\n{text}");
        }
        assert_eq!(loaded.config.project, ProjectConfig::of(&project));
        let rest = Config {
            commands: Config::default().commands,
            project: Config::default().project,
            ..loaded.config
        };
        assert_eq!(rest, Config::default());
    }

    #[test]
    fn without_its_comment_signs_the_file_says_what_was_detected() {
        check(&[]);
        check(&[
            (
                "package.json",
                "{\"packageManager\": \"pnpm@9.15.0\", \"engines\": {\"node\": \">=20\"},\n\"scripts\": {\"build\": \"tsc\", \"test\": \"eslint . && mocha 'a \\\\\\\"b\\\\\\\"'\", \"bench\": \"node bench.js\"}}",
            ),
            ("pnpm-lock.yaml", ""),
            ("test/a.js", ""),
        ]);
        // A line end or an escape in a script stays on its line.
        check(&[(
            "package.json",
            "{\"scripts\": {\"test\": \"eslint . && mocha \\\"a\\nb = 1\\u001b\\u007f\\\"\"}}",
        )]);
    }

    #[test]
    fn every_key_has_its_description_and_unsure_ones_ask() {
        let mut project = project(&[
            ("package.json", "{\"scripts\": {\"test\": \"jest --watch\"}}"),
            ("a.test.js", ""),
        ]);
        if let Some(test) = &mut project.test_cmd {
            test.confidence = Ratio(0.4);
        }
        let text = config_file(&project).unwrap();
        let lines: Vec<_> = text.lines().collect();
        let at = lines.iter().position(|line| line.starts_with("#test = ")).unwrap();
        assert_eq!(
            lines[at - 5..=at],
            [
                "# Runs the unit tests once.",
                "# Detected with confidence 0.40: a part of a package script.",
                "# package.json:1 {\"scripts\": {\"test\": \"jest --watch\"}}",
                "# Unsure: please confirm it, or write another one.",
                "# Not `npm test`: it is a watcher.",
                "#test = \"npx jest\"",
            ]
        );
        let values = lines.iter().enumerate().filter(|(_, line)| {
            line.strip_prefix('#').is_some_and(|rest| rest.starts_with(char::is_alphabetic))
        });
        for (at, line) in values {
            assert!(lines[at - 1].starts_with("# "), "`{line}` has no description");
        }
    }
}
