//! Opportunities and the candidate patches made for them.

use schemars::JsonSchema;
use selfopt_syntax::{Edit, Span};
pub use selfopt_syntax::{MetBy, Obligation};
use serde::{Deserialize, Serialize};

use super::ids::{CandidateId, OpportunityId, RuleId};
use super::model::Authorship;

/// What a scanner reports about one place of one file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// The rule that fired.
    pub rule: RuleId,
    /// The rule's own version (semver).
    pub rule_version: String,
    /// The byte span of the code in question.
    pub span: Span,
    /// What is wrong, in one sentence.
    pub message: String,
    /// Why it costs time.
    pub why: String,
    /// Measured speed-up of this rule's typical case (a ratio: 4.0 is four times as fast).
    pub typical_speedup: f64,
    /// How risky the rewrite is: 0 (none) to 3 (needs a person).
    pub rule_risk: u8,
    /// Why no patch is offered, if none is.
    pub declined: Option<Declined>,
}

/// A condition for a sound rewrite that could not be shown to hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Declined {
    /// The condition's id, in kebab-case: `receiver-is-array`.
    pub obligation: String,
    /// What stands against it, in one sentence.
    pub reason: String,
    /// The 1-based line that stands against it.
    pub line: Option<u32>,
}

/// A place worth improving.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Opportunity {
    /// Derived from base commit, rule, path and span.
    pub id: OpportunityId,
    /// Path relative to the project root, with `/`.
    pub path: String,
    /// 1-based line of the span's start.
    pub line: u32,
    /// 1-based column of the span's start, in characters.
    pub column: u32,
    /// 1-based position in the ranking.
    pub rank: u32,
    /// What the scanner said.
    #[serde(flatten)]
    pub finding: Finding,
}

/// A small change to one file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Patch {
    /// What the change does, as an imperative sentence.
    pub title: String,
    /// The edits, in any order, without overlap.
    pub edits: Vec<Edit>,
    /// The conditions that make the rewrite sound, and how each was met.
    pub obligations: Vec<Obligation>,
}

/// An opportunity with a patch, ready to be tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Candidate {
    /// Derived from base commit, rule, path and diff.
    pub id: CandidateId,
    /// The opportunity it answers.
    pub opportunity: OpportunityId,
    /// The rule that wrote it.
    pub rule: RuleId,
    /// The rule's own version (semver).
    pub rule_version: String,
    /// The rule's risk, 0 to 3.
    pub rule_risk: u8,
    /// What the change does, as an imperative sentence.
    pub title: String,
    /// The conditions that make the rewrite sound.
    pub obligations: Vec<Obligation>,
    /// The language model that wrote it, if one did.
    #[serde(default)]
    pub author: Option<Authorship>,
    /// The changed files with their new content.
    pub files: Vec<ChangedFile>,
    /// The change as a unified diff.
    pub diff: String,
}

/// A file as the candidate leaves it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChangedFile {
    /// Path relative to the project root, with `/`.
    pub path: String,
    /// The content before.
    pub before: String,
    /// The content after.
    pub after: String,
}
