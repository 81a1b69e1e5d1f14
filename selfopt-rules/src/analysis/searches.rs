//! What searches are asked.

use selfopt_syntax::Node;

use super::expressions::wrapped;

/// The comparison around `indexOf`, and whether it is true for nothing found.
pub fn found_comparison(call: Node<'_>) -> Option<(Node<'_>, bool)> {
    let value = wrapped(call);
    let whole = value.parent().filter(|p| p.is("binary_expression"))?;
    if whole.children().any(Node::is_comment) {
        return None;
    }
    let (left, right) = (whole.child_by_field("left")?, whole.child_by_field("right")?);
    let operator = whole.child_by_field("operator")?.kind();
    let (operator, number) = if left == value {
        (operator, right)
    } else {
        let mirrored = match operator {
            "<" => ">",
            ">" => "<",
            "<=" => ">=",
            ">=" => "<=",
            same => same,
        };
        (mirrored, left)
    };
    let is_negated = match (operator, number.text()) {
        ("!==" | "!=" | ">", "-1") | (">=", "0") => false,
        ("===" | "==" | "<=", "-1") | ("<", "0") => true,
        _ => return None,
    };
    Some((whole, is_negated))
}
