//! What package managers print when an install fails.

use super::{RED, check, diagnosed, project, unknown};
use crate::diagnosis::{Diagnosis, RedStep, diagnose, passing_trouble};
use crate::domain::{
    Bytes, DetectionNote, HostDecision, HostUse, Millis, NetworkAccess, NetworkUse,
};
use crate::ports::{Phase, StepStatus};

#[test]
fn versions_that_the_registry_lacks() {
    let cases = [
        (
            "npm error code E404\nnpm error 404 Not Found - GET https://npm.example/@a%2feslint-config/-/eslint-config-0.4.1.tgz - Not found\nnpm error 404\nnpm error 404  '@a/eslint-config@https://npm.example/@a/eslint-config/-/eslint-config-0.4.1.tgz' is not in this registry.\nnpm error 404\nnpm error 404 Note that you can also install from a\nnpm error 404 tarball, folder, http url, or git folder.\n",
            "eslint-config-0.4.1.tgz",
        ),
        (
            "npm ERR! code ETARGET\nnpm ERR! notarget No matching version found for left-pad@^99.0.0.\nnpm ERR! notarget In most cases you or one of your dependencies are requesting\n",
            "left-pad@^99.0.0",
        ),
        (
            " ERR_PNPM_NO_MATCHING_VERSION  No matching version found for left-pad@^99.0.0\n\nThis error happened while installing a direct dependency of /w\n",
            "left-pad@^99.0.0",
        ),
        (" ERR_PNPM_FETCH_404  GET https://npm.example/left-padd: Not Found - 404\n", "left-padd"),
        (
            "yarn install v1.22.22\n[1/4] Resolving packages...\nerror Couldn't find any versions for \"left-pad\" that matches \"^99.0.0\"\ninfo Visit https://yarnpkg.com/en/docs/cli/install for documentation about this command.\n",
            "left-pad",
        ),
        (
            "error An unexpected error occurred: \"https://npm.example/x/-/x-1.0.0.tgz: Request failed \\\"404 Not Found\\\"\".\n",
            "x-1.0.0.tgz",
        ),
        (
            "➤ YN0000: ┌ Resolution step\n➤ YN0082: │ left-pad@npm:^99.0.0: No candidates found\n",
            "YN0082",
        ),
        (
            "➤ YN0035: │ left-padd@npm:*: Package not found\n➤ YN0035: │   Response Code: 404 (Not Found)\n",
            "404",
        ),
        (
            "bun install v1.2.0\nerror: No version matching \"^99.0.0\" found for specifier \"left-pad\" (but package exists)\n",
            "left-pad",
        ),
        ("error: GET https://npm.example/left-padd - 404\n", "left-padd"),
    ];
    for (output, evidence) in cases {
        check(Phase::Install, output, "registry lacks a version", evidence);
    }
    unknown(Phase::Install, "npm warn deprecated a@1.0.0: 404\n");
    unknown(Phase::Test, "npm error code E404\n");
}

#[test]
fn dependencies_that_come_from_a_forge() {
    let cases = [
        (
            "npm error code ENOTFOUND\nnpm error syscall getaddrinfo\nnpm error errno ENOTFOUND\nnpm error network request to https://codeload.github.com/a/b/tar.gz/c failed, reason: getaddrinfo ENOTFOUND codeload.github.com\nnpm error network This is a problem related to network connectivity.\n",
            "codeload.github.com/a/b",
        ),
        (
            "npm ERR! code E403\nnpm ERR! 403 403 Forbidden - GET https://api.github.com/repos/a/b/tarball/c\n",
            "api.github.com",
        ),
        (
            "npm error code E404\nnpm error 404 Not Found - GET https://codeload.github.com/a/b/tar.gz/c\n",
            "codeload.github.com",
        ),
        (
            "npm error code 128\nnpm error An unknown git error occurred\nnpm error command git --no-replace-objects ls-remote ssh://git@github.com/a/b.git\nnpm error ssh: connect to host github.com port 22: Connection refused\nnpm error fatal: Could not read from remote repository.\n",
            "github.com",
        ),
        (
            "npm error code 1\nnpm error git dep preparation failed\nnpm error command /usr/bin/node /usr/lib/node_modules/npm/bin/npm-cli.js install --force --cache=/c\n",
            "git dep preparation failed",
        ),
        (
            "error An unexpected error occurred: \"https://codeload.github.com/a/b/tar.gz/c: getaddrinfo ENOTFOUND codeload.github.com\".\n",
            "codeload.github.com",
        ),
        (
            "error Command failed.\nExit code: 128\nCommand: git\nArguments: ls-remote --tags --heads https://gitlab.com/a/b.git\nDirectory: /w\nOutput:\nfatal: unable to access 'https://gitlab.com/a/b.git/': Could not resolve host: gitlab.com\n",
            "gitlab.com",
        ),
        (
            " ERROR  Command failed with exit code 128: git ls-remote https://github.com/a/b.git\n",
            "git ls-remote",
        ),
        (
            "➤ YN0001: │ RequestError: getaddrinfo ENOTFOUND codeload.github.com\n",
            "codeload.github.com",
        ),
        ("error: GET https://api.github.com/repos/a/b/tarball/c - 403\n", "api.github.com"),
    ];
    for (output, evidence) in cases {
        check(Phase::Install, output, "not from the registry", evidence);
    }
    unknown(
        Phase::Install,
        "npm warn see https://github.com/a/b/issues/404\nnpm error code EWHAT\n",
    );
}

#[test]
fn git_that_is_not_there_is_told_apart() {
    let output = "npm error code ENOENT\nnpm error syscall spawn git\nnpm error path git\nnpm error errno -2\nnpm error enoent An unknown git error occurred\n";
    let found = diagnosed(Phase::Install, RED, output).unwrap();
    assert!(found.way_out.contains("install `git`"), "{found:?}");
}

#[test]
fn registries_that_want_credentials() {
    let cases = [
        "npm error code E401\nnpm error 401 Unauthorized - GET https://npm.pkg.github.com/@a%2fb\n",
        "npm error code E403\nnpm error 403 403 Forbidden - GET https://me:secret@npm.corp.example/b\n",
        " ERR_PNPM_FETCH_401  GET https://npm.corp.example/b: Unauthorized - 401\n",
        "error An unexpected error occurred: \"https://npm.corp.example/b: Request failed \\\"401 Unauthorized\\\"\".\n",
        "➤ YN0041: │ @a/b@npm:1.0.0: Invalid authentication (as an anonymous user)\n",
        "error: GET https://npm.corp.example/b - 401\n",
    ];
    for output in cases {
        check(Phase::Install, output, "refuses the request", "");
        let found = diagnosed(Phase::Install, RED, output).unwrap();
        assert!(!format!("{found:?}").contains("secret"), "{found:?}");
    }
    check(Phase::Install, cases[0], "`npm.pkg.github.com`", "401 Unauthorized");
}

#[test]
fn checksums_that_differ() {
    let npm = "npm warn tarball tarball data for a@https://npm.example/a.tgz (sha512-x) seems to be corrupted. Trying again.\nnpm error code EINTEGRITY\nnpm error sha512-x integrity checksum failed when using sha512: wanted sha512-x but got sha512-y. (1 bytes)\n";
    check(Phase::Install, npm, "checksum differs", "wanted sha512-x");
    check(
        Phase::Install,
        "error https://npm.example/a.tgz: Integrity check failed for \"a\" (computed integrity doesn't match our records, got \"sha1-y\")\n",
        "checksum differs",
        "\"a\"",
    );
    check(
        Phase::Install,
        " ERR_PNPM_TARBALL_INTEGRITY  Got unexpected checksum for \"https://npm.example/a.tgz\"\n",
        "checksum differs",
        "unexpected checksum",
    );
}

#[test]
fn lock_files_that_are_out_of_date() {
    let cases = [
        (
            "npm error code EUSAGE\nnpm error\nnpm error `npm ci` can only install packages when your package.json and package-lock.json or npm-shrinkwrap.json are in sync. Please update your lock file with `npm install` before continuing.\nnpm error\nnpm error Missing: left-pad@1.3.0 from lock file\n",
            "Missing: left-pad@1.3.0",
        ),
        (
            " ERR_PNPM_OUTDATED_LOCKFILE  Cannot install with \"frozen-lockfile\" because pnpm-lock.yaml is not up to date with package.json\n",
            "ERR_PNPM_OUTDATED_LOCKFILE",
        ),
        (
            "error Your lockfile needs to be updated, but yarn was run with `--frozen-lockfile`.\n",
            "needs to be updated",
        ),
        (
            "➤ YN0028: │ The lockfile would have been modified by this install, which is explicitly forbidden.\n",
            "YN0028",
        ),
        ("error: lockfile had changes, but lockfile is frozen\n", "frozen"),
    ];
    for (output, evidence) in cases {
        check(Phase::Install, output, "lock file is out of date", evidence);
    }
    unknown(
        Phase::Install,
        "npm error code EUSAGE\nnpm error\nnpm error The `npm ci` command can only install with an existing package-lock.json or\n",
    );
}

#[test]
fn native_code_and_downloads() {
    let re2 = "npm error code 1\nnpm error path /w/node_modules/re2\nnpm error command failed\nnpm error command sh -c install-from-cache --artifact build/Release/re2.node || node-gyp -j max rebuild\nnpm error Trying https://github.com/uhop/node-re2/releases/download/1.20.0/linux-x64-108.br ...\nnpm error getaddrinfo ENOTFOUND github.com\nnpm error gyp ERR! stack Error: not found: make\n";
    check(Phase::Install, re2, "`re2` builds native code", "");
    let puppeteer = "npm error code 1\nnpm error path /w/node_modules/puppeteer\nnpm error command failed\nnpm error command sh -c node install.mjs\nnpm error ERROR: Failed to set up chrome v126.0.6478.126! Set \"PUPPETEER_SKIP_DOWNLOAD\" env variable to skip download.\n";
    check(Phase::Install, puppeteer, "`puppeteer` downloads", "Failed to set up chrome");
    let found = diagnosed(Phase::Install, RED, puppeteer).unwrap();
    assert!(found.way_out.contains("PUPPETEER_SKIP_DOWNLOAD=1"), "{found:?}");
    // Another one was told to skip its download, and did.
    let other = ".../node_modules/puppeteer postinstall: **INFO** Skipping browser download. \"PUPPETEER_SKIP_DOWNLOAD\" environment variable was found.\n.../node_modules/canvas install: Failed\n";
    check(Phase::Install, other, "the install script of `canvas` failed", "canvas install");
    let cases = [
        (
            "npm ERR! code ELIFECYCLE\nnpm ERR! errno 1\nnpm ERR! sharp@0.25.0 install: `(node install/libvips && node install/dll-copy && prebuild-install) || (node-gyp rebuild)`\nnpm ERR! Exit status 1\n",
            "install script of `sharp`",
        ),
        (
            "error /w/node_modules/canvas: Command failed.\nExit code: 1\nCommand: node-pre-gyp install --fallback-to-build\nOutput:\nnode-pre-gyp ERR! build error\n",
            "`canvas` builds native code",
        ),
        (
            "➤ YN0009: │ better-sqlite3@npm:9.0.0 couldn't be built successfully (exit code 1, logs can be found here: /tmp/x.log)\n",
            "install script of `better-sqlite3`",
        ),
        (
            ".../node_modules/@a/native install: gyp ERR! find Python Python is not set\n.../node_modules/@a/native install: Failed\n",
            "`@a/native` builds native code",
        ),
        ("error: install script from \"bcrypt\" exited with 1\n", "install script of `bcrypt`"),
    ];
    for (output, cause) in cases {
        check(Phase::Install, output, cause, "");
    }
    check(
        Phase::Test,
        "Error: Could not locate the bindings file. Tried:\n → /w/node_modules/a/build/a.node\n",
        "native binary",
        "Could not locate",
    );
    unknown(
        Phase::Install,
        "npm warn install scripts of node-gyp were run\nnpm error code EWHAT\n",
    );
}

#[test]
fn an_install_that_is_still_compiling_is_told_by_what_detection_saw() {
    let mut project = project();
    project.notes.push(DetectionNote {
        message: "the install script of `re2` needs a compiler".into(),
        hint: Some("have one".into()),
        evidence: None,
    });
    let found = |status| {
        let step = RedStep {
            phase: Phase::Install,
            cmd: "npm ci",
            status,
            output: "",
            project: &project,
            network: None,
        };
        diagnose(&step)
    };
    let killed = found(StepStatus::TimedOut).unwrap();
    assert!(killed.cause.contains("`re2`") && killed.way_out == "have one", "{killed:?}");
    assert_eq!(found(RED), None);
}

#[test]
fn only_passing_trouble_with_the_registry_is_worth_a_second_try() {
    let project = project();
    let trouble = |output: &str, status| {
        let step = RedStep {
            phase: Phase::Install,
            cmd: "npm ci",
            status,
            output,
            project: &project,
            network: None,
        };
        passing_trouble(&step).is_some()
    };
    let worth = [
        "npm error code ECONNRESET\nnpm error network request to https://npm.example/a failed, reason: read ECONNRESET\n",
        "npm ERR! code ERR_SOCKET_TIMEOUT\nnpm ERR! network Socket timeout\n",
        "npm error code E503\nnpm error 503 Service Unavailable - GET https://npm.example/a\n",
        "error An unexpected error occurred: \"https://npm.example/a.tgz: ESOCKETTIMEDOUT\".\n",
        " ERR_PNPM_META_FETCH_FAIL  GET https://npm.example/a: request to https://npm.example/a failed, reason: connect ETIMEDOUT 192.0.2.1:443\n",
    ];
    for output in worth {
        assert!(trouble(output, RED), "{output}");
        assert!(!trouble(output, StepStatus::TimedOut), "{output}");
    }
    let hopeless = [
        "npm error code ENOTFOUND\nnpm error network request to https://npm.example/a failed, reason: getaddrinfo ENOTFOUND npm.example\n",
        "npm error code ECONNRESET\nnpm error network request to https://codeload.github.com/a failed, reason: read ECONNRESET\n",
        "npm warn attempt 1 failed with ETIMEDOUT\nnpm error code E404\nnpm error 404 Not Found - GET https://npm.example/a\n",
        "npm error code 1\nnpm error path /w/node_modules/re2\nnpm error gyp ERR! stack ETIMEDOUT\n",
        "npm error code EWHAT\n",
    ];
    for output in hopeless {
        assert!(!trouble(output, RED), "{output}");
    }
    check(Phase::Install, hopeless[0], "registry `npm.example` could not be reached", "ENOTFOUND");
}

fn refused(decision: HostDecision, output: &str) -> Option<Diagnosis> {
    with_network(decision, &[], output)
}

fn with_network(decision: HostDecision, withheld: &[&str], output: &str) -> Option<Diagnosis> {
    let row = |host: &str, decision| HostUse {
        host: host.to_owned(),
        port: 443,
        decision,
        requests: 1,
        sent: Bytes(0),
        received: Bytes(0),
        duration: Millis(0),
    };
    let network = NetworkUse {
        access: NetworkAccess::AllowList,
        allowed: Vec::new(),
        withheld: withheld.iter().map(|host| (*host).to_owned()).collect(),
        hosts: vec![row("npm.example", HostDecision::Allowed), row("cdn.example", decision)],
        more: 0,
    };
    let (project, network) = (project(), Some(&network));
    diagnose(&RedStep {
        phase: Phase::Install,
        cmd: "npm ci",
        status: RED,
        output,
        project: &project,
        network,
    })
}

#[test]
fn a_refused_host_is_named_with_the_way_to_allow_it() {
    let output = "npm error code ECONNRESET\nnpm error network request to https://cdn.example/a.tgz failed, reason: 403\n";
    let found = refused(HostDecision::NotListed, output).unwrap();
    assert!(found.cause.contains("`cdn.example`, which is not on its list"), "{found:?}");
    assert!(found.way_out.contains("`allow_hosts = [\"cdn.example\"]`"), "{found:?}");
    assert!(found.evidence.contains("https://cdn.example/a.tgz"), "{found:?}");
    let reason = "its name leads to a private address".to_owned();
    let found = refused(HostDecision::Refused { reason }, output).unwrap();
    assert!(found.cause.contains("`cdn.example:443`, which was refused: its name"), "{found:?}");
    assert!(found.way_out.contains("`network = \"open\"`"), "{found:?}");
}

#[test]
fn a_refused_host_is_the_reason_only_where_no_better_one_is_known() {
    let silent = refused(HostDecision::NotListed, "npm error code 1\n").unwrap();
    assert_eq!(silent.evidence, "CONNECT cdn.example:443 was refused");
    let lock = "npm error code EUSAGE\nnpm error `npm ci` can only install packages when your package.json and package-lock.json or npm-shrinkwrap.json are in sync.\n";
    let found = refused(HostDecision::NotListed, lock).unwrap();
    assert!(found.cause.contains("lock file"), "{found:?}");
    let allowed = refused(HostDecision::Allowed, "npm error code 1\n");
    assert_eq!(allowed, None);
}

#[test]
fn a_registry_whose_token_stays_outside_is_named() {
    let told =
        |withheld: &[&str], output: &str| with_network(HostDecision::Allowed, withheld, output);
    let private = [
        "npm error code E401\nnpm error 401 Unauthorized - GET https://npm.mine.example/@a%2fb - authentication required\n",
        "npm error code E404\nnpm error 404 Not Found - GET https://npm.mine.example/@a%2fb - Not found\n",
        " ERR_PNPM_FETCH_403  GET https://npm.mine.example/@a%2Fb: Forbidden - 403\n",
        "error An unexpected error occurred: \"https://npm.mine.example/@a/b: Request failed \\\"404 Not Found\\\"\".\n",
        // Those that name no address.
        "npm error code ENEEDAUTH\nnpm error need auth\n",
        "➤ YN0041: │ @a/b@npm:^1.0.0: Invalid authentication (as an anonymous user)\n",
    ];
    for output in private {
        let found = told(&["npm.mine.example"], output).unwrap_or_else(|| panic!("{output}"));
        assert!(found.cause.contains("`npm.mine.example`"), "{found:?}");
        assert!(found.cause.contains("keeps outside"), "{found:?}");
        assert!(found.way_out.contains("without a token"), "{found:?}");
    }
    // Another registry's refusal is its own, and so is a port or a size.
    let other =
        "npm error code E401\nnpm error 401 Unauthorized - GET https://npm.example/x - no\n";
    for withheld in [&["a.example"][..], &["a.example", "b.example"]] {
        let found = told(withheld, other).unwrap();
        assert!(found.cause.contains("`npm.example` refuses the request"), "{found:?}");
    }
    let port = "GET https://npm.mine.example:4011/x took 40100 ms\n";
    assert_eq!(told(&["npm.mine.example"], port), None);
    assert!(!told(&[], private[1]).unwrap().cause.contains("keeps outside"));
}

#[test]
fn a_registry_of_the_own_network_is_told_apart() {
    let output = "npm error code ECONNRESET\nnpm error network request to https://cdn.example/a.tgz failed, reason: 403\n";
    let reason =
        "it is a registry of your own configuration, and its name leads to a private address";
    let found = refused(HostDecision::Refused { reason: reason.to_owned() }, output).unwrap();
    assert!(found.cause.contains("the registry `cdn.example` cannot be used"), "{found:?}");
    assert!(found.cause.contains("a private address"), "{found:?}");
    assert!(
        found.way_out.contains("HTTPS_PROXY") && found.way_out.contains("`network = \"open\"`")
    );
}
