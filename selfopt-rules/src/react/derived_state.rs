//! `derived-state`: a state that is computed from other values is set in an effect.

use selfopt_syntax::Node;

use super::hook::{called_name, is_of_react};
use crate::analysis::effect_free::effect_free;
use crate::analysis::expressions::unwrapped;
use crate::analysis::functions::PlainFunction;
use crate::analysis::types::declaration_of;
use crate::proposal::{NEEDS_PERSON, proposal};
use crate::rule::{Applicability, Match, Rule, RuleContext, RuleMeta, SizeWitness};

static META: RuleMeta = RuleMeta {
    id: "derived-state",
    pack: "react",
    version: "0.1.0",
    title: "a state set in an effect from what is there in render",
    why: "The component renders with the old value first, and then again with the new one.",
    applicability: Applicability::ReportOnly,
    kinds: &["call_expression"],
    literals: &["useEffect"],
    risk: 3,
    typical_speedup: 2.14,
    needs_bindings: true,
    size_witness: SizeWitness::NotNeeded,
    conditions: &[&NEEDS_PERSON],
};

/// See `rulebook/react/derived-state.md`.
pub(crate) struct DerivedState;

impl Rule for DerivedState {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, ctx: RuleContext<'_>, node: Node<'_>) -> Option<Match> {
        let callee = node.child_by_field("function")?;
        if called_name(callee)? != "useEffect" || !is_of_react(ctx, callee) {
            return None;
        }
        let arguments: Vec<_> = node.child_by_field("arguments")?.items().collect();
        let [effect, dependencies] = arguments[..] else {
            return None;
        };
        let effect = PlainFunction::of(effect)?;
        let call = if effect.is_expression_bodied() {
            effect.body
        } else {
            let mut statements = effect.body.items();
            let only = statements.next().filter(|s| s.is("expression_statement"))?;
            statements.next().is_none().then(|| only.items().next())??
        };
        let setter = call.child_by_field("function").filter(|_| call.is("call_expression"))?;
        let values: Vec<_> = call.child_by_field("arguments")?.items().collect();
        let [value] = values[..] else {
            return None;
        };
        let is_derived = is_only_set_here(ctx, setter)
            && !unwrapped(value).is_any(&["arrow_function", "function_expression"])
            && effect_free(ctx, value).is_ok()
            && dependencies.items().next().is_some()
            && value.subtree().any(|n| n.is("identifier"));
        let message = format!("`{}` sets what could be computed in render", setter.text());
        let reason = "the value comes one render earlier then, and other code may count on the \
                      render in between";
        is_derived.then(|| proposal(node, message, reason))
    }
}

/// Whether the name is a `useState`'s setter that is called nowhere else.
fn is_only_set_here<'a>(ctx: RuleContext<'a>, setter: Node<'a>) -> bool {
    let is_it = || {
        let bindings = ctx.bindings()?;
        let id = bindings.symbol_of(setter).filter(|_| setter.is("identifier"))?;
        let pattern = declaration_of(ctx, bindings.symbol(id).name_span)?;
        let declarator = pattern.parent().filter(|_| pattern.is("array_pattern"))?;
        let made = declarator.child_by_field("value")?.child_by_field("function")?;
        Some(called_name(made)? == "useState" && bindings.references(id).count() == 1)
    };
    is_it() == Some(true)
}
