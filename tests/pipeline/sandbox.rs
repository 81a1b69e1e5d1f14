//! A sandbox that runs nothing: what a command prints and costs follows from
//! the files in its workspace.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use selfopt::{
    Bytes, CancelFlag, CollectLimits, CollectedFile, CommandSpec, Environment, FileWrite,
    GroupUsage, Isolation, LogSink, Outcome, Phase, ProcessSample, ReapReport, Sandbox,
    SandboxError, SnapshotId, SourceTree, StepStatus, Turn, Workspace, WorkspaceSpec,
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
    /// The benchmark reports figures of its own and says what is to be judged:
    /// `process` or `cases`. With `cases` its process takes as long whatever it
    /// runs.
    pub(crate) judge: Option<&'static str>,
    /// The benchmark loads something else than the sources.
    pub(crate) runs_elsewhere: bool,
    /// Source files with a planted statement do not build.
    pub(crate) plants_break_the_build: bool,
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

    /// What is planted in the sources burns its time once.
    fn planted_us(&self) -> u64 {
        let files = self.files.lock().expect("no panic while locked");
        let sources = files.iter().filter(|(path, _)| path.starts_with("src/"));
        let millis = sources.filter_map(|(_, bytes)| {
            let text = String::from_utf8_lossy(bytes);
            let (_, behind) =
                text.split_once("__selfopt_planted__").and(text.split_once("e=f()+"))?;
            behind.split(';').next()?.parse::<u64>().ok()
        });
        millis.max().unwrap_or(0) * 1000
    }

    /// The figures that the benchmark reports of work that took so long.
    fn figures(&self, judge: &str, cpu_us: u64) -> String {
        let hidden = self.count("hides_") > 0;
        let name = if hidden { "renamed" } else { "work" };
        let other = 1_000 + 300 * self.count("costs_");
        format!(
            r#"{{"schema":"selfopt.bench/1","judge":"{judge}","cases":[{{"name":"{name}","value":{cpu_us},"unit":"us"}},{{"name":"other","value":{other},"unit":"us"}}]}}
"#
        )
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

    /// What the load driver prints of a server that uses this much CPU time.
    fn load_result(&self, cpu_us: u64) -> String {
        let run = self.runs.load(Ordering::SeqCst);
        let answer = |path: &str| {
            let body = match path {
                // No two answers are alike.
                "/time" => run,
                _ => self.count("reprints_"),
            };
            let body = selfopt::digest::Digest::of(&body.to_le_bytes());
            serde_json::json!({ "status": 200, "type": "text/plain", "body": body })
        };
        let answers = [answer("/"), answer("/time")];
        let later = 100 * self.count("laggy_");
        serde_json::json!({
            "schema": "selfopt.load/1",
            "requests": 600,
            "answered": 600 - self.count("drops_"),
            "errors": 0,
            "other_statuses": self.count("fails_"),
            "other_bodies": [self.count("mixes_"), 600],
            "cpu_us": cpu_us,
            "elapsed_ns": 3_000_000_000_u64 + run,
            "max_rss": 50 << 20,
            "processes": 1,
            "latency_us": { "p50": 500 + run % 7, "p90": 600, "p99": 900 + later + run % 7, "max": 2000 },
            "histogram": "",
            "before": answers,
            "after": answers,
        })
        .to_string()
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
            Phase::Build => {
                let breaks = self.script.plants_break_the_build && self.planted_us() > 0;
                i32::from(breaks || self.count("unbuildable_") > 0)
            }
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
                if let Some(judge) = self.script.judge {
                    stdout.push_str(&self.figures(judge, cpu_us));
                    if judge == "cases" {
                        cpu_us = 400_000;
                    }
                }
                if !self.script.runs_elsewhere {
                    cpu_us += self.planted_us();
                }
                if self.count("reprints_") > 0 {
                    stdout.push_str("and something else\n");
                }
                if spec.env.contains_key("SELFOPT_LOAD") {
                    stdout = self.load_result(cpu_us);
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
            group: GroupUsage::default(),
            usage: ProcessSample {
                cpu_us,
                wall_ns: cpu_us * 1000 * self.script.waits.max(1),
                max_rss: Bytes::from_mib(50),
                involuntary_switches: 0,
            },
            stdout: stdout.into_bytes(),
            stderr: Vec::new(),
            truncated: false,
            network: None,
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
