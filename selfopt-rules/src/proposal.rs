//! Findings without a patch: what may change is for a person to weigh.

use selfopt_syntax::{MetBy, Node};

use crate::rule::{Condition, Match, Outcome, Refusal};

/// Nobody but the author knows.
pub(crate) static NEEDS_PERSON: Condition = Condition::new(
    "needs-a-person",
    "Whether behaviour may change so is for the author to say: there is no patch.",
    MetBy::Tests,
);

/// A finding at `node` that is not patched for this reason.
pub(crate) fn proposal(node: Node<'_>, message: String, reason: &str) -> Match {
    let outcome = Outcome::Declined(Refusal::new(&NEEDS_PERSON, node, reason));
    Match { span: node.span(), message, outcome }
}
