//! The baseline: what the repository does before any change, on this machine.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::digest::Digest;

use super::{
    case::{CasesBaseline, Measure},
    ids::CommitId,
    load::LoadBaseline,
    network::NetworkUse,
    sample::{PairSample, Pairing, ProcessSample},
    units::Millis,
    work_tree::WorkTreeCheck,
};
use crate::ports::{Isolation, Phase, StepStatus};
use crate::statistics::{Metric, NoiseAssessment};

/// The result of one command of the project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StepResult {
    /// Which phase it belongs to.
    pub phase: Phase,
    /// The command as a shell would take it.
    pub cmd: String,
    /// How it ended.
    pub status: StepStatus,
    /// Elapsed time.
    pub wall: Millis,
    /// CPU time of the process tree.
    pub cpu: Millis,
    /// Tests that were seen in the output, for the test phase.
    pub tests: Option<TestCounts>,
    /// What network it had, and every host that it asked for; absent if it
    /// had none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<NetworkUse>,
}

impl StepResult {
    /// Whether the command exited with 0.
    pub fn succeeded(&self) -> bool {
        self.status == StepStatus::Exited { code: 0 }
    }
}

/// Tests as the runner's own output counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TestCounts {
    /// Passed.
    pub passed: u64,
    /// Failed.
    pub failed: u64,
    /// Skipped or to do.
    pub skipped: u64,
}

/// What the repository does before any change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Baseline {
    /// The commit that was measured.
    pub commit: CommitId,
    /// Install, build, typecheck and tests, in the order run.
    pub steps: Vec<StepResult>,
    /// How often the tests ran.
    pub test_runs: u32,
    /// The benchmark, if there is one that can be used.
    pub benchmark: Option<BenchmarkBaseline>,
    /// Why there is none, if there is none.
    pub no_benchmark: Option<String>,
    /// The machine and the tools.
    pub environment: Environment,
}

impl Baseline {
    /// The counts of the test phase, if tests ran.
    pub fn tests(&self) -> Option<TestCounts> {
        self.steps.iter().rev().find_map(|step| step.tests)
    }
}

/// The benchmark at the baseline, and how noisy it is here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BenchmarkBaseline {
    /// Derived from the command; part of the pair schedule.
    pub bench_id: String,
    /// The project's command.
    pub cmd: String,
    /// The command that is measured: the script behind `cmd`, without the
    /// package manager's own start-up, where that is the same.
    pub measured_cmd: String,
    /// Runs that had the machine to themselves, before any pair.
    pub alone: Vec<ProcessSample>,
    /// How pairs are run, frozen here.
    pub pairing: Pairing,
    /// The metric, frozen here.
    pub metric: Metric,
    /// The A/A pairs: both sides are the same code.
    pub pairs: Vec<PairSample>,
    /// What the A/A pairs say.
    pub noise: NoiseAssessment,
    /// Digest of what the benchmark prints to standard output, when all A/A
    /// runs printed the same; a candidate must then print the same too.
    pub expected_output: Option<Digest>,
    /// The cases that the benchmark reports, where they are the same in every
    /// A/A run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cases: Option<CasesBaseline>,
    /// How it was seen that the benchmark runs the files of the work tree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work_tree: Option<WorkTreeCheck>,
    /// What the server does under load, where the benchmark is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load: Option<LoadBaseline>,
    /// Median CPU time of a process, in microseconds.
    pub median_cpu_us: u64,
    /// Median elapsed time of a process, in nanoseconds.
    pub median_wall_ns: u64,
}

impl BenchmarkBaseline {
    /// What the benchmark is judged by.
    pub fn measure(&self) -> Measure {
        self.cases.as_ref().map_or(Measure::Process, |cases| cases.measure)
    }
}

/// The machine and the tools that produced the numbers. Two results are only
/// compared when their [`Environment::fingerprint`]s are equal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Environment {
    /// Facts that must be equal for two results to be compared, by name.
    pub fixed: BTreeMap<String, String>,
    /// Facts that vary from minute to minute, such as the load average.
    pub varying: BTreeMap<String, String>,
    /// The isolation that was reached.
    pub isolation: Isolation,
}

impl Environment {
    /// The digest of everything that must be equal.
    pub fn fingerprint(&self) -> Digest {
        let facts = self.fixed.iter().flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]);
        Digest::of_parts(facts)
    }
}
