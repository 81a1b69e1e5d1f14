//! Workloads: sets of calls with a provenance, and pairs measured on them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::statistics::{IterationTimes, Metric, NanoLog, Side};

/// Where a workload's calls come from, the most trusted first.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case", tag = "from")]
pub enum Provenance {
    /// Recorded while the repository's own benchmark ran.
    Benchmark,
    /// Recorded while the repository's server was under an HTTP load.
    HttpLoad,
    /// A workload file of the user.
    File {
        /// Its path, relative to the project root.
        path: String,
    },
    /// Recorded while an example or end-to-end test ran.
    Example {
        /// The command.
        cmd: String,
    },
    /// Recorded while the tests ran.
    Tests,
}

impl std::fmt::Display for Provenance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Benchmark => f.write_str("the repository's benchmark"),
            Self::HttpLoad => f.write_str("the HTTP load"),
            Self::File { path } => write!(f, "`{path}`"),
            Self::Example { cmd } => write!(f, "`{cmd}`"),
            Self::Tests => f.write_str("the tests"),
        }
    }
}

/// Sizes of inputs in elements: the length of the largest container of a call
/// that would grow with its inputs, as the ladder grows them; of anything in
/// it where nothing would, and in place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sizes {
    /// The smallest.
    pub min: u64,
    /// The median.
    pub median: u64,
    /// The largest.
    pub max: u64,
}

impl std::fmt::Display for Sizes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.min == self.max {
            return write!(f, "{} elements", self.median);
        }
        write!(f, "{} to {} elements, median {}", self.min, self.max, self.median)
    }
}

/// What a workload's measurement is for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum WorkloadRole {
    /// The most trusted one: it must gain.
    Decides,
    /// A class of the most trusted one, or another source of calls: it must not
    /// lose.
    Guards,
    /// The most trusted one with values that come again no more often than they
    /// did when it was recorded, where the candidate remembers: it must gain,
    /// too.
    Unrepeated,
    /// Grown or shrunk from recorded calls, or inputs of the tests where a
    /// user's file says what a function is called with: it shows from which
    /// size on the change pays.
    Ladder,
}

/// A set of calls of one function.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Workload {
    /// Identifies it in the schedule: `tests`, its class `tests:small`, its
    /// rung `tests-x10`; `inputs.mjs:large` for a set of a file, and
    /// `inputs.mjs:large:small` for the small inputs of its only one;
    /// `tests:unrepeated`.
    pub id: String,
    /// The function's number.
    pub function: u32,
    /// What it is measured for.
    pub role: WorkloadRole,
    /// Where the calls come from.
    pub provenance: Provenance,
    /// Digest of the calls: pairs on other calls are not mixed with these.
    pub digest: Digest,
    /// Calls in it.
    pub calls: u64,
    /// Their sizes.
    pub elements: Sizes,
    /// The factor by which recorded inputs were grown or shrunk.
    pub factor: Option<f64>,
    /// Whether it is measured beside the base in the test process.
    pub in_place: bool,
}

impl Workload {
    /// The class of its source's calls that it is, where it is not all of them.
    pub fn class(&self) -> Option<&str> {
        self.id.rsplit_once(':').map(|(_, class)| class).filter(|_| self.factor.is_none())
    }
}

/// One pair: two fresh processes in lock-step, or for functions that are
/// measured in place, one fresh process with both versions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FunctionPair {
    /// 0-based; the order of the sides is derived from it.
    pub index: u32,
    /// Which side was spawned first.
    pub first: Side,
    /// The blocks in the order measured; in each, both sides did the same
    /// number of calls.
    pub blocks: Vec<Block>,
    /// Calls in one block.
    pub calls_per_block: u64,
    /// Peak resident memory of base and candidate in bytes, where known.
    pub rss: Option<[u64; 2]>,
    /// Bytes allocated in one round, where they could be told.
    pub allocated: Option<Allocated>,
    /// One-minute load average before and after, in thousandths, where known.
    pub load_milli: [Option<u64>; 2],
    /// What went wrong, if something did.
    pub failure: Option<PairFailure>,
}

/// One timed block of each side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Block {
    /// The base's times.
    pub base: IterationTimes,
    /// The candidate's times.
    pub candidate: IterationTimes,
}

/// Bytes that one round of calls allocates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Allocated {
    /// Of the base.
    pub base: u64,
    /// Of the candidate.
    pub candidate: u64,
}

/// Why a pair gave no value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PairFailure {
    /// Which side; none when it was neither.
    pub side: Option<Side>,
    /// What happened.
    pub reason: String,
}

impl FunctionPair {
    /// The pair's value: the median over its blocks of `ln(base / candidate)`.
    /// `None` when a block was not measured.
    pub fn value(&self, metric: Metric) -> Option<NanoLog> {
        if self.failure.is_some() {
            return None;
        }
        let values: Option<Vec<NanoLog>> = self
            .blocks
            .iter()
            .map(|block| NanoLog::from_times(block.base.by(metric), block.candidate.by(metric)))
            .collect();
        NanoLog::median(&values?)
    }

    /// The median time of one call in picoseconds, of base and candidate.
    pub fn call_picos(&self, metric: Metric) -> Option<[u64; 2]> {
        let calls = self.calls_per_block.max(1);
        let of = |time: fn(&Block) -> IterationTimes| {
            let mut times: Vec<u64> =
                self.blocks.iter().map(|block| time(block).by(metric)).collect();
            times.sort_unstable();
            times.get(times.len() / 2).map(|nanos| nanos.saturating_mul(1000) / calls)
        };
        Some([of(|block| block.base)?, of(|block| block.candidate)?])
    }
}
