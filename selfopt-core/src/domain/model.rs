//! What a language model is asked about, what it answers, and what that costs.

use schemars::JsonSchema;
use selfopt_syntax::Span;
use serde::{Deserialize, Serialize};

use super::ids::{RepoId, RunId};
use super::proof::Sizes;
use super::units::Millis;
use crate::digest::Digest;

/// The rule that stands for changes that a language model wrote.
pub const MODEL_RULE: &str = "model";

/// The schema id of [`Transcript`].
pub const TRANSCRIPT_SCHEMA: &str = "selfopt.transcript/1";

/// Which model wrote a change, and how it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Authorship {
    /// The form of the provider's interface: `openai`, `anthropic`.
    pub provider: String,
    /// The model's name, as the provider knows it.
    pub model: String,
    /// The version of the prompt.
    pub prompt: String,
    /// The calls behind the change, by the digests of their requests: the first
    /// answer, and where there was one, the repair.
    pub calls: Vec<Digest>,
    /// Whether one of these calls was written by hand and no model was asked.
    #[serde(default)]
    pub synthetic: bool,
}

impl std::fmt::Display for Authorship {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { provider, model, prompt, synthetic, .. } = self;
        let by_hand = if *synthetic { ", from a transcript written by hand" } else { "" };
        write!(f, "{provider}/{model}, prompt {prompt}{by_hand}")
    }
}

/// A function that a model is asked to make faster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ModelTarget {
    /// The file, relative to the project root.
    pub path: String,
    /// Its name in the file.
    pub name: String,
    /// 1-based line.
    pub line: u32,
    /// The function in the file.
    pub span: Span,
    /// How its loops are nested: a loop inside of another counts three times.
    pub complexity: u32,
    /// Its share of the project's own CPU time in thousandths, where measured.
    pub share_permille: Option<u32>,
    /// Calls that the tests make.
    pub calls: u64,
    /// The sizes of the recorded inputs, in elements.
    pub elements: Option<Sizes>,
    /// What the recorded inputs look like: kinds of values and lengths by
    /// place, no values.
    #[serde(default)]
    pub inputs: Vec<String>,
    /// What the profile says of it and of functions that it names.
    #[serde(default)]
    pub profile: Vec<ProfileLine>,
}

/// One function in a profile of the project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProfileLine {
    /// Its name as the engine gives it.
    pub function: String,
    /// Its share of the project's own CPU time with all that it calls, in
    /// thousandths.
    pub share_permille: u32,
    /// The share that is spent in itself, in thousandths.
    pub own_permille: u32,
}

/// A change as a model describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ModelPatch {
    /// What the change does, as an imperative sentence.
    pub title: String,
    /// Why it is faster and does the same.
    pub rationale: String,
    /// The replacements, each of text that stands once in its file.
    pub edits: Vec<ModelEdit>,
}

/// One replacement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ModelEdit {
    /// A file of the project, relative to its root.
    pub path: String,
    /// Text that stands exactly once in the file.
    pub find: String,
    /// What takes its place.
    pub replace: String,
}

/// A patch that a gate refused, for another round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FailedPatch {
    /// The patch.
    pub patch: ModelPatch,
    /// The gate that refused it.
    pub gate: String,
    /// The compiler's message, or the counterexample.
    pub message: String,
}

/// Tokens and money.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub struct Spend {
    /// Tokens in and out together.
    pub tokens: u64,
    /// Millionths of a dollar.
    pub micro_dollars: u64,
}

impl Spend {
    /// The sum, held at the largest value.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            tokens: self.tokens.saturating_add(other.tokens),
            micro_dollars: self.micro_dollars.saturating_add(other.micro_dollars),
        }
    }

    /// Whether neither tokens nor money are more than the limit's.
    pub const fn is_within(self, limit: Self) -> bool {
        self.tokens <= limit.tokens && self.micro_dollars <= limit.micro_dollars
    }
}

impl std::fmt::Display for Spend {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (dollars, rest) = (self.micro_dollars / 1_000_000, self.micro_dollars % 1_000_000);
        write!(f, "{} tokens, ${dollars}.{:04}", self.tokens, rest / 100)
    }
}

/// Tokens as a provider counts them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TokenUsage {
    /// Tokens of the request.
    pub input: u64,
    /// Tokens of the answer.
    pub output: u64,
}

/// On whose account a model is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpendingAccount {
    /// The run.
    pub run: RunId,
    /// The repository.
    pub repo: RepoId,
}

/// One call of a model, as it is kept and replayed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Transcript {
    /// Always `selfopt.transcript/1`.
    pub schema: String,
    /// SHA-256 of the request as canonical JSON.
    pub hash: Digest,
    /// Whether it was written by hand and no model was asked.
    #[serde(default)]
    pub synthetic: bool,
    /// What the model was asked about, with what was measured of it.
    pub target: ModelTarget,
    /// 0-based place of the target among those of its run.
    pub number: u32,
    /// Everything that was sent, with the version of the prompt.
    pub request: serde_json::Value,
    /// The answer's text; absent when there was none.
    pub response: Option<String>,
    /// Why there was no answer that can be used, if so.
    pub failure: Option<String>,
    /// What the provider counted; absent when it did not say.
    pub usage: Option<TokenUsage>,
    /// What was counted against the budget, with calls that failed before.
    pub counted: Spend,
    /// How long it took, all tries together.
    pub latency: Millis,
    /// How often it was tried.
    pub tries: u32,
}

/// What a model said about one target.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ModelAnswer {
    /// The patches, the best first, as the model ranks them.
    pub patches: Vec<ModelPatch>,
    /// What was said and is no patch, one sentence each.
    pub unusable: Vec<String>,
    /// The calls that were made.
    pub transcripts: Vec<Transcript>,
    /// Why the model is not to be asked again in this run, if so.
    pub stop: Option<String>,
}

impl ModelAnswer {
    /// What was counted against the budget.
    pub fn counted(&self) -> Spend {
        self.transcripts.iter().fold(Spend::default(), |sum, one| sum.plus(one.counted))
    }
}

/// One round with a model: what it was asked about, and what it said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ModelRound {
    /// What it was asked about.
    pub target: ModelTarget,
    /// The patch that it was asked to repair, in a second round.
    pub repaired: Option<FailedPatch>,
    /// What it said.
    pub answer: ModelAnswer,
}
