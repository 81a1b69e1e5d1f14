//! What the sandbox costs: `cargo bench --bench sandbox`. A command in
//! each backend over the same command as a plain process, in pairs; a container
//! of ours over one that the `docker` client runs; and a clone of a tree like an
//! installed project. Prints medians with the load average, without which such
//! times say nothing.
//!
//! `SELFOPT_BENCH_PAIRS` (default 31), `SELFOPT_BENCH_FILES` (default 40000)
//! and `SELFOPT_BENCH_MIB` (default 300) set the sizes. Nothing is asserted.

#![expect(clippy::unwrap_used, reason = "a bench stops at the first surprise")]
#![expect(clippy::print_stdout, reason = "this is what it is for")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use selfopt::sandbox::LocalSandbox;
use selfopt::{
    CancelFlag, CommandLimits, CommandSpec, MemoryTree, Network, NoLog, Phase, Sandbox as _,
    Workspace, WorkspaceSpec,
};

/// How many files lie in a folder.
const FILES_OF_A_FOLDER: usize = 100;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(measure());
}

async fn measure() {
    let pairs = setting("SELFOPT_BENCH_PAIRS", 31);
    println!("load average before: {}", load());
    println!("\n| what | median | least | runs |\n|---|---|---|---|");
    for Backend { name, open } in backends() {
        let dir = tempfile::tempdir().unwrap();
        let sandbox = open(dir.path());
        command_over_spawn(name, &sandbox, pairs).await;
    }
    #[cfg(all(feature = "docker", target_os = "linux"))]
    container_over_client(pairs).await;
    let dir = tempfile::tempdir().unwrap();
    clones(&LocalSandbox::bubblewrap(dir.path()).unwrap(), pairs).await;
    println!("\nload average after: {}", load());
}

/// A backend by its name.
struct Backend {
    name: &'static str,
    open: fn(&Path) -> LocalSandbox,
}

fn backends() -> Vec<Backend> {
    vec![
        Backend { name: "process", open: |base| LocalSandbox::process(base).unwrap() },
        Backend { name: "bubblewrap", open: |base| LocalSandbox::bubblewrap(base).unwrap() },
        #[cfg(all(feature = "docker", target_os = "linux"))]
        Backend { name: "docker", open: |base| LocalSandbox::docker(base).unwrap() },
    ]
}

async fn command_over_spawn(name: &str, sandbox: &LocalSandbox, pairs: usize) {
    let workspace = open(sandbox, MemoryTree::default()).await;
    let plain = || time_of(Command::new("/bin/sh").args(["-c", "true"]));
    let times = paired(plain, &*workspace, pairs).await;
    workspace.close().await.unwrap();
    row(&format!("plain spawn (paired with {name})"), times.plain);
    row(&format!("`{name}` command"), times.inside);
    row(&format!("`{name}` over a plain spawn"), times.over);
}

/// A container of ours beside one of the `docker` client's with the same image,
/// limits and mounts, made for one command and removed after it.
#[cfg(all(feature = "docker", target_os = "linux"))]
async fn container_over_client(pairs: usize) {
    let (dir, bound) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let sandbox = LocalSandbox::docker(dir.path()).unwrap();
    let image = std::env::var("SELFOPT_RUNNER_IMAGE")
        .unwrap_or_else(|_| "selfopt-runner:latest".to_owned());
    let mount =
        |inside: &str| format!("type=bind,source={},target={inside}", bound.path().display());
    let client = || {
        let mut command = Command::new("docker");
        command.args(["run", "--rm", "--network=none", "--ipc=none", "--read-only"]);
        command.args(["--cap-drop=ALL", "--security-opt=no-new-privileges:true"]);
        command.args(["--log-driver=none", "--user=1000:1000", "--pids-limit=4096"]);
        command.args(["--memory=4g", "--memory-swap=4g", "--ulimit=core=0"]);
        command.args(["--tmpfs=/tmp:rw,nosuid,nodev,exec,mode=1777,size=536870912"]);
        command.args(["--mount", &mount("/workspace"), "--mount", &mount("/home/sandbox")]);
        command.args(["--entrypoint=/bin/sh", &image, "-c", "true"]);
        time_of(&mut command)
    };
    let workspace = open(&sandbox, MemoryTree::default()).await;
    let times = paired(client, &*workspace, pairs).await;
    workspace.close().await.unwrap();
    let both = times.inside.iter().zip(&times.plain);
    let ratios = both.map(|(inside, plain)| inside.as_secs_f64() / plain.as_secs_f64()).collect();
    row("`docker run` by the client", times.plain);
    row("`docker` command (paired with the client)", times.inside);
    println!("| `docker` command to the client's | {:.2} | | {pairs} |", median(ratios));
}

/// Times of pairs, in the order of the pairs.
struct Paired {
    plain: Vec<Duration>,
    inside: Vec<Duration>,
    /// How much longer it took inside.
    over: Vec<Duration>,
}

/// The same command otherwise and in the sandbox, one right after the other, the
/// first of them by turns.
async fn paired(plain: impl Fn() -> Duration, workspace: &dyn Workspace, pairs: usize) -> Paired {
    let mut times = Paired { plain: vec![], inside: vec![], over: vec![] };
    for pair in 0..pairs {
        let both = if pair % 2 == 0 {
            let first = plain();
            (first, run(workspace).await)
        } else {
            let first = run(workspace).await;
            (plain(), first)
        };
        times.plain.push(both.0);
        times.inside.push(both.1);
        times.over.push(both.1.saturating_sub(both.0));
    }
    times
}

fn time_of(command: &mut Command) -> Duration {
    let begin = Instant::now();
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status().unwrap();
    assert!(status.success());
    begin.elapsed()
}

async fn run(workspace: &dyn Workspace) -> Duration {
    let spec = CommandSpec {
        cmd: "true".into(),
        working_directory: String::new(),
        env: BTreeMap::new(),
        phase: Phase::Test,
        network: Network::None,
        limits: CommandLimits::default(),
    };
    let begin = Instant::now();
    assert!(workspace.run(spec, &NoLog).await.unwrap().succeeded());
    begin.elapsed()
}

/// Clones of a frozen tree by what works here, beside full copies of it.
async fn clones(sandbox: &LocalSandbox, runs: usize) {
    let files = setting("SELFOPT_BENCH_FILES", 40_000);
    let bytes = setting("SELFOPT_BENCH_MIB", 300) * 1024 * 1024;
    let tree = MemoryTree::new((0..files).map(|file| {
        let path = format!("node_modules/p{}/f{file}.js", file / FILES_OF_A_FOLDER);
        (path, vec![b'x'; bytes / files.max(1)])
    }));
    let origin = open(sandbox, tree).await;
    let snapshot = origin.freeze().await.unwrap();
    let kind = sandbox.probe().await.unwrap().clones;
    let (mut made, mut removed) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        let begin = Instant::now();
        let clone = origin.fork(&snapshot).await.unwrap();
        made.push(begin.elapsed());
        let begin = Instant::now();
        clone.close().await.unwrap();
        removed.push(begin.elapsed());
    }
    let size = format!("{files} files, {} MiB", bytes / 1024 / 1024);
    row(&format!("clone by {kind} ({size})"), made);
    row("removing it", removed);
    let begin = Instant::now();
    let full = sandbox.clone().with_full_copies();
    let copier = full.reopen(&snapshot, CancelFlag::default()).await.unwrap().unwrap();
    let copy = copier.fork(&snapshot).await.unwrap();
    row(&format!("full copy ({size})"), vec![begin.elapsed()]);
    copy.close().await.unwrap();
}

async fn open(sandbox: &LocalSandbox, files: MemoryTree) -> Box<dyn Workspace> {
    let spec = WorkspaceSpec {
        label: "bench".into(),
        files: Arc::new(files),
        cancel: CancelFlag::default(),
    };
    sandbox.open(spec).await.unwrap()
}

fn row(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
    println!(
        "| {what} | {:.1} ms | {:.1} ms | {} |",
        milliseconds(times[times.len() / 2]),
        milliseconds(times[0]),
        times.len()
    );
}

#[cfg(all(feature = "docker", target_os = "linux"))]
fn median(mut ratios: Vec<f64>) -> f64 {
    ratios.sort_unstable_by(f64::total_cmp);
    ratios[ratios.len() / 2]
}

fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

fn setting(name: &str, default: usize) -> usize {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}
