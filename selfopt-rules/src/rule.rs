//! What a rule is: its description, and how it answers a node.

use selfopt_syntax::{Bindings, Edit, MetBy, Node, Obligation, SourceFile, Span};

/// Finds one kind of waste and, where it can show that the rewrite changes
/// nothing else, writes it.
pub trait Rule: Send + Sync {
    /// What the rule is.
    fn meta(&self) -> &'static RuleMeta;

    /// Looks at one node of the kinds that [`RuleMeta::kinds`] names. `None`:
    /// not the rule's pattern. Pure and independent of other nodes' answers.
    fn check(&self, ctx: RuleContext<'_>, node: Node<'_>) -> Option<Match>;
}

/// The description of a rule.
#[derive(Debug)]
pub struct RuleMeta {
    /// Kebab-case; names the problem, not the remedy.
    pub id: &'static str,
    /// The pack, which is also the folder: `core`, `strings`.
    pub pack: &'static str,
    /// The rule's own version (semver).
    pub version: &'static str,
    /// The problem as a short noun phrase.
    pub title: &'static str,
    /// Why it costs time, in one sentence.
    pub why: &'static str,
    /// How sure the rewrite is.
    pub applicability: Applicability,
    /// Named node kinds it wants to see, in the grammar's words.
    pub kinds: &'static [&'static str],
    /// The file is skipped unless one of these occurs in it.
    pub literals: &'static [&'static str],
    /// 0 (none) to 3 (needs a person).
    pub risk: u8,
    /// Measured speed-up of the typical case, a ratio.
    pub typical_speedup: f64,
    /// Whether it must be skipped where names cannot be resolved.
    pub needs_bindings: bool,
    /// Whether the rewrite pays at any size.
    pub size_witness: SizeWitness,
    /// All conditions of a sound rewrite. Every one is listed in the page's
    /// *Fix safety* and has a `declined` block there.
    pub conditions: &'static [&'static Condition],
}

/// How sure a rule's rewrite is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applicability {
    /// Same behaviour, shown from syntax and bindings.
    Safe,
    /// Same behaviour if the gates agree.
    NeedsProof,
    /// No rewrite.
    ReportOnly,
}

/// Whether a rewrite pays at any size of the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SizeWitness {
    /// It wins from the smallest sizes on.
    NotNeeded,
    /// It loses on small data: the benchmark gate must show the real size, or
    /// the source a bound.
    Needed,
}

/// A condition of a sound rewrite. Rules that share one share the value.
#[derive(Debug, PartialEq, Eq)]
pub struct Condition {
    /// Kebab-case: `receiver-is-array`.
    pub id: &'static str,
    /// The condition as a sentence.
    pub text: &'static str,
    /// How it is met unless the fix says otherwise.
    pub met_by: MetBy,
}

impl Condition {
    /// A condition that is met by `met_by` unless a fix says otherwise.
    pub const fn new(id: &'static str, text: &'static str, met_by: MetBy) -> Self {
        Self { id, text, met_by }
    }
}

/// What a rule sees besides the node.
#[derive(Debug, Clone, Copy)]
pub struct RuleContext<'a> {
    /// The file.
    pub file: &'a SourceFile,
}

impl<'a> RuleContext<'a> {
    /// What the names mean; always there for rules with
    /// [`RuleMeta::needs_bindings`].
    pub fn bindings(&self) -> Option<&'a Bindings> {
        self.file.bindings.as_ref()
    }

    /// The node's 1-based line.
    pub fn line(&self, node: Node<'_>) -> u32 {
        self.file.line(node.start())
    }
}

/// A place where the rule's pattern occurs.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// The code in question.
    pub span: Span,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What can be done.
    pub outcome: Outcome,
}

/// What can be done about a match.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// A rewrite.
    Fix(Fix),
    /// A condition of the rewrite is not shown.
    Declined(Refusal),
}

impl From<Result<Fix, Refusal>> for Outcome {
    fn from(result: Result<Fix, Refusal>) -> Self {
        match result {
            Ok(fix) => Self::Fix(fix),
            Err(refusal) => Self::Declined(refusal),
        }
    }
}

/// A rewrite.
#[derive(Debug, Clone, PartialEq)]
pub struct Fix {
    /// What it does, as an imperative sentence.
    pub title: String,
    /// The edits.
    pub edits: Vec<Edit>,
    /// Conditions that were met otherwise than [`Condition::met_by`] says.
    pub met: Vec<(&'static Condition, MetBy)>,
}

impl Fix {
    /// All conditions of the rule and how this fix meets them.
    pub fn obligations(&self, meta: &RuleMeta) -> Vec<Obligation> {
        let met_by = |condition: &Condition| {
            let own = self.met.iter().find(|(met, _)| *met == condition);
            own.map_or(condition.met_by, |&(_, met_by)| met_by)
        };
        let conditions = meta.conditions.iter();
        conditions.map(|c| Obligation { id: c.id.to_owned(), met_by: met_by(c) }).collect()
    }
}

/// Why there is no rewrite: the condition, what stands against it, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// One of [`RuleMeta::conditions`].
    pub condition: &'static Condition,
    /// What stands against it, in one sentence.
    pub reason: String,
    /// Where.
    pub span: Span,
}

impl Refusal {
    /// `reason` stands against `condition` at a node. It becomes one line:
    /// the code that it quotes may have several.
    pub fn new(condition: &'static Condition, at: Node<'_>, reason: impl Into<String>) -> Self {
        let reason: String = reason.into();
        let lines: Vec<_> = reason.split_whitespace().collect();
        Self { condition, reason: lines.join(" "), span: at.span() }
    }
}

/// The result of a step of a proof.
pub type Proof<T = ()> = Result<T, Refusal>;
