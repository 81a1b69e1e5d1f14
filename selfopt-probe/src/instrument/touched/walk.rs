//! Where two versions of a file differ, as pairs of nodes.

use selfopt_syntax::{Node, SourceFile};

use super::align::{Row, align};
use crate::instrument::functions::{is_function_kind, runs_at_load};
use crate::instrument::same::Shapes;

/// One difference.
#[derive(Debug, Clone)]
pub(in super::super) struct Difference<'a> {
    /// What was changed or removed.
    pub(in super::super) before: Option<Node<'a>>,
    /// What it was changed to, or what was added.
    pub(in super::super) after: Option<Node<'a>>,
    /// The lists in which it stands: what is one in both versions, from the
    /// file inwards.
    pub(in super::super) around: Vec<(Node<'a>, Node<'a>)>,
    /// For additions: the sibling of the text before behind which it stands.
    pub(in super::super) behind: Option<Node<'a>>,
}

impl<'a> Difference<'a> {
    /// The functions around it that are in both versions, from the outside in,
    /// without those that merely hold the module's code.
    pub(in super::super) fn functions(&self) -> Vec<(Node<'a>, Node<'a>)> {
        let is_called = |node: Node<'_>| is_function_kind(node) && !runs_at_load(node);
        let pairs = self.around.iter().copied();
        pairs.filter(|(before, after)| is_called(*before) && is_called(*after)).collect()
    }
}

/// All differences in document order.
pub(in super::super) fn differences<'a>(
    before: &'a SourceFile,
    after: &'a SourceFile,
) -> Vec<Difference<'a>> {
    let mut walk = Walk {
        before: Shapes::of(&before.tree),
        after: Shapes::of(&after.tree),
        around: Vec::new(),
        found: Vec::new(),
    };
    let (old, new) = (before.tree.root(), after.tree.root());
    if walk.before.get(old) != walk.after.get(new) {
        walk.descend(old, new);
    }
    walk.found
}

struct Walk<'a> {
    before: Shapes,
    after: Shapes,
    around: Vec<(Node<'a>, Node<'a>)>,
    found: Vec<Difference<'a>>,
}

impl<'a> Walk<'a> {
    /// Both nodes are of one kind and differ. Trees without bindings are not
    /// read, so the depth is bounded.
    fn descend(&mut self, old: Node<'a>, new: Node<'a>) {
        let is_leaf = |node: Node<'_>| node.children().next().is_none();
        if is_leaf(old) || is_leaf(new) {
            self.note(Some(old), Some(new), None);
            return;
        }
        self.around.push((old, new));
        let n_found = self.found.len();
        let mut behind = None;
        for row in align((old, &self.before), (new, &self.after)) {
            match row {
                Row::Both(a, b) if self.before.get(a) == self.after.get(b) => {}
                Row::Both(a, b) => self.descend(a, b),
                Row::Removed(a) => self.note(Some(a), None, None),
                Row::Added(b) => self.note(None, Some(b), behind),
            }
            if let Row::Both(a, _) | Row::Removed(a) = row {
                behind = Some(a);
            }
        }
        self.around.pop();
        // The difference is in text without nodes.
        if self.found.len() == n_found {
            self.note(Some(old), Some(new), None);
        }
    }

    fn note(
        &mut self,
        before: Option<Node<'a>>,
        after: Option<Node<'a>>,
        behind: Option<Node<'a>>,
    ) {
        let around = self.around.clone();
        self.found.push(Difference { before, after, around, behind });
    }
}
