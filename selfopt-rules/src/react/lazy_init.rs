//! `lazy-init`: the first value of a state is computed in every render.

use selfopt_syntax::{Edit, MetBy, Node};

use super::hook::{called_name, is_hook_name, is_of_react};
use crate::analysis::data_values::{is_data, is_data_type};
use crate::analysis::effect_free::effect_free;
use crate::analysis::expressions::{asserted_type, unwrapped};
use crate::analysis::functions::is_function;
use crate::rule::{
    Applicability, Condition, Fix, Match, Proof, Refusal, Rule, RuleContext, RuleMeta, SizeWitness,
};

static IS_REACTS: Condition = Condition::new(
    "hook-is-reacts",
    "`useState` is imported from React under its own name, or read from the imported React.",
    MetBy::Syntax,
);
static NO_TRACE: Condition = Condition::new(
    "value-leaves-no-trace",
    "Computing the value calls only what is known to leave no trace: functions of the host that \
     read and compute, and functions of this file that do no more; no hook is among them.",
    MetBy::Syntax,
);
static NO_FUNCTION: Condition = Condition::new(
    "value-is-no-function",
    "The value is no function: React calls one instead of keeping it.",
    MetBy::Syntax,
);
static META: RuleMeta = RuleMeta {
    id: "lazy-init",
    pack: "react",
    version: "0.1.0",
    title: "first value of a state computed in every render",
    why: "`useState` uses its argument in the first render only, but the argument is evaluated in \
          every one.",
    applicability: Applicability::NeedsProof,
    kinds: &["call_expression"],
    literals: &["useState"],
    risk: 0,
    typical_speedup: 5.87,
    needs_bindings: true,
    size_witness: SizeWitness::NotNeeded,
    conditions: &[&IS_REACTS, &NO_TRACE, &NO_FUNCTION],
};

/// See `rulebook/react/lazy-init.md`.
pub(crate) struct LazyInit;

impl Rule for LazyInit {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, ctx: RuleContext<'_>, node: Node<'_>) -> Option<Match> {
        let callee = node.child_by_field("function")?;
        if called_name(callee)? != "useState" {
            return None;
        }
        let arguments: Vec<_> = node.child_by_field("arguments")?.items().collect();
        let [value] = arguments[..] else {
            return None;
        };
        if !computes(value) || calls_hook(value) {
            return None;
        }
        let evaluated = effect_free(ctx, value);
        if evaluated.is_ok_and(|found| !found.is_costly) {
            return None;
        }
        let outcome = fix(ctx, node, callee, value, evaluated.map(|found| found.met_by)).into();
        Some(Match {
            span: value.span(),
            message: "the first value of this state is computed in every render".to_owned(),
            outcome,
        })
    }
}

/// Whether evaluating the argument calls or makes anything; a function that is
/// passed does not run here.
fn computes(value: Node<'_>) -> bool {
    let is_in_function = |node: Node<'_>| {
        is_function(node)
            || node.ancestors().take_while(|outer| value.holds(*outer)).any(is_function)
    };
    value
        .subtree()
        .filter(|node| node.is_any(&["call_expression", "new_expression", "spread_element"]))
        .any(|node| !is_in_function(node))
}

/// A hook must be called in every render.
fn calls_hook(value: Node<'_>) -> bool {
    value
        .subtree()
        .filter(|node| node.is("call_expression"))
        .filter_map(|call| called_name(call.child_by_field("function")?))
        .any(is_hook_name)
}

fn fix<'a>(
    ctx: RuleContext<'a>,
    call: Node<'a>,
    callee: Node<'a>,
    value: Node<'a>,
    evaluated: Result<MetBy, Node<'a>>,
) -> Proof<Fix> {
    if !is_of_react(ctx, callee) {
        let reason = format!("nothing shows that this `{}` is React's", callee.text());
        return Err(Refusal::new(&IS_REACTS, callee, reason));
    }
    let leaves_no_trace = evaluated.map_err(|at| {
        let shown = at.text().lines().next().unwrap_or_default();
        let reason = format!("nothing shows that `{shown}` leaves no trace");
        Refusal::new(&NO_TRACE, at, reason)
    })?;
    let declared = call
        .child_by_field("type_arguments")
        .and_then(|arguments| arguments.items().next())
        .or_else(|| asserted_type(value))
        .filter(|declared| is_data_type(ctx, *declared));
    let is_data = is_data(ctx, value).or_else(|| declared.map(|_| MetBy::Type));
    let Some(is_no_function) = is_data else {
        let reason = "nothing shows that this is no function";
        return Err(Refusal::new(&NO_FUNCTION, value, reason));
    };
    let edits = if unwrapped(value).is("object") && value.text().starts_with('{') {
        vec![Edit::insert(value.start(), "() => ("), Edit::insert(value.end(), ")")]
    } else {
        vec![Edit::insert(value.start(), "() => ")]
    };
    Ok(Fix {
        title: "Compute the first value in the first render only".to_owned(),
        edits,
        met: vec![(&NO_TRACE, leaves_no_trace), (&NO_FUNCTION, is_no_function)],
    })
}
