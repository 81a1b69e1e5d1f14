//! What happens in a run, in the order it happens. The journal of these events
//! is the run's trace, and what a resumed run goes on from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::domain::{
    Attempt, Baseline, CandidateId, CommitId, FunctionPair, Heat, ModelRound, ModelTarget,
    NoteLevel, PairSample, Project, ProposalId, RuleId, StepResult, WorkTreeCheck, Workload,
};
use crate::ports::{Isolation, Phase, SnapshotId, Versions};
use crate::report::{ExitReport, OpportunityReport, PauseReport};
use crate::statistics::NoiseAssessment;

/// The trees that are frozen in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FrozenTree {
    /// The unchanged code with its dependencies.
    Installed,
    /// The unchanged code, built and checked, its benchmark run once.
    Checked,
}

/// What a pair of a changed function belongs to.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct FunctionPairKey {
    /// The function and the workload, as in the schedule.
    pub bench_id: String,
    /// Digest of the workload's calls.
    pub calls: Digest,
    /// Whether the base was measured against itself.
    pub base_twice: bool,
}

impl FunctionPairKey {
    /// Of pairs of these versions on a workload.
    pub(crate) fn new(workload: &Workload, bench_id: &str, versions: Versions) -> Self {
        Self {
            bench_id: bench_id.to_owned(),
            calls: workload.digest.clone(),
            base_twice: versions == Versions::BaseTwice,
        }
    }
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "event")]
#[non_exhaustive]
pub enum RunEvent {
    /// The run began.
    RunStarted {
        /// The commit.
        commit: CommitId,
        /// The seed of all schedules.
        seed: u64,
        /// What keeps repository code apart.
        isolation: Isolation,
    },
    /// An interrupted run goes on.
    RunResumed {
        /// Attempts that were already made.
        attempts: usize,
    },
    /// How the project installs, builds, tests and benchmarks.
    ProjectDetected {
        /// What was found.
        project: Box<Project>,
    },
    /// A command of the project begins.
    StepStarted {
        /// Its phase.
        phase: Phase,
        /// The command.
        cmd: String,
    },
    /// A command of the project ended.
    StepFinished {
        /// How.
        step: StepResult,
    },
    /// A tree was frozen; trees that are measured are forked from it.
    TreeFrozen {
        /// Which.
        tree: FrozenTree,
        /// Its name.
        snapshot: SnapshotId,
    },
    /// A slow-down was planted in the sources, to see whether the benchmark
    /// runs them.
    WorkTreeChecked {
        /// What became of it.
        check: WorkTreeCheck,
    },
    /// One A/A pair of the baseline.
    NoisePairMeasured {
        /// The pair.
        pair: PairSample,
        /// How many there will be.
        of: u32,
    },
    /// What the A/A pairs say.
    NoiseAssessed {
        /// The assessment.
        noise: NoiseAssessment,
    },
    /// The baseline is complete.
    BaselineFinished {
        /// The baseline.
        baseline: Box<Baseline>,
    },
    /// The scan is complete.
    ScanFinished {
        /// Files that were read.
        files: usize,
        /// What it found, in rank order.
        opportunities: Vec<OpportunityReport>,
    },
    /// Where the project's own CPU time goes.
    HeatMeasured {
        /// By function.
        heat: Heat,
    },
    /// The functions that a language model is asked about.
    ModelTargets {
        /// In the order in which it is asked.
        targets: Vec<ModelTarget>,
    },
    /// A language model was asked.
    ModelAnswered {
        /// What it was asked and what it said.
        round: Box<ModelRound>,
        /// The candidates that this makes.
        candidates: Vec<CandidateId>,
    },
    /// A candidate enters the gates.
    AttemptStarted {
        /// The candidate.
        candidate: CandidateId,
        /// The rule that wrote it.
        rule: RuleId,
        /// The file it changes.
        path: String,
        /// 1-based line of its opportunity.
        line: u32,
        /// 1-based position among the candidates.
        number: usize,
        /// How many there are.
        of: usize,
    },
    /// A gate begins.
    GateStarted {
        /// The candidate.
        candidate: CandidateId,
        /// The gate.
        gate: String,
    },
    /// One pair of base and candidate.
    PairMeasured {
        /// The candidate.
        candidate: CandidateId,
        /// The pair.
        pair: PairSample,
    },
    /// One pair of a changed function on a workload.
    FunctionPairMeasured {
        /// The candidate.
        candidate: CandidateId,
        /// Which workload, and which versions.
        key: FunctionPairKey,
        /// The pair.
        pair: FunctionPair,
    },
    /// A gate gave its verdict.
    GateFinished {
        /// The candidate.
        candidate: CandidateId,
        /// The verdict.
        verdict: crate::domain::Verdict,
    },
    /// A candidate came to its end.
    AttemptFinished {
        /// The attempt with its verdicts.
        attempt: Box<Attempt>,
    },
    /// A proposal and its evidence are stored.
    ProposalStored {
        /// The proposal.
        proposal: ProposalId,
        /// Where its bundle lies.
        bundle: String,
    },
    /// Something a person should know.
    Note {
        /// How much it matters.
        level: NoteLevel,
        /// What.
        message: String,
    },
    /// The run stopped: the repository or the machine does not allow more.
    RunPaused {
        /// Why, and what to do.
        pause: PauseReport,
    },
    /// The run came to its end.
    RunFinished {
        /// How.
        exit: ExitReport,
    },
}
