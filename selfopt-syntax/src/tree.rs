//! The flat syntax tree: one array of 20-byte nodes in preorder.
//!
//! Preorder makes the links implicit: the subtree of node `i` is
//! `i..subtree_end(i)`, its first child `i + 1`, its next sibling
//! `subtree_end(i)`. Node 0 is the grammar's root (`program`). A tree may cover
//! only some top-level statements of its file; `coverage` says which bytes, and
//! the root then has only those statements as children. Spans are the file's.

use std::sync::Arc;

use crate::names::{KindId, KindSet, NameTable};
use crate::navigate::Node;
use crate::span::Span;

/// A node's index in its tree, in preorder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(crate) u32);

impl NodeId {
    /// The preorder index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What the parser says of a node besides its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NodeFlags(u8);

impl NodeFlags {
    /// A grammar rule with a name, not a keyword or punctuation.
    pub const NAMED: Self = Self(1);
    /// Text the grammar could not read.
    pub const ERROR: Self = Self(2);
    /// A token the parser made up to go on.
    pub const MISSING: Self = Self(4);
    /// An error or missing token somewhere inside.
    pub const HAS_ERROR: Self = Self(8);

    /// The flags of either.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// As a number; the values of the constants.
    pub fn bits(self) -> u8 {
        self.0
    }

    /// The flags with these bits, if there are no others.
    pub(crate) fn of_bits(bits: u8) -> Option<Self> {
        (bits < 16).then_some(Self(bits))
    }

    /// Whether all flags of `other` are set.
    pub fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

pub(crate) const NO_PARENT: u32 = u32::MAX;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RawNode {
    pub(crate) parent: u32,
    pub(crate) subtree_end: u32,
    pub(crate) span: Span,
    pub(crate) kind: u16,
    /// Field index + 1; 0 means none. Grammars have about fifty fields.
    pub(crate) field: u8,
    pub(crate) flags: NodeFlags,
}

/// An immutable syntax tree over its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    pub(crate) text: Arc<str>,
    pub(crate) kinds: Arc<NameTable>,
    pub(crate) fields: Arc<NameTable>,
    pub(crate) nodes: Vec<RawNode>,
    coverage: Vec<Span>,
    /// Named nodes grouped by kind: those of kind `k` are
    /// `by_kind[kind_starts[k]..kind_starts[k + 1]]`, in preorder.
    kind_starts: Vec<u32>,
    by_kind: Vec<NodeId>,
}

impl Tree {
    /// Indexes nodes whose links are right. `None` without exactly one root.
    pub(crate) fn from_nodes(
        text: Arc<str>,
        kinds: Arc<NameTable>,
        fields: Arc<NameTable>,
        nodes: Vec<RawNode>,
        coverage: Vec<Span>,
    ) -> Option<Self> {
        if nodes.first()?.subtree_end as usize != nodes.len() {
            return None;
        }
        let (kind_starts, by_kind) = index_by_kind(&nodes, kinds.len());
        Some(Self { text, kinds, fields, nodes, coverage, kind_starts, by_kind })
    }

    /// The root node; its kind is the grammar's start symbol.
    pub fn root(&self) -> Node<'_> {
        self.node(NodeId(0))
    }

    /// A handle on `id`, which must come from this tree.
    pub fn node(&self, id: NodeId) -> Node<'_> {
        debug_assert!(id.index() < self.nodes.len(), "node id of another tree");
        Node { tree: self, id }
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Never: there is always a root.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The text the spans point into: always the whole file's.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The top-level byte ranges whose statements are in the tree, ascending.
    pub fn coverage(&self) -> &[Span] {
        &self.coverage
    }

    /// Whether all bytes of `span` were looked at.
    pub fn covers(&self, span: Span) -> bool {
        self.coverage.iter().any(|covered| covered.contains(span))
    }

    /// Whether the tree covers its whole file.
    pub fn is_whole(&self) -> bool {
        self.coverage.iter().any(|covered| {
            covered.start == 0 && usize::try_from(covered.end) == Ok(self.text.len())
        })
    }

    /// The id of a named kind in this tree's grammar.
    pub fn kind_id(&self, name: &str) -> Option<KindId> {
        self.kinds.named(name).map(KindId)
    }

    /// Resolves kind names once, for repeated [`KindSet::contains`].
    pub fn kind_set(&self, names: &[&str]) -> KindSet {
        KindSet::resolve(&self.kinds, names)
    }

    /// All named nodes of a kind, in preorder, without a walk.
    pub fn nodes_of_kind(&self, name: &str) -> impl DoubleEndedIterator<Item = Node<'_>> + '_ {
        let ids = self.kinds.named(name).map_or(&[][..], |kind| {
            let kind = usize::from(kind);
            &self.by_kind[self.kind_starts[kind] as usize..self.kind_starts[kind + 1] as usize]
        });
        ids.iter().map(|&id| self.node(id))
    }

    /// The smallest named node that holds all of `span`.
    pub fn smallest_containing(&self, span: Span) -> Node<'_> {
        let mut node = self.root();
        while let Some(child) = node.named_children().find(|child| child.span().contains(span)) {
            node = child;
        }
        node
    }

    /// The outermost named node with exactly this span, if there is one.
    pub fn node_at(&self, span: Span) -> Option<Node<'_>> {
        let mut node = self.root();
        loop {
            if node.span() == span {
                return Some(node);
            }
            node = node.named_children().find(|child| child.span().contains(span))?;
        }
    }
}

/// Builds a tree from `open` and `close` calls in document order.
#[derive(Debug)]
pub struct TreeBuilder {
    text: Arc<str>,
    kinds: Arc<NameTable>,
    fields: Arc<NameTable>,
    nodes: Vec<RawNode>,
    open: Vec<u32>,
}

impl TreeBuilder {
    /// A builder for a tree over `text` with the grammar's names.
    pub fn new(text: Arc<str>, kinds: Arc<NameTable>, fields: Arc<NameTable>) -> Self {
        Self { text, kinds, fields, nodes: Vec::new(), open: Vec::new() }
    }

    /// Starts a node inside the last open one. `kind` and `field` are indices
    /// of the name tables.
    pub fn open(&mut self, kind: u16, field: Option<u8>, span: Span, flags: NodeFlags) {
        let id = u32::try_from(self.nodes.len()).expect("a file has fewer nodes than bytes");
        self.nodes.push(RawNode {
            parent: self.open.last().copied().unwrap_or(NO_PARENT),
            subtree_end: id + 1,
            span,
            kind,
            field: field.map_or(0, |field| field.saturating_add(1)),
            flags,
        });
        self.open.push(id);
    }

    /// Ends the last open node.
    pub fn close(&mut self) {
        if let Some(id) = self.open.pop() {
            let end = u32::try_from(self.nodes.len()).expect("a file has fewer nodes than bytes");
            self.nodes[id as usize].subtree_end = end;
        }
    }

    /// Number of nodes still open, the depth of the next one.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// Closes what is open and indexes the tree. `None` without exactly one root.
    pub fn finish(mut self, coverage: Vec<Span>) -> Option<Tree> {
        while !self.open.is_empty() {
            self.close();
        }
        Tree::from_nodes(self.text, self.kinds, self.fields, self.nodes, coverage)
    }
}

/// A counting sort of the named nodes by kind.
fn index_by_kind(nodes: &[RawNode], n_kinds: usize) -> (Vec<u32>, Vec<NodeId>) {
    let is_named = |node: &&RawNode| node.flags.contains(NodeFlags::NAMED);
    let mut starts = vec![0_u32; n_kinds + 1];
    for node in nodes.iter().filter(is_named) {
        starts[usize::from(node.kind) + 1] += 1;
    }
    for kind in 0..n_kinds {
        starts[kind + 1] += starts[kind];
    }
    let mut next = starts.clone();
    let mut by_kind = vec![NodeId(0); starts[n_kinds] as usize];
    for (id, node) in (0_u32..).zip(nodes).filter(|(_, node)| is_named(node)) {
        let slot = &mut next[usize::from(node.kind)];
        by_kind[*slot as usize] = NodeId(id);
        *slot += 1;
    }
    (starts, by_kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_takes_twenty_bytes() {
        assert_eq!(size_of::<RawNode>(), 20);
    }

    #[test]
    fn a_tree_needs_one_root() {
        let mut kinds = NameTable::default();
        let program = kinds.intern("program", true).unwrap();
        let names = (Arc::new(kinds), Arc::new(NameTable::default()));
        let builder = || TreeBuilder::new("ab".into(), names.0.clone(), names.1.clone());
        assert!(builder().finish(vec![]).is_none());
        let mut two = builder();
        for _ in 0..2 {
            two.open(program, None, Span::new(0, 1), NodeFlags::NAMED);
            two.close();
        }
        assert!(two.finish(vec![]).is_none());
        let mut one = builder();
        one.open(program, None, Span::new(0, 2), NodeFlags::NAMED);
        let tree = one.finish(vec![Span::new(0, 1)]).unwrap();
        assert!(!tree.is_whole());
        assert!(tree.covers(Span::new(0, 1)));
        assert_eq!(tree.nodes_of_kind("program").count(), 1);
    }
}
