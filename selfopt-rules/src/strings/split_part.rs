//! `text.split(separator)` and the one part that is taken of it.

use selfopt_syntax::Node;

use crate::analysis::calls::MethodCall;
use crate::analysis::expressions::{unwrapped, wrapped};

/// What is taken of the parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// `[0]`, `.at(0)`, `.shift()`.
    First,
    /// `.pop()`, `.at(-1)`.
    Last,
    /// `.length > 1`; negated, `.length === 1`.
    Occurs { is_negated: bool },
    /// `.length` in any other use.
    Count,
}

/// A text that is split for one part.
#[derive(Debug, Clone, Copy)]
pub(super) struct Splitting<'a> {
    /// The text.
    pub(super) receiver: Node<'a>,
    /// The one argument of `split`.
    pub(super) separator: Node<'a>,
    /// What is taken.
    pub(super) part: Part,
    /// The whole expression that is the part.
    pub(super) whole: Node<'a>,
    /// Whether `?.` stands in it.
    pub(super) is_optional: bool,
}

impl<'a> Splitting<'a> {
    /// Reads the expression by its words, whatever the text is.
    pub(super) fn of(node: Node<'a>) -> Option<Self> {
        let (parts, part) = match node.kind() {
            "subscript_expression" => {
                let index = node.child_by_field("index")?;
                (index.text() == "0").then_some((node.child_by_field("object")?, Part::First))?
            }
            "call_expression" => {
                let call = MethodCall::named(node, &["shift", "pop", "at"])?;
                (call.receiver, method_part(&call)?)
            }
            "member_expression" if node.child_by_field("property")?.text() == "length" => {
                (node.child_by_field("object")?, Part::Count)
            }
            _ => return None,
        };
        let split = MethodCall::named(unwrapped(parts), &["split"])?;
        let [separator] = split.arguments[..] else {
            return None;
        };
        if split.has_spread() || is_written(node) {
            return None;
        }
        let is_optional = chain(node).any(has_optional_chain);
        let (whole, part) = match part {
            Part::Count => compared(node).unwrap_or((node, part)),
            _ => (node, part),
        };
        let whole = whole.parent().filter(|p| p.is("non_null_expression")).unwrap_or(whole);
        Some(Self { receiver: split.receiver, separator, part, whole, is_optional })
    }
}

fn method_part(call: &MethodCall<'_>) -> Option<Part> {
    let arguments: Vec<&str> = call.arguments.iter().map(|argument| argument.text()).collect();
    match (call.name, arguments.as_slice()) {
        ("shift", []) | ("at", ["0"]) => Some(Part::First),
        ("pop", []) | ("at", ["-1"]) => Some(Part::Last),
        _ => None,
    }
}

/// The accesses and calls that the expression is a chain of, from its end.
fn chain(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    std::iter::successors(Some(node), |link| {
        let inner = link.child_by_field("object").or_else(|| link.child_by_field("function"))?;
        Some(unwrapped(inner))
    })
}

fn has_optional_chain(node: Node<'_>) -> bool {
    node.child_by_field("optional_chain").is_some()
        || node.has_token("?.")
        || node.children().any(|child| child.is("optional_chain"))
}

/// Whether the part is called or written to, which nobody does to a string.
fn is_written(node: Node<'_>) -> bool {
    let value = wrapped(node);
    value.parent().is_none_or(|parent| match parent.kind() {
        "assignment_expression" | "augmented_assignment_expression" | "for_in_statement" => {
            parent.child_by_field("left") == Some(value)
        }
        "call_expression" => parent.child_by_field("function") == Some(value),
        "update_expression" | "array_pattern" | "rest_pattern" => true,
        "unary_expression" => parent.has_token("delete"),
        _ => false,
    })
}

/// The comparison of a number of parts, which is one at least, with a number.
fn compared(length: Node<'_>) -> Option<(Node<'_>, Part)> {
    let comparison = length.parent().filter(|parent| {
        parent.is("binary_expression") && parent.child_by_field("left") == Some(length)
    })?;
    let operator = comparison.child_by_field("operator")?.text();
    let is_negated = match (operator, comparison.child_by_field("right")?.text()) {
        (">" | "!==" | "!=", "1") | (">=", "2") => false,
        ("===" | "==" | "<=", "1") | ("<", "2") => true,
        _ => return None,
    };
    Some((comparison, Part::Occurs { is_negated }))
}
