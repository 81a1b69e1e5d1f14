//! `cargo xtask evidence isolations`: the bundled example under two backends,
//! whose proposals must be the same changes.
//!
//! Figures differ from run to run. What is compared is which changes were
//! proved: by which rule, in which files, with which diff.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::shell::{CommandLine, repository_root};

/// The backends that are compared.
const BACKENDS: [&str; 2] = ["bubblewrap", "docker"];

/// Builds the program, and runs it.
const PROGRAM: &str = "cargo run --release --features docker --";

/// What to compare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    /// The program to run.
    pub(crate) program: String,
}

impl Request {
    /// Reads the options.
    pub(crate) fn parse(options: &[&str]) -> Result<Self> {
        match options {
            [] => Ok(Self { program: PROGRAM.to_owned() }),
            ["--program", program] => Ok(Self { program: (*program).to_owned() }),
            other => bail!("unknown options `{}`: there is `--program <selfopt>`", other.join(" ")),
        }
    }
}

/// A change that was proved.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Change {
    rule: String,
    files: Vec<String>,
    diff: String,
}

/// Runs the example under each backend and compares.
pub(crate) fn run(request: &Request) -> Result<()> {
    let [first, second] = BACKENDS;
    let (one, other) = (changes_under(first, request)?, changes_under(second, request)?);
    let differences = differences((first, &one), (second, &other));
    for line in &differences {
        println!("{line}");
    }
    ensure!(differences.is_empty(), "{first} and {second} do not give the same proposals");
    ensure!(!one.is_empty(), "neither gives any proposal, which compares nothing");
    println!("{first} and {second}: the same {} proposals", one.len());
    Ok(())
}

fn changes_under(backend: &str, request: &Request) -> Result<BTreeSet<Change>> {
    let folder = repository_root().join("target/isolations").join(backend);
    // A store of its own: what one run learned must not order the other's.
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
    }
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let line = format!(
        "{} optimize examples/storefront --isolation {backend} --store {} --format json",
        request.program,
        folder.join("store").display()
    );
    println!("$ {line}");
    let output = CommandLine::new(&line)
        .output()
        .with_context(|| format!("`{line}` did not end with proposals"))?;
    let path = folder.join("report.json");
    fs::write(&path, &output).with_context(|| path.display().to_string())?;
    let report: Value = serde_json::from_str(&output).context("failed to read the report")?;
    ensure!(
        report["isolation"]["backend"] == backend,
        "it ran under {}",
        report["isolation"]["backend"]
    );
    changes(&report)
}

fn changes(report: &Value) -> Result<BTreeSet<Change>> {
    let proposals = report["proposals"].as_array().context("a report without `proposals`")?;
    let text = |value: &Value, name: &str| {
        value[name]
            .as_str()
            .map(str::to_owned)
            .with_context(|| format!("a proposal without `{name}`"))
    };
    proposals
        .iter()
        .map(|proposal| {
            let files = proposal["files"].as_array().context("a proposal without `files`")?;
            let files = files.iter().filter_map(|file| file.as_str().map(str::to_owned));
            Ok(Change {
                rule: text(proposal, "rule")?,
                files: files.collect(),
                diff: text(proposal, "diff")?,
            })
        })
        .collect()
}

/// A line for each change that only one of them proved.
fn differences(
    (first, one): (&str, &BTreeSet<Change>),
    (second, other): (&str, &BTreeSet<Change>),
) -> Vec<String> {
    let only = |backend: &str, change: &Change| {
        format!("only {backend}: {} in {}\n{}", change.rule, change.files.join(", "), change.diff)
    };
    let of_first = one.difference(other).map(|change| only(first, change));
    of_first.chain(other.difference(one).map(|change| only(second, change))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn set(proposals: &Value) -> BTreeSet<Change> {
        changes(&json!({ "proposals": proposals })).unwrap()
    }

    #[test]
    fn the_changes_count_and_neither_figures_nor_order() {
        let a = json!({ "rule": "a", "files": ["x.js"], "diff": "-1\n+2\n", "gain": 0.1 });
        let b = json!({ "rule": "b", "files": ["y.js"], "diff": "-3\n+4\n", "gain": 0.2 });
        let faster = json!({ "rule": "a", "files": ["x.js"], "diff": "-1\n+2\n", "gain": 0.3 });
        let (one, same) = (set(&json!([a, b])), set(&json!([b, faster])));
        assert!(differences(("one", &one), ("other", &same)).is_empty());
        let changed = json!({ "rule": "a", "files": ["x.js"], "diff": "-1\n+5\n" });
        let other = set(&json!([changed]));
        let found = differences(("one", &one), ("other", &other));
        let starts: Vec<_> = found.iter().map(|line| line.lines().next().unwrap()).collect();
        assert_eq!(starts, ["only one: a in x.js", "only one: b in y.js", "only other: a in x.js"]);
        assert!(changes(&json!({})).is_err());
        assert!(changes(&json!({ "proposals": [{ "rule": "a", "files": [] }] })).is_err());
    }

    #[test]
    fn options_are_read() {
        assert_eq!(Request::parse(&[]).unwrap().program, PROGRAM);
        assert_eq!(Request::parse(&["--program", "x"]).unwrap().program, "x");
        assert!(Request::parse(&["--dance"]).is_err());
    }
}
