//! What every backend keeps to.

use std::fs;
use std::future::Future as _;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use selfopt_core::{
    Bytes, CancelFlag, CollectLimits, CommandLimits, Enforcement, FileWrite, MemoryTree, Millis,
    NoLog, Phase, Sandbox as _, SandboxError, SnapshotId, SourceTree, StepStatus, TreeEntry,
    TreeError, WorkspaceSpec,
};

use selfopt_sandbox::LocalSandbox;

use crate::fixture::{
    COLLECT, CancelOnOutput, Fixture, Recorder, command, fork, output, run, run_spec, write,
};

macro_rules! contract {
    ($($name:ident),* $(,)?) => {
        mod process {
            use crate::fixture::Fixture;
            $(#[tokio::test] async fn $name() { super::$name(Fixture::process()).await; })*
        }
        mod process_with_full_copies {
            use crate::fixture::Fixture;
            $(#[tokio::test] async fn $name() { super::$name(Fixture::process().with_full_copies()).await; })*
        }
        mod bubblewrap {
            use crate::fixture::Fixture;
            $(#[tokio::test] async fn $name() { super::$name(Fixture::bubblewrap()).await; })*
        }
        mod bubblewrap_with_full_copies {
            use crate::fixture::Fixture;
            $(#[tokio::test] async fn $name() { super::$name(Fixture::bubblewrap().with_full_copies()).await; })*
        }
    };
}

contract! {
    a_snapshot_is_found_again,
    an_unfinished_snapshot_is_not,
    applied_files_stay_beneath,
    applied_files_replace_and_keep_their_mode,
    cancelling_kills,
    collecting_takes_regular_files_only,
    collecting_stops_at_its_limits,
    cpu_time_of_children_is_counted,
    crafted_trees_stay_beneath,
    dropping_a_command_kills_it,
    exit_codes_are_reported,
    files_are_limited_in_size,
    forks_do_not_touch_each_other,
    forks_of_a_fork_stand_on_their_own,
    forks_have_paths_of_one_length,
    guarantees_are_named,
    links_and_modes_survive_a_fork,
    memory_is_watched,
    output_is_cut,
    output_floods_are_killed,
    programs_of_the_project_are_found,
    secrets_stay_outside,
    standard_input_is_closed,
    the_environment_is_the_same_everywhere,
    the_log_sees_what_is_kept,
    the_machine_is_described,
    time_limits_kill_the_whole_tree,
    what_a_command_leaves_behind_is_killed,
    working_directories_stay_beneath,
}

async fn exit_codes_are_reported(fixture: Fixture) {
    let workspace = fixture.open(&[("a.txt", "hello")]).await;
    assert_eq!(output(&*workspace, "cat a.txt").await, "hello");
    let outcome = run(&*workspace, "echo out; echo err >&2; exit 7").await;
    assert_eq!(outcome.status, StepStatus::Exited { code: 7 });
    assert_eq!(
        (outcome.stdout.as_slice(), outcome.stderr.as_slice()),
        (b"out\n".as_slice(), b"err\n".as_slice())
    );
    assert!(!outcome.truncated && outcome.usage.wall_ns > 0 && outcome.usage.max_rss.0 > 0);
    workspace.close().await.expect("removed");
    assert_eq!(fs::read_dir(fixture.base().join("work")).expect("listed").count(), 0);
}

async fn time_limits_kill_the_whole_tree(fixture: Fixture) {
    let workspace = fixture.open(&[]).await;
    let nap = nap();
    let daemon = format!("(setsid sh -c 'echo started >&2; {nap}' &)");
    let mut spec = command(&format!("{daemon}; trap '' TERM; {nap} & wait"));
    spec.limits.wall = Millis(700);
    let outcome = run_spec(&*workspace, spec).await;
    assert_eq!(outcome.status, StepStatus::TimedOut);
    assert_eq!(outcome.stderr, b"started\n");
    assert_eq!(sleepers(&nap), 0);
}

async fn what_a_command_leaves_behind_is_killed(fixture: Fixture) {
    let workspace = fixture.open(&[]).await;
    let nap = nap();
    let daemon = format!("setsid sh -c 'touch started; exec {nap}' &");
    let cmd = format!("{daemon} while ! [ -e started ]; do :; done");
    assert!(run(&*workspace, &cmd).await.succeeded());
    assert_eq!(sleepers(&nap), 0);
}

/// A command that sleeps for an hour, and that no other test runs.
fn nap() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(3600);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("sleep {count}.{}", std::process::id())
}

/// How many processes run this nap.
fn sleepers(nap: &str) -> usize {
    let expected = nap.replace(' ', "\0") + "\0";
    let processes = fs::read_dir("/proc").expect("listed").filter_map(Result::ok);
    processes
        .filter_map(|process| fs::read(process.path().join("cmdline")).ok())
        .filter(|line| line == expected.as_bytes())
        .count()
}

async fn cancelling_kills(fixture: Fixture) {
    let cancel = CancelFlag::default();
    let workspace = fixture.open_with(&[], cancel.clone()).await;
    let outcome = workspace
        .run(command("echo here; sleep 3371"), &CancelOnOutput(cancel))
        .await
        .expect("an outcome");
    assert_eq!(outcome.status, StepStatus::Cancelled);
}

async fn output_is_cut(fixture: Fixture) {
    let workspace = fixture.open(&[]).await;
    let mut spec = command("head -c 3000000 /dev/zero; echo end >&2");
    spec.limits.output = Bytes(1000);
    let outcome = run_spec(&*workspace, spec).await;
    assert_eq!(outcome.status, StepStatus::Exited { code: 0 });
    assert!(outcome.truncated);
    assert_eq!(outcome.stdout.len() + outcome.stderr.len(), 1000);
}

async fn output_floods_are_killed(fixture: Fixture) {
    let workspace = fixture.open(&[]).await;
    let mut spec = command("while :; do head -c 1000000 /dev/zero; done");
    spec.limits =
        CommandLimits { output: Bytes(1000), output_kill: Bytes::from_mib(8), ..spec.limits };
    let outcome = run_spec(&*workspace, spec).await;
    assert_eq!(outcome.status, StepStatus::OutputCapped);
    assert_eq!(outcome.stdout.len(), 1000);
}

async fn the_log_sees_what_is_kept(fixture: Fixture) {
    let workspace = fixture.open(&[]).await;
    let mut spec = command("head -c 300000 /dev/zero");
    spec.limits.output = Bytes(200_000);
    let recorder = Recorder::default();
    let outcome = workspace.run(spec, &recorder).await.expect("an outcome");
    assert_eq!(*recorder.0.lock().expect("not poisoned"), outcome.stdout);
    assert_eq!(outcome.stdout.len(), 200_000);
}

async fn files_are_limited_in_size(fixture: Fixture) {
    let workspace = fixture.open(&[]).await;
    let mut spec = command("head -c 3000000 /dev/zero > big; wc -c < big; ulimit -c; ulimit -n");
    spec.limits = CommandLimits { file_size: Bytes(1_024_000), open_files: 321, ..spec.limits };
    let outcome = run_spec(&*workspace, spec).await;
    assert_eq!(String::from_utf8_lossy(&outcome.stdout), "1024000\n0\n321\n");
}

async fn memory_is_watched(fixture: Fixture) {
    let workspace = fixture.open(&[]).await;
    let mut spec =
        command("node -e 'const kept = []; for (;;) kept.push(Buffer.alloc(1 << 20, 1))'");
    spec.limits.memory = Bytes::from_mib(300);
    assert_eq!(run_spec(&*workspace, spec).await.status, StepStatus::OutOfMemory);
}

async fn standard_input_is_closed(fixture: Fixture) {
    let workspace = fixture.open(&[]).await;
    assert_eq!(output(&*workspace, "cat; echo end").await, "end\n");
}

async fn secrets_stay_outside(fixture: Fixture) {
    // The canary is in this process's environment: see `.config/nextest.toml`
    // or not, `CARGO_MANIFEST_DIR` always is.
    assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some());
    let workspace = fixture.open(&[]).await;
    for phase in [Phase::Install, Phase::Test] {
        let spec = selfopt_core::CommandSpec { phase, ..command("env; cat /proc/self/environ") };
        let text = run_spec(&*workspace, spec).await.text();
        assert!(text.contains("CI=1") && !text.contains("CARGO"), "{text}");
    }
}

async fn the_environment_is_the_same_everywhere(fixture: Fixture) {
    let workspace = fixture.open(&[]).await;
    let text = output(
        &*workspace,
        "env | cut -d= -f1 | grep -v -e PWD -e OLDPWD -e SHLVL -e '^_$' | sort | tr '\\n' ' '",
    )
    .await;
    insta::allow_duplicates! {
        insta::assert_snapshot!(text, @"CI COREPACK_ENABLE_DOWNLOAD_PROMPT FORCE_COLOR HOME LANG LC_ALL LOGNAME PATH SELFOPT_COMMAND TMPDIR TZ USER npm_config_audit npm_config_fund npm_config_update_notifier ");
    }
    let text = output(
        &*workspace,
        "echo x > $HOME/a && echo y > $TMPDIR/b && cat $HOME/a $TMPDIR/b; echo $TZ $LANG",
    )
    .await;
    assert_eq!(text, "x\ny\nUTC C.UTF-8\n");
}

async fn programs_of_the_project_are_found(fixture: Fixture) {
    let workspace = fixture.open(&[("packages/a/package.json", "{}")]).await;
    let tool = "mkdir -p node_modules/.bin && printf '#!/bin/sh\necho tool\n' > node_modules/.bin/tool && chmod +x node_modules/.bin/tool";
    output(&*workspace, tool).await;
    let spec = selfopt_core::CommandSpec {
        working_directory: "packages/a".into(),
        ..command("tool; node --version")
    };
    let outcome = run_spec(&*workspace, spec).await;
    assert!(outcome.succeeded() && outcome.stdout.starts_with(b"tool\nv"), "{}", outcome.text());
}

async fn cpu_time_of_children_is_counted(fixture: Fixture) {
    let workspace = fixture.open(&[]).await;
    let burn = "sh -c 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done'";
    let outcome = run(&*workspace, &format!("{burn}; {burn}; true")).await;
    assert!(outcome.succeeded());
    assert!(outcome.usage.cpu_us > 50_000, "{:?}", outcome.usage);
    let idle = run(&*workspace, "sleep 0").await;
    assert!(idle.usage.cpu_us < outcome.usage.cpu_us, "{:?}", idle.usage);
}

async fn applied_files_stay_beneath(fixture: Fixture) {
    let workspace = fixture.open(&[("src/a.js", "1")]).await;
    output(&*workspace, "ln -s / root; ln -s src here; ln -s src/a.js link; mkfifo pipe; ln -s /nowhere src/dangling").await;
    for path in [
        "../x",
        "/etc/x",
        "src/../../x",
        "root/x",
        "here/b.js",
        "link",
        "pipe",
        "src/dangling",
        "src",
        "",
        ".",
        "src/",
        "a//b",
    ] {
        let write = FileWrite { path: path.into(), bytes: b"x".to_vec() };
        let error = workspace.apply(&[write]).await.expect_err(path);
        assert!(matches!(error, SandboxError::PathEscapes { .. }), "{path}: {error}");
    }
}

async fn applied_files_replace_and_keep_their_mode(fixture: Fixture) {
    let workspace = fixture.open(&[("run.sh", "echo old")]).await;
    output(&*workspace, "chmod 750 run.sh; ln run.sh linked.sh").await;
    write(&*workspace, "run.sh", "echo new").await;
    write(&*workspace, "deep/er/new.txt", "made").await;
    let text = output(&*workspace, "./run.sh; cat linked.sh; echo; stat -c %a run.sh; cat deep/er/new.txt; echo >> deep/er/new.txt; touch deep/er/more run.sh").await;
    assert_eq!(text, "new\necho old\n750\nmade");
}

async fn collecting_takes_regular_files_only(fixture: Fixture) {
    let workspace = fixture
        .open(&[
            ("out/a.json", "a"),
            ("out/deep/b.json", "b"),
            ("out/c.txt", "c"),
            ("node_modules/x/d.json", "d"),
        ])
        .await;
    let plant = "ln -s /etc/passwd out/passwd.json; ln -s / out/root; mkfifo out/pipe.json; mkdir out/dir.json; ln -s out here; printf e > \"out/$(printf 'new\\nline').json\"";
    output(&*workspace, plant).await;
    let files = workspace.collect(&["**/*.json".into()], COLLECT).await.expect("collected");
    let names: Vec<_> = files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(names, ["out/a.json", "out/deep/b.json"]);
    assert_eq!(files[1].bytes, b"b");
    let files =
        workspace.collect(&["node_modules/**/*.json".into()], COLLECT).await.expect("collected");
    assert_eq!(files.len(), 1);
}

async fn collecting_stops_at_its_limits(fixture: Fixture) {
    let workspace = fixture.open(&[("a.json", "aaaa"), ("b.json", "bbbb")]).await;
    output(&*workspace, "truncate -s 1G sparse.bin").await;
    let globs = ["*.json".to_owned()];
    for limits in [
        CollectLimits { files: 1, ..COLLECT },
        CollectLimits { file_size: Bytes(3), ..COLLECT },
        CollectLimits { total: Bytes(7), ..COLLECT },
    ] {
        let error = workspace.collect(&globs, limits).await.expect_err("too much");
        assert!(matches!(error, SandboxError::TooMuch { .. }), "{error}");
    }
    let error = workspace.collect(&["sparse.bin".into()], COLLECT).await.expect_err("too large");
    assert!(matches!(error, SandboxError::TooMuch { .. }), "{error}");
}

async fn forks_do_not_touch_each_other(fixture: Fixture) {
    let origin = fixture.open(&[("a.txt", "base\n"), ("dir/b.txt", "b\n")]).await;
    output(&*origin, "echo home > $HOME/kept; echo built > built.txt; ln a.txt hard.txt").await;
    let snapshot = origin.freeze().await.expect("frozen");
    assert_eq!(origin.freeze().await.expect("frozen already"), snapshot);
    origin.run(command("true"), &NoLog).await.expect_err("frozen workspaces run nothing");

    let (base, candidate) = (fork(&*origin, &snapshot).await, fork(&*origin, &snapshot).await);
    write(&*candidate, "a.txt", "candidate\n").await;
    output(&*candidate, "echo changed >> built.txt; rm -r dir; echo lost > $HOME/kept; echo new > new.txt; mv a.txt moved.txt").await;
    let seen = "cat a.txt built.txt dir/b.txt hard.txt $HOME/kept; ls";
    let expected = "base\nbuilt\nb\nbase\nhome\na.txt\nbuilt.txt\ndir\nhard.txt\n";
    assert_eq!(output(&*base, seen).await, expected);
    candidate.close().await.expect("closed");
    let late = fork(&*origin, &snapshot).await;
    assert_eq!(output(&*late, seen).await, expected);
}

async fn forks_of_a_fork_stand_on_their_own(fixture: Fixture) {
    let origin = fixture.open(&[("a.txt", "1\n")]).await;
    let first = origin.freeze().await.expect("frozen");
    let fork_one = fork(&*origin, &first).await;
    output(&*fork_one, "echo 2 >> a.txt; rm -f none; mkdir d; mv d e").await;
    let second = fork_one.freeze().await.expect("frozen");
    let fork_two = fork(&*fork_one, &second).await;
    selfopt_sandbox::prune_snapshots(fixture.base(), std::slice::from_ref(&second))
        .expect("pruned");
    assert_eq!(output(&*fork_two, "cat a.txt; ls").await, "1\n2\na.txt\ne\n");
    fork_one.fork(&first).await.err().expect("the first snapshot was pruned");
}

async fn forks_have_paths_of_one_length(fixture: Fixture) {
    let origin = fixture.open(&[]).await;
    let length = output(&*origin, "pwd | wc -c").await;
    let snapshot = origin.freeze().await.expect("frozen");
    for _ in 0..2 {
        let fork = fork(&*origin, &snapshot).await;
        assert_eq!(output(&*fork, "pwd | wc -c").await, length);
    }
}

async fn links_and_modes_survive_a_fork(fixture: Fixture) {
    let origin = fixture.open(&[("a.txt", "a")]).await;
    output(&*origin, "ln -s a.txt link; ln -s /nowhere dangling; chmod 640 a.txt; mkdir locked; echo x > locked/x; chmod 555 locked; touch -d 2001-02-03T04:05:06Z a.txt").await;
    let snapshot = origin.freeze().await.expect("frozen");
    let fork = fork(&*origin, &snapshot).await;
    let text =
        output(&*fork, "readlink link dangling; stat -c '%a %Y' a.txt; stat -c %a locked").await;
    assert_eq!(text, "a.txt\n/nowhere\n640 981173106\n555\n");
    fork.close().await.expect("removed in spite of the locked directory");
    selfopt_sandbox::prune_snapshots(fixture.base(), &[]).expect("the same");
}

async fn a_snapshot_is_found_again(fixture: Fixture) {
    let origin = fixture.open(&[("a.txt", "kept\n")]).await;
    let snapshot = origin.freeze().await.expect("frozen");
    origin.close().await.expect("closed");
    let found = fixture
        .sandbox
        .reopen(&snapshot, CancelFlag::default())
        .await
        .expect("looked")
        .expect("found");
    let fork = fork(&*found, &snapshot).await;
    assert_eq!(output(&*fork, "cat a.txt").await, "kept\n");
    for id in ["", "..", "nothere", "../work"] {
        let found = fixture.sandbox.reopen(&SnapshotId(id.into()), CancelFlag::default()).await;
        assert!(found.expect("looked").is_none());
    }
}

async fn an_unfinished_snapshot_is_not(fixture: Fixture) {
    let origin = fixture.open(&[("a.txt", "kept\n")]).await;
    let snapshot = origin.freeze().await.expect("frozen");
    fs::remove_file(fixture.base().join("snapshots").join(&snapshot.0).join("complete"))
        .expect("was complete");
    let found = fixture.sandbox.reopen(&snapshot, CancelFlag::default()).await.expect("looked");
    assert!(found.is_none());
}

async fn working_directories_stay_beneath(fixture: Fixture) {
    let workspace = fixture.open(&[("src/a.js", "1")]).await;
    output(&*workspace, "ln -s / root").await;
    for directory in ["..", "/etc", "root", "src/../.."] {
        let spec =
            selfopt_core::CommandSpec { working_directory: directory.into(), ..command("true") };
        let error = workspace.run(spec, &NoLog).await.expect_err(directory);
        assert!(matches!(error, SandboxError::PathEscapes { .. }), "{directory}: {error}");
    }
    let spec = selfopt_core::CommandSpec { working_directory: "./src".into(), ..command("ls") };
    assert_eq!(run_spec(&*workspace, spec).await.stdout, b"a.js\n");
}

async fn guarantees_are_named(fixture: Fixture) {
    let isolation = fixture.sandbox.probe().await.expect("works here");
    let names: Vec<_> = isolation.guarantees.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "cpu",
            "disk",
            "filesystem",
            "memory",
            "network",
            "output",
            "processes",
            "secrets",
            "time"
        ]
    );
    assert!(isolation.guarantees.values().all(|guarantee| !guarantee.reason.is_empty()));
    assert_eq!(isolation.guarantees["memory"].level, Enforcement::BestEffort);
}

async fn the_machine_is_described(fixture: Fixture) {
    let environment = fixture.sandbox.environment().await.expect("node is installed");
    let node = Command::new("node").arg("--version").output().expect("node runs");
    assert_eq!(format!("v{}\n", environment.fixed["node"]).into_bytes(), node.stdout);
    for fact in [
        "arch",
        "backend",
        "cgroup",
        "clones",
        "cores",
        "cpu",
        "kernel",
        "limits",
        "npm",
        "page_size",
    ] {
        assert!(environment.fixed.get(fact).is_some_and(|value| !value.is_empty()), "{fact}");
    }
    let again = fixture.sandbox.environment().await.expect("still");
    assert_eq!(environment.fingerprint(), again.fingerprint());
}

/// A commit that names a path as a link and as a directory.
struct Crafted([TreeEntry; 2]);

impl SourceTree for Crafted {
    fn entries(&self) -> &[TreeEntry] {
        &self.0
    }

    fn read(&self, _path: &str) -> Result<Vec<u8>, TreeError> {
        Ok(b"planted".to_vec())
    }
}

async fn crafted_trees_stay_beneath(fixture: Fixture) {
    let target = tempfile::tempdir().expect("a directory");
    let entry = |path: &str, symlink: Option<&str>| TreeEntry {
        path: path.into(),
        size: 1,
        executable: false,
        symlink: symlink.map(str::to_owned),
    };
    let link = target.path().to_str().expect("UTF-8");
    for second in ["a/planted", "../planted", "/planted"] {
        let files = Arc::new(Crafted([entry("a", Some(link)), entry(second, None)]));
        let spec = WorkspaceSpec { label: "crafted".into(), files, cancel: CancelFlag::default() };
        let error = fixture.sandbox.open(spec).await.err().expect(second);
        assert!(matches!(error, SandboxError::PathEscapes { .. }), "{second}: {error}");
    }
    assert_eq!(fs::read_dir(target.path()).expect("listed").count(), 0);
}

async fn dropping_a_command_kills_it(fixture: Fixture) {
    let cancel = CancelFlag::default();
    let workspace = fixture.open(&[]).await;
    let sink = CancelOnOutput(cancel.clone());
    let nap = nap();
    {
        let run = workspace.run(command(&format!("echo started; exec {nap}")), &sink);
        let mut run = std::pin::pin!(run);
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        while !cancel.is_cancelled() {
            // Polled by hand, so that it can be dropped in the middle.
            assert!(run.as_mut().poll(&mut context).is_pending());
            tokio::task::yield_now().await;
        }
    }
    while sleepers(&nap) > 0 {
        tokio::task::yield_now().await;
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_is_told_apart() {
    if !rustix::process::geteuid().is_root() {
        // Only root can mount a small disk.
        return;
    }
    let dir = tempfile::tempdir().expect("a directory");
    let flags = rustix::mount::MountFlags::empty();
    rustix::mount::mount("none", dir.path(), "tmpfs", flags, c"size=1m").expect("mounted");
    let disk = Mounted(dir);
    let sandbox = LocalSandbox::process(disk.0.path()).expect("there is room for that");
    let content = vec![1; 2 << 20];
    let files = Arc::new(MemoryTree::new([("big.bin", content)]));
    let spec = WorkspaceSpec { label: "full".into(), files, cancel: CancelFlag::default() };
    let error = sandbox.open(spec).await.err().expect("no room for the file");
    assert!(matches!(error, SandboxError::DiskFull { .. }), "{error:?}");
    assert!(error.hint().is_some());
    let left = fs::read_dir(disk.0.path().join("work")).expect("listed").count();
    assert_eq!(left, 0, "the half-written workspace is removed");
}

#[cfg(target_os = "linux")]
struct Mounted(tempfile::TempDir);

#[cfg(target_os = "linux")]
impl Drop for Mounted {
    fn drop(&mut self) {
        let flags = rustix::mount::UnmountFlags::DETACH;
        rustix::mount::unmount(self.0.path(), flags).expect("unmounted");
    }
}
