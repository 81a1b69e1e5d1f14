//! Gates: every candidate passes all of them, cheapest first, or ends at the
//! first that does not let it through.
//!
//! A built-in gate first measures, then judges: the judgement is a pure
//! function of what was recorded, so `selfopt verify` can repeat it.

mod benchmark;
mod context;
mod equivalence;
mod guards;
mod inputs;
mod lab;
mod limits;
mod load;
mod numbers;
mod pairs;
mod parses;
mod reach;
mod risk;
mod runner;
mod sensitivity;
mod step;
mod workloads;

use async_trait::async_trait;

pub(crate) use benchmark::pair_value;
pub use benchmark::{BenchmarkAnswer, BenchmarkInputs, BenchmarkJudgement};
pub use context::GateContext;
pub use equivalence::{EquivalenceInputs, EquivalenceTally};
pub use inputs::{GateInputs, GateRecord};
pub(crate) use lab::GateLab;
pub use limits::LimitsInputs;
pub(crate) use load::{Reading, said};
pub(crate) use pairs::PairPlan;
pub use parses::{ParsedFile, ParsesInputs};
pub use reach::ReachInputs;
pub use risk::{RiskInputs, RiskReason, RiskScore};
pub use runner::{Accepted, Conclusion, GateRunner};
pub use sensitivity::SensitivityInputs;
pub use step::StepInputs;
pub use workloads::{
    BenchmarkSaid, LadderRung, MeasuredWorkload, WorkloadJudgement, WorkloadsInputs,
    WorkloadsJudgement,
};

use crate::domain::Verdict;
use crate::pipeline::RunError;

/// Names of the built-in gates, in their order.
pub mod names {
    /// Files, lines and kinds of files.
    pub const LIMITS: &str = "limits";
    /// Both parsers accept the changed files.
    pub const PARSES: &str = "parses";
    /// The project's build.
    pub const BUILD: &str = "build";
    /// The project's type check.
    pub const TYPECHECK: &str = "typecheck";
    /// The project's tests.
    pub const TESTS: &str = "tests";
    /// The tests execute every changed line.
    pub const REACH: &str = "reach";
    /// Both versions do the same.
    pub const EQUIVALENCE: &str = "equivalence";
    /// The repository's own benchmark: at least 3 % faster and beyond the noise.
    pub const BENCHMARK: &str = "benchmark";
    /// What the benchmark does not show: the changed function is faster on the
    /// project's own inputs.
    pub const WORKLOADS: &str = "workloads";
    /// Mutants of the change are noticed.
    pub const SENSITIVITY: &str = "sensitivity";
    /// The risk score.
    pub const RISK: &str = "risk";
}

/// Lets a candidate through, or says why not.
#[async_trait]
pub trait Gate: Send + Sync {
    /// A short name in kebab-case, unique among the gates of a run.
    fn name(&self) -> &str;

    /// The verdict. An error means that the gate itself could not work, and
    /// ends the run; a bad candidate is a verdict.
    async fn evaluate(&self, ctx: &mut GateContext<'_>) -> Result<Verdict, RunError>;
}

/// The built-in gates that come before the gates of an embedder.
fn before_custom() -> Vec<Box<dyn Gate>> {
    vec![
        Box::new(limits::LimitsGate),
        Box::new(parses::ParsesGate),
        Box::new(step::StepGate::build()),
        Box::new(step::StepGate::typecheck()),
        Box::new(step::StepGate::tests()),
        Box::new(reach::ReachGate),
        Box::new(equivalence::EquivalenceGate),
    ]
}

/// The built-in gates that come after the gates of an embedder.
fn after_custom() -> Vec<Box<dyn Gate>> {
    vec![
        Box::new(benchmark::BenchmarkGate),
        Box::new(workloads::WorkloadsGate),
        Box::new(sensitivity::SensitivityGate),
        Box::new(risk::RiskGate),
    ]
}
