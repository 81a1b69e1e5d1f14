//! The narrowest command that runs the unit tests a maintainer would trust:
//! no linter, formatter, network, browser, database or watcher in it.

use std::collections::BTreeSet;

use selfopt_core::CommandSource;

use super::tasks::narrowed_by_ci;
use super::{Choice, leaf_command, node_command, script_line};
use crate::ci::Ci;
use crate::kind::{Kind, from_name, tokens};
use crate::scripts::{Leaf, Node, ScriptNode, Scripts};

/// What was found about tests among the scripts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Tests {
    /// This runs them.
    Run(Choice),
    /// There is a script, and it runs no unit tests.
    Nothing {
        /// The script.
        script: String,
        /// Why it does not.
        why: &'static str,
    },
    /// No script speaks of tests.
    Unknown,
}

/// Chooses the test command.
pub(crate) fn choose(scripts: &Scripts<'_>, ci: &Ci) -> Tests {
    let names = candidates(scripts);
    let from_ci: BTreeSet<String> = ci
        .commands
        .iter()
        .filter(|command| command.folder.is_none())
        .flat_map(|command| command.scripts(scripts))
        .collect();
    // The CI speaks only where it runs narrower scripts than `test`.
    let ci_parts: BTreeSet<String> = if from_ci.contains("test") {
        BTreeSet::new()
    } else {
        let run_by_ci = names.iter().filter(|name| from_ci.contains(name.as_str()));
        run_by_ci.flat_map(|name| parts_of(scripts, name)).map(|part| part.cmd).collect()
    };
    for name in &names {
        let mut parts = parts_of(scripts, name);
        if parts.iter().any(|part| ci_parts.contains(&part.cmd)) {
            parts.retain(|part| ci_parts.contains(&part.cmd));
        }
        let called: Vec<_> = parts.iter().filter_map(|part| part.script.clone()).collect();
        let named: Vec<_> = called.iter().map(String::as_str).chain([name.as_str()]).collect();
        let choice = joined(scripts, name, parts);
        let choice = choice.map(|choice| {
            choice.confirmed_by(ci, scripts, &named).in_environment_of(ci, scripts, &named)
        });
        if let Some(choice) = choice {
            return Tests::Run(narrowed_by_ci(scripts, ci, name).unwrap_or(choice));
        }
    }
    match scripts.expand("test") {
        Some(test) => Tests::Nothing { script: "test".into(), why: why_not(&test) },
        None => Tests::Unknown,
    }
}

/// One command that runs tests.
struct Part {
    cmd: String,
    script: Option<String>,
    is_sure: bool,
}

/// Scripts that may run unit tests, the most telling name first.
fn candidates(scripts: &Scripts<'_>) -> Vec<String> {
    let mut ranked: Vec<_> = scripts
        .manifest
        .scripts
        .iter()
        .enumerate()
        .filter(|(_, script)| {
            script.name == "test"
                || from_name(&script.name) == Kind::Test
                    && !script.name.starts_with("pre")
                    && !script.name.starts_with("post")
        })
        .map(|(idx, script)| (rank(&script.name), idx, script.name.clone()))
        .collect();
    ranked.sort();
    ranked.into_iter().map(|(_, _, name)| name).collect()
}

fn rank(name: &str) -> u32 {
    let tokens = tokens(name);
    let has = |word: &str| tokens.iter().any(|token| token == word);
    match name {
        "test" => 0,
        "test:unit" | "unit" | "test-unit" | "unit-test" | "unit:test" => 1,
        _ if has("cov") || has("coverage") || has("cover") => 9,
        _ if has("ci") => 6,
        _ if has("unit") => 2,
        _ if has("all") => 7,
        _ => 3,
    }
}

/// The commands of a script that run unit tests and nothing unwanted.
fn parts_of(scripts: &Scripts<'_>, name: &str) -> Vec<Part> {
    let Some(node) = scripts.expand(name) else {
        return Vec::new();
    };
    let mut parts = Vec::new();
    collect(scripts, &node, &mut parts);
    if parts.iter().any(|part| part.is_sure) {
        parts.retain(|part| part.is_sure);
    }
    let mut seen = BTreeSet::new();
    parts.retain(|part| seen.insert(part.cmd.clone()));
    parts
}

fn collect(scripts: &Scripts<'_>, node: &ScriptNode, parts: &mut Vec<Part>) {
    let kinds = kinds(scripts, node);
    let is_clean = kinds.iter().all(|leaf| leaf.kind.fits_tests() && !leaf.rewritten);
    let tests: Vec<_> = kinds.iter().filter(|leaf| leaf.kind.is_test()).collect();
    if is_clean && !tests.is_empty() {
        parts.push(Part {
            cmd: node_command(scripts, node),
            script: node.call.is_none().then(|| node.name.clone()),
            is_sure: tests.iter().any(|leaf| leaf.kind == Kind::Test),
        });
        return;
    }
    for child in &node.children {
        match child {
            Node::Leaf(leaf) if leaf.kind.is_test() && !leaf.elsewhere => parts.push(Part {
                cmd: for_every_package(scripts, &leaf_command(scripts, leaf), leaf),
                script: None,
                is_sure: leaf.kind == Kind::Test,
            }),
            Node::Script(script) if from_name(&script.name) != Kind::Build => {
                collect(scripts, script, parts);
            }
            _ => {}
        }
    }
}

/// A leaf as far as cleanliness goes.
struct Judged {
    kind: Kind,
    rewritten: bool,
}

/// What a script runs. A build that lints is a build; one with side effects is
/// not.
fn kinds(scripts: &Scripts<'_>, node: &ScriptNode) -> Vec<Judged> {
    let judged = |leaf: &Leaf| Judged { kind: leaf.kind, rewritten: leaf.rewritten };
    node.children
        .iter()
        .flat_map(|child| match child {
            Node::Leaf(leaf) => several_tasks(scripts, leaf).unwrap_or_else(|| vec![judged(leaf)]),
            Node::Script(script) => {
                let inner = kinds(scripts, script);
                let is_build = from_name(&script.name) == Kind::Build
                    && inner.iter().all(|leaf| leaf.kind.unsafe_in_build().is_none());
                if is_build { vec![Judged { kind: Kind::Build, rewritten: false }] } else { inner }
            }
        })
        .collect()
}

/// `nx affected` compares with a base that a fresh clone lacks: it is never
/// clean, but may be rewritten. Nor is `nx test` that names no project.
fn several_tasks(scripts: &Scripts<'_>, leaf: &Leaf) -> Option<Vec<Judged>> {
    (leaf.is_affected() || scripts.lacks_project(leaf))
        .then(|| vec![Judged { kind: leaf.kind, rewritten: true }])
}

/// `nx affected -t test` as `nx run-many -t test`; of several targets only the
/// one that tests.
fn for_every_package(scripts: &Scripts<'_>, cmd: &str, leaf: &Leaf) -> String {
    let program = leaf.core.first().map_or("", String::as_str);
    if program == "turbo" {
        // `turbo run lint test` without the lint.
        let is_task = |word: &str| {
            leaf.core.iter().skip(1).any(|known| known == word)
                && !word.starts_with('-')
                && word != "run"
        };
        let words = cmd.split(' ').filter(|word| !is_task(word) || from_name(word) == Kind::Test);
        return words.collect::<Vec<_>>().join(" ");
    }
    if scripts.lacks_project(leaf) {
        return cmd.replacen("nx ", "nx run-many -t ", 1);
    }
    let many = leaf.core.iter().any(|word| matches!(word.as_str(), "affected" | "run-many"));
    if program != "nx" || !many {
        return cmd.to_owned();
    }
    let words = cmd.split(' ').map(|word| match word.split_once('=') {
        Some((flag @ ("--targets" | "--target" | "-t"), targets)) => {
            let tests: Vec<_> =
                targets.split(',').filter(|target| from_name(target) == Kind::Test).collect();
            format!("{flag}={}", tests.join(","))
        }
        _ if word == "affected" => "run-many".to_owned(),
        _ => word.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}

fn joined(scripts: &Scripts<'_>, name: &str, parts: Vec<Part>) -> Option<Choice> {
    let is_sure = parts.first()?.is_sure;
    let whole = matches!(parts.as_slice(), [part] if part.script.as_deref() == Some(name));
    let as_scripts = parts.iter().all(|part| part.script.is_some());
    let mut confidence = if whole { 0.9 } else { 0.83 };
    if !is_sure {
        confidence -= 0.15;
    }
    if rank(name) > 3 {
        confidence -= 0.1;
    }
    let mut evidence = script_line(scripts, name);
    for part in &parts {
        if let Some(script) = part.script.as_deref().filter(|script| *script != name) {
            evidence.extend(script_line(scripts, script));
        }
    }
    Some(Choice {
        cmd: parts.into_iter().map(|part| part.cmd).collect::<Vec<_>>().join(" && "),
        confidence,
        source: if as_scripts { CommandSource::Script } else { CommandSource::ScriptPart },
        evidence,
        script: (whole && as_scripts).then(|| name.to_owned()),
    })
}

fn why_not(node: &ScriptNode) -> &'static str {
    let root = Node::Script(node.clone());
    let mut reasons = root.leaves().into_iter().filter_map(|leaf| leaf.kind.not_a_unit_test());
    reasons.next().unwrap_or("it runs no test runner")
}
