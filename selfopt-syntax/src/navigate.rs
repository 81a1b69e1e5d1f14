//! How rules walk a tree: a copyable handle on one node.

use std::fmt;

use crate::names::KindId;
use crate::span::Span;
use crate::tree::{NodeFlags, NodeId, RawNode, Tree};

/// One node of a tree. Cheap to copy; equality is identity in the same tree.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    pub(crate) tree: &'a Tree,
    pub(crate) id: NodeId,
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.tree, other.tree) && self.id == other.id
    }
}

impl Eq for Node<'_> {}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Span { start, end } = self.span();
        write!(f, "{}@{start}..{end}", self.kind())
    }
}

impl<'a> Node<'a> {
    #[inline]
    fn raw(self) -> RawNode {
        RawNode::read(&self.tree.nodes[self.id.index()])
    }

    /// Where the node's subtree ends. Behind the node and inside of the tree
    /// even in damaged bytes, so that every walk ends.
    #[inline]
    fn subtree_end(self) -> u32 {
        let n_nodes = u32::try_from(self.tree.nodes.len()).unwrap_or(u32::MAX);
        self.raw().subtree_end.min(n_nodes).max(self.id.0 + 1)
    }

    /// The node's index.
    pub fn id(self) -> NodeId {
        self.id
    }

    /// The tree it belongs to.
    pub fn tree(self) -> &'a Tree {
        self.tree
    }

    /// The grammar's name of the node; for tokens, the token (`"=>"`).
    pub fn kind(self) -> &'a str {
        self.tree.kinds.name(self.raw().kind)
    }

    /// The kind as an index, for [`crate::KindSet`].
    pub fn kind_id(self) -> KindId {
        KindId(self.raw().kind)
    }

    /// Whether this is a named node of this kind. The token `object` of a type
    /// is not an `object`; see [`Node::is_token`].
    #[inline]
    pub fn is(self, kind: &str) -> bool {
        self.is_named() && self.tree.kinds.is(self.raw().kind, kind)
    }

    /// Whether this is a named node of one of these kinds.
    #[inline]
    pub fn is_any(self, kinds: &[&str]) -> bool {
        self.is_named() && kinds.iter().any(|kind| self.tree.kinds.is(self.raw().kind, kind))
    }

    /// Whether this is this keyword, operator or punctuation.
    #[inline]
    pub fn is_token(self, token: &str) -> bool {
        !self.is_named() && self.tree.kinds.is(self.raw().kind, token)
    }

    /// Whether the grammar names the node (not a keyword or punctuation).
    #[inline]
    pub fn is_named(self) -> bool {
        self.raw().flags.contains(NodeFlags::NAMED)
    }

    /// Whether this is a comment.
    pub fn is_comment(self) -> bool {
        self.is_any(&["comment", "html_comment"])
    }

    /// Whether this node is text the grammar could not read, or was made up.
    pub fn is_error(self) -> bool {
        let flags = self.raw().flags;
        flags.contains(NodeFlags::ERROR) || flags.contains(NodeFlags::MISSING)
    }

    /// Whether this node or one inside it is an error.
    pub fn has_error(self) -> bool {
        self.is_error() || self.raw().flags.contains(NodeFlags::HAS_ERROR)
    }

    /// Its bytes in the file.
    pub fn span(self) -> Span {
        self.raw().span
    }

    /// First byte.
    pub fn start(self) -> u32 {
        self.span().start
    }

    /// One past the last byte.
    pub fn end(self) -> u32 {
        self.span().end
    }

    /// Its text.
    pub fn text(self) -> &'a str {
        self.span().text(&self.tree.text)
    }

    /// The name of the field it fills in its parent.
    pub fn field(self) -> Option<&'a str> {
        let idx = u16::from(self.raw().field).checked_sub(1)?;
        Some(self.tree.fields.name(idx))
    }

    /// The node around it.
    pub fn parent(self) -> Option<Self> {
        // The root's is behind all nodes.
        let parent = self.raw().parent;
        (parent < self.id.0).then(|| self.tree.node(NodeId(parent)))
    }

    /// Its parents from the inside out, without itself.
    pub fn ancestors(self) -> impl Iterator<Item = Self> {
        std::iter::successors(self.parent(), |node| node.parent())
    }

    /// Direct children with keywords and punctuation.
    pub fn children(self) -> Children<'a> {
        Children { tree: self.tree, next: self.id.0 + 1, end: self.subtree_end() }
    }

    /// Direct named children; comments too, they may stand anywhere.
    pub fn named_children(self) -> impl Iterator<Item = Self> {
        self.children().filter(|child| child.is_named())
    }

    /// Direct named children without comments.
    pub fn items(self) -> impl Iterator<Item = Self> {
        self.named_children().filter(|child| !child.is_comment())
    }

    /// The first child that fills `field`.
    #[inline]
    pub fn child_by_field(self, field: &str) -> Option<Self> {
        let fills = |child: &Self| {
            let idx = u16::from(child.raw().field).checked_sub(1);
            idx.is_some_and(|idx| self.tree.fields.is(idx, field))
        };
        self.children().find(fills)
    }

    /// Whether one of the direct children is this token.
    pub fn has_token(self, token: &str) -> bool {
        self.children().any(|child| child.is_token(token))
    }

    /// All nodes inside, in preorder, without itself.
    pub fn descendants(self) -> impl Iterator<Item = Self> {
        (self.id.0 + 1..self.subtree_end()).map(move |id| self.tree.node(NodeId(id)))
    }

    /// Itself, then all nodes inside, in preorder.
    pub fn subtree(self) -> impl Iterator<Item = Self> {
        (self.id.0..self.subtree_end()).map(move |id| self.tree.node(NodeId(id)))
    }

    /// Whether `inner` is this node or lies inside it.
    pub fn holds(self, inner: Self) -> bool {
        self.id <= inner.id && inner.id.0 < self.subtree_end()
    }

    /// The sibling after it.
    pub fn next_sibling(self) -> Option<Self> {
        let next = self.subtree_end();
        let parent = self.parent()?;
        (next < parent.subtree_end()).then(|| self.tree.node(NodeId(next)))
    }

    /// The sibling before it. Walks from the parent's first child.
    pub fn prev_sibling(self) -> Option<Self> {
        self.parent()?.children().take_while(|child| child.id != self.id).last()
    }
}

/// Direct children of a node.
#[derive(Debug, Clone)]
pub struct Children<'a> {
    tree: &'a Tree,
    next: u32,
    end: u32,
}

impl<'a> Iterator for Children<'a> {
    type Item = Node<'a>;

    fn next(&mut self) -> Option<Node<'a>> {
        if self.next >= self.end {
            return None;
        }
        let node = self.tree.node(NodeId(self.next));
        self.next = node.subtree_end();
        Some(node)
    }
}
