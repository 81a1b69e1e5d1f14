//! Attempts: a candidate's way through the gates, and what each gate said.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ids::{CandidateId, OpportunityId, RuleId, RunId};
use super::model::Authorship;
use super::units::Millis;
use crate::digest::Digest;

/// What a gate said about a candidate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Verdict {
    /// The gate's name: `benchmark`.
    pub gate: String,
    /// Passed, refused, or could not be told.
    pub outcome: VerdictOutcome,
    /// Why, in one sentence, with the numbers.
    pub reason: String,
    /// The one change that would flip a refusal.
    pub would_flip: Option<String>,
    /// The gate's numbers; their shape is the gate's own.
    pub details: serde_json::Value,
}

impl Verdict {
    /// A pass.
    pub fn passed(gate: &str, reason: impl Into<String>) -> Self {
        Self::new(gate, VerdictOutcome::Passed, reason)
    }

    /// A refusal.
    pub fn refused(gate: &str, reason: impl Into<String>) -> Self {
        Self::new(gate, VerdictOutcome::Refused, reason)
    }

    /// Could not be told.
    pub fn inconclusive(gate: &str, reason: impl Into<String>) -> Self {
        Self::new(gate, VerdictOutcome::Inconclusive, reason)
    }

    /// Faster on some inputs, slower on others.
    pub fn size_dependent(gate: &str, reason: impl Into<String>) -> Self {
        Self::new(gate, VerdictOutcome::SizeDependent, reason)
    }

    /// Names the one change that would flip the verdict.
    #[must_use]
    pub fn would_flip(mut self, change: impl Into<String>) -> Self {
        self.would_flip = Some(change.into());
        self
    }

    /// Adds the gate's numbers.
    #[must_use]
    pub fn with_details(mut self, details: serde_json::Value) -> Self {
        self.details = details;
        self
    }

    fn new(gate: &str, outcome: VerdictOutcome, reason: impl Into<String>) -> Self {
        Self {
            gate: gate.to_owned(),
            outcome,
            reason: reason.into(),
            would_flip: None,
            details: serde_json::Value::Null,
        }
    }
}

/// Three-valued: a gate that cannot tell says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum VerdictOutcome {
    /// The next gate may look.
    Passed,
    /// The attempt ends: rejected.
    Refused,
    /// The attempt ends: inconclusive.
    Inconclusive,
    /// The attempt ends: faster on some inputs, slower on others.
    SizeDependent,
}

/// How long a gate took, in elapsed time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GateTime {
    /// The gate's name: `workloads`.
    pub gate: String,
    /// From its beginning to its verdict.
    pub elapsed: Millis,
    /// From the beginning of the attempt to the first look at measured pairs
    /// of the candidate, of the gate that made it.
    pub first_look: Option<Millis>,
}

/// How an attempt ended.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum AttemptStatus {
    /// Every gate passed.
    Accepted,
    /// A gate refused.
    Rejected,
    /// A gate could not tell.
    Inconclusive,
    /// Faster on some inputs, slower on others.
    SizeDependent,
    /// Not tried: the run's budget was spent.
    Deferred,
}

/// A candidate and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Attempt {
    /// The candidate's id.
    pub id: CandidateId,
    /// The opportunity it answers.
    pub opportunity: OpportunityId,
    /// The rule that wrote it.
    pub rule: RuleId,
    /// The language model that wrote it, if one did.
    #[serde(default)]
    pub author: Option<Authorship>,
    /// The files it changes.
    pub files: Vec<String>,
    /// The change as a unified diff.
    pub diff: String,
    /// How it ended.
    pub status: AttemptStatus,
    /// The gate that ended it; none when accepted or deferred.
    pub gate: Option<String>,
    /// Why it ended so.
    pub reason: String,
    /// Every verdict, in the order given.
    pub verdicts: Vec<Verdict>,
    /// How long each gate took. Of an attempt that was interrupted: what its
    /// last process took.
    #[serde(default)]
    pub phases: Vec<GateTime>,
    /// Digest of what the result holds for: machine, tools, commands, gates,
    /// limits and the rule's version. The same candidate is not tried again in the same
    /// context: a second chance would raise the rate of false accepts.
    pub context: Digest,
    /// The earlier run that made this attempt, if it was not made again.
    pub made_in: Option<RunId>,
}
