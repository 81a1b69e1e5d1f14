//! What the scripts of the runtime write.

use std::collections::BTreeMap;

use selfopt_core::{Counterexample, Replayed, Sizes, Tally};
use serde::{Deserialize, Serialize};

/// `collect.cjs` in mode `record`.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Recorded {
    pub(super) functions: Vec<RecordedFunction>,
}

/// One function's calls.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RecordedFunction {
    pub(super) id: u32,
    pub(super) seen: u64,
    pub(super) kept: u64,
    pub(super) elements: Option<Sizes>,
    pub(super) not_copyable: BTreeMap<String, u64>,
    pub(super) constructor_calls: u64,
}

/// `collect.cjs` in mode `reach`.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct ReachHits {
    pub(super) hits: Vec<Hit>,
}

/// A probe that was executed.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Hit {
    pub(super) probe: u32,
}

/// `replay.cjs`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReplayResult {
    calls: u64,
    replayable: u64,
    nondeterministic: u64,
    unfaithful: u64,
    agreed: u64,
    undecidable: BTreeMap<String, u64>,
    mutates: Mutates,
    #[serde(rename = "async")]
    asynchronous: bool,
    difference: Option<Counterexample>,
    variations: Variations,
    difference_inside: Option<Counterexample>,
    difference_outside: Option<Counterexample>,
    #[serde(default)]
    shapes: Vec<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
struct Mutates {
    base: bool,
    candidate: bool,
}

#[derive(Debug, Clone, Copy, Deserialize)]
struct Variations {
    inside: Tally,
    outside: Tally,
}

impl From<ReplayResult> for Replayed {
    fn from(result: ReplayResult) -> Self {
        Self {
            calls: result.calls,
            replayable: result.replayable,
            nondeterministic: result.nondeterministic,
            unfaithful: result.unfaithful,
            agreed: result.agreed,
            undecidable: result.undecidable,
            base_mutates: result.mutates.base,
            candidate_mutates: result.mutates.candidate,
            asynchronous: result.asynchronous,
            difference: result.difference,
            inside: result.variations.inside,
            outside: result.variations.outside,
            difference_inside: result.difference_inside,
            difference_outside: result.difference_outside,
            shapes: result.shapes,
        }
    }
}

/// `lockstep.cjs`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LockstepResult {
    pub(super) rounds: u64,
    pub(super) calls_per_round: u64,
    pub(super) blocks: Vec<BothTimes>,
    pub(super) rss: Option<Both<Option<u64>>>,
    pub(super) allocated: Option<Both<Option<u64>>>,
    pub(super) failure: Option<LockstepFailure>,
}

/// A value of each side.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct Both<T> {
    pub(super) base: T,
    pub(super) candidate: T,
}

/// One block of each side.
pub(super) type BothTimes = Both<Times>;

/// Both clocks over one block.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Times {
    pub(super) wall_ns: u64,
    pub(super) cpu_us: u64,
}

/// What ended a pair.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct LockstepFailure {
    pub(super) side: Option<String>,
    pub(super) reason: String,
    #[serde(default)]
    pub(super) detail: Option<String>,
}

/// `ladder.cjs`.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Ladder {
    pub(super) rungs: Vec<Rung>,
}

/// A factor and the sizes that it gives.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Rung {
    pub(super) factor: f64,
    pub(super) elements: Sizes,
}

/// `classes.cjs`.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Classes {
    pub(super) classes: Vec<Class>,
}

/// Calls of a workload that are timed by themselves too.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Class {
    pub(super) name: String,
    pub(super) only: Only,
    pub(super) calls: u64,
    pub(super) elements: Sizes,
}

/// Which calls of a file are meant.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Only {
    #[serde(skip_serializing_if = "Option::is_none")]
    min_elements: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_elements: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stratum: Option<String>,
}

/// `remember.cjs`.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Remembered {
    /// The part of the calls of which the candidate remembers something.
    #[serde(rename = "remembered")]
    pub(super) share: f64,
    /// The part of these of which there are other values.
    pub(super) varied: f64,
    /// How the values of each call are changed; none where they cannot be.
    pub(super) levels: Levels,
}

/// For each call of a file, how far its values are changed so that none
/// comes again; none for a call that takes no part.
pub(crate) type Levels = Vec<Option<u32>>;

/// `workload.cjs`.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct LoadedFile {
    pub(super) error: Option<FileError>,
    /// All functions that the file has inputs for.
    pub(super) names: Vec<String>,
    pub(super) functions: Vec<LoadedFunction>,
}

/// What is wrong with a workload file.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct FileError {
    pub(super) what: String,
    pub(super) hint: String,
}

/// The calls of one function in a workload file.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LoadedFunction {
    pub(super) id: u32,
    pub(super) seen: u64,
    pub(super) kept: u64,
    /// Calls with a `this`.
    pub(super) with_this: u64,
    pub(super) elements: Sizes,
    pub(super) sets: Vec<String>,
    /// Sets with more calls than are taken.
    pub(super) cut: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_goes_back_to_the_runtime_as_it_came() {
        for text in [r#"{"maxElements":42}"#, r#"{"minElements":43}"#, r#"{"stratum":"large"}"#] {
            let only: Only = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&only).unwrap(), text);
        }
    }
}
