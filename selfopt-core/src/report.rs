//! `selfopt.report/1`: the JSON document that others build on. Version 1 may
//! gain fields and enum values; nothing is renamed or removed.

mod cases;
mod load;
mod model;
mod proof;
mod readable;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::complexity::Surroundings;
use crate::domain::{
    AttemptStatus, Authorship, CandidateId, CasesBaseline, Declined, ExitCode, GateTime,
    LoadBaseline, Millis, OpportunityId, Pairing, Project, ProposalId, Ratio, RuleId, RunId,
    Verdict, WorkTreeCheck,
};
use crate::ports::Isolation;
use crate::statistics::{Fraction, Metric, NoiseAssessment};

pub use cases::CaseReport;
pub(crate) use cases::operation_ns;
pub use load::LoadReport;
pub use model::ModelReport;
pub use proof::{DifferenceReport, ImpactReport, ProofReport, WorkloadReport};
pub use readable::time;

/// The schema id of [`Report`].
pub const REPORT_SCHEMA: &str = "selfopt.report/1";

/// What `selfopt optimize --format json` prints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Always `selfopt.report/1`.
    pub schema: String,
    /// The version of selfopt that wrote it.
    pub version: String,
    /// The run's id.
    pub run: String,
    /// The commit that was measured.
    pub base: String,
    /// The seed of all schedules.
    pub seed: u64,
    /// What was detected.
    pub project: Project,
    /// The baseline; absent when it did not come to its end.
    pub baseline: Option<BaselineReport>,
    /// What the scan found, in rank order.
    pub opportunities: Vec<OpportunityReport>,
    /// Every candidate and what became of it.
    pub attempts: Vec<AttemptReport>,
    /// What was proved.
    pub proposals: Vec<ProposalReport>,
    /// What a language model was asked, if one was.
    #[serde(default)]
    pub model: Option<ModelReport>,
    /// What the run spent.
    pub budget: BudgetReport,
    /// What kept repository code apart.
    pub isolation: Isolation,
    /// Why the run stopped early, if it did.
    pub paused: Option<PauseReport>,
    /// The exit code and its meaning.
    pub exit: ExitReport,
}

/// The baseline in short.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BaselineReport {
    /// The commands and how they ended.
    pub steps: Vec<crate::domain::StepResult>,
    /// How the two processes of a pair share the machine.
    pub pairing: Option<Pairing>,
    /// The metric that the benchmark is judged by.
    pub metric: Option<Metric>,
    /// The command that is measured.
    pub measured_cmd: Option<String>,
    /// Median CPU time of a benchmark process, in microseconds.
    pub median_cpu_us: Option<u64>,
    /// The benchmark's noise on this machine.
    pub noise: Option<NoiseAssessment>,
    /// The cases that the benchmark reports, by which tool, and whether they
    /// decide; absent where no reader knows its output.
    #[serde(default)]
    pub cases: Option<CasesBaseline>,
    /// How it was seen that the benchmark runs the files of the work tree.
    #[serde(default)]
    pub work_tree: Option<WorkTreeCheck>,
    /// What the server does under load, where the benchmark is one.
    #[serde(default)]
    pub load: Option<LoadBaseline>,
    /// Why there is no benchmark, if there is none.
    pub no_benchmark: Option<String>,
    /// Digest of everything that must be equal for two results to be compared.
    pub environment: String,
}

/// An opportunity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OpportunityReport {
    /// Derived from base commit, rule, path and span.
    pub id: OpportunityId,
    /// The rule that fired.
    pub rule: RuleId,
    /// Path relative to the project root.
    pub path: String,
    /// 1-based.
    pub line: u32,
    /// 1-based, in characters.
    pub column: u32,
    /// 1-based line of the span's end.
    pub end_line: u32,
    /// 1-based column of the span's end, in characters.
    pub end_column: u32,
    /// What is wrong.
    pub message: String,
    /// Why it costs.
    pub why: String,
    /// 1-based position in the ranking.
    pub rank: u32,
    /// Why no patch is offered, if none is.
    pub declined: Option<Declined>,
    /// The patch as a unified diff, where there is one.
    pub patch: Option<String>,
    /// What the patch does, where there is one.
    pub patch_title: Option<String>,
    /// What stands around the place; orders opportunities of the same promise.
    #[serde(default)]
    pub surroundings: Surroundings,
}

/// An attempt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AttemptReport {
    /// The candidate's id.
    pub id: CandidateId,
    /// The opportunity it answers.
    pub opportunity: OpportunityId,
    /// The rule that wrote it; `patch` when it came from outside.
    #[serde(default)]
    pub rule: Option<RuleId>,
    /// The language model that wrote it, if one did.
    #[serde(default)]
    pub author: Option<Authorship>,
    /// The files that it changes.
    #[serde(default)]
    pub files: Vec<String>,
    /// How it ended.
    pub status: AttemptStatus,
    /// The gate that ended it.
    pub gate: Option<String>,
    /// Why.
    pub reason: String,
    /// Every verdict.
    pub verdicts: Vec<Verdict>,
    /// How long each gate took. Of an attempt that was interrupted: what its
    /// last process took.
    #[serde(default)]
    pub phases: Vec<GateTime>,
    /// The p-value of "no faster than the margin", adjusted by Holm's method
    /// for all candidates that the run measured. Information: it decides
    /// nothing.
    pub adjusted_p_value: Option<Fraction>,
    /// The earlier run that made this attempt, if it was not made again.
    pub made_in: Option<RunId>,
}

/// A proposal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProposalReport {
    /// Derived from base commit, rule, path and diff.
    pub id: ProposalId,
    /// The candidate that was proved.
    pub candidate: CandidateId,
    /// The rule that wrote it; `model` when a language model did.
    pub rule: RuleId,
    /// The language model that wrote it, if one did.
    #[serde(default)]
    pub author: Option<Authorship>,
    /// What the change does.
    pub title: String,
    /// The commit that it applies to.
    pub base: String,
    /// The changed files.
    pub files: Vec<String>,
    /// The change as a unified diff.
    pub diff: String,
    /// Point estimate of the saving: 0.03 is 3 % less.
    pub gain: Ratio,
    /// The saving that holds at least, at [`ProposalReport::confidence`].
    pub gain_lower_bound: Ratio,
    /// One minus the candidate's error rate: 0.995.
    pub confidence: Ratio,
    /// What was measured.
    pub metric: Metric,
    /// Pairs of processes measured.
    pub pairs: u32,
    /// The metric's median before, in microseconds: of a benchmark process, or
    /// where the repository has no benchmark, of a call, whose exact times
    /// stand in `proof`.
    pub before_us: u64,
    /// The metric's median after, in microseconds.
    pub after_us: u64,
    /// Where the benchmark is judged by its cases: the geometric mean of an
    /// operation's time before and after, in nanoseconds.
    #[serde(default)]
    pub operation_ns: Option<[f64; 2]>,
    /// The cases that the benchmark reports.
    #[serde(default)]
    pub cases: Vec<CaseReport>,
    /// The server under load, where that carries the proposal: an HTTP load is
    /// where its evidence comes from.
    #[serde(default)]
    pub load: Option<LoadReport>,
    /// The risk score, 0 (none) to 100.
    pub risk: u32,
    /// What the risk score is made of.
    pub risk_reasons: Vec<String>,
    /// What was proved of the changed functions themselves; absent where no
    /// probe looked into functions.
    #[serde(default)]
    pub proof: Option<ProofReport>,
    /// What the change is worth to the project; absent where no profile was
    /// taken. Information: it decides nothing.
    #[serde(default)]
    pub impact: Option<ImpactReport>,
    /// What kept the project's code apart while it was proved, and how well.
    #[serde(default)]
    pub isolation: Option<Isolation>,
    /// Where the evidence bundle lies.
    pub bundle: String,
}

/// What the run spent.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BudgetReport {
    /// CPU minutes that the sandbox's commands took.
    pub compute_minutes: f64,
    /// CPU minutes allowed.
    pub compute_minutes_limit: f64,
    /// Elapsed time.
    pub wall: Millis,
    /// Elapsed time allowed.
    pub wall_limit: Millis,
    /// Candidates that reached the benchmark gate.
    pub confirmations: u32,
    /// Confirmations allowed.
    pub confirmations_limit: u32,
}

/// Why a run stopped early.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PauseReport {
    /// What happened.
    pub reason: String,
    /// What to do next.
    pub hint: Option<String>,
    /// The end of the failing command's output.
    pub log_tail: Option<String>,
}

/// The exit code and its meaning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExitReport {
    /// The number.
    pub code: ExitCode,
    /// The meaning.
    pub meaning: String,
}
