//! Bad input: what happened, where, why, what to do next, and an exit code.

use std::fs;
#[cfg(unix)]
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, Executor as _};

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
    ran.check(code, says);
    let all = ran.all();
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
    check(&optimize(&project, &[]), 3, &["npm install", "is red", "exit code 7"]);
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
    check(&optimize(&project, &[]), 3, &["`npm test` is red", "seven is not eight"]);
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
    check(&ran, 3, &["stopped"]);
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
fn configuration_that_is_no_text() {
    let project = Project::with(&[("package.json", MANIFEST), ("a.test.mjs", TEST)]);
    fs::write(project.path().join("selfopt.toml"), b"[budget]\nx = \"\xff\"\n").unwrap();
    project.commit();
    check(&optimize(&project, &[]), 2, &["selfopt.toml", "not UTF-8"]);
}

/// Where the helper keeps its store is up to it: what is there is replaced.
#[test]
fn a_store_that_cannot_be_used() {
    let selfopt = SelfOpt::new();
    fs::write(selfopt.store().join("selfopt.db"), "no database at all, but long enough").unwrap();
    check(&selfopt.run(&std::env::temp_dir(), &["proposals", "list"]), 70, &["store"]);

    let selfopt = SelfOpt::new();
    fs::remove_dir_all(selfopt.store()).unwrap();
    fs::write(selfopt.store(), "a file").unwrap();
    let ran = selfopt.run(&std::env::temp_dir(), &["proposals", "list"]);
    fs::remove_file(selfopt.store()).unwrap();
    check(&ran, 70, &["store", "cannot be written", "--store DIR"]);
}

#[test]
fn a_store_of_a_newer_version() {
    let selfopt = SelfOpt::new();
    let list = ["proposals", "list"];
    assert_eq!(selfopt.run(&std::env::temp_dir(), &list).code, 0);
    let database = selfopt.store().join("selfopt.db");
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let mut database = SqliteConnectOptions::new().filename(database).connect().await.unwrap();
        database
            .execute(
                "INSERT INTO _sqlx_migrations \
                 SELECT 99999999999999, 'later', installed_on, success, checksum, execution_time \
                 FROM _sqlx_migrations LIMIT 1",
            )
            .await
            .unwrap();
        database.close().await.unwrap();
    });
    let ran = selfopt.run(&std::env::temp_dir(), &list);
    check(&ran, 70, &["newer version of selfopt", "99999999999999", "upgrade selfopt"]);
}

#[test]
fn a_broken_lock_file() {
    let project = Project::with(&[
        (
            "package.json",
            r#"{"name": "shop", "version": "1.0.0", "scripts": {"test": "node --test"}, "dependencies": {"left-pad": "1.3.0"}}"#,
        ),
        ("package-lock.json", "{ \"lockfileVersion\": 3, oops"),
        ("a.test.mjs", TEST),
    ]);
    check(&optimize(&project, &[]), 3, &["npm ci", "is red"]);
}

#[test]
fn a_detached_checkout_works() {
    let project = Project::with(&[("package.json", MANIFEST), ("a.test.mjs", TEST)]);
    project.git(&["checkout", "--quiet", "--detach"]);
    let ran = optimize(&project, &[]);
    assert_eq!(ran.code, 10, "{ran:#?}");
}

#[cfg(unix)]
#[test]
fn no_node() {
    let project = Project::with(&[("package.json", MANIFEST), ("a.test.mjs", TEST)]);
    let programs = tempfile::tempdir().unwrap();
    let path = std::env::var_os("PATH").unwrap();
    for name in ["git", "sh"] {
        let program =
            std::env::split_paths(&path).map(|dir| dir.join(name)).find(|at| at.is_file());
        std::os::unix::fs::symlink(program.unwrap(), programs.path().join(name)).unwrap();
    }
    let selfopt = SelfOpt::new();
    let with_path = |args: &[&str], path: &Path| {
        let mut command = selfopt.command(args);
        let output = command.current_dir(project.path()).env("PATH", path).output().unwrap();
        Ran {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    };
    let run = ["optimize", "--isolation", "process"];
    let ran = with_path(&run, programs.path());
    check(&ran, 2, &["`node` was not found", "install Node.js 20 or newer"]);

    // One that is there, and too old.
    let node = programs.path().join("node");
    fs::write(&node, "#!/bin/sh\necho v18.19.0\n").unwrap();
    fs::set_permissions(&node, PermissionsExt::from_mode(0o755)).unwrap();
    let ran = with_path(&run, programs.path());
    check(&ran, 2, &["Node.js 18.19.0", "20 or newer"]);
    let doctor = with_path(&["doctor"], programs.path());
    assert_eq!(doctor.code, 2, "{doctor:#?}");
    assert!(doctor.stdout.contains("too old  node"), "{doctor:#?}");
    assert!(doctor.stdout.contains("https://nodejs.org"), "{doctor:#?}");
}

#[test]
fn an_isolation_that_is_weaker_than_required() {
    let project = Project::with(&[("package.json", MANIFEST), ("a.test.js", TEST)]);
    let ran = optimize(&project, &["--require-enforced"]);
    check(
        &ran,
        2,
        &[
            "weaker than required",
            "filesystem is none",
            "time is best effort",
            "--isolation docker",
        ],
    );
}

#[test]
fn evidence_that_is_none() {
    let dir = tempfile::tempdir().unwrap();
    let selfopt = SelfOpt::new();
    let verify = |bundle: &str| selfopt.run(dir.path(), &["verify", bundle]);
    check(&verify("no-such-bundle.tar"), 2, &["does not exist"]);
    fs::create_dir(dir.path().join("folder")).unwrap();
    check(&verify("folder"), 2, &["is a directory"]);
    fs::write(dir.path().join("garbage.tar"), [0x1b_u8, b'[', b'3', 0xff].repeat(1000)).unwrap();
    let ran = verify("garbage.tar");
    check(&ran, 5, &[]);
    assert!(!ran.stderr.contains('\u{1b}'), "{ran:#?}");
    assert!(ran.stderr.lines().all(|line| line.chars().count() < 300), "{ran:#?}");
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
