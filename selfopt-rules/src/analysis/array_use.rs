//! What becomes of an array where its name is used.

use selfopt_syntax::Node;

use super::arrays::is_array;
use super::calls::{MethodCall, is_global_call, is_global_method};
use super::expressions::wrapped;
use super::usage::{Usage, usage};
use crate::rule::RuleContext;

/// What one use of a name does to the array it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArrayUse {
    /// Only looked at; nothing keeps the array itself.
    Read,
    /// Elements or length may change.
    Changed,
    /// Passed on, stored or returned: it may change anywhere from here on.
    Escapes,
}

/// Classifies one use of a name that stands for an array.
pub fn array_use<'a>(ctx: RuleContext<'a>, identifier: Node<'a>) -> ArrayUse {
    match usage(ctx, identifier) {
        Usage::LookedInto | Usage::Spread(_) => ArrayUse::Read,
        Usage::MemberWritten(_) | Usage::MemberDeleted | Usage::Assigned => ArrayUse::Changed,
        Usage::MethodCalled(_) => method_use(ctx, identifier),
        Usage::Escapes if is_looked_at(ctx, identifier) => ArrayUse::Read,
        Usage::Returned | Usage::Escapes => ArrayUse::Escapes,
    }
}

/// Whether the array method of this name leaves its array alone.
pub fn is_reading_method(name: &str) -> bool {
    let others = [
        "includes",
        "indexOf",
        "lastIndexOf",
        "slice",
        "concat",
        "join",
        "at",
        "flat",
        "keys",
        "values",
        "entries",
        "toSorted",
        "toReversed",
        "toSpliced",
        "with",
        "toString",
        "toLocaleString",
    ];
    others.contains(&name) || callback_arity(name).is_some()
}

/// How many arguments a callback of the method can take without being handed
/// the array; `None` for methods without callback.
pub fn callback_arity(method: &str) -> Option<usize> {
    match method {
        "map" | "filter" | "forEach" | "some" | "every" | "find" | "findIndex" | "findLast"
        | "findLastIndex" | "flatMap" => Some(2),
        "reduce" | "reduceRight" => Some(3),
        _ => None,
    }
}

/// Whether an argument is a function written here, or one of the host's that
/// does nothing but compute, and does not get at the array it is called for.
pub fn is_tame_callback<'a>(ctx: RuleContext<'a>, callback: Node<'a>, arity: usize) -> bool {
    if callback.is("identifier") {
        let pure = ["Boolean", "String", "Number", "parseFloat", "parseInt"];
        return ctx.bindings().is_some_and(|b| pure.iter().any(|name| b.is_global(callback, name)));
    }
    if callback.is("arrow_function") && callback.child_by_field("parameter").is_some() {
        return true;
    }
    let Some(parameters) = callback.child_by_field("parameters") else {
        return false;
    };
    let is_rest = |node: Node<'_>| node.is("rest_pattern");
    callback.is_any(&["arrow_function", "function_expression"])
        && parameters.items().count() <= arity
        && !parameters.subtree().any(is_rest)
        && !callback.descendants().any(|node| node.is("identifier") && node.text() == "arguments")
}

fn method_use<'a>(ctx: RuleContext<'a>, identifier: Node<'a>) -> ArrayUse {
    let call = wrapped(identifier)
        .parent()
        .and_then(|member| wrapped(member).parent())
        .and_then(MethodCall::of);
    let Some(call) = call else {
        return ArrayUse::Escapes;
    };
    match call.name {
        "push" | "pop" | "shift" | "unshift" | "splice" => ArrayUse::Changed,
        // They give back the array.
        "sort" | "reverse" | "fill" | "copyWithin" => {
            let is_statement =
                wrapped(call.node).parent().is_some_and(|parent| parent.is("expression_statement"));
            if is_statement { ArrayUse::Changed } else { ArrayUse::Escapes }
        }
        name => match (callback_arity(name), call.arguments.first()) {
            (Some(arity), Some(callback)) if is_tame_callback(ctx, *callback, arity) => {
                ArrayUse::Read
            }
            (None, _) if is_reading_method(name) => ArrayUse::Read,
            _ => ArrayUse::Escapes,
        },
    }
}

/// Uses that look like passing on and keep nothing.
fn is_looked_at<'a>(ctx: RuleContext<'a>, identifier: Node<'a>) -> bool {
    let value = wrapped(identifier);
    let Some(parent) = value.parent() else {
        return false;
    };
    let is_field = |field| parent.child_by_field(field) == Some(value);
    let has_any = |operators: &[&str]| operators.iter().any(|op| parent.has_token(op));
    match parent.kind() {
        "for_in_statement" => is_field("right"),
        "if_statement" | "while_statement" | "ternary_expression" => is_field("condition"),
        "expression_statement" | "template_substitution" => true,
        "unary_expression" => has_any(&["!", "typeof", "void"]),
        // An array is never falsy, so `&&` gives its right side.
        "binary_expression" => {
            has_any(&["===", "!==", "==", "!=", "instanceof"])
                || (is_field("left") && parent.has_token("&&"))
        }
        "variable_declarator" => {
            is_field("value")
                && parent.child_by_field("name").is_some_and(|name| name.is("array_pattern"))
        }
        "arguments" => parent.parent().is_some_and(|call| keeps_nothing(ctx, call, value)),
        _ => false,
    }
}

/// Calls that read their argument and keep nothing of it but the elements.
fn keeps_nothing<'a>(ctx: RuleContext<'a>, call: Node<'a>, argument: Node<'a>) -> bool {
    if call.is("new_expression") {
        return ["Set", "Map"].iter().any(|name| is_global_call(ctx, call, name));
    }
    if ["String", "Boolean"].iter().any(|name| is_global_call(ctx, call, name)) {
        return true;
    }
    let Some(call) = MethodCall::of(call) else {
        return false;
    };
    let is_it = |object, name| is_global_method(ctx, &call, object, name);
    is_it("Array", "isArray")
        || (is_it("Array", "from") && call.arguments == [argument])
        || is_it("JSON", "stringify")
        || is_it("console", "log")
        || (call.name == "concat" && is_array(ctx, call.receiver).is_some())
}
