//! What looks like an answer and is none: each with its reason and its line.

use selfopt_core::{Phase, Project};

use crate::{detected, test_cmd, with_scripts};

fn rejected(project: &Project) -> Vec<(Phase, &str, &str)> {
    let all = project.rejected.iter();
    all.map(|one| (one.phase, one.cmd.as_str(), one.reason.as_str())).collect()
}

#[track_caller]
fn check(scripts: &str, expected: &[(Phase, &str, &str)]) {
    let project = with_scripts(scripts, &[], &["test/a.test.js"]);
    assert_eq!(rejected(&project), expected, "{scripts}");
}

#[test]
fn scripts_that_are_no_tests_say_why() {
    let cases = [
        (r#"{"test": "echo \"no test specified\" && exit 1"}"#, "is a placeholder"),
        (r#"{"test": "playwright test"}"#, "needs Chrome"),
        (r#"{"test": "vitest --browser=chromium"}"#, "needs Chrome"),
        (r#"{"test": "prisma migrate deploy && jest"}"#, "runs a migration"),
        (r#"{"test": "docker compose up"}"#, "needs Docker"),
        (r#"{"test": "prettier --write ."}"#, "formats files"),
        (r#"{"test": "eslint . && jest"}"#, "runs a linter"),
        (r#"{"test": "jest", "pretest": "eslint ."}"#, "runs a linter"),
        (r#"{"test": "vitest"}"#, "is a watcher"),
        (r#"{"test": "nx affected -t test"}"#, "only runs what changed since a base commit"),
        (r#"{"test": "npm publish && jest"}"#, "publishes"),
    ];
    for (scripts, reason) in cases {
        check(scripts, &[(Phase::Test, "npm test", reason)]);
    }
    check(
        r#"{"test": "jest", "test:watch": "jest --watch", "test:update": "jest -u", "test:cov": "jest --coverage"}"#,
        &[
            (Phase::Test, "npm run test:update", "rewrites files of the checkout"),
            (Phase::Test, "npm run test:watch", "is a watcher"),
        ],
    );
}

#[test]
fn parts_that_test_otherwise_are_named_too() {
    check(
        r#"{"test": "mocha && cypress run"}"#,
        &[
            (Phase::Test, "npm test", "needs Chrome"),
            (Phase::Test, "npx cypress run", "needs Chrome"),
        ],
    );
}

#[test]
fn every_phase_has_its_rejections() {
    check(
        r#"{"build": "prisma migrate deploy && next build", "build:watch": "tsc --watch"}"#,
        &[
            (Phase::Build, "npm run build", "runs a migration"),
            (Phase::Build, "npm run build:watch", "is a watcher"),
        ],
    );
    check(
        r#"{"check": "biome check --write", "types": "tsc --emitDeclarationOnly", "types:watch": "tsc --noEmit --watch"}"#,
        &[
            (Phase::Typecheck, "npm run check", "is a linter that rewrites files"),
            (Phase::Typecheck, "npm run types", "writes files"),
            (Phase::Typecheck, "npm run types:watch", "is a watcher"),
        ],
    );
    check(
        r#"{"bench": "node bench.js", "bench:build": "rollup -c", "bench:deps": "npm install --prefix bench"}"#,
        &[
            (Phase::Benchmark, "npm run bench:build", "only builds"),
            (Phase::Benchmark, "npm run bench:deps", "installs dependencies"),
        ],
    );
}

#[test]
fn what_only_a_name_says_is_said_so() {
    check(
        r#"{"test": "jest", "test:browser": "node tests/open.js"}"#,
        &[(Phase::Test, "npm run test:browser", "needs a browser, by its name")],
    );
    // Neither watches, neither publishes.
    check(r#"{"build": "tsc", "build:debug": "node build.js debug"}"#, &[]);
    check(r#"{"test": "jest", "test:version": "node test/version.js"}"#, &[]);
}

#[test]
fn clean_scripts_hooks_and_other_names_are_not_rejected() {
    check(
        r#"{"test": "jest", "pretest": "tsc", "start": "node .", "lint": "eslint .", "check:format": "prettier -c .", "dev": "vite"}"#,
        &[],
    );
}

#[test]
fn the_line_is_where_the_command_stands() {
    let manifest = "{\n  \"scripts\": {\n    \"pretest\": \"eslint .\",\n    \"test\": \"jest\",\n    \"test:e2e\": \"playwright test\"\n  }\n}";
    let workflow = "on: push\njobs:\n  a:\n    steps:\n      - run: npx cypress run\n";
    let project = detected(&[
        ("package.json", manifest),
        ("a.test.js", ""),
        (".github/workflows/ci.yml", workflow),
    ]);
    let lines: Vec<_> =
        project.rejected.iter().map(|one| format!("{} {}", one.cmd, one.evidence)).collect();
    assert_eq!(
        lines,
        [
            "npm run test:e2e package.json:5",
            "npm test package.json:3",
            "npx cypress run .github/workflows/ci.yml:5"
        ]
    );
}

#[test]
fn a_runner_that_finds_nothing_is_rejected() {
    let project = with_scripts(r#"{"test": "jest"}"#, &["jest"], &["src/index.js"]);
    assert_eq!(test_cmd(&project), None);
    assert_eq!(rejected(&project), [(Phase::Test, "npm test", "finds no test file")]);
}
