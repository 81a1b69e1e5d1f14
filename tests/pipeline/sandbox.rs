//! A sandbox that runs nothing: what a command prints and costs follows from
//! the files in its workspace.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use selfopt::{
    Bytes, CancelFlag, CollectLimits, CollectedFile, CommandSpec, Environment, FileWrite,
    Isolation, LogSink, Outcome, Phase, ProcessSample, ReapReport, Sandbox, SandboxError,
    SnapshotId, SourceTree, StepStatus, Turn, Workspace, WorkspaceSpec,
};

type Files = BTreeMap<String, Vec<u8>>;

/// Snapshots outlive the sandbox object, as they do on a disk.
#[derive(Clone, Default)]
pub(crate) struct Disk(Arc<Mutex<HashMap<String, Files>>>);

/// What the scripted commands do.
#[derive(Debug, Clone, Default)]
pub(crate) struct Script {
    /// Noise of a benchmark process: its CPU time differs by up to this many
    /// thousandths.
    pub(crate) noise_permille: i64,
    /// The install command's exit code.
    pub(crate) install_exit: i32,
    /// The first installs in a tree fail, this many of them.
    pub(crate) installs_fail: usize,
    /// What an install prints.
    pub(crate) install_prints: &'static str,
    /// A file that an install writes: path and content.
    pub(crate) install_writes: Option<(&'static str, &'static str)>,
    /// Test runs from this one on (1-based) fail.
    pub(crate) tests_fail_from: Option<u64>,
    /// Two tests fail in every run, and the command exits with 0 all the same.
    pub(crate) tests_lie: bool,
    /// A benchmark leaves something behind in its tree that makes its next run
    /// there slower by this many microseconds.
    pub(crate) slower_each_run_us: u64,
    /// What a benchmark prints; nothing when empty.
    pub(crate) bench_prints: &'static str,
    /// A benchmark's elapsed time is this many times its CPU time; 0 is 1.
    pub(crate) waits: u64,
}

pub(crate) struct ScriptedSandbox {
    disk: Disk,
    script: Script,
    runs: Arc<AtomicU64>,
    tests: Arc<AtomicU64>,
}

impl ScriptedSandbox {
    pub(crate) fn new(disk: Disk, script: Script) -> Self {
        Self { disk, script, runs: Arc::default(), tests: Arc::default() }
    }

    fn workspace(&self, files: Files, cancel: CancelFlag) -> Box<dyn Workspace> {
        Box::new(ScriptedWorkspace {
            files: Mutex::new(files),
            cancel,
            disk: self.disk.clone(),
            script: self.script.clone(),
            runs: self.runs.clone(),
            tests: self.tests.clone(),
        })
    }
}

#[async_trait]
impl Sandbox for ScriptedSandbox {
    async fn probe(&self) -> Result<Isolation, SandboxError> {
        Ok(Isolation {
            backend: "scripted".into(),
            version: None,
            clones: "copy".into(),
            guarantees: BTreeMap::new(),
            fallback: None,
        })
    }

    async fn environment(&self) -> Result<Environment, SandboxError> {
        Ok(Environment {
            fixed: BTreeMap::from([("machine".into(), "scripted".into())]),
            varying: BTreeMap::new(),
            isolation: self.probe().await?,
        })
    }

    async fn open(&self, spec: WorkspaceSpec) -> Result<Box<dyn Workspace>, SandboxError> {
        let tree: &dyn SourceTree = &*spec.files;
        let files = tree
            .entries()
            .iter()
            .map(|entry| (entry.path.clone(), tree.read(&entry.path).expect("listed files read")))
            .collect();
        Ok(self.workspace(files, spec.cancel))
    }

    async fn reopen(
        &self,
        snapshot: &SnapshotId,
        cancel: CancelFlag,
    ) -> Result<Option<Box<dyn Workspace>>, SandboxError> {
        let files = self.disk.0.lock().expect("no panic while locked").get(&snapshot.0).cloned();
        Ok(files.map(|files| self.workspace(files, cancel)))
    }

    async fn discard(&self, snapshot: &SnapshotId) -> Result<(), SandboxError> {
        self.disk.0.lock().expect("no panic while locked").remove(&snapshot.0);
        Ok(())
    }

    async fn reap(&self) -> Result<ReapReport, SandboxError> {
        Ok(ReapReport::default())
    }
}

struct ScriptedWorkspace {
    files: Mutex<Files>,
    cancel: CancelFlag,
    disk: Disk,
    script: Script,
    runs: Arc<AtomicU64>,
    tests: Arc<AtomicU64>,
}

impl ScriptedWorkspace {
    fn count(&self, marker: &str) -> u64 {
        let files = self.files.lock().expect("no panic while locked");
        let sources = files.iter().filter(|(path, _)| path.starts_with("src/"));
        sources
            .map(|(_, bytes)| String::from_utf8_lossy(bytes).matches(marker).count() as u64)
            .sum()
    }

    /// The exit code of an install.
    fn install(&self) -> i32 {
        let mut files = self.files.lock().expect("no panic while locked");
        if let Some((path, content)) = self.script.install_writes {
            files.insert(path.to_owned(), content.into());
        }
        let installs = files.entry(INSTALLS.to_owned()).or_default();
        installs.push(b'x');
        if installs.len() <= self.script.installs_fail { 1 } else { self.script.install_exit }
    }

    /// Runs of the benchmark in this tree before this one.
    fn add_to_history(&self) -> u64 {
        let mut files = self.files.lock().expect("no panic while locked");
        let history = files.entry(HISTORY.to_owned()).or_default();
        history.push(b'x');
        history.len() as u64 - 1
    }

    /// 200 ms, and 100 ms more for every marker that costs time.
    fn bench_cpu_us(&self) -> u64 {
        let work = 200_000 + 100_000 * (self.count("slow_") + self.count("same_"));
        let run = self.runs.fetch_add(1, Ordering::SeqCst);
        // A fixed sequence in -1000..=1000 that looks like noise: a rotation by
        // the golden ratio.
        let wave = (run * 1_236 % 2_001).cast_signed() - 1_000;
        work.saturating_add_signed(
            work.cast_signed() * self.script.noise_permille * wave / 1_000_000,
        )
    }
}

/// Where the scripted install counts its runs in a tree.
const INSTALLS: &str = "installs.log";

/// Where the scripted benchmark counts its runs in a tree.
const HISTORY: &str = "history.log";

#[async_trait]
impl Workspace for ScriptedWorkspace {
    async fn run(&self, spec: CommandSpec, _sink: &dyn LogSink) -> Result<Outcome, SandboxError> {
        let mut cpu_us = 1_000;
        let mut stdout = String::new();
        let code = match spec.phase {
            Phase::Install => {
                self.script.install_prints.clone_into(&mut stdout);
                self.install()
            }
            Phase::Build => i32::from(self.count("unbuildable_") > 0),
            Phase::Typecheck => i32::from(self.count("untyped_") > 0),
            Phase::Test => {
                let run = self.tests.fetch_add(1, Ordering::SeqCst) + 1;
                let fails = self.count("wrong_") > 0
                    || self.script.tests_fail_from.is_some_and(|from| run >= from);
                let failed = if self.script.tests_lie { 2 } else { u64::from(fails) };
                stdout = format!(
                    "# tests 3\n# pass {}\n# fail {failed}\n# skipped 0\n# todo 0\n",
                    3 - failed
                );
                i32::from(fails)
            }
            Phase::Benchmark => {
                let runs_here = self.add_to_history();
                cpu_us = self.bench_cpu_us() + self.script.slower_each_run_us * runs_here;
                self.script.bench_prints.clone_into(&mut stdout);
                if self.count("reprints_") > 0 {
                    stdout.push_str("and something else\n");
                }
                i32::from(self.count("crashes_") > 0)
            }
        };
        let status = if self.cancel.is_cancelled() {
            StepStatus::Cancelled
        } else {
            StepStatus::Exited { code }
        };
        Ok(Outcome {
            status,
            usage: ProcessSample {
                cpu_us,
                wall_ns: cpu_us * 1000 * self.script.waits.max(1),
                max_rss: Bytes::from_mib(50),
                involuntary_switches: 0,
            },
            stdout: stdout.into_bytes(),
            stderr: Vec::new(),
            truncated: false,
        })
    }

    fn turn_length(&self) -> Option<Duration> {
        Some(Duration::from_millis(10))
    }

    async fn run_in_turns(
        &self,
        spec: CommandSpec,
        turn: Turn,
        sink: &dyn LogSink,
    ) -> Result<Outcome, SandboxError> {
        // Commands end within one turn here: whoever is first has already left
        // when the other one is polled.
        assert!(turn.wait(Duration::ZERO), "the first side is started first");
        self.run(spec, sink).await
    }

    async fn apply(&self, files: &[FileWrite]) -> Result<(), SandboxError> {
        let mut own = self.files.lock().expect("no panic while locked");
        own.extend(files.iter().map(|file| (file.path.clone(), file.bytes.clone())));
        Ok(())
    }

    async fn freeze(&self) -> Result<SnapshotId, SandboxError> {
        let files = self.files.lock().expect("no panic while locked").clone();
        let mut disk = self.disk.0.lock().expect("no panic while locked");
        let id = format!("snapshot-{}", self.runs.load(Ordering::SeqCst));
        disk.insert(id.clone(), files);
        Ok(SnapshotId(id))
    }

    async fn fork(&self, snapshot: &SnapshotId) -> Result<Box<dyn Workspace>, SandboxError> {
        let files = self.disk.0.lock().expect("no panic while locked").get(&snapshot.0).cloned();
        Ok(Box::new(Self {
            files: Mutex::new(files.expect("only frozen trees are forked")),
            cancel: self.cancel.clone(),
            disk: self.disk.clone(),
            script: self.script.clone(),
            runs: self.runs.clone(),
            tests: self.tests.clone(),
        }))
    }

    async fn collect(
        &self,
        globs: &[String],
        _: CollectLimits,
    ) -> Result<Vec<CollectedFile>, SandboxError> {
        let files = self.files.lock().expect("no panic while locked");
        let named = files.iter().filter(|(path, _)| globs.contains(path));
        Ok(named
            .map(|(path, bytes)| CollectedFile { path: path.clone(), bytes: bytes.clone() })
            .collect())
    }

    async fn close(self: Box<Self>) -> Result<(), SandboxError> {
        Ok(())
    }
}
