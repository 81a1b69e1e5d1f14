//! What a gate saw, recorded so that its verdict can be recomputed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    BenchmarkInputs, EquivalenceInputs, LimitsInputs, ParsesInputs, ReachInputs, RiskInputs,
    SensitivityInputs, StepInputs, WorkloadsInputs, names,
};
use crate::domain::Verdict;

/// Everything that a built-in gate's verdict depends on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "kind")]
#[non_exhaustive]
pub enum GateInputs {
    /// Of the gate `limits`.
    Limits(LimitsInputs),
    /// Of the gate `parses`.
    Parses(ParsesInputs),
    /// Of the gates `build`, `typecheck` and `tests`.
    Step(StepInputs),
    /// Of the gate `reach`.
    Reach(ReachInputs),
    /// Of the gate `equivalence`.
    Equivalence(Box<EquivalenceInputs>),
    /// Of the gate `workloads`.
    Workloads(Box<WorkloadsInputs>),
    /// Of the gate `benchmark`.
    Benchmark(Box<BenchmarkInputs>),
    /// Of the gate `sensitivity`.
    Sensitivity(SensitivityInputs),
    /// Of the gate `risk`.
    Risk(RiskInputs),
}

impl GateInputs {
    /// The gate that these inputs belong to.
    pub fn gate(&self) -> &'static str {
        match self {
            Self::Limits(_) => names::LIMITS,
            Self::Parses(_) => names::PARSES,
            Self::Step(inputs) => inputs.gate(),
            Self::Reach(_) => names::REACH,
            Self::Equivalence(_) => names::EQUIVALENCE,
            Self::Workloads(_) => names::WORKLOADS,
            Self::Benchmark(_) => names::BENCHMARK,
            Self::Sensitivity(_) => names::SENSITIVITY,
            Self::Risk(_) => names::RISK,
        }
    }

    /// The verdict that follows.
    pub fn judge(&self) -> Verdict {
        match self {
            Self::Limits(inputs) => inputs.judge(),
            Self::Parses(inputs) => inputs.judge(),
            Self::Step(inputs) => inputs.judge(),
            Self::Reach(inputs) => inputs.judge(),
            Self::Equivalence(inputs) => inputs.judge(),
            Self::Workloads(inputs) => inputs.judge().verdict,
            Self::Benchmark(inputs) => inputs.judge().verdict,
            Self::Sensitivity(inputs) => inputs.judge(),
            Self::Risk(inputs) => inputs.judge(),
        }
    }
}

/// A gate's verdict and what it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GateRecord {
    /// The gate.
    pub gate: String,
    /// What it saw; absent for gates of an embedder, whose verdicts cannot be
    /// recomputed here.
    pub inputs: Option<GateInputs>,
    /// What it said.
    pub verdict: Verdict,
}
