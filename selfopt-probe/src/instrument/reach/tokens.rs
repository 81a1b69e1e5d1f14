//! The tokens of chosen lines that may mean that something is executed.

use std::collections::BTreeSet;

use selfopt_syntax::{Node, SourceFile};

/// Tokens that only hold others together.
const PUNCTUATION: [&str; 17] = [
    "{", "}", "(", ")", "[", "]", ";", ",", ":", ".", "?.", "=>", "else", "try", "finally", "do",
    "`",
];

/// Nodes whose text is partly without tokens of its own.
const TEXTS: [&str; 4] = ["template_string", "string", "regex", "jsx_text"];

/// Each token that is no mere punctuation, with each of the lines it is on.
pub(super) fn tokens_on<'a>(
    file: &'a SourceFile,
    lines: &BTreeSet<u32>,
) -> impl Iterator<Item = (Node<'a>, u32)> {
    let is_token = |node: &Node<'_>| {
        let is_leaf = node.children().next().is_none();
        let is_mark = !node.is_named() && PUNCTUATION.contains(&node.kind());
        (is_leaf || node.is_any(&TEXTS))
            && !is_mark
            && !node.is_comment()
            && !node.span().is_empty()
    };
    let nodes = file.tree.root().descendants().filter(is_token);
    nodes.flat_map(move |node| {
        let (from, to) = (file.line(node.start()), file.line(node.end().saturating_sub(1)));
        // A blank jsx text is nothing that anybody sees.
        let is_blank = node.text().trim().is_empty();
        let on: Vec<_> = lines.range(from..=to.max(from)).copied().filter(|_| !is_blank).collect();
        on.into_iter().map(move |line| (node, line))
    })
}
