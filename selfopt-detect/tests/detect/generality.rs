//! Shapes of repositories that a rule once judged wrongly: what looks like a
//! check, a benchmark or a build, and is none.

use selfopt_core::Project;

use crate::{detected, test_cmd, with_scripts};

fn typecheck(project: &Project) -> Option<&str> {
    project.typecheck_cmd.as_ref().map(|check| check.cmd.as_str())
}

fn build(project: &Project) -> Option<&str> {
    project.build_cmd.as_ref().map(|build| build.cmd.as_str())
}

fn bench(project: &Project) -> Option<&str> {
    project.bench.as_ref().map(|bench| bench.cmd.as_str())
}

#[test]
fn a_benchmark_is_no_server_linter_browser_or_change_of_branches() {
    for script in [
        r#""serve:performance": "node tools/local.js""#,
        r#""style:perf": "jscs perf/*.js""#,
        r#""ci:performance": "node tools/ci.js browser-perf.json""#,
        r#""bench": "branchcmp -g -s 'npm run x'""#,
    ] {
        let project = with_scripts(&format!("{{{script}}}"), &[], &["test/a.test.js"]);
        assert_eq!(bench(&project), None, "{script}");
    }
    let project = with_scripts(
        r#"{"bench": "branchcmp -g -s 'npm run benchmark'", "benchmark": "node b.js"}"#,
        &[],
        &[],
    );
    assert_eq!(bench(&project), Some("npm run benchmark"));
    let linked = r#"{"bench": "npm link && cd bench && npm link x && node run.js"}"#;
    assert_eq!(bench(&with_scripts(linked, &[], &[])), Some("npm run bench"));
}

#[test]
fn the_package_itself_is_no_benchmark() {
    let of = |manifest: &str| {
        let project = detected(&[("package.json", manifest), ("benchmark.js", "")]);
        bench(&project).map(str::to_owned)
    };
    assert_eq!(of(r#"{"name": "x", "main": "./benchmark.js"}"#), None);
    assert_eq!(of(r#"{"name": "x", "main": "benchmark"}"#), None);
    assert_eq!(of(r#"{"name": "@a/benchmark"}"#), None);
    assert_eq!(of(r#"{"name": "x", "main": "index.js"}"#).as_deref(), Some("node benchmark.js"));
}

#[test]
fn a_program_that_is_fetched_anew_needs_the_network() {
    for text in [
        "npx --package typescript@latest tsc --noEmit index.d.ts",
        "npx --package=typescript@5.3 tsc --noEmit",
        "pnpm dlx typescript --noEmit",
        "npx tsc@latest --noEmit",
    ] {
        let project = with_scripts(&format!(r#"{{"test-types": "{text}"}}"#), &[], &[]);
        assert_eq!(typecheck(&project), None, "{text}");
    }
    for text in ["npx tsc --noEmit", "npx -p typescript tsc --noEmit", "npm exec tsc -- --noEmit"] {
        let project = with_scripts(&format!(r#"{{"test-types": "{text}"}}"#), &[], &[]);
        assert_eq!(typecheck(&project), Some("npm run test-types"), "{text}");
    }
}

#[test]
fn the_compiler_checks_sources_and_not_what_is_beside_them() {
    let with = |scripts: &str| {
        let manifest = format!(
            "{{\"scripts\": {scripts},\n\"devDependencies\": {{\"typescript\": \"5\", \"flow-bin\": \"1\"}}}}"
        );
        let files = [("package.json", manifest.as_str()), ("tsconfig.json", "{}"), ("a.ts", "")];
        typecheck(&detected(&files)).map(str::to_owned)
    };
    for scripts in [
        r#"{"test:flow": "flow check test/flow"}"#,
        r#"{"test:types": "tsc --noEmit -p fixtures/old/tsconfig.json"}"#,
    ] {
        assert_eq!(with(scripts).as_deref(), Some("npx tsc --noEmit"), "{scripts}");
    }
    let own = r#"{"test:types": "tsc --noEmit -p test/tsconfig.json"}"#;
    assert_eq!(with(own).as_deref(), Some("npm run test:types"));
    let flow = with_scripts(r#"{"flow": "flow check"}"#, &["flow-bin"], &[]);
    assert_eq!(typecheck(&flow), Some("npm run flow"));
}

#[test]
fn declarations_written_by_hand_are_checked_by_their_tests() {
    let cases = [
        (r#"{"test:types": "tstyche"}"#, Some("npm run test:types")),
        (r#"{"test": "xo && ava && tsd"}"#, Some("npx tsd")),
        (r#"{"test": "ava && npm run types", "types": "tsd"}"#, Some("npm run types")),
        (r#"{"test": "ava"}"#, None),
    ];
    for (scripts, expected) in cases {
        let project = with_scripts(scripts, &[], &["index.d.ts", "test/a.test.js"]);
        assert_eq!(typecheck(&project), expected, "{scripts}");
    }
}

#[test]
fn one_project_of_several_does_not_stand_for_all() {
    let check = |references: &str| {
        let solution = format!(r#"{{"files": [], "references": [{references}]}}"#);
        let files = [
            ("package.json", r#"{"devDependencies": {"typescript": "5"}}"#),
            ("tsconfig.json", solution.as_str()),
            ("apps/a/main.ts", ""),
        ];
        typecheck(&detected(&files)).map(str::to_owned)
    };
    assert_eq!(check(r#"{"path": "./apps/a"}, {"path": "./apps/b"}"#), None);
    let parts = r#"{"path": "./tsconfig.app.json"}, {"path": "./tsconfig.node.json"}"#;
    assert_eq!(check(parts).as_deref(), Some("npx tsc --noEmit -p tsconfig.app.json"));
    let compiled = with_scripts(r#"{"compile": "tsc -b"}"#, &["typescript"], &["tsconfig.json"]);
    assert_eq!(typecheck(&compiled), Some("npm run compile"));
}

#[test]
fn a_tool_that_makes_one_file_is_no_build() {
    let cases = [
        (r#"{"build:schema": "node tools/schema.js"}"#, None),
        (r#"{"build:lib": "node tools/lib.js"}"#, Some("npm run build:lib")),
        (r#"{"build:esm": "rollup -c"}"#, Some("npm run build:esm")),
        (r#"{"build": "node tools/build.js"}"#, Some("npm run build")),
    ];
    for (scripts, expected) in cases {
        assert_eq!(build(&with_scripts(scripts, &[], &[])), expected, "{scripts}");
    }
}

#[test]
fn nx_without_a_project_means_every_project_of_a_workspace() {
    let scripts = r#""scripts": {"test": "nx test", "build": "nx build"}"#;
    let of = |rest: &str| {
        let manifest = format!("{{{scripts}{rest}}}");
        let files = [("package.json", manifest.as_str()), ("nx.json", "{}"), ("a.test.ts", "")];
        let project = detected(&files);
        (test_cmd(&project).map(str::to_owned), build(&project).map(str::to_owned))
    };
    let several = of(r#", "workspaces": ["libs/*"]"#);
    assert_eq!(several.0.as_deref(), Some("npx nx run-many -t test"));
    assert_eq!(several.1.as_deref(), Some("npx nx run-many -t build"));
    let single = of("");
    assert_eq!(single.0.as_deref(), Some("npm test"));
    assert_eq!(single.1.as_deref(), Some("npm run build"));
}

#[test]
fn a_file_of_tasks_is_narrowed_by_what_the_workflow_runs() {
    let of = |script: &str, run: &str| {
        let manifest = format!(r#"{{"scripts": {{"test": "{script}"}}}}"#);
        let workflow = format!("jobs:\n  a:\n    steps:\n      - run: {run}\n");
        let files = [
            ("package.json", manifest.as_str()),
            (".github/workflows/ci.yml", workflow.as_str()),
            ("test/a.test.js", ""),
        ];
        test_cmd(&detected(&files)).map(str::to_owned)
    };
    let cases = [
        ("node Makefile.js test", "node Makefile mocha", "node Makefile mocha"),
        ("node Makefile.js test", "node Makefile lint", "npm test"),
        ("node Makefile.js test", "npm test", "npm test"),
        ("node Makefile.js test", "node Makefile.js test", "npm test"),
        ("node test/run.js all", "node test/run.js unit", "npm test"),
    ];
    for (script, run, expected) in cases {
        assert_eq!(of(script, run).as_deref(), Some(expected), "{script} | {run}");
    }
}

#[test]
fn a_database_that_a_workflow_starts_is_needed() {
    let workflow = "jobs:\n  a:\n    strategy:\n      matrix:\n        db: ['mysql:8.3', 'mariadb:11']\n    steps:\n      - run: docker run -d -e A=b:c -v /x:/etc/mysql -p 3306:3306 ${{ matrix.db }}\n      - run: npm test\n";
    let project = detected(&[
        ("package.json", r#"{"scripts": {"test": "mocha"}}"#),
        (".github/workflows/ci.yml", workflow),
        ("test/a.test.js", ""),
    ]);
    let names: Vec<_> = project.services.iter().map(|need| need.name.as_str()).collect();
    assert_eq!(names, ["mysql"]);
}
