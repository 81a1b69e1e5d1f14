//! The function nodes of a tree and what their own tokens say.

use selfopt_syntax::{Node, SourceFile, Span};

use super::FunctionKind;
use crate::instrument::code::code_span;

const KINDS: [&str; 6] = [
    "function_declaration",
    "generator_function_declaration",
    "function_expression",
    "generator_function",
    "method_definition",
    "arrow_function",
];

/// Whether the node is a function with parameters and a body.
pub(in super::super) fn is_function_kind(node: Node<'_>) -> bool {
    node.is_any(&KINDS)
}

/// Whether a function is called where it stands, while the module loads: then
/// what it holds is as good as top-level code. `(function () { … })()`,
/// `define([…], function () { … })`, the factory of a universal module.
pub(in super::super) fn runs_at_load(function: Node<'_>) -> bool {
    if !function.is_any(&["function_expression", "arrow_function"]) || function.has_token("async") {
        return false;
    }
    let outer = function.ancestors().find(|outer| is_function_kind(*outer));
    outer.is_none_or(runs_at_load) && is_called_at_once(function)
}

fn is_called_at_once(function: Node<'_>) -> bool {
    let mut value = function;
    while let Some(outer) = value.parent().filter(|outer| outer.is("parenthesized_expression")) {
        value = outer;
    }
    let Some(parent) = value.parent() else {
        return false;
    };
    let called = |callee: Node<'_>| {
        callee.field() == Some("function")
            && callee.parent().is_some_and(|call| call.is("call_expression"))
    };
    match parent.kind() {
        "call_expression" => called(value),
        "member_expression" => {
            let property = parent.child_by_field("property").map_or("", Node::text);
            value.field() == Some("object")
                && matches!(property, "call" | "apply")
                && called(parent)
        }
        "arguments" => {
            let callee = parent.parent().and_then(|call| call.child_by_field("function"));
            callee.is_some_and(|callee| {
                callee.text() == "define"
                    || callee
                        .subtree()
                        .find(|n| !n.is("parenthesized_expression") && n.is_named())
                        .is_some_and(is_function_kind)
            })
        }
        _ => false,
    }
}

/// All functions in document order, outer before inner.
pub(super) fn function_nodes(file: &SourceFile) -> Vec<Node<'_>> {
    let kinds = file.tree.kind_set(&KINDS);
    let nodes = file.tree.root().descendants();
    nodes
        .filter(|node| node.is_named() && kinds.contains(node.kind_id()))
        .filter(|node| node.child_by_field("body").is_some())
        .collect()
}

/// The function with exactly this span.
pub(super) fn function_at(file: &SourceFile, span: Span) -> Option<Node<'_>> {
    let is_there = |node: &Node<'_>| node.start() == span.start && code_span(*node) == span;
    KINDS.iter().find_map(|kind| file.tree.nodes_of_kind(kind).find(is_there))
}

pub(super) fn kind_of(node: Node<'_>) -> FunctionKind {
    match node.kind() {
        "function_declaration" | "generator_function_declaration" => FunctionKind::Declaration,
        "arrow_function" => FunctionKind::Arrow,
        "method_definition" if node.has_token("get") => FunctionKind::Getter,
        "method_definition" if node.has_token("set") => FunctionKind::Setter,
        "method_definition" if is_constructor(node) => FunctionKind::Constructor,
        "method_definition" => FunctionKind::Method,
        _ => FunctionKind::Expression,
    }
}

fn is_constructor(node: Node<'_>) -> bool {
    let name = node.child_by_field("name").map_or("", Node::text);
    let is_named = matches!(name, "constructor" | "'constructor'" | "\"constructor\"");
    is_named && !node.has_token("static") && node.parent().is_some_and(|p| p.is("class_body"))
}

pub(super) fn is_generator(node: Node<'_>) -> bool {
    node.is_any(&["generator_function", "generator_function_declaration"]) || node.has_token("*")
}

/// The parameters before the first that has a default or takes the rest.
pub(super) fn length(parameters: Node<'_>) -> u32 {
    if !parameters.is("formal_parameters") {
        return 1;
    }
    let plain = parameters
        .items()
        .filter(|parameter| !is_this(*parameter))
        .take_while(|parameter| !ends_length(*parameter));
    u32::try_from(plain.count()).unwrap_or(u32::MAX)
}

/// Which of the arguments is the first of a list of them.
pub(super) fn rest(parameters: Node<'_>, uses_arguments: bool) -> Option<u32> {
    if !parameters.is("formal_parameters") {
        return None;
    }
    let mut count = 0;
    for parameter in parameters.items().filter(|parameter| !is_this(*parameter)) {
        if pattern_of(parameter).is("rest_pattern") {
            return Some(count);
        }
        count += 1;
    }
    uses_arguments.then_some(count)
}

/// What a parameter binds: TypeScript wraps it with its type.
fn pattern_of(parameter: Node<'_>) -> Node<'_> {
    parameter.child_by_field("pattern").unwrap_or(parameter)
}

/// TypeScript's `this: T`, which is no parameter at run time.
fn is_this(parameter: Node<'_>) -> bool {
    parameter.child_by_field("pattern").is_some_and(|pattern| pattern.is("this"))
}

fn ends_length(parameter: Node<'_>) -> bool {
    pattern_of(parameter).is_any(&["assignment_pattern", "rest_pattern"])
        || parameter.child_by_field("value").is_some()
}
