//! `sequential-awaits`: two reads wait for each other.

use selfopt_syntax::Node;

use super::awaits::awaited_call_of_read;
use crate::proposal::{NEEDS_PERSON, proposal};
use crate::rule::{Applicability, Match, Rule, RuleContext, RuleMeta, SizeWitness};

static META: RuleMeta = RuleMeta {
    id: "sequential-awaits",
    pack: "async-io",
    version: "0.1.0",
    title: "two reads that wait for each other",
    why: "The second read starts when the first has ended, though it does not need it.",
    applicability: Applicability::ReportOnly,
    kinds: &["lexical_declaration"],
    literals: &["await "],
    risk: 3,
    typical_speedup: 2.1,
    needs_bindings: true,
    size_witness: SizeWitness::NotNeeded,
    conditions: &[&NEEDS_PERSON],
};

/// See `rulebook/async-io/sequential-awaits.md`.
pub(crate) struct SequentialAwaits;

impl Rule for SequentialAwaits {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, ctx: RuleContext<'_>, node: Node<'_>) -> Option<Match> {
        let next = std::iter::successors(node.next_sibling(), |n| n.next_sibling())
            .find(|sibling| sibling.is_named() && !sibling.is_comment())?;
        let (first, second) = (read(node)?, read(next)?);
        let bindings = ctx.bindings()?;
        let uses_first = next.subtree().any(|name| {
            name.is_any(&["identifier", "shorthand_property_identifier"])
                && bindings
                    .symbol_of(name)
                    .is_some_and(|id| node.span().contains(bindings.symbol(id).declaration))
        });
        let is_pair_of_earlier = || {
            let before = node.prev_sibling().filter(|before| before.is("lexical_declaration"))?;
            read(before)
        };
        if uses_first || is_pair_of_earlier().is_some() {
            return None;
        }
        let message = format!("`{second}` waits for `{first}`, which it does not need");
        let reason = "both at once overlap in time, the second runs also where the first fails, and \
                      the first may be a check";
        Some(proposal(node, message, reason))
    }
}

/// The name of the read that a declaration awaits, if that is all it does.
fn read(statement: Node<'_>) -> Option<&str> {
    let mut items = statement.items();
    let declarator = items.next().filter(|item| item.is("variable_declarator"))?;
    let value = declarator.child_by_field("value").filter(|value| value.is("await_expression"))?;
    let is_one = statement.is("lexical_declaration") && items.next().is_none();
    is_one.then(|| awaited_call_of_read(value))?
}
