//! Workloads: is the changed function itself faster, on inputs that the
//! project produced?
//!
//! Base and candidate are timed in lock-step on recorded calls. The most
//! trusted workload decides by the same sequential test as the benchmark
//! gate; the other recorded ones must not lose; a ladder of grown and shrunk
//! inputs shows from which size on the change pays.

mod gate;
mod judge;
mod measure;
mod refine;
#[cfg(test)]
mod tests;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::BenchmarkAnswer;
use crate::domain::{FunctionPair, Touches, Workload};
use crate::statistics::{Budget, Metric, NoiseAssessment, Parameters, ScheduleKey, choose_metric};

pub(super) use gate::WorkloadsGate;
pub use judge::{LadderRung, WorkloadJudgement, WorkloadsJudgement};

/// Pairs on a rung of the ladder: the fewest at which a loss can be told.
const LADDER_PAIRS: u32 = 6;
/// Pairs on a workload that must not lose.
const GUARD_PAIRS: u32 = 10;

/// What the verdict depends on: every raw sample and every parameter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WorkloadsInputs {
    /// Why nothing had to be measured, if so.
    pub not_needed: Option<String>,
    /// What the repository's own benchmark said.
    pub benchmark: BenchmarkSaid,
    /// The functions that the candidate changes.
    pub touches: Touches,
    /// Why no function could be measured, if so.
    pub nothing_to_measure: Option<String>,
    /// Every workload with its pairs, the most trusted first.
    pub measured: Vec<MeasuredWorkload>,
    /// The parameters of the procedure; `tries` is the number of workloads
    /// that decide.
    pub parameters: Parameters,
    /// The seed of the run; part of the schedule.
    pub run_seed: u64,
    /// The base commit; part of the schedule.
    pub base_sha: String,
    /// SHA-256 of the diff; part of the schedule.
    pub diff_sha: String,
    /// Whether the run's budget ended the measurement.
    pub budget: Budget,
}

/// What the repository's own benchmark said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BenchmarkSaid {
    /// Of the gain.
    pub answer: BenchmarkAnswer,
    /// In its own words.
    pub reason: String,
}

/// A workload and its pairs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MeasuredWorkload {
    /// The workload.
    pub workload: Workload,
    /// The base against itself; none for rungs of the ladder and guards.
    pub noise_pairs: Vec<FunctionPair>,
    /// The base against the candidate.
    pub pairs: Vec<FunctionPair>,
}

impl MeasuredWorkload {
    /// The clock, chosen by the base's blocks alone; in the test process, where
    /// an async function shares its waiting with whatever else goes on, CPU time.
    pub(super) fn metric(&self, parameters: &Parameters) -> Metric {
        if self.workload.in_place {
            return Metric::Cpu;
        }
        let of_noise = !self.noise_pairs.is_empty();
        let pairs = if of_noise { &self.noise_pairs } else { &self.pairs };
        let blocks: Vec<_> =
            pairs.iter().flat_map(|pair| &pair.blocks).map(|block| block.base).collect();
        choose_metric(&blocks, parameters.noise.cpu_bound_share)
    }

    /// What the base against itself says.
    pub(super) fn noise(&self, parameters: &Parameters) -> Option<NoiseAssessment> {
        let metric = self.metric(parameters);
        let values: Vec<_> =
            self.noise_pairs.iter().filter_map(|pair| pair.value(metric)).collect();
        NoiseAssessment::from_pairs(parameters, &values)
    }
}

impl WorkloadsInputs {
    /// The schedule's key for one workload of a function.
    pub(super) fn key<'a>(&'a self, bench_id: &'a str, diff_sha: &'a str) -> ScheduleKey<'a> {
        ScheduleKey {
            run_seed: self.run_seed,
            base_sha: &self.base_sha,
            candidate_diff_sha: diff_sha,
            bench_id,
        }
    }

    /// Identifies a workload in the schedule: the function and the calls.
    pub(super) fn bench_id(&self, workload: &Workload) -> String {
        let function = self.touches.function(workload.function);
        let (path, name) = function.map_or(("", ""), |one| (&one.path, &one.name));
        format!("{path}:{name}@{}", workload.id)
    }
}
