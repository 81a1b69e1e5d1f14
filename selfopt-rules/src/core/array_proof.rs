//! What a file shows about the arrays of an accumulation.

use selfopt_syntax::{MetBy, Node};

use crate::analysis::arrays::{is_array, is_string};
use crate::analysis::calls::MethodCall;
use crate::analysis::expressions::{constant_value, unwrapped};
use crate::analysis::numbers::is_number;
use crate::analysis::types;
use crate::rule::RuleContext;

/// How far type aliases are followed.
const MAX_STEPS: usize = 8;

/// Whether the accumulator's type or first value shows that it is an array, so
/// that its `concat` is not that of a string.
pub(super) fn starts_as_array<'a>(ctx: RuleContext<'a>, own: Node<'a>) -> bool {
    let start = || {
        let bindings = ctx.bindings()?;
        let name_span = bindings.symbol(bindings.symbol_of(own)?).name_span;
        let name = ctx.file.tree.smallest_containing(name_span);
        match types::callback_parameter(name) {
            Some((call, _)) => call.arguments.get(1).copied(),
            None => types::declaration_of(ctx, name_span)?.child_by_field("value"),
        }
    };
    is_array(ctx, own).or_else(|| is_array(ctx, start()?)).is_some()
}

/// Whether a type declared in this file is that of arrays that may change.
pub(super) fn has_push<'a>(ctx: RuleContext<'a>, declared: Node<'a>) -> bool {
    let meaning = |node: &Node<'a>| match node.kind() {
        "parenthesized_type" => node.items().next(),
        _ => types::resolved(ctx, *node),
    };
    let node = std::iter::successors(Some(declared), meaning).take(MAX_STEPS).last();
    let is_array = |name| ctx.bindings().is_some_and(|b| b.is_global(name, "Array"));
    node.is_some_and(|node| match node.kind() {
        "array_type" => true,
        "generic_type" => node.child_by_field("name").is_some_and(is_array),
        "predefined_type" => node.text() == "any",
        _ => false,
    })
}

/// Whether TypeScript, where only the seed says what the accumulator is, takes
/// it for an array that may change.
pub(super) fn is_typed_by_seed<'a>(ctx: RuleContext<'a>, seed: Node<'a>) -> bool {
    let call = seed.parent().and_then(Node::parent);
    let receiver = call.and_then(MethodCall::of).map(|call| call.receiver);
    let element = receiver.and_then(|r| types::element_type(ctx, types::type_of(ctx, r)?));
    let is_list = |element: &Node<'a>| {
        types::element_type(ctx, *element).is_some() || has_push(ctx, *element)
    };
    // Of the overloads of `reduce` the one comes first whose accumulator is an
    // element of the receiver.
    match element.filter(is_list) {
        Some(element) => has_push(ctx, element),
        None if seed.is("array") => seed.items().next().is_some(),
        None => seed.child_by_field("type_arguments").is_some(),
    }
}

/// How it is known that `concat` adds the value as it is.
pub(super) fn is_no_array<'a>(ctx: RuleContext<'a>, expression: Node<'a>) -> Option<MetBy> {
    // Where the file knows the switch, an object may be taken apart too.
    if ctx.file.text.contains("isConcatSpreadable") {
        return None;
    }
    let node = unwrapped(expression);
    let is_it = |node: Node<'_>| match node.kind() {
        "string"
        | "template_string"
        | "number"
        | "true"
        | "false"
        | "null"
        | "undefined"
        | "regex"
        | "object"
        | "arrow_function"
        | "function_expression"
        | "unary_expression"
        | "update_expression" => true,
        "binary_expression" => !["&&", "||", "??"].iter().any(|op| node.has_token(op)),
        _ => false,
    };
    if is_it(node) || constant_value(ctx, node).is_some_and(|value| is_it(unwrapped(value))) {
        return Some(MetBy::Syntax);
    }
    let declared = || is_no_array_type(ctx, types::type_of(ctx, node)?).then_some(MetBy::Type);
    is_string(ctx, node).or_else(|| is_number(ctx, node)).or_else(declared)
}

/// Whether no array has the declared type.
fn is_no_array_type<'a>(ctx: RuleContext<'a>, type_node: Node<'a>) -> bool {
    let node = types::unwrapped_type(type_node);
    let node = types::resolved(ctx, node).unwrap_or(node);
    // What every value of it has and arrays lack.
    let is_own = |member: &Node<'_>| {
        let name = member.child_by_field("name").map(Node::text);
        member.is("property_signature") && !member.has_token("?") && name != Some("length")
    };
    match node.kind() {
        "predefined_type" => {
            ["string", "number", "boolean", "bigint", "symbol"].contains(&node.text())
        }
        "literal_type" | "template_literal_type" | "enum_declaration" => true,
        "object_type" => node.items().any(|member| is_own(&member)),
        "interface_declaration" => {
            let body = node.child_by_field("body");
            body.is_some_and(|body| body.items().any(|member| is_own(&member)))
        }
        _ => false,
    }
}
