//! What every backend keeps to: commands, their limits and their surroundings.

use std::fs;
use std::future::Future as _;
use std::sync::atomic::{AtomicU32, Ordering};

use selfopt_core::{
    Bytes, CancelFlag, CommandLimits, Enforcement, Millis, NoLog, Phase, Sandbox as _,
    SandboxError, StepStatus,
};

use crate::fixture::{CancelOnOutput, Fixture, Recorder, command, output, run, run_spec};

contract! {
    cancelling_kills,
    cpu_time_of_children_is_counted,
    dropping_a_command_kills_it,
    exit_codes_are_reported,
    files_are_limited_in_size,
    guarantees_are_named,
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
    watchers_are_ended_once_they_fall_silent,
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

async fn watchers_are_ended_once_they_fall_silent(fixture: Fixture) {
    let workspace = fixture.open(&[]).await;
    let words = "Watching for file changes.";
    let mut watcher = command(&format!("echo '{words}'; exec tail -f /dev/null"));
    watcher.limits.silence = Some(Millis(200));
    let outcome = run_spec(&*workspace, watcher.clone()).await;
    assert_eq!(outcome.status, StepStatus::Stuck);
    assert_eq!(outcome.stdout, format!("{words}\n").as_bytes());
    // The same words without silence, and silence without the words.
    watcher.cmd =
        format!("echo '{words}'; i=0; while [ $i -lt 20000 ]; do i=$((i+1)); echo $i; done");
    assert_eq!(run_spec(&*workspace, watcher.clone()).await.status, StepStatus::Exited { code: 0 });
    watcher.cmd = "echo 'looking at files'; exec tail -f /dev/null".into();
    watcher.limits.wall = Millis(700);
    assert_eq!(run_spec(&*workspace, watcher).await.status, StepStatus::TimedOut);
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
    assert!(isolation.guarantees["memory"].level >= Enforcement::BestEffort);
}

async fn the_machine_is_described(fixture: Fixture) {
    let environment = fixture.sandbox.environment().await.expect("node is installed");
    let workspace = fixture.open(&[]).await;
    let node = output(&*workspace, "node --version").await;
    assert_eq!(format!("v{}\n", environment.fixed["node"]), node);
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
