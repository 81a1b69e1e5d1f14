//! A project whose slow places are words, and an engine that looks for them.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use selfopt::config::Config;
use selfopt::detect::detectors;
use selfopt::gates::Gate;
use selfopt::pipeline::{Engine, NoObserver, Observer, RunError, RunEvent, RunInput};
use selfopt::report::Report;
use selfopt::store::{LocalArtifacts, SqliteStore, SystemClock};
use selfopt::syntax::{Edit, SourceFile};
use selfopt::{
    CancelFlag, Candidate, CommitId, Finding, MemoryTree, Patch, PatchTemplate, RuleId, Scanner,
};

use crate::sandbox::{Disk, Script, ScriptedSandbox};

/// Finds `slow_x` and writes `x_` in its place: the sandbox knows what each
/// word costs and breaks.
pub(crate) struct Words;

impl Scanner for Words {
    fn scan(&self, file: &SourceFile) -> Vec<Finding> {
        let names = file.tree.root().descendants().filter(|node| node.is("identifier"));
        names
            .filter(|node| node.text().starts_with("slow_"))
            .map(|node| Finding {
                rule: RuleId::new("slow-word"),
                rule_version: "1.0.0".into(),
                span: node.span(),
                message: "a slow word".into(),
                why: "it costs 100 ms".into(),
                typical_speedup: 2.0,
                rule_risk: 1,
                declined: None,
            })
            .collect()
    }
}

impl PatchTemplate for Words {
    fn propose(&self, file: &SourceFile, finding: &Finding) -> Option<Patch> {
        let word = finding.span.text(&file.text).strip_prefix("slow_")?;
        Some(Patch {
            title: format!("Write `{word}_`"),
            edits: vec![Edit::replace(finding.span, format!("{word}_"))],
            obligations: vec![],
        })
    }
}

/// A run's surroundings: they stay when a process dies.
pub(crate) struct Fixture {
    place: tempfile::TempDir,
    disk: Disk,
    pub(crate) script: Script,
    pub(crate) config: Config,
    words: Vec<&'static str>,
}

impl Fixture {
    /// A project with these slow words, each in a file of its own.
    pub(crate) fn new(words: &[&'static str]) -> Self {
        Self {
            place: tempfile::tempdir().expect("a temporary directory can be made"),
            disk: Disk::default(),
            script: Script { noise_permille: 10, bench_prints: "done\n", ..Script::default() },
            config: Config::default(),
            words: words.to_vec(),
        }
    }

    pub(crate) fn place(&self) -> &Path {
        self.place.path()
    }

    pub(crate) fn tree(&self) -> MemoryTree {
        let manifest = r#"{"name":"words","scripts":{"build":"make","test":"node --test","bench":"node bench.js","typecheck":"tsc --noEmit"},"devDependencies":{"typescript":"5"}}"#;
        let sources = self.words.iter().enumerate().map(|(n, word)| {
            (format!("src/{n}.js"), format!("export const word = slow_{word};\n"))
        });
        MemoryTree::new(
            [
                ("package.json".to_owned(), manifest.to_owned()),
                ("package-lock.json".to_owned(), r#"{"lockfileVersion":3}"#.to_owned()),
            ]
            .into_iter()
            .chain(sources),
        )
    }

    pub(crate) async fn store(&self) -> SqliteStore {
        SqliteStore::open(self.place()).await.expect("the store opens")
    }

    pub(crate) fn artifacts(&self) -> LocalArtifacts {
        LocalArtifacts::new(self.place())
    }

    /// One process: a new engine on the same disk and store.
    pub(crate) async fn process(
        &self,
        resume: bool,
        cancel: CancelFlag,
        observer: Arc<dyn Observer>,
    ) -> Result<Report, RunError> {
        self.engine().await.optimize(self.input(resume, cancel), observer).await
    }

    /// One candidate through the gates.
    pub(crate) async fn prove(&self, candidate: Candidate) -> Report {
        let input = self.input(false, CancelFlag::default());
        self.engine()
            .await
            .prove(input, candidate, Arc::new(NoObserver))
            .await
            .expect("the run ends")
    }

    /// A run with one more gate.
    pub(crate) async fn run_with_gate(&self, gate: Box<dyn Gate>) -> Report {
        let input = self.input(false, CancelFlag::default());
        let engine = self.engine().await.gates(vec![gate]);
        engine.optimize(input, Arc::new(NoObserver)).await.expect("the run ends")
    }

    pub(crate) async fn engine(&self) -> Engine {
        Engine::new(
            Arc::new(ScriptedSandbox::new(self.disk.clone(), self.script.clone())),
            Arc::new(self.store().await),
            Arc::new(self.artifacts()),
            Arc::new(SystemClock::new()),
        )
        .detectors(detectors())
        .scanner(Words)
        .template(Words)
    }

    pub(crate) fn input(&self, resume: bool, cancel: CancelFlag) -> RunInput {
        RunInput {
            tree: Arc::new(self.tree()),
            commit: CommitId::new("0123456789abcdef"),
            locator: "/project".into(),
            config: self.config.clone(),
            seed: 7,
            resume,
            cancel,
        }
    }

    /// A run from beginning to end.
    pub(crate) async fn run(&self) -> Report {
        self.process(false, CancelFlag::default(), Arc::new(NoObserver))
            .await
            .expect("the run ends")
    }
}

/// Keeps all events, and raises a flag after the n-th.
pub(crate) struct StopAfter {
    pub(crate) left: AtomicUsize,
    pub(crate) cancel: CancelFlag,
    pub(crate) events: Mutex<Vec<RunEvent>>,
}

impl StopAfter {
    pub(crate) fn new(n: usize) -> Arc<Self> {
        Arc::new(Self {
            left: AtomicUsize::new(n),
            cancel: CancelFlag::default(),
            events: Mutex::default(),
        })
    }
}

impl Observer for StopAfter {
    fn event(&self, event: &RunEvent) {
        self.events.lock().expect("no panic while locked").push(event.clone());
        if self.left.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.cancel.cancel();
        }
    }
}
