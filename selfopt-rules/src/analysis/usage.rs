//! What the code around a name does with its value.

use selfopt_syntax::Node;

use super::calls::{MethodCall, is_global_method};
use super::expressions::wrapped;
use crate::rule::RuleContext;

/// What happens to the value that an identifier reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Usage<'a> {
    /// `x.p`, `x[k]`, `k in x`, `Object.keys(x)`: looked into, not kept.
    LookedInto,
    /// `x.p = v`, `x[k] += v`, `x.p++`: the member that is written.
    MemberWritten(Node<'a>),
    /// `delete x.p`.
    MemberDeleted,
    /// `x.m(…)`: the method's name; the method sees `x` as `this`.
    MethodCalled(&'a str),
    /// `{ ...x }`, `[...x]`, `f(...x)`.
    Spread(Node<'a>),
    /// `return x`.
    Returned,
    /// `x = v`, `x += v`, `for (x of …)`: the name itself is written.
    Assigned,
    /// Passed, stored, compared, captured: from here on it may be anywhere.
    Escapes,
}

/// Classifies one use of a name. Where it stands (in a closure, say) is the
/// caller's to look at.
pub fn usage<'a>(ctx: RuleContext<'_>, identifier: Node<'a>) -> Usage<'a> {
    let value = wrapped(identifier);
    let Some(parent) = value.parent() else {
        return Usage::Escapes;
    };
    let is_field = |field| parent.child_by_field(field) == Some(value);
    match parent.kind() {
        "member_expression" | "subscript_expression" if is_field("object") => member(parent),
        "binary_expression" if is_field("right") && parent.has_token("in") => Usage::LookedInto,
        "spread_element" => Usage::Spread(parent),
        "return_statement" => Usage::Returned,
        "assignment_expression" | "augmented_assignment_expression" if is_field("left") => {
            Usage::Assigned
        }
        "update_expression" => Usage::Assigned,
        "for_in_statement" if is_field("left") => Usage::Assigned,
        "arguments" if is_inspection(ctx, parent) => Usage::LookedInto,
        _ => Usage::Escapes,
    }
}

fn member(member: Node<'_>) -> Usage<'_> {
    let value = wrapped(member);
    let Some(parent) = value.parent() else {
        return Usage::Escapes;
    };
    let is_field = |field| parent.child_by_field(field) == Some(value);
    match parent.kind() {
        "call_expression" if is_field("function") => match member.child_by_field("property") {
            Some(property) => Usage::MethodCalled(property.text()),
            None => Usage::Escapes,
        },
        "new_expression" if is_field("constructor") => Usage::Escapes,
        "assignment_expression" | "augmented_assignment_expression" if is_field("left") => {
            Usage::MemberWritten(member)
        }
        "update_expression" => Usage::MemberWritten(member),
        "unary_expression" if parent.has_token("delete") => Usage::MemberDeleted,
        // A target of destructuring or of a loop head.
        "array_pattern" | "pair_pattern" | "assignment_pattern" | "rest_pattern" => Usage::Escapes,
        "for_in_statement" if is_field("left") => Usage::Escapes,
        _ => Usage::LookedInto,
    }
}

/// `Object.keys(x)` and kin: they read `x` and keep nothing of it.
fn is_inspection(ctx: RuleContext<'_>, arguments: Node<'_>) -> bool {
    let Some(call) = arguments.parent().and_then(MethodCall::of) else {
        return false;
    };
    ["keys", "values", "entries", "hasOwn"]
        .iter()
        .any(|name| is_global_method(ctx, &call, "Object", name))
}
