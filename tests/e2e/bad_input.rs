//! Bad input: what happened, where, why, what to do next, and an exit code.

use std::fs;

use crate::project::Project;
use crate::selfopt::{Ran, SelfOpt};

const MANIFEST: &str = r#"{"name": "shop", "scripts": {"test": "node --test"}}"#;
const TEST: &str = "import { test } from 'node:test';\ntest('works', () => {});\n";

fn optimize(project: &Project, args: &[&str]) -> Ran {
    let mut all = vec!["optimize", "--isolation", "process"];
    all.extend(args);
    SelfOpt::new().run(project.path(), &all)
}

/// The exit code, what the message says, and that there is something to do.
fn check(ran: &Ran, code: i32, says: &[&str]) {
    let all = format!("{}\n{}", ran.stdout, ran.stderr);
    assert_eq!(ran.code, code, "{all}");
    for part in says {
        assert!(all.contains(part), "no `{part}` in:\n{all}");
    }
    assert!(all.contains("hint"), "no hint in:\n{all}");
}

#[test]
fn not_a_repository() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("package.json"), MANIFEST).unwrap();
    let ran = SelfOpt::new().run(dir.path(), &["optimize"]);
    check(&ran, 2, &["is not in a git repository", "git init"]);
}

#[test]
fn no_such_path() {
    let ran =
        SelfOpt::new().run(std::env::temp_dir().as_path(), &["optimize", "no-such-path-here"]);
    check(&ran, 2, &["does not exist"]);
}

#[test]
fn no_package_json() {
    check(&optimize(&Project::with(&[("README.md", "hi")]), &[]), 2, &["package.json"]);
}

#[test]
fn no_commit_yet() {
    check(&optimize(&Project::empty(), &[]), 2, &["no commit yet"]);
}

#[test]
fn a_dirty_tree_is_refused_with_its_paths_and_left_alone() {
    let project = Project::with(&[("package.json", MANIFEST), ("a.js", "1;\n")]);
    project.write("a.js", "2;\n");
    check(&optimize(&project, &[]), 2, &["a.js", "--allow-dirty"]);
    assert_eq!(project.read("a.js"), "2;\n");
}

#[test]
fn broken_package_json_is_named_with_its_line() {
    let project = Project::with(&[("package.json", "{\n  \"name\": \"shop\",\n  oops\n}\n")]);
    let ran = SelfOpt::new().run(project.path(), &["detect"]);
    assert!(ran.stdout.contains("package.json:3"), "{ran:#?}");
}

#[test]
fn an_install_that_fails() {
    let project = Project::with(&[
        (
            "package.json",
            r#"{"name": "shop", "scripts": {"preinstall": "node -e \"process.exit(7)\"", "test": "node --test"}}"#,
        ),
        ("a.test.mjs", TEST),
    ]);
    check(&optimize(&project, &[]), 3, &["install is red", "npm install", "exit code 7"]);
}

#[test]
fn red_tests() {
    let project = Project::with(&[
        ("package.json", MANIFEST),
        (
            "a.test.mjs",
            "import { test } from 'node:test';\ntest('fails', () => { throw new Error('seven is not eight'); });\n",
        ),
    ]);
    check(&optimize(&project, &[]), 3, &["tests is red", "npm test", "seven is not eight"]);
}

#[test]
fn flaky_tests() {
    let flaky = "import { existsSync, writeFileSync } from 'node:fs';\nimport { test } from 'node:test';\ntest('flips', () => {\n  if (existsSync('seen')) throw new Error('second time');\n  writeFileSync('seen', '');\n});\n";
    let project = Project::with(&[("package.json", MANIFEST), ("a.test.mjs", flaky)]);
    check(&optimize(&project, &[]), 3, &["the tests are flaky", "flips"]);
}

#[test]
fn green_without_a_test() {
    let project = Project::with(&[
        ("package.json", r#"{"name": "shop", "scripts": {"test": "node --test nothing/"}}"#),
        ("nothing/README.md", ""),
    ]);
    let ran = optimize(
        &project,
        &["--test", "node -e \"console.log('# tests 0\\n# pass 0\\n# fail 0')\""],
    );
    assert_ne!(ran.code, 0, "{ran:#?}");
}

#[test]
fn a_benchmark_that_prints_nothing_fails_or_hangs_is_no_benchmark() {
    for (script, says) in [
        ("", "printed nothing"),
        ("process.exit(3)", "exit code 3"),
        ("setInterval(() => {}, 1000)", "time limit"),
    ] {
        let project = Project::with(&[
            (
                "package.json",
                r#"{"name": "shop", "type": "module", "scripts": {"test": "node --test", "bench": "node bench.js"}}"#,
            ),
            ("a.test.mjs", TEST),
            ("bench.js", script),
            ("selfopt.toml", "[benchmark]\ntimeout_seconds = 2\n"),
        ]);
        let ran = optimize(&project, &[]);
        assert_eq!(ran.code, 10, "{ran:#?}");
        assert!(ran.stderr.contains(says), "no `{says}` in {ran:#?}");
        assert!(ran.stderr.contains("selfopt.toml"), "{ran:#?}");
    }
}

#[test]
fn configuration_that_is_broken_out_of_range_or_unknown() {
    let with = |toml: &str| {
        Project::with(&[("package.json", MANIFEST), ("a.test.mjs", TEST), ("selfopt.toml", toml)])
    };
    check(&optimize(&with("[budget\n"), &[]), 2, &["selfopt.toml", "line 1"]);
    check(
        &optimize(&with("[limits]\nmax_risk = 300\n"), &[]),
        2,
        &["limits.max_risk", "300", "from 0 to 100"],
    );
    check(
        &optimize(&with("[rules]\nonly = [\"no-such-rule\"]\n"), &[]),
        2,
        &["no-such-rule", "the rules are"],
    );
    let ran = SelfOpt::new().run(with("[budget]\ncompute_minuts = 1\n").path(), &["detect"]);
    assert!(ran.stderr.contains("did you mean `budget.compute_minutes`?"), "{ran:#?}");
}

#[test]
fn a_store_that_cannot_be_used() {
    let project = Project::with(&[("package.json", MANIFEST), ("a.test.mjs", TEST)]);
    let file = project.path().join("package.json");
    let ran = SelfOpt::new()
        .run(project.path(), &["--store", file.to_str().unwrap(), "proposals", "list"]);
    // `--store` is given twice by the helper and here: the last one counts.
    assert_ne!(ran.code, 0, "{ran:#?}");
    assert!(ran.stderr.contains("error"), "{ran:#?}");
}

#[test]
fn wrong_usage() {
    let selfopt = SelfOpt::new();
    let dir = std::env::temp_dir();
    assert_eq!(selfopt.run(&dir, &["optimise"]).code, 2);
    check(
        &selfopt.run(&dir, &["proposals", "show", "prop-none"]),
        2,
        &["there is no proposal `prop-none`"],
    );
    check(&selfopt.run(&dir, &["why-not"]), 2, &["there is no run in this store"]);
    check(&selfopt.run(&dir, &["detect", "--format", "sarif"]), 2, &["--format sarif"]);
}

#[test]
fn no_test_command_means_no_proposals() {
    let project = Project::with(&[
        ("package.json", r#"{"name": "shop"}"#),
        ("src/a.js", "export const all = (xs) => xs.reduce((acc, x) => [...acc, x * 2], []);\n"),
    ]);
    let ran = optimize(&project, &[]);
    assert_eq!(ran.code, 10, "{ran:#?}");
    assert!(ran.stderr.contains("no test command was found"), "{ran:#?}");
}
