//! `selfopt prove` up to the point where something is measured.

use std::io::Write as _;
use std::process::Stdio;

use crate::project::Project;
use crate::selfopt::{Ran, SelfOpt};

const MANIFEST: &str = r#"{"name": "shop", "type": "module", "scripts": {"test": "node --test"}}"#;
const SOURCE: &str = "export function has(list, x) {\n  return list.indexOf(x) !== -1;\n}\n";
const TWICE: &str = "export const twice = (x) => x + x;\n";
const TEST: &str = "import assert from 'node:assert';\nimport { test } from 'node:test';\nimport { has } from './has.js';\nimport { twice } from './twice.js';\ntest('has', () => assert.equal(has([1, 2], 2), true));\ntest('twice', () => assert.equal(twice(2), 4));\n";

fn project() -> Project {
    Project::with(&[
        ("package.json", MANIFEST),
        ("has.js", SOURCE),
        ("twice.js", TWICE),
        ("all.test.js", TEST),
    ])
}

/// `git diff` of the working tree.
fn diff(project: &Project) -> String {
    let output = std::process::Command::new("git")
        .arg("diff")
        .current_dir(project.path())
        .output()
        .expect("git is installed");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Proves a patch that comes on standard input.
fn prove(selfopt: &SelfOpt, project: &Project, patch: &str, args: &[&str]) -> Ran {
    let mut all = vec!["prove", "-", "--isolation", "process"];
    all.extend(args);
    piped(selfopt, project, patch, &all)
}

/// Runs the program with a patch on standard input.
pub(crate) fn piped(selfopt: &SelfOpt, project: &Project, patch: &str, args: &[&str]) -> Ran {
    let mut child = selfopt
        .command(args)
        .current_dir(project.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("standard input is piped");
    // What ends early does not read all of it.
    let _ = stdin.write_all(patch.as_bytes());
    drop(stdin);
    Ran::of(&child.wait_with_output().expect("the program ends"))
}

#[test]
fn a_rejected_change_names_the_gate_and_all_of_its_files() {
    let project = project();
    project.write("has.js", &SOURCE.replace("!== -1", "=== -1"));
    project.write("twice.js", &TWICE.replace("x + x", "x * 2"));
    let patch = diff(&project);
    let selfopt = SelfOpt::new();
    // The changes are those of the patch, so the tree counts as clean.
    let ran = prove(&selfopt, &project, &patch, &["--title", "Look it up"]);
    ran.check(10, &["Look it up", "has.js", "twice.js", "not proved", "rejected at tests"]);
    let json = prove(&selfopt, &project, &patch, &["--format", "json"]).json();
    assert_eq!(json["schema"], "selfopt.report/1");
    assert_eq!(json["exit"]["code"], 10);
    let attempt = &json["attempts"][0];
    assert_eq!(attempt["files"], serde_json::json!(["has.js", "twice.js"]));
    assert_eq!((&attempt["rule"], &attempt["gate"]), (&"patch".into(), &"tests".into()));
    // The last run is explained, although nothing was scanned in it.
    let why = selfopt.run(project.path(), &["why-not"]);
    why.check(0, &["patch", "has.js, twice.js", "rejected at tests"]);
}

/// Its tests do not see in which order the numbers come.
const UNIQUE: &str = "'use strict';\n\nfunction unique(list) {\n  const out = [];\n  for (const item of list) {\n    if (out.indexOf(item) === -1) out.push(item);\n  }\n  return out;\n}\n\nmodule.exports = { unique };\n";
const UNIQUE_TEST: &str = "'use strict';\nconst test = require('node:test');\nconst assert = require('node:assert');\nconst { unique } = require('./unique.js');\ntest('unique', () => {\n  assert.deepStrictEqual(unique(['a', 'b', 'a']), ['a', 'b']);\n  assert.strictEqual(unique([9, 10, 9, 11]).length, 3);\n});\n";

/// A change that the tests let pass and a recorded call does not.
fn differs_on_a_recorded_call(isolation: &str) {
    let project = Project::with(&[
        ("package.json", r#"{"name": "shop", "scripts": {"test": "node --test"}}"#),
        ("unique.js", UNIQUE),
        ("unique.test.js", UNIQUE_TEST),
    ]);
    let body = UNIQUE.find("  const out").expect("a body");
    let end = UNIQUE.find("}\n\nmodule").expect("an end");
    let after =
        format!("{}  return [...new Set(list)].sort();\n{}", &UNIQUE[..body], &UNIQUE[end..]);
    project.write("unique.js", &after);
    let patch = diff(&project);
    let selfopt = SelfOpt::new();
    let args = ["prove", "-", "--isolation", isolation];
    let ran = piped(&selfopt, &project, &patch, &args);
    let says = [
        "rejected at equivalence: `unique([9, 10, 9, 11])`",
        "input      unique([9, 10, 9, 11])",
        "from       recorded call",
        "would flip it",
    ];
    ran.check(10, &says);
}

/// Loads only where somebody has set it up.
const SET_UP: &str = "if (!globalThis.config) throw new Error('set the configuration first');\n";

#[test]
fn what_cannot_be_replayed_is_judged_in_place_and_said_to_be() {
    let source = UNIQUE.replace("function unique", &format!("{SET_UP}function unique"));
    let test = UNIQUE_TEST
        .replace("const test =", "globalThis.config = {};\nconst test =")
        .replace("['a', 'b', 'a']), ['a', 'b']", "['b', 'a', 'b']).length, 2");
    let project = Project::with(&[
        ("package.json", r#"{"name": "shop", "scripts": {"test": "node --test"}}"#),
        ("unique.js", &source),
        ("unique.test.js", &test),
    ]);
    project.write("unique.js", &source.replace("return out;", "return out.sort();"));
    let patch = diff(&project);
    let ran = prove(&SelfOpt::new(), &project, &patch, &[]);
    let says = [
        "rejected at equivalence: `unique([",
        "note: `unique` is judged in place: `replay.cjs` ended with exit code 1: ",
        "set the configuration first",
    ];
    ran.check(10, &says);
}

#[test]
fn a_recorded_call_shows_a_difference_in_plain_processes() {
    differs_on_a_recorded_call("process");
}

#[cfg(target_os = "linux")]
#[test]
fn a_recorded_call_shows_a_difference_in_bubblewrap() {
    differs_on_a_recorded_call("bubblewrap");
}

/// Changes the list into a set, where the tests run by this command.
fn as_a_set(test: &str, files: &[(&str, &str)]) -> Ran {
    let manifest = format!(r#"{{"name": "shop", "scripts": {{"test": "{test}"}}}}"#);
    let own = [("package.json", manifest.as_str()), ("unique.js", UNIQUE)];
    let project = Project::with(&[&own, files].concat());
    let after = UNIQUE
        .replace("const out = [];", "const out = [];\n  const known = new Set();")
        .replace("out.indexOf(item) === -1) out", "!known.has(item)) known.add(item) && out");
    project.write("unique.js", &after);
    let patch = diff(&project);
    prove(&SelfOpt::new(), &project, &patch, &["--format", "json"])
}

/// What a gate said of the only attempt.
fn verdict<'a>(report: &'a serde_json::Value, gate: &str) -> &'a serde_json::Value {
    let verdicts = report["attempts"][0]["verdicts"].as_array().expect("there are verdicts");
    verdicts.iter().find(|verdict| verdict["gate"] == gate).expect("the gate was asked")
}

#[test]
fn tests_that_cannot_be_looked_into_are_not_said_to_call_nothing() {
    // Neither the runner nor its children have the recorder in them.
    let alone = r#"env -i PATH=\"$PATH\" node --test"#;
    let ran = as_a_set(alone, &[("unique.test.js", UNIQUE_TEST)]);
    let report = ran.json();
    let not_seen = "no process of Node that ran for the tests had the recorder in it";
    for gate in ["reach", "equivalence"] {
        let reason = verdict(&report, gate)["reason"].to_string();
        assert!(reason.contains(not_seen), "{gate}: {reason}");
    }
    // The tests load a copy.
    let copy = UNIQUE_TEST.replace("./unique.js", "./copy.js");
    let ran = as_a_set("node --test", &[("unique.test.js", &copy), ("copy.js", UNIQUE)]);
    let report = ran.json();
    let reach = verdict(&report, "reach");
    let reason = reach["reason"].to_string();
    assert!(reason.contains(": the tests do not load `unique.js`, or where"), "{reason}");
    assert_eq!(reach["outcome"], "refused");
}

#[test]
fn a_range_does_not_mind_what_is_checked_out_or_changed() {
    let project = project();
    project.write("has.js", &SOURCE.replace("!== -1", "=== -1"));
    project.write("all.test.js", &format!("{TEST}// more\n"));
    project.commit();
    project.write("has.js", "dirty\n");
    let args = ["prove", "--range", "HEAD~1..HEAD", "--isolation", "process"];
    let ran = SelfOpt::new().run(project.path(), &args);
    ran.check(10, &["rejected at tests", "not part of the proof", "`all.test.js` (a test file)"]);
}

#[test]
fn a_patch_that_does_not_fit_says_where_and_what_to_do() {
    let project = project();
    project.write("has.js", &SOURCE.replace("indexOf(x) !== -1", "includes(x)"));
    let patch = diff(&project).replace("list.indexOf", "items.indexOf");
    let ran = prove(&SelfOpt::new(), &project, &patch, &[]);
    ran.check(2, &["hunk 1 of `has.js` does not fit: line 2", "items.indexOf", "hint", "git diff"]);
    let ran = prove(&SelfOpt::new(), &project, "nonsense\n", &[]);
    ran.check(2, &["the patch cannot be read", "hint"]);
    let ran = SelfOpt::new().run(project.path(), &["prove", "none.patch"]);
    ran.check(2, &["there is no patch `none.patch`", "--range BASE..HEAD"]);
    let ran = SelfOpt::new().run(project.path(), &["prove", "--range", "HEAD"]);
    ran.check(2, &["does not name two commits", "BASE..HEAD"]);
    let ran = SelfOpt::new().run(project.path(), &["prove"]);
    ran.check(2, &["required"]);
}

#[test]
fn other_changes_in_the_tree_are_refused() {
    let project = project();
    project.write("has.js", &SOURCE.replace("indexOf(x) !== -1", "includes(x)"));
    let patch = diff(&project);
    project.write("twice.js", "other\n");
    let ran = prove(&SelfOpt::new(), &project, &patch, &[]);
    ran.check(2, &["differs from its commit", "twice.js", "--allow-dirty"]);
    assert!(!ran.stderr.contains("  has.js"), "{ran:#?}");
}

#[test]
fn a_workload_must_be_in_the_commit() {
    let project = project();
    project.write("has.js", &SOURCE.replace("indexOf(x) !== -1", "includes(x)"));
    let patch = diff(&project);
    let args = |file| ["--workload", file];
    let ran = prove(&SelfOpt::new(), &project, &patch, &args("none.js"));
    ran.check(2, &["there is no workload `none.js` in the project", "hint"]);
    project.write("large.js", "export const large = [];\n");
    let ran =
        prove(&SelfOpt::new(), &project, &patch, &["--allow-dirty", "--workload", "large.js"]);
    ran.check(2, &["`large.js` is not in commit", "git add large.js"]);
}
