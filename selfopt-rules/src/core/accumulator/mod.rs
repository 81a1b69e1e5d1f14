//! Accumulators that are copied in every step: `acc = { ...acc, k: v }` and
//! `reduce((acc, x) => [...acc, x], [])`.
//!
//! Copying and changing in place differ only for someone who still holds an
//! older copy, or who looks at the accumulator between two parts of one step.
//! So the proof is the same for objects and arrays: the seed is fresh, nobody
//! else gets hold of the accumulator, and nobody looks in between. What a copy
//! looks like, and what replaces it, is the [`Copying`] of each rule.

mod proof;
mod reduce;
mod repeat;
mod step;
mod write;

use selfopt_syntax::{MetBy, Node};

use crate::analysis::calls::MethodCall;
use crate::analysis::functions::PlainFunction;
use crate::rule::{Condition, Fix, Proof, RuleContext};

pub(super) use reduce::check_reduce;
pub(super) use repeat::check_loop;

/// How one kind of accumulator is copied and changed.
pub(super) trait Copying: Sync {
    /// Reads `{ ...acc, k: v }` of the accumulator; `None` if the expression
    /// does not copy it.
    fn copy<'a>(
        &self,
        ctx: RuleContext<'a>,
        expression: Node<'a>,
        is_accumulator: &dyn Fn(Node<'a>) -> bool,
    ) -> Option<Copy<'a>>;

    /// Shows what is particular to this kind: that adding in place gives the
    /// same as the copy. Returns how conditions were met.
    fn prove_copy<'a>(&self, ctx: RuleContext<'a>, copy: &Copy<'a>) -> Proof<Vec<Met>>;

    /// Shows that the expression makes a new value of this kind that nothing
    /// else refers to.
    fn prove_seed(&self, ctx: RuleContext<'_>, seed: Node<'_>) -> Proof;

    /// Shows that writing to a member of the accumulator, which the code does
    /// already, means the same in place.
    fn prove_member_write<'a>(&self, ctx: RuleContext<'a>, member: Node<'a>) -> Proof;

    /// Whether calling this method on the accumulator's name only looks into
    /// it, and is done with it when the call returns.
    fn is_reading_call<'a>(&self, ctx: RuleContext<'a>, name: Node<'a>, method: &str) -> bool;

    /// Whether all parts of a step are evaluated before the first is added.
    fn adds_at_once(&self, copy: &Copy<'_>) -> bool {
        copy.parts.len() <= 1
    }

    /// Shows that a declared type, which is no union, lets the accumulator be
    /// written to.
    fn prove_declared<'a>(&self, _ctx: RuleContext<'a>, declared: Node<'a>) -> Proof {
        proof::prove_not_read_only(declared)
    }

    /// Whether a copy type-checks in place when no type is declared.
    fn is_typed_by_seed<'a>(&self, ctx: RuleContext<'a>, copy: &Copy<'a>, seed: Node<'a>) -> bool;

    /// The statements that change the accumulator in place, without
    /// semicolons, for lines indented by `indent`.
    fn statements(
        &self,
        ctx: RuleContext<'_>,
        copy: &Copy<'_>,
        name: &str,
        indent: &str,
    ) -> Vec<String>;

    /// Another form for a `reduce` that cannot be changed in place, once it is
    /// shown that the seed is fresh and the accumulator does not escape.
    fn instead_of_reduce<'a>(
        &self,
        _ctx: RuleContext<'a>,
        _parts: &ReduceParts<'_, 'a>,
    ) -> Option<Fix> {
        None
    }

    /// An imperative sentence for the patch.
    fn title(&self, name: &str) -> String;

    /// What is wrong, for the finding.
    fn message(&self, name: &str) -> String;
}

/// A `reduce` with one result that is one copy, and no other use of the
/// accumulator.
#[derive(Clone, Copy)]
pub(super) struct ReduceParts<'p, 'a> {
    pub(super) call: &'p MethodCall<'a>,
    pub(super) callback: &'p PlainFunction<'a>,
    /// The callback's body or its `return` statement.
    pub(super) result: Node<'a>,
    pub(super) copy: &'p Copy<'a>,
    pub(super) seed: Node<'a>,
}

/// A condition and how it was met.
pub(super) type Met = (&'static Condition, MetBy);

/// An expression that copies the accumulator and adds to the copy.
#[derive(Debug, Clone)]
pub(super) struct Copy<'a> {
    /// The whole expression, without parentheses and type assertions.
    pub(super) node: Node<'a>,
    /// The accumulator's name in it.
    pub(super) own: Node<'a>,
    /// What is added, in the order of evaluation.
    pub(super) parts: Vec<Node<'a>>,
}

/// The accumulator starts anew.
pub(super) static SEED_IS_FRESH: Condition = Condition::new(
    "seed-is-fresh",
    "The accumulator starts as a new value that nothing else refers to.",
    MetBy::Syntax,
);
/// Nobody else gets hold of it.
pub(super) static DOES_NOT_ESCAPE: Condition = Condition::new(
    "accumulator-does-not-escape",
    "Until the last step nothing stores, passes on, compares or captures the accumulator.",
    MetBy::Syntax,
);
/// The callback always returns it.
pub(super) static EVERY_PATH: Condition = Condition::new(
    "every-path-returns-accumulator",
    "Every path through the callback returns the accumulator or a copy of it.",
    MetBy::Syntax,
);
/// Reads come before writes.
pub(super) static READS_SEE_OLD: Condition = Condition::new(
    "reads-see-old-values",
    "No part of a step reads the accumulator after an earlier part was written.",
    MetBy::Syntax,
);
/// Steps are whole.
pub(super) static NO_PARTIAL: Condition = Condition::new(
    "no-partial-step",
    "No `try` can see a step that was interrupted half-way.",
    MetBy::Syntax,
);
/// It may be written to.
pub(super) static TYPES_ALLOW: Condition = Condition::new(
    "types-allow-writing",
    "The accumulator's declared type lets it be written to.",
    MetBy::Syntax,
);
/// Comments survive.
pub(super) static COMMENTS_KEPT: Condition = Condition::new(
    "comments-are-kept",
    "No comment stands in code that is replaced.",
    MetBy::Syntax,
);
/// It is the real `reduce`.
pub(super) static RECEIVER: Condition = Condition::new(
    "receiver-is-array",
    "`reduce` is the array's own and keeps no intermediate result.",
    MetBy::Tests,
);
