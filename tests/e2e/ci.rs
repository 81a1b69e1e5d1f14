//! `examples/ci`: the script and the workflow, executed.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::project::Project;
use crate::selfopt::{Ran, SelfOpt, repository};

const MANIFEST: &str = r#"{"name": "shop", "type": "module", "scripts": {"test": "node --test"}}"#;
const SOURCE: &str = "export function has(list, x) {\n  return list.indexOf(x) !== -1;\n}\n";
const TEST: &str = "import assert from 'node:assert';\nimport { test } from 'node:test';\nimport { has } from './has.js';\ntest('has', () => assert.equal(has([1, 2], 2), true));\n";

/// A repository whose last commit changes one file.
fn changed(after: &str) -> Project {
    let project = Project::with(&[
        ("package.json", MANIFEST),
        ("has.js", SOURCE),
        ("has.test.js", TEST),
        (".github/prove.sh", &example("prove.sh")),
    ]);
    project.write("has.js", after);
    project.commit();
    project
}

fn example(name: &str) -> String {
    fs::read_to_string(repository().join("examples/ci").join(name)).expect("the example is there")
}

/// The script of a step of the workflow, as a runner executes it.
fn step(name: &str) -> String {
    let workflow = example("prove.yml");
    let step = workflow.split("- name: ").find(|step| step.starts_with(name));
    let run = step.and_then(|step| step.split("\n        run: ").nth(1)).expect("a step that runs");
    assert!(!run.starts_with('|'), "one line: {run}");
    run.lines().next().expect("a line").to_owned()
}

struct Job {
    dir: tempfile::TempDir,
    env: BTreeMap<&'static str, String>,
}

impl Job {
    /// With this program for `selfopt`.
    fn with(selfopt: &Path) -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory can be made");
        let env = BTreeMap::from([
            ("SELFOPT", selfopt.display().to_string()),
            ("GITHUB_STEP_SUMMARY", dir.path().join("summary.md").display().to_string()),
            ("BASE", "HEAD~1".to_owned()),
            ("HEAD", "HEAD".to_owned()),
        ]);
        Self { dir, env }
    }

    /// With a stand-in that ends with this code.
    fn with_fake(code: i32) -> Self {
        let job = Self::with(Path::new("set below"));
        let fake = job.dir.path().join("selfopt");
        let calls = job.dir.path().join("calls");
        let text = format!(
            "#!/bin/sh\nprintf '%s\\n' \"$@\" > '{}'\necho '# SelfOpt: a proof'\nexit {code}\n",
            calls.display()
        );
        fs::write(&fake, text).expect("files can be written");
        fs::set_permissions(&fake, fs::Permissions::from_mode(0o755)).expect("a mode");
        job.set("SELFOPT", &fake.display().to_string())
    }

    fn set(mut self, name: &'static str, value: &str) -> Self {
        self.env.insert(name, value.to_owned());
        self
    }

    /// Runs the workflow's step.
    fn run(&self, project: &Project) -> Ran {
        let output = Command::new("sh")
            .args(["-e", "-c", &step("Prove")])
            .current_dir(project.path())
            .envs(&self.env)
            .output()
            .expect("the shell starts");
        Ran::of(&output)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.dir.path().join(name)).expect("the file is there")
    }
}

fn real() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_selfopt"))
}

/// The script's exit code and summary for the last commit of a project, where a
/// proof is required.
pub(crate) fn proved(project: &Project) -> (i32, String) {
    let store = SelfOpt::new();
    project.write(".github/prove.sh", &example("prove.sh"));
    let job = Job::with(&real())
        .set("SELFOPT_STORE", &store.store().display().to_string())
        .set("SELFOPT_FLAGS", "--isolation process")
        .set("REQUIRE_PROOF", "true");
    let ran = job.run(project);
    (ran.code, job.read("summary.md"))
}

#[test]
fn only_what_is_no_verdict_fails_unless_a_proof_is_required() {
    let project = changed(&SOURCE.replace("indexOf(x) !== -1", "includes(x)"));
    let codes = [(0, 0, 0), (10, 0, 10), (2, 2, 2), (3, 3, 3), (4, 4, 4), (70, 70, 70)];
    for (selfopt, expected, when_required) in codes {
        let job = Job::with_fake(selfopt);
        assert_eq!(job.run(&project).code, expected, "selfopt ended with {selfopt}");
        assert_eq!(job.read("summary.md"), "# SelfOpt: a proof\n");
        let required = Job::with_fake(selfopt).set("REQUIRE_PROOF", "true");
        assert_eq!(required.run(&project).code, when_required, "selfopt ended with {selfopt}");
    }
}

#[test]
fn the_range_is_what_the_pull_request_adds() {
    let project = changed(&SOURCE.replace("indexOf(x) !== -1", "includes(x)"));
    let job = Job::with_fake(0).set("SELFOPT_FLAGS", "--isolation process --seed 7");
    assert_eq!(job.run(&project).code, 0);
    let expected = [
        "prove",
        "--range",
        "HEAD~1...HEAD",
        "--format",
        "markdown",
        "--isolation",
        "process",
        "--seed",
        "7",
    ];
    assert_eq!(job.read("calls").lines().collect::<Vec<_>>(), expected);
}

#[test]
fn without_a_summary_the_proof_is_printed_and_wrong_usage_is_said() {
    let project = changed(&SOURCE.replace("indexOf(x) !== -1", "includes(x)"));
    let printed = Job::with_fake(10).set("GITHUB_STEP_SUMMARY", "").run(&project);
    assert_eq!((printed.code, printed.stdout.as_str()), (0, "# SelfOpt: a proof\n"));
    let script = repository().join("examples/ci/prove.sh");
    let output = Command::new("sh").arg(script).output().expect("the shell starts");
    let ran = Ran::of(&output);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("usage: prove.sh BASE [HEAD]"), "{ran:#?}");
}

#[test]
fn a_change_that_breaks_the_tests_is_explained_in_the_summary() {
    let project = changed(&SOURCE.replace("!== -1", "=== -1"));
    let store = SelfOpt::new();
    let job = || {
        Job::with(&real())
            .set("SELFOPT_STORE", &store.store().display().to_string())
            .set("SELFOPT_FLAGS", "--isolation process")
    };
    let lenient = job();
    let ran = lenient.run(&project);
    assert_eq!(ran.code, 0, "{ran:#?}");
    let summary = lenient.read("summary.md");
    assert!(summary.starts_with("# SelfOpt: rejected\n"), "{summary}");
    assert!(summary.contains("Not proved (tests): "), "{summary}");
    assert!(summary.contains("Changes `has.js`."), "{summary}");
    let strict = job().set("REQUIRE_PROOF", "true");
    assert_eq!(strict.run(&project).code, 10);
}

#[test]
fn a_range_that_is_not_there_and_red_tests_fail() {
    let project = changed(&SOURCE.replace("indexOf(x) !== -1", "includes(x)"));
    let store = SelfOpt::new();
    let job = Job::with(&real())
        .set("SELFOPT_STORE", &store.store().display().to_string())
        .set("SELFOPT_FLAGS", "--isolation process");
    let ran = job.set("BASE", "no-such-branch").run(&project);
    assert_eq!(ran.code, 2, "{ran:#?}");
    assert!(ran.stderr.contains("`no-such-branch` is no commit"), "{ran:#?}");
    let red = Project::with(&[
        ("package.json", MANIFEST),
        ("has.js", SOURCE),
        ("has.test.js", &TEST.replace("true", "false")),
        (".github/prove.sh", &example("prove.sh")),
    ]);
    red.write("has.js", &SOURCE.replace("indexOf(x) !== -1", "includes(x)"));
    red.commit();
    let job = Job::with(&real())
        .set("SELFOPT_STORE", &store.store().display().to_string())
        .set("SELFOPT_FLAGS", "--isolation process");
    let ran = job.run(&red);
    assert_eq!(ran.code, 3, "{ran:#?}");
}
