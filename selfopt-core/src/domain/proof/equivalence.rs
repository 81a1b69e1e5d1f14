//! Whether two versions of a function agree, and what the checks notice.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::unseen::Unseen;
use super::workload::{Provenance, Sizes};

/// What is known of one function's behaviour before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FunctionEquivalence {
    /// The function's number.
    pub function: u32,
    /// Where the calls come from.
    pub provenance: Provenance,
    /// Whether both versions ran beside each other in the test process, on
    /// live inputs.
    pub in_place: bool,
    /// Calls that were made.
    pub seen: u64,
    /// Why none was seen, where none was.
    #[serde(default)]
    pub unseen: Option<Unseen>,
    /// Calls that were kept for the comparison.
    pub kept: u64,
    /// Calls that could not be copied or compared, by reason.
    pub not_copyable: BTreeMap<String, u64>,
    /// The sizes of the kept calls' inputs, in elements.
    pub elements: Sizes,
    /// What the comparison said; absent when there was nothing to compare, or
    /// it failed.
    pub replayed: Option<Replayed>,
    /// How the comparison failed, if it did.
    #[serde(default)]
    pub failed: Option<String>,
}

/// Both versions on the same inputs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Replayed {
    /// Calls that were tried.
    pub calls: u64,
    /// Calls on which the base agrees with itself.
    pub replayable: u64,
    /// Calls on which the base does not agree with itself.
    pub nondeterministic: u64,
    /// Calls on which the base, replayed, does other than what was recorded:
    /// it depends on more than its inputs.
    pub unfaithful: u64,
    /// Calls on which both versions agree.
    pub agreed: u64,
    /// Calls whose outcomes cannot be compared, by reason.
    pub undecidable: BTreeMap<String, u64>,
    /// Whether the base changes its inputs.
    pub base_mutates: bool,
    /// Whether the candidate changes its inputs.
    pub candidate_mutates: bool,
    /// Whether the function gives promises.
    pub asynchronous: bool,
    /// The first recorded call on which the versions differ.
    pub difference: Option<Counterexample>,
    /// Variations inside of the recorded shapes.
    pub inside: Tally,
    /// Variations outside of them.
    pub outside: Tally,
    /// The smallest variation inside on which the versions differ.
    pub difference_inside: Option<Counterexample>,
    /// The smallest variation outside on which the versions differ.
    pub difference_outside: Option<Counterexample>,
    /// What the calls' inputs look like, a line a place, where that was asked
    /// for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shapes: Vec<String>,
}

/// How many were tried and agreed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tally {
    /// Tried.
    pub tried: u64,
    /// Agreed.
    pub agreed: u64,
}

/// An input on which both versions differ, as text for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counterexample {
    /// The arguments, and `this` where it matters.
    pub input: String,
    /// What the base does.
    pub base: String,
    /// What the candidate does.
    pub candidate: String,
    /// Where in the outcome they differ.
    pub path: String,
    /// Where the input is from.
    pub origin: Origin,
    /// 0-based number of the recorded call that it is, or was made from.
    pub call: u64,
}

/// Where a counterexample's input is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// The project made this call.
    Recorded,
    /// It was varied from such a call.
    Variation,
    /// Such a call, in which a value got a twin of another type that looks the
    /// same as text: one version takes them for each other.
    LookAlike,
}

/// A change to the candidate that should be noticed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mutant {
    /// The file, relative to the project root.
    pub path: String,
    /// 1-based line in the candidate's file.
    pub line: u32,
    /// What was changed, such as "`<` became `<=`".
    pub change: String,
    /// What became of it.
    pub fate: MutantFate,
}

/// What became of a mutant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MutantFate {
    /// The comparison with the base saw it.
    CaughtByReplay,
    /// The project's tests saw it.
    CaughtByTests,
    /// Nothing saw it.
    Survived,
}
