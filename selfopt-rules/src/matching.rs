//! Rules asked about a file: the same walk for the built-in rules and for
//! those of packs.

use selfopt_syntax::{Node, SourceFile};

use crate::rule::{Match, Rule, RuleContext};

/// Whether one of the rule's literals occurs in a text. Cheap, to be asked
/// before the text is parsed.
pub fn has_literal(rule: &dyn Rule, text: &str) -> bool {
    let literals = rule.meta().literals;
    literals.is_empty() || literals.iter().any(|literal| text.contains(literal))
}

/// Asks the rule about every node it wants, out of the tree's index by kind.
pub fn matches<'a>(
    rule: &'a dyn Rule,
    file: &'a SourceFile,
) -> impl Iterator<Item = (Node<'a>, Match)> + 'a {
    let ctx = RuleContext { file };
    let meta = rule.meta();
    let kinds = if meta.needs_bindings && file.bindings.is_none() { &[][..] } else { meta.kinds };
    let nodes = kinds.iter().flat_map(move |kind| file.tree.nodes_of_kind(kind));
    nodes
        .filter(|node| !node.has_error())
        .filter_map(move |node| Some((node, rule.check(ctx, node)?)))
}
