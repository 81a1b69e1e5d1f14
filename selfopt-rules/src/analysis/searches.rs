//! What searches are asked.

use selfopt_syntax::Node;

use super::expressions::wrapped;

/// A comparison as if the value that is looked at stood on its left.
#[derive(Debug, Clone, Copy)]
pub struct Comparison<'a> {
    /// All of it.
    pub whole: Node<'a>,
    /// The operator, mirrored where the value stands on the right.
    pub operator: &'a str,
    /// What it is compared with.
    pub bound: Node<'a>,
}

impl<'a> Comparison<'a> {
    /// The binary expression around a value.
    pub fn of(value: Node<'a>) -> Option<Self> {
        let value = wrapped(value);
        let whole = value.parent().filter(|parent| parent.is("binary_expression"))?;
        let (left, right) = (whole.child_by_field("left")?, whole.child_by_field("right")?);
        let operator = whole.child_by_field("operator")?.kind();
        if left == value {
            return Some(Self { whole, operator, bound: right });
        }
        let operator = match operator {
            "<" => ">",
            ">" => "<",
            "<=" => ">=",
            ">=" => "<=",
            same => same,
        };
        Some(Self { whole, operator, bound: left })
    }
}

/// The comparison around `indexOf`, and whether it is true for nothing found.
pub fn found_comparison(call: Node<'_>) -> Option<(Node<'_>, bool)> {
    let Comparison { whole, operator, bound } = Comparison::of(call)?;
    if whole.children().any(Node::is_comment) {
        return None;
    }
    let is_negated = match (operator, bound.text()) {
        ("!==" | "!=" | ">", "-1") | (">=", "0") => false,
        ("===" | "==" | "<=", "-1") | ("<", "0") => true,
        _ => return None,
    };
    Some((whole, is_negated))
}
