//! The environment that tests need comes along with their command.

use crate::{detected, test_cmd, with_scripts};

#[track_caller]
fn check(scripts: &str, expected: &str) {
    let project = with_scripts(scripts, &[], &["test/a.test.js"]);
    assert_eq!(test_cmd(&project), Some(expected), "{scripts}");
}

#[test]
fn what_callers_set_stays_around_a_part() {
    let cases = [
        (r#"{"test": "eslint . && TZ=UTC jest"}"#, "TZ=UTC npx jest"),
        (r#"{"test": "export TZ=UTC && eslint . && jest"}"#, "TZ=UTC npx jest"),
        (
            r#"{"test": "cross-env TZ=UTC run-s lint unit", "lint": "eslint .", "unit": "jest"}"#,
            "TZ=UTC npm run unit",
        ),
        (
            r#"{"test": "NODE_ENV=test npm run all", "all": "eslint . && mocha"}"#,
            "NODE_ENV=test npx mocha",
        ),
        (
            r#"{"test": "TZ=UTC npm run all", "all": "eslint . && TZ=Asia/Tokyo mocha"}"#,
            "TZ=Asia/Tokyo npx mocha",
        ),
        (
            r#"{"test": "NODE_OPTIONS='--a --b' npm run all", "all": "eslint . && mocha"}"#,
            "NODE_OPTIONS='--a --b' npx mocha",
        ),
        (r#"{"test": "FORCE_COLOR=1 npm run all", "all": "eslint . && mocha"}"#, "npx mocha"),
        // Nothing to add: the script sets it itself.
        (r#"{"test": "TZ=UTC jest"}"#, "npm test"),
    ];
    for (scripts, expected) in cases {
        check(scripts, expected);
    }
}

fn with_ci(scripts: &str, workflow: &str) -> Option<String> {
    let manifest = format!("{{\"scripts\": {scripts}}}");
    let files = [
        ("package.json", manifest.as_str()),
        ("a.test.js", ""),
        (".github/workflows/ci.yml", workflow),
    ];
    detected(&files).test_cmd.map(|test| test.cmd)
}

#[test]
fn the_ci_adds_what_each_of_its_runs_sets() {
    let scripts = r#"{"test": "jest"}"#;
    let job = "on: push\njobs:\n  a:\n    env: {TZ: UTC, NODE_OPTIONS: --max-old-space-size=4096}\n    steps:\n      - run: npm test\n";
    assert_eq!(with_ci(scripts, job).as_deref(), Some("TZ=UTC npm test"));
    let other_job = format!("{job}  b:\n    steps:\n      - run: npm test\n");
    assert_eq!(with_ci(scripts, &other_job).as_deref(), Some("npm test"));
    let matrix = "on: push\njobs:\n  a:\n    strategy: {matrix: {tz: [UTC, Asia/Tokyo]}}\n    env: {TZ: '${{ matrix.tz }}'}\n    steps:\n      - run: npm test\n";
    assert_eq!(with_ci(scripts, matrix).as_deref(), Some("npm test"));
    let step = "on: push\njobs:\n  a:\n    steps:\n      - run: npm test\n        env: {LANG: de_DE.UTF-8}\n";
    assert_eq!(with_ci(scripts, step).as_deref(), Some("LANG=de_DE.UTF-8 npm test"));
    assert_eq!(with_ci(r#"{"test": "LANG=C jest"}"#, step).as_deref(), Some("npm test"));
    let exported = "on: push\njobs:\n  a:\n    steps:\n      - run: echo \"TZ=UTC\" >> $GITHUB_ENV\n      - run: |\n          export LC_ALL=C\n          npm test\n";
    assert_eq!(with_ci(scripts, exported).as_deref(), Some("LC_ALL=C TZ=UTC npm test"));
}

#[test]
fn a_command_that_only_the_ci_knows_has_its_environment() {
    let workflow =
        "on: push\njobs:\n  a:\n    steps:\n      - run: npx mocha\n        env: {TZ: UTC}\n";
    assert_eq!(with_ci("{}", workflow).as_deref(), Some("TZ=UTC npx mocha"));
}
