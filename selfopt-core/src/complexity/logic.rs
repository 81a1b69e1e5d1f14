//! Chains of `&&`, `||` and `??`.

use selfopt_syntax::Node;

/// The operator of a logical expression.
pub(super) fn operator(node: Node<'_>) -> Option<&str> {
    if !node.is("binary_expression") {
        return None;
    }
    let operator = node.child_by_field("operator")?.text();
    matches!(operator, "&&" | "||" | "??").then_some(operator)
}

/// Runs of equal operators in the whole chain that `node` is the root of: 0
/// where it is none, or inside of a larger one. Parentheses do not end a chain.
pub(super) fn runs(node: Node<'_>) -> u32 {
    if operator(node).is_none() || around(node).is_some_and(|outer| operator(outer).is_some()) {
        return 0;
    }
    let (mut runs, mut last) = (0, "");
    // Operators from left to right; the stack holds what is still to come.
    let mut open = vec![Part::Side(node)];
    while let Some(part) = open.pop() {
        match part {
            Part::Operator(operator) => {
                runs += u32::from(operator != last);
                last = operator;
            }
            Part::Side(side) => {
                let side = inside(side);
                if let Some(operator) = operator(side) {
                    let field = |name| side.child_by_field(name).map(Part::Side);
                    open.extend(field("right"));
                    open.push(Part::Operator(operator));
                    open.extend(field("left"));
                }
            }
        }
    }
    runs
}

enum Part<'a> {
    Side(Node<'a>),
    Operator(&'a str),
}

/// The node around it that is no parenthesis.
fn around(node: Node<'_>) -> Option<Node<'_>> {
    node.ancestors().find(|outer| !outer.is("parenthesized_expression"))
}

/// The expression in parentheses.
fn inside(mut node: Node<'_>) -> Node<'_> {
    while node.is("parenthesized_expression") {
        let Some(inner) = node.items().next() else { break };
        node = inner;
    }
    node
}
