//! `await-in-loop-to-all`: reads wait for each other.

use selfopt_syntax::Node;

use super::awaits::{awaited_call_of_read, is_plain_loop};
use crate::analysis::functions::{enclosing_function, loops_around};
use crate::proposal::{NEEDS_PERSON, proposal};
use crate::rule::{Applicability, Match, Rule, RuleContext, RuleMeta, SizeWitness};

static META: RuleMeta = RuleMeta {
    id: "await-in-loop-to-all",
    pack: "async-io",
    version: "0.1.0",
    title: "reads that wait for each other",
    why: "Each read starts when the one before it has ended, though none needs another.",
    applicability: Applicability::ReportOnly,
    kinds: &["for_in_statement"],
    literals: &["await "],
    risk: 3,
    typical_speedup: 10.31,
    needs_bindings: true,
    size_witness: SizeWitness::NotNeeded,
    conditions: &[&NEEDS_PERSON],
};

/// See `rulebook/async-io/await-in-loop-to-all.md`.
pub(crate) struct AwaitInLoopToAll;

impl Rule for AwaitInLoopToAll {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, ctx: RuleContext<'_>, node: Node<'_>) -> Option<Match> {
        let body = node.child_by_field("body")?;
        let function = enclosing_function(node);
        let awaits: Vec<_> = body
            .subtree()
            .filter(|inner| inner.is("await_expression") && enclosing_function(*inner) == function)
            .collect();
        let [only] = awaits[..] else {
            return None;
        };
        let name =
            awaited_call_of_read(only).filter(|_| loops_around(only).first() == Some(&node))?;
        if !node.has_token("of") || node.has_token("await") || !is_plain_loop(ctx, node, body) {
            return None;
        }
        let message = format!("`{name}` is awaited in every step, and no step needs another");
        let reason = "reads at once may reach limits of rate, connections and memory, and another \
                      error may be the first";
        Some(proposal(node, message, reason))
    }
}
