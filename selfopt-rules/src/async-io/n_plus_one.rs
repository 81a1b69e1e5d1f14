//! `n-plus-one`: a query for every element.

use selfopt_syntax::Node;

use super::awaits::awaited_call;
use crate::analysis::functions::loops_around;
use crate::proposal::{NEEDS_PERSON, proposal};
use crate::rule::{Applicability, Match, Rule, RuleContext, RuleMeta, SizeWitness};

static META: RuleMeta = RuleMeta {
    id: "n-plus-one",
    pack: "async-io",
    version: "0.1.0",
    title: "a query for every element",
    why: "Every query is a round trip that the next one waits for.",
    applicability: Applicability::ReportOnly,
    kinds: &["await_expression"],
    literals: &["await "],
    risk: 3,
    typical_speedup: 19.51,
    needs_bindings: true,
    size_witness: SizeWitness::NotNeeded,
    conditions: &[&NEEDS_PERSON],
};

/// See `rulebook/async-io/n-plus-one.md`.
pub(crate) struct NPlusOne;

impl Rule for NPlusOne {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, ctx: RuleContext<'_>, node: Node<'_>) -> Option<Match> {
        let call = awaited_call(node).filter(|call| QUERIES.contains(&call.name))?;
        let repeat = *loops_around(node).first()?;
        let bindings = ctx.bindings()?;
        let is_of_loop = |name: Node<'_>| {
            name.is_any(&["identifier", "shorthand_property_identifier"])
                && bindings
                    .symbol_of(name)
                    .is_some_and(|id| repeat.span().contains(bindings.symbol(id).declaration))
        };
        let asks_for_each = call.arguments.iter().any(|a| a.subtree().any(is_of_loop));
        let message = format!("`{}` asks the database once for every step of a loop", call.name);
        let reason = "one query for all of them may differ in order, missing rows, duplicates, \
                      rights of single rows and hooks";
        asks_for_each.then(|| proposal(node, message, reason))
    }
}

/// Methods of data layers that ask for one row.
const QUERIES: [&str; 10] = [
    "findById",
    "findByIdOrFail",
    "findByPk",
    "findFirst",
    "findOne",
    "findOneBy",
    "findOneByOrFail",
    "findOneOrFail",
    "findUnique",
    "findUniqueOrThrow",
];
