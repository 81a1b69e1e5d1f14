//! An array's method whose callback will run less often.

use selfopt_syntax::{Edit, MetBy, Node, Span};

use crate::analysis::arrays::is_array;
use crate::analysis::calls::MethodCall;
use crate::analysis::purity::pure_callback;
use crate::rule::{Condition, Proof, Refusal, RuleContext};

/// The methods are those of arrays.
pub(super) static RECEIVER_IS_ARRAY: Condition = Condition::new(
    "receiver-is-array",
    "The receiver is an array: other objects have methods of these names that do something else.",
    MetBy::Syntax,
);
/// There is nothing but a callback.
pub(super) static ONE_CALLBACK: Condition = Condition::new(
    "one-callback",
    "The method has one argument, the callback, and no type arguments.",
    MetBy::Syntax,
);
/// Nobody sees how often it runs.
pub(super) static CALLBACK_IS_PURE: Condition = Condition::new(
    "callback-only-computes",
    "The callback does nothing but compute, comes to an end and throws for no element, so that \
     nobody notices when it runs for fewer of them.",
    MetBy::Syntax,
);

/// A condition that is met otherwise than the rule says.
pub(super) type Met = (&'static Condition, MetBy);

/// The three conditions above; gives the callback as well.
pub(super) fn prove_less_often<'a>(
    ctx: RuleContext<'a>,
    call: &MethodCall<'a>,
) -> Proof<(Node<'a>, Vec<Met>)> {
    let is_list = prove_array(ctx, call)?;
    let callback = prove_one_callback(call)?;
    let purity = pure_callback(ctx, callback)
        .map_err(|obstacle| Refusal::new(&CALLBACK_IS_PURE, obstacle.node, obstacle.reason))?;
    Ok((callback, vec![is_list, (&CALLBACK_IS_PURE, purity)]))
}

/// The receiver is an array.
pub(super) fn prove_array<'a>(ctx: RuleContext<'a>, call: &MethodCall<'a>) -> Proof<Met> {
    let refuse = |reason| Err(Refusal::new(&RECEIVER_IS_ARRAY, call.receiver, reason));
    let shown: String = call.receiver.text().lines().next().unwrap_or_default().into();
    if call.is_optional {
        return refuse(format!("`{shown}` may be missing: `?.` asks for it"));
    }
    match is_array(ctx, call.receiver) {
        Some(met_by) => Ok((&RECEIVER_IS_ARRAY, met_by)),
        None => refuse(format!("nothing shows that `{shown}` is an array")),
    }
}

/// There is one callback.
pub(super) fn prove_one_callback<'a>(call: &MethodCall<'a>) -> Proof<Node<'a>> {
    match (&call.arguments[..], call.type_arguments) {
        ([callback], None) if !callback.is("spread_element") => Ok(*callback),
        (_, Some(types)) => {
            let reason = format!("`{}` has type arguments", call.name);
            Err(Refusal::new(&ONE_CALLBACK, types, reason))
        }
        _ => {
            let reason = format!("`{}` has not one argument", call.name);
            Err(Refusal::new(&ONE_CALLBACK, call.property, reason))
        }
    }
}

/// Leaves of `outer` only `inner`, or its negation.
pub(super) fn only(inner: Span, outer: Span, is_negated: bool) -> Vec<Edit> {
    let not = if is_negated { "!" } else { "" };
    let mut edits = Vec::new();
    if outer.start < inner.start {
        edits.push(Edit::replace(Span::new(outer.start, inner.start), not));
    } else if is_negated {
        edits.push(Edit::insert(outer.start, not));
    }
    if inner.end < outer.end {
        edits.push(Edit::delete(Span::new(inner.end, outer.end)));
    }
    edits
}

/// Whether a comment stands in `outer` and not in `inner`.
pub(super) fn loses_comment(inner: Node<'_>, outer: Node<'_>) -> bool {
    outer.subtree().any(|node| node.is_comment() && !inner.span().contains(node.span()))
}
