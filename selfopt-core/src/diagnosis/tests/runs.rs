//! What builds and tests print when they fail for want of something.

use super::{RED, check, diagnosed, project, unknown};
use crate::diagnosis::{RedStep, diagnose};
use crate::domain::{EvidenceLine, NodeVersion, Project};
use crate::ports::{Phase, StepStatus};

#[test]
fn the_wrong_node() {
    let cases = [
        (
            Phase::Install,
            "npm error code EBADENGINE\nnpm error engine Unsupported engine\nnpm error engine Not compatible with your version of node/npm: a@1.0.0\nnpm error notsup Required: {\"node\":\">=99\"}\n",
            "Not compatible",
        ),
        (
            Phase::Install,
            " ERR_PNPM_UNSUPPORTED_ENGINE  Unsupported environment (bad pnpm and/or Node.js version)\n",
            "Unsupported environment",
        ),
        (
            Phase::Install,
            "error a@1.0.0: The engine \"node\" is incompatible with this module. Expected version \">=99\". Got \"20.1.0\"\n",
            ">=99",
        ),
        (
            Phase::Build,
            "Error: error:0308010C:digital envelope routines::unsupported\n    at new Hash (node:internal/crypto/hash:71:19)\n",
            "digital envelope",
        ),
        (Phase::Test, "node: bad option: --experimental-strip-types\n", "bad option"),
    ];
    for (phase, output, evidence) in cases {
        check(phase, output, "Node.js", evidence);
    }
    unknown(
        Phase::Install,
        "npm warn EBADENGINE Unsupported engine {\nnpm warn EBADENGINE   package: 'a@1.0.0',\nnpm error code EWHAT\n",
    );
}

#[test]
fn a_node_that_is_only_suggested_has_to_be_named() {
    let line = EvidenceLine { path: "ci.yml".into(), line: Some(3), text: "node: 14".into() };
    for (pinned, names_it) in [(true, false), (false, true)] {
        let node =
            NodeVersion { pick: "14".to_owned(), acceptable: None, pinned, source: line.clone() };
        let step = RedStep {
            phase: Phase::Build,
            cmd: "gulp",
            status: RED,
            output: "ReferenceError: primordials is not defined\n",
            project: &Project { node_version: Some(node), ..project() },
            network: None,
        };
        let found = diagnose(&step).unwrap();
        assert!(found.way_out.starts_with("run with Node.js 14, which `ci.yml:3` asks for"));
        assert_eq!(found.way_out.contains("`node = \"14\"`"), names_it, "{found:?}");
    }
}

#[test]
fn programs_that_are_not_there() {
    let cases = [
        ("> a@1.0.0 test\n> jest\n\nsh: 1: jest: not found\n", "`jest`"),
        ("/bin/sh: line 1: tsc: command not found\n", "`tsc`"),
        ("error Command \"mocha\" not found.\n", "`mocha`"),
        (
            "npm error npx canceled due to missing packages and no YES option: [\"@a/cli@1.2.3\"]\n",
            "`@a/cli`",
        ),
        ("Error: spawn python3 ENOENT\n    at ChildProcess._handle.onexit\n", "`python3`"),
    ];
    for (output, cause) in cases {
        check(Phase::Test, output, cause, "");
    }
    check(Phase::Test, "npm error Missing script: \"test\"\n", "no such script", "Missing script");
    let many = format!("sh: 1: lsof: not found\n{}", "  1) fails\n".repeat(40));
    unknown(Phase::Test, &many);
    unknown(Phase::Test, "module not found in the list\n");
}

#[test]
fn files_of_a_submodule() {
    check(
        Phase::Test,
        "Error: ENOENT: no such file or directory, scandir '/w/spec/suite/tests'\n",
        "git submodule `spec/suite`",
        "scandir",
    );
    unknown(Phase::Test, "Error: ENOENT: no such file or directory, open '/w/spec/suites/a'\n");
    unknown(Phase::Test, "FAIL spec/suite/a.test.js\n");
}

#[test]
fn placeholders_and_runners_without_tests() {
    let placeholders = [
        "> a@1.0.0 test\n> echo \"Error: no test specified\" && exit 1\n\nError: no test specified\n",
        "> a@1.0.0 test\n> echo \"Write tests! -> https://example.com/unit-testing\" && exit 1\n\nWrite tests! -> https://example.com/unit-testing\n",
        "$ echo \"coming soon\" && exit 1\ncoming soon\nerror Command failed with exit code 1.\n",
    ];
    for output in placeholders {
        check(Phase::Test, output, "the project has no tests", "");
    }
    let runners = [
        "No tests found, exiting with code 1\nRun with `--passWithNoTests` to exit with code 0\n",
        "include: **/*.{test,spec}.?(c|m)[jt]s?(x)\n\nNo test files found, exiting with code 1\n",
        "Error: No test files found: \"test\"\n",
        "  ✖ Couldn't find any files to test\n",
        "Could not find '/w/test/*.js'\n",
    ];
    for output in runners {
        check(Phase::Test, output, "found no tests", "");
    }
    unknown(
        Phase::Test,
        "Tests:       1 failed, 3 passed, 4 total\nNo tests found related to files\n",
    );
    unknown(Phase::Test, "  1 passing (3ms)\n  1 failing\n\n  1) says no test specified:\n");
    unknown(Phase::Build, "Error: no test specified\n");
    unknown(Phase::Test, "> a@1.0.0 test\n> echo start && node run.js; exit 1\nstart\n");
}

#[test]
fn tests_that_need_what_is_not_there() {
    let cases = [
        (
            "Error: Could not find Chrome (ver. 126.0.6478.126). This can occur if either\n 1. you did not perform an installation before running the script\n",
            "needs a browser",
        ),
        (
            "browserType.launch: Executable doesn't exist at /h/.cache/ms-playwright/chromium-1117/chrome-linux/chrome\n",
            "needs a browser",
        ),
        (
            "ERROR [launcher]: No binary for ChromeHeadless browser on your platform.\n",
            "needs a browser",
        ),
        (
            "Error: connect ECONNREFUSED 127.0.0.1:5432\n    at TCPConnectWrap.afterConnect\n",
            "needs PostgreSQL",
        ),
        ("    Error: connect ECONNREFUSED ::1:6379\n", "needs Redis"),
        ("MongooseServerSelectionError: connect ECONNREFUSED 127.0.0.1:27017\n", "needs MongoDB"),
        ("Error: Missing required environment variable: API_KEY\n", "environment variable"),
        ("error: Environment variable not found: DATABASE_URL.\n", "environment variable"),
        (
            "TypeError: fetch failed\n  cause: Error: getaddrinfo ENOTFOUND api.example.com\n",
            "reaches for the network",
        ),
    ];
    for (output, cause) in cases {
        check(Phase::Test, output, cause, "");
    }
    let near = [
        "  ✓ rejects with connect ECONNREFUSED 127.0.0.1:5432 (3 ms)\n  1 failing\n",
        "Error: connect ECONNREFUSED 127.0.0.1:49213\n",
        "(node:1) Warning: The 'NO_COLOR' environment variable is ignored, not set\n",
        "ok 3 - getaddrinfo ENOTFOUND api.example.com\nnot ok 4 - adds\n",
        "not ok 3 - falls back when the environment variable is not set\n",
        "  ✕ throws if the environment variable is missing (2 ms)\n    Expected: 1\n",
        "  1) config fails if an environment variable is undefined:\n     AssertionError: 1 == 2\n",
        "AssertionError: expected 'browser' to equal 'node'\n",
        "Error: getaddrinfo ENOTFOUND localhost.\n",
    ];
    for output in near {
        unknown(Phase::Test, output);
    }
}

#[test]
fn memory_and_disk() {
    check(
        Phase::Build,
        "<--- Last few GCs --->\n\nFATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n",
        "heap memory",
        "FATAL ERROR",
    );
    check(
        Phase::Build,
        "Error: ENOSPC: no space left on device, write\n",
        "disk is full",
        "ENOSPC",
    );
    unknown(
        Phase::Test,
        "Error: ENOSPC: System limit for number of file watchers reached, watch '/w'\n",
    );
    let killed = diagnosed(Phase::Build, StepStatus::OutOfMemory, "building\n").unwrap();
    assert_eq!(killed.evidence, "building");
    // A share of the disk is not the disk.
    for output in ["writing\n", "ENOSPC: no space left on device, write\n"] {
        let killed = diagnosed(Phase::Test, StepStatus::DiskExceeded, output).unwrap();
        assert!(killed.cause.contains("more than it may"), "{killed:?}");
        assert_eq!(killed.evidence, output.trim());
    }
}

#[test]
fn what_waits_is_named_only_when_it_was_ended_for_it() {
    let output = "Tests:       1 passed, 1 total\n\nWatch Usage: Press w to show more.\n";
    for status in [StepStatus::Stuck, StepStatus::TimedOut] {
        let found = diagnosed(Phase::Test, status, output).unwrap();
        assert!(found.cause.contains("is a watcher"), "{found:?}");
        assert_eq!(found.evidence, "Watch Usage: Press w to show more.");
    }
    unknown(Phase::Test, output);
}

#[test]
fn hostile_output_is_read_without_harm() {
    let cases = [
        "➤ YN0009: │ é couldn't be built successfully".to_owned(),
        "error node_modules/: Command failed.\nnpm error code 1\nnpm error path node_modules/\n"
            .to_owned(),
        "error Command \"\" not found\nconnect ECONNREFUSED \n://\nsh: : not found".to_owned(),
        "npm error @: x\nnpm error code 7\nnpm error a@ install: \n".to_owned(),
        "github.com".repeat(10_000),
        "\u{feff}\u{0}é".repeat(1000),
    ];
    for output in &cases {
        for phase in [Phase::Install, Phase::Build, Phase::Test] {
            let _ = diagnosed(phase, RED, output);
            let _ = diagnosed(phase, StepStatus::Stuck, output);
        }
    }
}
