//! The flat syntax tree: one array of nodes of 20 bytes in preorder.
//!
//! Preorder makes the links implicit: the subtree of node `i` is
//! `i..subtree_end(i)`, its first child `i + 1`, its next sibling
//! `subtree_end(i)`. Node 0 is the grammar's root (`program`). A tree may cover
//! only some top-level statements of its file; `coverage` says which bytes, and
//! the root then has only those statements as children. Spans are the file's.

use std::borrow::Cow;
use std::sync::Arc;

use crate::names::{KindId, KindSet, NameTable};
use crate::navigate::Node;
use crate::rows::{Rows, word};
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

    /// Whether all flags of `other` are set.
    pub fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

pub(crate) const NO_PARENT: u32 = u32::MAX;

/// What one row says. Rows are kept as the bytes that a snapshot has, so that a
/// rule pack reads a tree where it lies.
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

/// A node's bytes.
pub(crate) type NodeRow = [u8; 20];

/// Where a row has the end of its subtree.
const SUBTREE_END: std::ops::Range<usize> = 4..8;

impl RawNode {
    #[inline]
    pub(crate) fn read(row: &NodeRow) -> Self {
        Self {
            parent: word(row, 0),
            subtree_end: word(row, SUBTREE_END.start),
            span: Span { start: word(row, 8), end: word(row, 12) },
            kind: u16::from_le_bytes([row[16], row[17]]),
            field: row[18],
            flags: NodeFlags(row[19]),
        }
    }

    fn row(self) -> NodeRow {
        let mut row = [0; 20];
        row[..4].copy_from_slice(&self.parent.to_le_bytes());
        row[SUBTREE_END].copy_from_slice(&self.subtree_end.to_le_bytes());
        row[8..12].copy_from_slice(&self.span.start.to_le_bytes());
        row[12..16].copy_from_slice(&self.span.end.to_le_bytes());
        row[16..18].copy_from_slice(&self.kind.to_le_bytes());
        row[18] = self.field;
        row[19] = self.flags.bits();
        row
    }
}

/// An immutable syntax tree over its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    pub(crate) text: Arc<str>,
    pub(crate) kinds: Arc<NameTable>,
    pub(crate) fields: Arc<NameTable>,
    pub(crate) nodes: Rows<20>,
    coverage: Vec<Span>,
    pub(crate) index: KindIndex,
}

/// Named nodes grouped by kind: those of kind `k` are
/// `ids[starts[k]..starts[k + 1]]`, in preorder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KindIndex {
    pub(crate) starts: Rows<4>,
    pub(crate) ids: Rows<4>,
}

impl KindIndex {
    /// A counting sort of the named nodes by kind.
    fn of(nodes: &[NodeRow], n_kinds: usize) -> Self {
        let named = || {
            let nodes = (0_u32..).zip(nodes).map(|(id, row)| (id, RawNode::read(row)));
            nodes.filter(|(_, node)| node.flags.contains(NodeFlags::NAMED))
        };
        let mut starts = vec![0_u32; n_kinds + 1];
        for (_, node) in named() {
            starts[usize::from(node.kind) + 1] += 1;
        }
        for kind in 0..n_kinds {
            starts[kind + 1] += starts[kind];
        }
        let mut next = starts.clone();
        let mut ids = vec![[0; 4]; starts[n_kinds] as usize];
        for (id, node) in named() {
            let slot = &mut next[usize::from(node.kind)];
            ids[*slot as usize] = id.to_le_bytes();
            *slot += 1;
        }
        let starts = starts.into_iter().map(u32::to_le_bytes).collect();
        Self { starts: Cow::Owned(starts), ids: Cow::Owned(ids) }
    }

    /// The nodes of a kind.
    fn of_kind(&self, kind: u16) -> Option<&[[u8; 4]]> {
        let start = |kind: usize| Some(word(self.starts.get(kind)?, 0) as usize);
        self.ids.get(start(usize::from(kind))?..start(usize::from(kind) + 1)?)
    }
}

impl Tree {
    /// Indexes nodes whose links are right. `None` without exactly one root.
    pub(crate) fn from_nodes(
        text: Arc<str>,
        kinds: Arc<NameTable>,
        fields: Arc<NameTable>,
        nodes: Vec<NodeRow>,
        coverage: Vec<Span>,
    ) -> Option<Self> {
        let index = KindIndex::of(&nodes, kinds.len());
        Self::from_parts(text, (kinds, fields), Cow::Owned(nodes), coverage, index)
    }

    /// A tree of parts that were a tree's; `None` when they do not begin with a
    /// root over all of them. Nothing else is checked: the links of a damaged
    /// tree lead somewhere in it, and every walk ends.
    pub(crate) fn from_parts(
        text: Arc<str>,
        (kinds, fields): (Arc<NameTable>, Arc<NameTable>),
        nodes: Rows<20>,
        coverage: Vec<Span>,
        index: KindIndex,
    ) -> Option<Self> {
        let root = RawNode::read(nodes.first()?);
        let is_sound = root.subtree_end as usize == nodes.len()
            && root.span.get(&text).is_some()
            && index.starts.len() == kinds.len() + 1;
        is_sound.then_some(Self { text, kinds, fields, nodes, coverage, index })
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
        let kind = self.kinds.named(name);
        let ids = kind.and_then(|kind| self.index.of_kind(kind)).unwrap_or_default();
        let ids = ids.iter().map(|row| NodeId(word(row, 0)));
        ids.filter(|id| id.index() < self.nodes.len()).map(|id| self.node(id))
    }

    /// Whether there is a named node of one of these kinds, which are of a tree
    /// of the same language.
    pub fn has_any(&self, kinds: &[KindId]) -> bool {
        kinds.iter().any(|kind| self.index.of_kind(kind.0).is_some_and(|ids| !ids.is_empty()))
    }

    /// The smallest named node that holds all of `span`; of two neighbours that
    /// hold an empty one, the later.
    pub fn smallest_containing(&self, span: Span) -> Node<'_> {
        // In preorder starts never go back: what holds `span` is the last node
        // that has begun by then, or around it.
        let begun = self.nodes.partition_point(|row| RawNode::read(row).span.start <= span.start);
        let last = u32::try_from(begun.saturating_sub(1)).unwrap_or_default();
        let node = self.node(NodeId(last));
        let holds = |node: &Node<'_>| node.is_named() && node.span().contains(span);
        std::iter::once(node).chain(node.ancestors()).find(holds).unwrap_or_else(|| self.root())
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
    nodes: Vec<NodeRow>,
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
        let node = RawNode {
            parent: self.open.last().copied().unwrap_or(NO_PARENT),
            subtree_end: id + 1,
            span,
            kind,
            field: field.map_or(0, |field| field.saturating_add(1)),
            flags,
        };
        self.nodes.push(node.row());
        self.open.push(id);
    }

    /// Ends the last open node.
    pub fn close(&mut self) {
        if let Some(id) = self.open.pop() {
            let end = u32::try_from(self.nodes.len()).expect("a file has fewer nodes than bytes");
            self.nodes[id as usize][SUBTREE_END].copy_from_slice(&end.to_le_bytes());
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_is_its_row() {
        let node = RawNode {
            parent: 1,
            subtree_end: 2,
            span: Span::new(3, 4),
            kind: 5,
            field: 6,
            flags: NodeFlags::NAMED,
        };
        assert_eq!(RawNode::read(&node.row()), node);
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
