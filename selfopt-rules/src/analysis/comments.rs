//! Comments that a rewrite would lose.

use selfopt_syntax::Node;

/// The first comment inside `replaced` that stands in none of the parts that
/// are kept.
pub fn lost_comment<'a>(replaced: Node<'a>, kept: &[Node<'a>]) -> Option<Node<'a>> {
    replaced.subtree().find(|node| node.is_comment() && !kept.iter().any(|part| part.holds(*node)))
}
