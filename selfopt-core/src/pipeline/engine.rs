//! What a run is composed of. An embedder adds detectors, scanners, templates
//! and gates of its own; nothing built in can be taken away from the gates.

use std::num::NonZeroUsize;
use std::sync::Arc;

use super::candidates::{Parts, Scan, ranked};
use super::{Observer, RunError};
use crate::config::{CONFIG_FILE, Config, ConfigError};
use crate::detection::detect;
use crate::domain::{Candidate, CommitId, Project};
use crate::gates::{Gate, GateRunner};
use crate::payoff::Payoffs;
use crate::ports::{
    ArtifactStore, CancelFlag, Clock, Detector, PatchModel, PatchTemplate, Probe, Sandbox, Scanner,
    SourceTree, Store,
};
use crate::report::Report;

/// The parts of the pipeline.
pub struct Engine {
    pub(super) detectors: Vec<Box<dyn Detector>>,
    pub(super) scanners: Vec<Box<dyn Scanner>>,
    pub(super) templates: Vec<Box<dyn PatchTemplate>>,
    pub(super) gates: GateRunner,
    pub(super) probe: Option<Arc<dyn Probe>>,
    pub(super) model: Option<Arc<dyn PatchModel>>,
    pub(super) sandbox: Arc<dyn Sandbox>,
    pub(super) store: Arc<dyn Store>,
    pub(super) artifacts: Arc<dyn ArtifactStore>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) max_proposals: Option<u32>,
    threads: NonZeroUsize,
    payoffs: Payoffs,
}

/// What a run works on.
#[derive(Clone)]
pub struct RunInput {
    /// The files of the commit, from the project's root.
    pub tree: Arc<dyn SourceTree>,
    /// The commit.
    pub commit: CommitId,
    /// Where the repository is: an absolute path or a URL.
    pub locator: String,
    /// The effective configuration.
    pub config: Config,
    /// The seed of all schedules.
    pub seed: u64,
    /// Whether to go on with an interrupted run of the same commit.
    pub resume: bool,
    /// Raised when everything must stop.
    pub cancel: CancelFlag,
}

impl Engine {
    /// An engine that detects and finds nothing yet.
    pub fn new(
        sandbox: Arc<dyn Sandbox>,
        store: Arc<dyn Store>,
        artifacts: Arc<dyn ArtifactStore>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            detectors: Vec::new(),
            scanners: Vec::new(),
            templates: Vec::new(),
            gates: GateRunner::default(),
            probe: None,
            model: None,
            max_proposals: None,
            sandbox,
            store,
            artifacts,
            clock,
            threads: NonZeroUsize::MIN,
            payoffs: Payoffs::default(),
        }
    }

    /// Adds detectors, of lower priority than those already there.
    #[must_use]
    pub fn detectors(mut self, detectors: impl IntoIterator<Item = Box<dyn Detector>>) -> Self {
        self.detectors.extend(detectors);
        self
    }

    /// Adds a scanner.
    #[must_use]
    pub fn scanner(mut self, scanner: impl Scanner + 'static) -> Self {
        self.scanners.push(Box::new(scanner));
        self
    }

    /// Adds a patch template; the first that answers a finding wins.
    #[must_use]
    pub fn template(mut self, template: impl PatchTemplate + 'static) -> Self {
        self.templates.push(Box::new(template));
        self
    }

    /// Adds gates after the tests and before the benchmark.
    #[must_use]
    pub fn gates(mut self, gates: Vec<Box<dyn Gate>>) -> Self {
        self.gates = GateRunner::new(gates);
        self
    }

    /// Looks into the functions that candidates change: without a probe only
    /// the repository's own benchmark can prove a gain.
    #[must_use]
    pub fn probe(mut self, probe: Arc<dyn Probe>) -> Self {
        self.probe = Some(probe);
        self
    }

    /// Asks a language model about the hottest functions, too. What it proposes
    /// goes through the same gates, and through narrower limits.
    #[must_use]
    pub fn model(mut self, model: Arc<dyn PatchModel>) -> Self {
        self.model = Some(model);
        self
    }

    /// Scans with this many threads; the result does not depend on it.
    #[must_use]
    pub fn threads(mut self, threads: NonZeroUsize) -> Self {
        self.threads = threads;
        self
    }

    /// Proposes at most this many changes in a run; candidates beyond are
    /// deferred to the next one.
    #[must_use]
    pub fn max_proposals(mut self, max_proposals: u32) -> Self {
        self.max_proposals = Some(max_proposals);
        self
    }

    /// Ranks rules by what became of them before, too.
    #[must_use]
    pub fn payoffs(mut self, payoffs: Payoffs) -> Self {
        self.payoffs = payoffs;
        self
    }

    /// Finds out how a project installs, builds, tests and benchmarks.
    pub fn detect(&self, tree: &dyn SourceTree, config: &Config) -> Project {
        let config_text = tree.text(CONFIG_FILE).unwrap_or_default();
        detect(tree, &self.detectors, config, &config_text)
    }

    /// Finds opportunities and writes candidates; runs nothing of the project.
    pub fn scan(
        &self,
        tree: &dyn SourceTree,
        commit: &CommitId,
        config: &Config,
    ) -> Result<Scan, ConfigError> {
        let parts =
            Parts { scanners: &self.scanners, templates: &self.templates, payoffs: &self.payoffs };
        ranked(tree, commit, config, &parts, self.threads)
    }

    /// The whole job: detects, makes the baseline, scans, tries every
    /// candidate, and stores what was proved.
    pub async fn optimize(
        &self,
        input: RunInput,
        observer: Arc<dyn Observer>,
    ) -> Result<Report, RunError> {
        // Large: on the heap, whoever awaits it.
        Box::pin(super::optimize::run(self, input, observer, super::optimize::Goal::Optimize)).await
    }

    /// Detects and makes the baseline, no more.
    pub async fn baseline(
        &self,
        input: RunInput,
        observer: Arc<dyn Observer>,
    ) -> Result<Report, RunError> {
        super::optimize::run(self, input, observer, super::optimize::Goal::Baseline).await
    }

    /// Takes one candidate through the gates, wherever it comes from.
    pub async fn prove(
        &self,
        input: RunInput,
        candidate: Candidate,
        observer: Arc<dyn Observer>,
    ) -> Result<Report, RunError> {
        let goal = super::optimize::Goal::Prove(Box::new(candidate));
        Box::pin(super::optimize::run(self, input, observer, goal)).await
    }
}
