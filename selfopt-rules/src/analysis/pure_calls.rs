//! Calls that only compute: the host's own functions on values that they take.

use selfopt_syntax::{MetBy, Node};

use super::arrays::is_array;
use super::calls::{MethodCall, is_global_call, is_global_method};
use super::expressions::{constant_value, is_asserted, unwrapped};
use super::known_code::is_collection;
use super::presence::is_optional_property;
use super::purity::{Obstacle, Pure, Walk, weakest};
use super::strings::is_string;
use crate::rule::RuleContext;

/// Methods of strings that take strings and numbers and never throw.
const OF_STRINGS: [&str; 18] = [
    "at",
    "charAt",
    "charCodeAt",
    "codePointAt",
    "concat",
    "endsWith",
    "includes",
    "indexOf",
    "lastIndexOf",
    "slice",
    "startsWith",
    "substring",
    "toLowerCase",
    "toString",
    "toUpperCase",
    "trim",
    "trimEnd",
    "trimStart",
];
/// Methods of arrays that compare or pick.
const OF_ARRAYS: [&str; 4] = ["at", "includes", "indexOf", "lastIndexOf"];
/// Methods of arrays that ask a callback.
const ASKING: [&str; 5] = ["every", "find", "findIndex", "some", "filter"];

/// Shows that a call only computes.
pub(super) fn pure_call<'a>(walk: Walk<'a>, node: Node<'a>) -> Pure<'a> {
    let ctx = walk.ctx;
    let shown: String = node.text().lines().next().unwrap_or_default().into();
    let refuse = || Obstacle::new(node, format!("nothing shows what `{shown}` does"));
    let arguments = node.child_by_field("arguments").filter(|a| a.is("arguments"));
    let arguments: Vec<_> = arguments.ok_or_else(refuse)?.items().collect();
    if arguments.iter().any(|argument| argument.is("spread_element")) {
        return Err(refuse());
    }
    let all = |walk: Walk<'a>| -> Pure<'a> {
        let met: Result<Vec<_>, _> = arguments.iter().map(|a| walk.expression(*a)).collect();
        Ok(weakest(met?))
    };
    if is_global_call(ctx, node, "Boolean") {
        return all(walk);
    }
    let takes_primitives = ["Number", "String", "isNaN", "isFinite", "parseInt", "parseFloat"];
    if takes_primitives.iter().any(|name| is_global_call(ctx, node, name)) {
        return walk.primitives(arguments);
    }
    let call = MethodCall::of(node).ok_or_else(refuse)?;
    let is_any = |object, names: &[&str]| {
        names.iter().any(|name| is_global_method(ctx, &call, object, name))
    };
    if is_any("Array", &["isArray"])
        || is_any("Number", &["isFinite", "isInteger", "isNaN", "isSafeInteger"])
        || is_any("Object", &["is"])
    {
        return all(walk);
    }
    if is_asserted(call.receiver) {
        return Err(refuse());
    }
    let receiver = walk.expression(call.receiver)?;
    if unwrapped(call.receiver).is("member_expression")
        && is_optional_property(ctx, unwrapped(call.receiver))
    {
        return Err(refuse());
    }
    // After `?.` the arguments are evaluated only where there is a receiver.
    let inner = if call.is_optional { walk.unsure() } else { walk };
    if call.name == "test" && is_stateless_pattern(ctx, call.receiver) && arguments.len() == 1 {
        return walk.primitives(arguments);
    }
    if let Some(met_by) = is_string(ctx, call.receiver).filter(|_| OF_STRINGS.contains(&call.name))
    {
        return Ok(weakest([receiver, met_by, inner.primitives(arguments)?]));
    }
    if let Some(met_by) = is_array(ctx, call.receiver) {
        if OF_ARRAYS.contains(&call.name) {
            return Ok(weakest([receiver, met_by, all(inner)?]));
        }
        if let ([callback], true) = (&arguments[..], ASKING.contains(&call.name)) {
            return Ok(weakest([receiver, met_by, inner.unsure().callback(*callback)?]));
        }
    }
    if ["has", "get"].contains(&call.name) && is_collection(ctx, call.receiver) {
        return Ok(weakest([receiver, MetBy::Type, all(inner)?]));
    }
    Err(refuse())
}

/// A regular expression that keeps nothing from one match for the next.
fn is_stateless_pattern<'a>(ctx: RuleContext<'a>, expression: Node<'a>) -> bool {
    let node = unwrapped(expression);
    let node = constant_value(ctx, node).map_or(node, unwrapped);
    let flags = node.child_by_field("flags").map_or("", Node::text);
    node.is("regex") && !flags.contains(['g', 'y'])
}
