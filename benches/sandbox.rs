//! What the sandbox costs: `cargo bench --bench sandbox`. A command in
//! bubblewrap over the same command as a plain process, in pairs, and a clone
//! of a tree like an installed project. Prints medians with the load average,
//! without which such times say nothing.
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

/// The same command plainly and in the sandbox, one right after the other, the
/// first of them by turns.
async fn command_over_spawn(name: &str, sandbox: &LocalSandbox, pairs: usize) {
    let workspace = open(sandbox, MemoryTree::default()).await;
    let (mut plain, mut inside, mut over) = (Vec::new(), Vec::new(), Vec::new());
    for pair in 0..pairs {
        let both = if pair % 2 == 0 {
            let first = spawned();
            (first, run(&*workspace).await)
        } else {
            let first = run(&*workspace).await;
            (spawned(), first)
        };
        plain.push(both.0);
        inside.push(both.1);
        over.push(both.1.saturating_sub(both.0));
    }
    workspace.close().await.unwrap();
    row(&format!("plain spawn (paired with {name})"), plain);
    row(&format!("`{name}` command"), inside);
    row(&format!("`{name}` over a plain spawn"), over);
}

fn spawned() -> Duration {
    let begin = Instant::now();
    let status = Command::new("/bin/sh")
        .args(["-c", "true"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .unwrap();
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

fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

fn setting(name: &str, default: usize) -> usize {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}
