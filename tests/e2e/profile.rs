//! `profile`: the table and the flame graph of small projects.

use serde_json::Value;

use crate::project::Project;
use crate::selfopt::{Ran, SelfOpt};

const MANIFEST: &str = r#"{
  "name": "shop",
  "scripts": {
    "test": "NODE_OPTIONS=--no-warnings node --test",
    "bench": "node bench/run.js"
  }
}
"#;

const HOT: &str = "\
exports.hot = function hot(n) {
  let x = 0;
  for (let i = 0; i < n; i++) x = (x * 31 + i) % 1000003;
  return x;
};
exports.cold = function cold(n) {
  let x = 0;
  for (let i = 0; i < n; i++) x = (x * 31 + i) % 1000003;
  return x;
};
";

const TEST: &str = "\
const test = require('node:test');
const { hot, cold } = require('../src/<hot>.js');
test('works', () => {
  for (let i = 0; i < 60; i++) hot(2e6);
  cold(2e6);
});
";

const BENCH: &str = "\
const { cold } = require('../src/<hot>.js');
for (let i = 0; i < 60; i++) cold(2e6);
console.log('done');
";

fn shop() -> Project {
    Project::with(&[
        ("package.json", MANIFEST),
        ("src/<hot>.js", HOT),
        ("test/hot.test.js", TEST),
        ("bench/run.js", BENCH),
    ])
}

fn profile(project: &Project, args: &[&str]) -> Ran {
    SelfOpt::new().run(project.path(), &[&["profile", "--isolation", "process"], args].concat())
}

/// The functions of a JSON profile, hottest first.
fn functions(document: &Value) -> Vec<(&str, &str)> {
    let functions = document["profile"]["functions"].as_array().expect("functions");
    functions
        .iter()
        .map(|of| {
            (of["path"].as_str().expect("a path"), of["function"].as_str().expect("a function"))
        })
        .collect()
}

#[test]
fn the_hot_function_of_the_tests_comes_first_in_table_and_graph() {
    let project = shop();
    let ran = profile(&project, &["--flame", "flame.html"]);
    assert_eq!(ran.code, 0, "{ran:#?}");
    let first = ran.stdout.lines().find(|line| line.contains('%')).expect("a row");
    assert!(first.contains(" hot ") && first.contains("src/<hot>.js:1"), "{ran:#?}");
    for part in ["own code: ", "not seen: what native addons do", "in tests and benchmarks"] {
        assert!(ran.stdout.contains(part), "{part} in {ran:#?}");
    }
    let page = project.read("flame.html");
    assert!(page.starts_with("<!doctype html>"), "{page}");
    assert!(page.contains("hot (src/&lt;hot&gt;.js:1), "), "{page}");
    assert!(!page.contains("<hot>"));
    // The page itself is no change of the project, another file is.
    let usage = |args: &[&str]| profile(&project, args).code;
    assert_eq!(usage(&["--flame", "flame.html", "--", "true"]), 10);
    assert_eq!(usage(&["--flame", "other.html", "--", "true"]), 2);
}

#[test]
fn the_benchmark_or_any_command_is_profiled_when_asked_for() {
    let project = shop();
    let json = profile(&project, &["--of", "bench", "--format", "json"]).json();
    assert_eq!(json["schema"], "selfopt.profile/1");
    assert_eq!(json["command"]["cmd"], "node bench/run.js");
    assert_eq!(functions(&json)[0], ("src/<hot>.js", "cold"), "{json:#}");
    let own = json["profile"]["own_us"].as_u64().expect("a sum");
    let all = json["profile"]["all_us"].as_u64().expect("a sum");
    assert!(0 < own && own <= all, "{json:#}");
    let script = "for (let i = 0; i < 40; i++) require('./src/<hot>.js').hot(2e6)";
    let ran = profile(
        &project,
        &["--flame", "flame.svg", "--format", "markdown", "--", "node", "-e", script],
    );
    assert_eq!(ran.code, 0, "{ran:#?}");
    assert!(ran.stdout.contains("| `hot` | `src/<hot>.js:1` |"), "{ran:#?}");
    assert!(project.read("flame.svg").starts_with("<svg "));
}

#[test]
fn a_red_command_says_so_with_the_end_of_its_log() {
    let project = shop();
    let ran = profile(&project, &["--", "echo last words; exit 4"]);
    assert_eq!(ran.code, 3, "{ran:#?}");
    assert!(ran.stdout.contains("| last words"), "{ran:#?}");
    assert!(ran.stdout.contains("exit code 4"), "{ran:#?}");
    assert!(ran.stdout.contains("it ran in `.` of the last commit"), "{ran:#?}");
    let json = profile(&project, &["--format", "json", "--", "exit 4"]).json();
    assert_eq!(json["exit"]["code"], 3, "{json:#}");
    assert_eq!(json["profile"], Value::Null);
    assert_eq!(json["command"]["status"]["code"], 4, "{json:#}");
}

#[test]
fn nothing_seen_has_its_reason() {
    let project = shop();
    let ran = profile(&project, &["--flame", "flame.svg", "--", "echo no node"]);
    assert_eq!(ran.code, 10, "{ran:#?}");
    assert!(ran.stdout.contains("no process of Node was seen"), "{ran:#?}");
}

#[test]
fn wrong_usage_is_refused_before_anything_runs() {
    let project = shop();
    for (args, says) in [
        (&["--flame", "flame.png"][..], "end it with `.html` or `.svg`"),
        (&["--of", "tests", "--", "node", "a.js"], "cannot be used with"),
        (&["--format", "sarif"], "`--format sarif` is for `selfopt scan`"),
    ] {
        let ran = profile(&project, args);
        assert_eq!(ran.code, 2, "{ran:#?}");
        assert!(ran.stderr.contains(says), "{says} in {ran:#?}");
        assert_eq!(ran.stdout, "");
    }
    let bare = Project::with(&[("package.json", r#"{"name":"bare"}"#), ("index.js", "")]);
    let ran = profile(&bare, &[]);
    assert_eq!(ran.code, 2, "{ran:#?}");
    assert!(ran.stderr.contains("no command for its tests"), "{ran:#?}");
}
