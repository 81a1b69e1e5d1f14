//! Which nodes branch, repeat, or are code of their own.

use selfopt_syntax::Node;

const FUNCTIONS: [&str; 6] = [
    "arrow_function",
    "function_expression",
    "function_declaration",
    "generator_function",
    "generator_function_declaration",
    "method_definition",
];

const LOOPS: [&str; 4] = ["for_statement", "for_in_statement", "while_statement", "do_statement"];

/// Methods of arrays that call their first argument for each element.
const ITERATORS: [&str; 13] = [
    "every",
    "filter",
    "find",
    "findIndex",
    "findLast",
    "findLastIndex",
    "flatMap",
    "forEach",
    "map",
    "reduce",
    "reduceRight",
    "some",
    "sort",
];

pub(super) fn is_function(node: Node<'_>) -> bool {
    node.is_any(&FUNCTIONS)
}

pub(super) fn is_loop(node: Node<'_>) -> bool {
    node.is_any(&LOOPS)
}

/// Whether what stands in `child` runs again and again because of its parent:
/// a loop's body, condition and step, or a callback for each element.
pub(super) fn is_repeated(child: Node<'_>, parent: Node<'_>) -> bool {
    if is_loop(parent) {
        let runs_once = child.field() == Some("initializer")
            || (parent.is("for_in_statement") && child.field() == Some("right"));
        return child.is_named() && !runs_once;
    }
    is_function(child) && is_callback_of_elements(child, parent)
}

/// Whether `callback` is the first argument of `….map(…)` and the like.
fn is_callback_of_elements(callback: Node<'_>, arguments: Node<'_>) -> bool {
    if !arguments.is("arguments") || arguments.items().next() != Some(callback) {
        return false;
    }
    let called = arguments.parent().and_then(|call| call.child_by_field("function"));
    let method = called
        .filter(|called| called.is("member_expression"))
        .and_then(|called| called.child_by_field("property"));
    method.is_some_and(|method| ITERATORS.contains(&method.text()))
}

/// Whether what stands in `child` is one level deeper for a reader.
pub(super) fn is_nested(child: Node<'_>, parent: Node<'_>) -> bool {
    let field = child.field();
    match parent.kind() {
        "if_statement" => field == Some("consequence"),
        // `else if` stays on the level of the `if`.
        "else_clause" => child.is_named() && !child.is("if_statement") && !child.is_comment(),
        "for_statement" | "for_in_statement" | "while_statement" | "do_statement"
        | "switch_statement" | "catch_clause" => field == Some("body"),
        "ternary_expression" => matches!(field, Some("consequence" | "alternative")),
        _ => false,
    }
}

/// What a node adds by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing.
    None,
    /// One, and one for each level around it.
    Nested,
    /// One.
    Flat,
}

/// What a node adds to the cognitive complexity, without logical operators.
pub(super) fn step(node: Node<'_>) -> Step {
    match node.kind() {
        "if_statement" if node.parent().is_some_and(|parent| parent.is("else_clause")) => {
            Step::None
        }
        "if_statement" | "ternary_expression" | "switch_statement" | "catch_clause" => Step::Nested,
        "else_clause" => Step::Flat,
        "break_statement" | "continue_statement" if node.child_by_field("label").is_some() => {
            Step::Flat
        }
        _ if is_loop(node) => Step::Nested,
        _ => Step::None,
    }
}

/// Whether a node is a decision, without logical operators.
pub(super) fn is_decision(node: Node<'_>) -> bool {
    is_loop(node)
        || node.is_any(&["if_statement", "ternary_expression", "catch_clause", "switch_case"])
}
