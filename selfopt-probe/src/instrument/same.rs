//! Whether two pieces of code are the same but for layout and comments.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use selfopt_syntax::{Node, Tree};

/// Nodes in which every character counts, blanks too.
const VERBATIM: [&str; 4] = ["template_string", "string", "regex", "jsx_text"];

/// One number for each node of a tree: equal for equal code.
#[derive(Debug)]
pub(super) struct Shapes {
    hashes: Vec<u64>,
}

impl Shapes {
    /// The shapes of all nodes.
    pub(super) fn of(tree: &Tree) -> Self {
        let nodes: Vec<_> = tree.root().subtree().collect();
        let mut hashes = vec![0; nodes.len()];
        // Children have larger numbers than their parents.
        for node in nodes.into_iter().rev() {
            hashes[node.id().index()] = shape(node, &hashes);
        }
        Self { hashes }
    }

    /// The shape of a node of this tree.
    pub(super) fn get(&self, node: Node<'_>) -> u64 {
        self.hashes[node.id().index()]
    }
}

fn shape(node: Node<'_>, hashes: &[u64]) -> u64 {
    let mut hasher = DefaultHasher::new();
    (node.kind(), node.is_named()).hash(&mut hasher);
    let text = node.tree().text();
    let is_verbatim = node.is_any(&VERBATIM);
    let mut end = node.start();
    let mut is_leaf = true;
    let gap = |from: u32, to: u32, hasher: &mut DefaultHasher| {
        // The grammar leaves some text without a node, as in templates.
        let between = text.get(from as usize..to as usize).unwrap_or_default();
        let between = if is_verbatim { between } else { between.trim() };
        if !between.is_empty() {
            between.hash(hasher);
        }
    };
    for child in node.children() {
        is_leaf = false;
        gap(end, child.start(), &mut hasher);
        end = child.end();
        if !child.is_comment() {
            hashes[child.id().index()].hash(&mut hasher);
        }
    }
    if is_leaf {
        node.text().hash(&mut hasher);
    } else {
        gap(end, node.end(), &mut hasher);
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use selfopt_syntax::{Language, parse};

    #[test]
    fn layout_and_comments_do_not_count() {
        let shape = |text: &str| {
            let file = parse("a.js", Language::JavaScript, text);
            Shapes::of(&file.tree).get(file.tree.root())
        };
        let check = |a: &str, b: &str, expected: bool| {
            assert_eq!(shape(a) == shape(b), expected, "{a} / {b}");
        };
        check("a+b;", "a /* c */ +\n b; // d", true);
        check("a + b", "a - b", false);
        check("`a ${b} c`", "`a ${ b } c`", true);
        check("`a ${b} c`", "`a ${b}  c`", false);
        check("`a${b}`", "`a ${b}`", false);
        check("'a b'", "'a  b'", false);
        check("/a b/", "/a  b/", false);
        check("(a)", "a", false);
    }
}
