//! `static-payload`: a constant is made to text for every request.

use selfopt_syntax::Node;

use crate::analysis::calls::MethodCall;
use crate::analysis::expressions::{constant_value, unwrapped};
use crate::analysis::functions::enclosing_function;
use crate::proposal::{NEEDS_PERSON, proposal};
use crate::rule::{Applicability, Match, Rule, RuleContext, RuleMeta, SizeWitness};

static META: RuleMeta = RuleMeta {
    id: "static-payload",
    pack: "server",
    version: "0.1.0",
    title: "a constant made to text for every request",
    why: "Making text of an object goes through all of it, for every request again.",
    applicability: Applicability::ReportOnly,
    kinds: &["call_expression"],
    literals: &[".json("],
    risk: 3,
    typical_speedup: 54.19,
    needs_bindings: true,
    size_witness: SizeWitness::NotNeeded,
    conditions: &[&NEEDS_PERSON],
};

/// See `rulebook/server/static-payload.md`.
pub(crate) struct StaticPayload;

impl Rule for StaticPayload {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, ctx: RuleContext<'_>, node: Node<'_>) -> Option<Match> {
        let call = MethodCall::named(node, &["json"])?;
        let answers = ["res", "response", "reply", "c", "ctx"];
        let [payload] = call.arguments[..] else {
            return None;
        };
        let receiver = leftmost(call.receiver);
        let bindings = ctx.bindings()?;
        let symbol = bindings.symbol(bindings.symbol_of(payload)?);
        let name = ctx.file.tree.smallest_containing(symbol.name_span);
        let value = unwrapped(constant_value(ctx, payload)?);
        let is_it = payload.is("identifier")
            && answers.contains(&receiver.text())
            && enclosing_function(name).is_none()
            && enclosing_function(node).is_some()
            && value.is_any(&["object", "array"])
            && value.items().count() >= LARGE;
        let message = format!("`{}` is made to text for every request", payload.text());
        let reason = "the object may be changed elsewhere, and headers such as the length and the \
                      tag have to stay the same";
        is_it.then(|| proposal(node, message, reason))
    }
}

/// Fewer entries are made to text as fast as they are sent.
const LARGE: usize = 5;

/// `res` of `res.status(200)`.
fn leftmost(receiver: Node<'_>) -> Node<'_> {
    let mut node = unwrapped(receiver);
    while let Some(call) = MethodCall::of(node) {
        node = unwrapped(call.receiver);
    }
    node
}
