//! Raw benchmark samples: what one process cost, and pairs of them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::case::Case;
use super::load::LoadSample;
use super::units::Bytes;
use crate::digest::Digest;
use crate::ports::StepStatus;
use crate::statistics::Side;

/// What one run of the benchmark command cost, its whole process tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProcessSample {
    /// User and system CPU time in microseconds.
    pub cpu_us: u64,
    /// Elapsed time in nanoseconds; of a process that takes turns, that of its
    /// own turns.
    pub wall_ns: u64,
    /// Largest resident set of any process of the tree.
    pub max_rss: Bytes,
    /// Involuntary context switches.
    pub involuntary_switches: u64,
}

/// How the two processes of a pair share the machine. They never run at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Pairing {
    /// One after the other.
    BackToBack,
    /// In turns: each runs for a few milliseconds, then it is stopped and the
    /// other one continued. What slows the machine down for a while slows both.
    InTurns {
        /// How long a turn is, in microseconds.
        turn_us: u32,
    },
}

/// Two fresh processes, the first of them chosen at random.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PairSample {
    /// 0-based index; the order of the sides is derived from it.
    pub index: u32,
    /// Which side ran first.
    pub first: Side,
    /// The base's cost; absent when that side did not finish.
    pub base: Option<ProcessSample>,
    /// The candidate's cost; absent when that side did not finish.
    pub candidate: Option<ProcessSample>,
    /// Digest of what the base printed to standard output, without the figures
    /// where a reader knows them.
    pub base_output: Option<Digest>,
    /// Digest of what the candidate printed to standard output, likewise.
    pub candidate_output: Option<Digest>,
    /// The cases that the base reported, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub base_cases: Vec<Case>,
    /// The cases that the candidate reported, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidate_cases: Vec<Case>,
    /// What the load on the base gave, where the benchmark is a server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_load: Option<LoadSample>,
    /// What the load on the candidate gave, where the benchmark is a server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub candidate_load: Option<LoadSample>,
    /// How a side ended that did not exit with 0.
    pub failure: Option<SideFailure>,
    /// One-minute load average before and after, in thousandths, where known.
    pub load_milli: [Option<u64>; 2],
    /// Why the pair does not count, if it does not.
    pub discarded: Option<String>,
}

/// A side of a pair that did not exit with 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SideFailure {
    /// Which side.
    pub side: Side,
    /// How it ended.
    pub status: StepStatus,
    /// What it said about that, where it is known to say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
}
