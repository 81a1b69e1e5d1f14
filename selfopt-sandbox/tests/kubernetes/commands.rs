//! One command: its output, its end, its limits, and the trees it works on.

use std::collections::BTreeMap;
use std::sync::Arc;

use selfopt_core::{
    Bytes, CancelFlag, CollectLimits, CommandLimits, CommandSpec, MemoryTree, Millis, Network,
    NoLog, Outcome, Phase, Sandbox as _, StepStatus, Workspace, WorkspaceSpec,
};
use selfopt_sandbox::LocalSandbox;

use crate::fake::{Behaviour, Fake};

pub(crate) async fn opened(sandbox: &LocalSandbox, files: &[(&str, &str)]) -> Box<dyn Workspace> {
    let files = MemoryTree::new(files.iter().map(|(path, content)| (*path, *content)));
    let (label, cancel) = ("test".to_owned(), CancelFlag::default());
    let spec = WorkspaceSpec { label, files: Arc::new(files), cancel };
    sandbox.open(spec).await.expect("a workspace")
}

pub(crate) fn command(cmd: &str) -> CommandSpec {
    CommandSpec {
        cmd: cmd.to_owned(),
        working_directory: String::new(),
        env: BTreeMap::new(),
        phase: Phase::Test,
        network: Network::None,
        limits: CommandLimits { wall: Millis::from_secs(120), ..CommandLimits::default() },
    }
}

pub(crate) async fn run(workspace: &dyn Workspace, spec: CommandSpec) -> Outcome {
    workspace.run(spec, &NoLog).await.expect("an outcome")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_command_runs() {
    let fake = Fake::start().await;
    let sandbox = fake.sandbox().await;
    let workspace = opened(&sandbox, &[("a.txt", "hello\n")]).await;
    let mut spec = command(
        "cat a.txt; echo \"$X $(echo inner)\" '$(KUBERNETES_SERVICE_HOST)' $$NAME; \
         echo err >&2; printf '\\000'; id -u; env | grep KUBERNETES; touch made; exit 7",
    );
    spec.env.insert("X".to_owned(), "$(PATH)".to_owned());
    let outcome = run(&*workspace, spec).await;
    assert_eq!(outcome.status, StepStatus::Exited { code: 7 }, "{}", outcome.text());
    let stdout = String::from_utf8(outcome.stdout.clone()).expect("UTF-8");
    assert!(stdout.starts_with("hello\n$(PATH) inner $(KUBERNETES_SERVICE_HOST) "), "{stdout}");
    assert!(stdout.contains("NAME\n\0"), "{stdout}");
    assert!(!stdout.contains("10.96"), "{stdout}");
    assert_eq!(outcome.stderr, b"err\n");
    assert!(outcome.group.peak_memory.is_some() && outcome.usage.wall_ns > 0);
    assert!(!outcome.truncated);
    let one_file = CollectLimits { files: 9, file_size: Bytes(9), total: Bytes(99) };
    let made = workspace.collect(&["made".to_owned()], one_file).await.expect("collected");
    assert_eq!(made.len(), 1, "it is the same directory");
    assert_eq!(workspace.turn_length(), None, "nothing can stop it for a while");
    workspace.close().await.expect("removed");
    assert_eq!(fake.state.made(), 1);
    fake.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_breaks_off_is_read_on_without_doubles() {
    let fake = Fake::start().await;
    let sandbox = fake.sandbox().await;
    let workspace = opened(&sandbox, &[]).await;
    // Within a line, between lines, and before anything.
    for cut in [6000, 700, 0] {
        fake.state.cut_log(cut);
    }
    let outcome = run(&*workspace, command("seq 1 5000")).await;
    assert_eq!(outcome.status, StepStatus::Exited { code: 0 });
    let numbers = String::from_utf8(outcome.stdout).expect("UTF-8");
    let expected: Vec<_> = (1..=5000).map(|n: u32| n.to_string()).collect();
    assert_eq!(numbers.lines().collect::<Vec<_>>(), expected);
    drop(workspace);
    fake.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_is_killed_at_its_time_limit() {
    let fake = Fake::start().await;
    let sandbox = fake.sandbox().await;
    let workspace = opened(&sandbox, &[]).await;
    let mut spec = command("echo begun; setsid sleep 3971 & sleep 3971");
    spec.limits.wall = Millis(1500);
    let outcome = run(&*workspace, spec).await;
    assert_eq!(outcome.status, StepStatus::TimedOut, "{}", outcome.text());
    assert!(fake.state.left().is_empty(), "it is waited until its pod is gone");
    drop(workspace);
    fake.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn output_is_cut_where_it_arises() {
    let fake = Fake::start().await;
    let sandbox = fake.sandbox().await;
    let workspace = opened(&sandbox, &[]).await;
    let mut spec = command("seq 1 100000");
    spec.limits.output = Bytes(10_000);
    let outcome = run(&*workspace, spec).await;
    assert_eq!(outcome.status, StepStatus::Exited { code: 0 });
    assert!(outcome.truncated);
    assert_eq!(outcome.stdout.len(), 10_000);
    let mut spec = command("yes");
    spec.limits.output = Bytes(10_000);
    spec.limits.output_kill = Bytes(1_000_000);
    let outcome = run(&*workspace, spec).await;
    assert_eq!(outcome.status, StepStatus::OutputCapped);
    assert_eq!(outcome.stdout.len(), 10_000);
    drop(workspace);
    fake.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_is_limited() {
    let fake = Fake::start().await;
    let sandbox = fake.sandbox().await;
    let workspace = opened(&sandbox, &[]).await;
    let hog = "node -e 'const all = []; for (;;) all.push(Buffer.alloc(16 << 20, 1))'";
    let mut spec = command(hog);
    spec.limits.memory = Bytes::from_mib(200);
    let outcome = run(&*workspace, spec).await;
    assert_eq!(outcome.status, StepStatus::OutOfMemory, "{}", outcome.text());
    // Also where process 1 dies of it.
    fake.state.behave(Behaviour::OutOfMemory);
    let outcome = run(&*workspace, command("true")).await;
    assert_eq!(outcome.status, StepStatus::OutOfMemory);
    drop(workspace);
    fake.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn trees_are_frozen_and_forked_as_everywhere() {
    let fake = Fake::start().await;
    let sandbox = fake.sandbox().await;
    let origin = opened(&sandbox, &[("a.txt", "one\n")]).await;
    run(&*origin, command("echo two >> a.txt; echo x > $HOME/h")).await;
    let snapshot = origin.freeze().await.expect("frozen");
    let fork = origin.fork(&snapshot).await.expect("forked");
    let outcome = run(&*fork, command("cat a.txt $HOME/h; echo three >> a.txt")).await;
    assert_eq!(outcome.stdout, b"one\ntwo\nx\n");
    let other = origin.fork(&snapshot).await.expect("forked");
    assert_eq!(run(&*other, command("cat a.txt")).await.stdout, b"one\ntwo\n");
    let isolation = sandbox.probe().await.expect("works");
    assert_ne!(isolation.clones, "overlay", "no other machine would see the mount");
    drop((origin, fork, other));
    fake.end().await;
}
