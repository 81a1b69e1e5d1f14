//! Workload files: a size-dependent change on several of them, and recording.

mod measured;

use crate::project::Project;
use crate::selfopt::{Ran, SelfOpt};

/// Few variations and no mutants: it is the workloads that are looked at.
const SETTINGS: &str = "[proof]\nmutants = 0\nvariations = 20\n";
const SOURCE: &str = "export function unique(values) {
  const seen = [];
  for (const value of values) {
    if (!seen.includes(value)) {
      seen.push(value);
    }
  }
  return seen;
}
";
const TEST: &str = "import assert from 'node:assert';
import { test } from 'node:test';
import { unique } from '../src/unique.js';
test('the first of each stays', () => {
  assert.deepStrictEqual(unique(['b', 'a', 'b']), ['b', 'a']);
  assert.deepStrictEqual(unique(['x']), ['x']);
  assert.deepStrictEqual(unique([]), []);
});
";
/// A command whose inputs are large.
const REPORT: &str = "import { unique } from '../src/unique.js';
for (let n = 400; n < 700; n += 10) {
  const keys = unique(Array.from({ length: n }, (_, i) => `key-${(i * 7) % n}`));
  if (keys.length === 0) process.exitCode = 1;
}
";

/// A small library, with these files beside its own.
fn library(more: &[(&str, &str)]) -> Project {
    let own = [
        (
            "package.json",
            r#"{"name": "sets", "type": "module", "scripts": {"test": "node --test"}}"#,
        ),
        ("selfopt.toml", SETTINGS),
        ("src/unique.js", SOURCE),
        ("test/unique.test.js", TEST),
        ("examples/report.js", REPORT),
    ];
    Project::with(&[&own, more].concat())
}

/// Array membership to a set: faster for many values, slower for a few.
fn with_a_set(project: &Project) {
    let after = SOURCE
        .replace("const seen = [];", "const seen = [];\n  const known = new Set();")
        .replace("!seen.includes(value)", "!known.has(value)")
        .replace("seen.push(value);", "known.add(value);\n      seen.push(value);");
    project.write("src/unique.js", &after);
    project.commit();
}

/// A module with these sets of inputs for a function.
fn module(function: &str, sets: &str) -> String {
    format!("export const workloads = {{ \"{function}\": {sets} }};\n")
}

fn record(selfopt: &SelfOpt, project: &Project, args: &[&str]) -> Ran {
    let all = [&["workload", "record", "--isolation", "process"], args].concat();
    selfopt.run(project.path(), &all)
}

#[test]
fn a_workload_that_cannot_be_used_says_where_and_what_to_do() {
    let unique = "src/unique.js:unique";
    for (text, says) in [
        (
            module("src/unique.js:uniq", "{ large: [[[1]]] }"),
            ["`bench/inputs.mjs` cannot be used", "has no function `uniq`", "it has unique"],
        ),
        (
            module(unique, "{ large: [] }"),
            ["`bench/inputs.mjs` cannot be used", "unique\"].large` is empty", "at least one call"],
        ),
        (
            "import './none.mjs';\n".to_owned() + &module(unique, "{ one: [[[1]]] }"),
            ["`bench/inputs.mjs` cannot be used", "cannot be bundled", "none.mjs"],
        ),
    ] {
        let project = library(&[("bench/inputs.mjs", &text)]);
        with_a_set(&project);
        let args = ["prove", "--range", "HEAD~1..HEAD", "--isolation", "process"];
        let ran = SelfOpt::new()
            .run(project.path(), &[&args[..], &["--workload", "bench/inputs.mjs"]].concat());
        ran.check(2, &says);
        assert!(ran.stderr.contains("hint"), "{ran:#?}");
    }
    let project = library(&[]);
    project.write("selfopt.toml", "[proof]\nworkloads = [\"bench/none.mjs\"]\n");
    project.commit();
    let ran = SelfOpt::new().run(project.path(), &["optimize", "--isolation", "process"]);
    ran.check(2, &["`bench/none.mjs`", "not in the commit"]);
}

#[test]
fn calls_of_a_real_run_are_kept_and_no_file_is_overwritten() {
    let (project, selfopt) = (library(&[]), SelfOpt::new());
    let function = ["--function", "src/unique.js:unique"];
    let run = ["--", "node", "examples/report.js"];
    let json = ["--format", "json"];
    let ran = record(&selfopt, &project, &[&function[..], &json, &run].concat());
    assert_eq!(ran.code, 0, "{ran:#?}");
    let document = ran.json();
    assert_eq!(document["schema"], "selfopt.workload/1");
    assert_eq!(document["workload"], "selfopt-workloads/unique.calls");
    let kept = &document["functions"][0];
    assert_eq!((&kept["name"], &kept["seen"]), (&"src/unique.js:unique".into(), &30.into()));
    assert_eq!(kept["elements"]["min"], 400);
    assert!(kept["kept"].as_u64().is_some_and(|kept| (1..=30).contains(&kept)), "{document:#}");
    let first = std::fs::read(project.path().join("selfopt-workloads/unique.calls"));
    let first = first.expect("the workload file is there");

    let again = record(&selfopt, &project, &[&function[..], &run].concat());
    again.check(2, &["already there", "--force", "--out"]);
    let out = ["--out", "other.calls"];
    let none = record(&selfopt, &project, &[&function[..], &out, &["--", "true"]].concat());
    none.check(10, &["nothing written", "no process of Node that ran for `true` had the recorder"]);
    let other = ["--", "node", "-e", "0"];
    let none = record(&selfopt, &project, &[&function[..], &out, &other].concat());
    none.check(10, &["`node -e 0` does not load `src/unique.js`, or where it is not seen"]);
    assert!(!project.path().join("other.calls").exists());
    let red = record(&selfopt, &project, &[&function[..], &out, &["--", "exit 3"]].concat());
    red.check(3, &["exit 3", "fresh clone"]);
    let wrong = ["--function", "src/unique.js:uniq"];
    let unknown = record(&selfopt, &project, &[&wrong[..], &out, &run].concat());
    unknown.check(2, &["`src/unique.js` has no function `uniq`", "it has unique"]);

    let force = record(&selfopt, &project, &[&function[..], &["--force"], &run].concat());
    force.check(0, &["written:", "selfopt prove PATCH --workload selfopt-workloads/unique.calls"]);
    assert_eq!(
        std::fs::read(project.path().join("selfopt-workloads/unique.calls")).expect("it reads"),
        first,
        "the same calls are kept of the same run"
    );
}
