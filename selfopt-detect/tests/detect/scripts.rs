//! Which of the scripts, or which part of one, is taken.

use selfopt_core::CommandSource;

use crate::{detected, test_cmd, with_scripts};

#[track_caller]
fn check_test(scripts: &str, expected: Option<&str>) {
    let project = with_scripts(scripts, &[], &["test/a.test.js"]);
    assert_eq!(test_cmd(&project), expected, "{scripts}");
}

#[test]
fn a_clean_script_is_called_as_it_is() {
    for text in [
        "jest",
        "vitest run",
        "mocha --exit",
        "node --test",
        "node test/all.js",
        "npm run build && ava",
        "rimraf tmp && tap",
        "cross-env TZ=UTC jest",
        "nyc --all tape test/*.js && nyc report",
        "make test",
        "./scripts/test.sh",
    ] {
        check_test(&format!(r#"{{"test": "{text}", "build": "tsc"}}"#), Some("npm test"));
    }
}

#[test]
fn a_fused_script_gives_its_inner_command() {
    let cases = [
        (r#"{"test": "eslint . && mocha -R dot"}"#, "npx mocha -R dot"),
        (r#"{"test": "xo && NODE_ENV=test ava"}"#, "NODE_ENV=test npx ava"),
        (r#"{"test": "prettier -c . && node --test lib"}"#, "node --test lib"),
        (
            r#"{"test": "npm run lint && npm run unit", "lint": "eslint .", "unit": "jest"}"#,
            "npm run unit",
        ),
        (r#"{"test": "run-p lint spec", "lint": "eslint .", "spec": "mocha"}"#, "npm run spec"),
        (
            r#"{"test": "run-s test:*", "test:lint": "eslint .", "test:unit": "jest", "test:e2e": "cypress run"}"#,
            "npm run test:unit",
        ),
        (r#"{"test": "jest", "pretest": "eslint ."}"#, "npx jest"),
        (r#"{"test": "tap", "posttest": "npm run lint", "lint": "standard"}"#, "npx tap"),
        (
            r#"{"test": "npm run a && npm run b && npm run c", "a": "eslint .", "b": "jest a", "c": "jest b"}"#,
            "npm run b && npm run c",
        ),
        (r#"{"test": "jest && npm run test:types", "test:types": "tsd"}"#, "npx jest"),
        (
            r#"{"test": "npm run build && npm run test-only && npm run lint", "test-only": "mocha", "build": "tsc", "lint": "eslint ."}"#,
            "npm run test-only",
        ),
        (r#"{"test": "mocha && codecov"}"#, "npx mocha"),
    ];
    for (scripts, expected) in cases {
        check_test(scripts, Some(expected));
    }
}

#[test]
fn watchers_are_made_to_end() {
    check_test(r#"{"test": "vitest"}"#, Some("npx vitest run"));
    check_test(r#"{"test": "jest --watch"}"#, Some("npx jest"));
    check_test(
        r#"{"test": "npm run test:unit -- --run && playwright test", "test:unit": "vitest"}"#,
        Some("npx vitest run"),
    );
    check_test(r#"{"test:watch": "jest --watch", "test:unit": "jest"}"#, Some("npm run test:unit"));
}

#[test]
fn what_is_no_unit_test_is_not_taken() {
    for scripts in [
        r#"{"test": "echo \"Error: no test specified\" && exit 1"}"#,
        r#"{"test": "echo \"Write tests!\" && exit 1"}"#,
        r#"{"test": "exit 0"}"#,
        r#"{"test": "prettier --check ."}"#,
        r#"{"test": "eslint ."}"#,
        r#"{"test": "playwright test"}"#,
        r#"{"test": "karma start --single-run"}"#,
        r#"{"test:e2e": "playwright test", "test:update": "jest -u"}"#,
        r#"{"start": "node ."}"#,
        r#"{"test": "npm test"}"#,
    ] {
        let project = with_scripts(scripts, &[], &["test/a.test.js"]);
        assert_eq!(test_cmd(&project), None, "{scripts}");
    }
    let project = with_scripts(r#"{"test": "exit 0"}"#, &[], &[]);
    assert!(project.notes[0].message.contains("it is a placeholder"), "{:?}", project.notes);
    assert_eq!(
        project.notes[0].evidence.as_ref().map(ToString::to_string).as_deref(),
        Some("package.json:1")
    );
}

#[test]
fn a_runner_without_any_test_file_is_none() {
    let project = with_scripts(r#"{"test": "jest"}"#, &["jest"], &["src/index.js"]);
    assert_eq!(test_cmd(&project), None);
    // Mocha's arguments may name any file.
    let project = with_scripts(r#"{"test": "mocha checks"}"#, &["mocha"], &["checks/a.js"]);
    assert_eq!(test_cmd(&project), Some("npm test"));
}

#[test]
fn a_runner_without_a_script_is_called_by_itself() {
    let project = with_scripts("{}", &["vitest"], &["src/a.test.ts"]);
    assert_eq!(test_cmd(&project), Some("npx vitest run"));
}

#[test]
fn builds_with_side_effects_give_their_safe_part() {
    let cases = [
        (r#"{"build": "tsc"}"#, Some("npm run build")),
        (r#"{"build": "prisma migrate deploy && next build"}"#, Some("npx next build")),
        (
            r#"{"build": "run-s check-db build-app", "check-db": "node check-db.js", "build-app": "next build"}"#,
            Some("npm run build-app"),
        ),
        (
            r#"{"build": "npm run build:lib && exit 0", "build:lib": "rollup -c"}"#,
            Some("npm run build:lib"),
        ),
        (r#"{"compile": "rimraf out && tsc"}"#, Some("npm run compile")),
        (
            r#"{"build": "nx affected -t build", "build:all": "nx run-many -t build"}"#,
            Some("npm run build:all"),
        ),
        (r#"{"build:docs": "typedoc", "build:watch": "tsc -w"}"#, None),
        (r#"{"build": "echo nothing to do"}"#, None),
        (r#"{"build": "docker build ."}"#, None),
        (r#"{"prestart:prod": "tsc", "start:prod": "node dist"}"#, Some("npm run prestart:prod")),
    ];
    for (scripts, expected) in cases {
        let project = with_scripts(scripts, &[], &[]);
        assert_eq!(project.build_cmd.map(|build| build.cmd).as_deref(), expected, "{scripts}");
    }
}

#[test]
fn type_checks_are_found_under_many_names_or_put_together() {
    let cases = [
        (r#"{"typecheck": "tsc"}"#, Some("npm run typecheck")),
        (r#"{"lint:ts": "tsc --noEmit", "lint": "eslint ."}"#, Some("npm run lint:ts")),
        (r#"{"type-check": "vue-tsc --noEmit"}"#, Some("npm run type-check")),
        (r#"{"check": "svelte-kit sync && svelte-check"}"#, Some("npm run check")),
        (r#"{"check-types": "turbo run check-types"}"#, Some("npm run check-types")),
        (r#"{"build": "tsc", "test": "jest"}"#, Some("npx tsc --noEmit")),
        (r#"{"build": "tsc --build"}"#, Some("npm run build")),
        (r#"{"types": "tsc --emitDeclarationOnly"}"#, Some("npx tsc --noEmit")),
        (r#"{"lint": "eslint . && tsc --noEmit"}"#, Some("npx tsc --noEmit")),
        (r#"{"ts:watch": "tsc --noEmit --watch"}"#, Some("npx tsc --noEmit")),
    ];
    for (scripts, expected) in cases {
        let project = with_scripts(scripts, &["typescript"], &["tsconfig.json", "src/a.ts"]);
        assert_eq!(project.typecheck_cmd.map(|check| check.cmd).as_deref(), expected, "{scripts}");
    }
    // Hand-written declarations beside JavaScript are nobody's check.
    let project = with_scripts("{}", &["typescript"], &["tsconfig.json", "index.d.ts", "index.js"]);
    assert_eq!(project.typecheck_cmd, None);
}

#[test]
fn benchmarks_are_found_with_and_without_a_script() {
    let cases: [(&str, &[&str], Option<&str>); 10] = [
        (r#"{"bench": "node bench.js"}"#, &[], Some("npm run bench")),
        (r#"{"test:perf": "node perf/run.js"}"#, &[], Some("npm run test:perf")),
        (
            r#"{"benchmark-deps": "npm i --prefix benchmark", "build-benchmark": "rollup -c"}"#,
            &[],
            None,
        ),
        ("{}", &["benchmark/benchmark.js"], Some("node benchmark/benchmark.js")),
        ("{}", &["bench/index.mjs", "bench/other.mjs"], Some("node bench/index.mjs")),
        ("{}", &["bench/bench-parse.js", "lib/parse.js"], Some("node bench/bench-parse.js")),
        // Which parser to measure is an argument of this one.
        ("{}", &["bench/bench-100mb-big.js", "lib/parse.js"], None),
        (
            "{}",
            &["bench/package.json", "bench/index.js"],
            Some("cd bench && npm install && node index.js"),
        ),
        ("{}", &["src/app/performance/page.tsx", "docs/bench.js", "examples/bench/index.js"], None),
        (r#"{"bench": "vite bench"}"#, &[], None),
    ];
    for (scripts, files, expected) in cases {
        let project = with_scripts(scripts, &[], files);
        assert_eq!(
            project.bench.map(|bench| bench.cmd).as_deref(),
            expected,
            "{scripts} {files:?}"
        );
    }
    let project = with_scripts("{}", &["vitest"], &["src/sort.bench.ts"]);
    let bench = project.bench.unwrap();
    assert_eq!(
        (bench.cmd.as_str(), bench.source),
        ("npx vitest bench --run", CommandSource::Folder)
    );
}

#[test]
fn every_command_has_its_lines_and_the_ci_adds_its_own() {
    let manifest = "{\n  \"scripts\": {\n    \"lint\": \"eslint .\",\n    \"unit\": \"jest\",\n    \"smoke\": \"jest smoke\",\n    \"test\": \"npm run lint && npm run unit\"\n  }\n}";
    let workflow =
        "on: push\njobs:\n  a:\n    steps:\n      - run: npm ci\n      - run: npm run unit\n";
    let files = [("package.json", manifest), ("package-lock.json", "{}"), ("a.test.js", "")];
    let alone = detected(&files).test_cmd.unwrap();
    let lines: Vec<_> = alone.evidence.iter().map(ToString::to_string).collect();
    assert_eq!(lines, ["package.json:6", "package.json:4"]);
    assert_eq!((alone.cmd.as_str(), alone.source), ("npm run unit", CommandSource::Script));
    let with_ci: Vec<_> =
        files.into_iter().chain([(".github/workflows/ci.yml", workflow)]).collect();
    let confirmed = detected(&with_ci).test_cmd.unwrap();
    assert_eq!(confirmed.evidence.last().unwrap().to_string(), ".github/workflows/ci.yml:6");
    assert!(confirmed.confidence > alone.confidence);
}

#[test]
fn the_ci_narrows_a_fused_script() {
    let manifest = r#"{"scripts": {"test": "eslint . && npm run fast && npm run slow", "fast": "jest a", "slow": "jest b", "ci": "eslint . && npm run fast", "test-ci": "npm run ci"}}"#;
    let workflow = "on: push\njobs: {a: {steps: [{run: npm run test-ci}]}}";
    let files =
        [("package.json", manifest), ("a.test.js", ""), (".github/workflows/ci.yml", workflow)];
    assert_eq!(test_cmd(&detected(&files)), Some("npm run fast"));
}

#[test]
fn the_ci_speaks_where_no_script_does() {
    let workflow = "on: push\njobs:\n  a:\n    steps:\n      - run: npm install\n        working-directory: test\n      - run: npm run all\n        working-directory: test\n      - run: npx tsc\n";
    let files = [
        ("package.json", "{}"),
        ("test/package.json", r#"{"scripts": {"all": "mocha"}}"#),
        (".github/workflows/ci.yml", workflow),
    ];
    let project = detected(&files);
    assert_eq!(test_cmd(&project), Some("cd test && npm install && npm run all"));
    let check = project.typecheck_cmd.unwrap();
    assert_eq!((check.cmd.as_str(), check.source), ("npx tsc", CommandSource::Ci));
}
