//! Names of node kinds and fields, as the grammar spells them, and sets of kinds.
//!
//! Numeric ids differ between grammars and grammar versions, so rules say
//! names; a name is resolved once a tree.

use std::collections::HashMap;

/// A node kind's index in the tree's [`NameTable`] of kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KindId(pub(crate) u16);

/// Distinct names with their indices. Kinds come in two families: a *named*
/// `object` is an object literal, the *token* `object` a TypeScript keyword.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameTable {
    names: Vec<Box<str>>,
    named: HashMap<Box<str>, u16>,
    tokens: HashMap<Box<str>, u16>,
}

impl NameTable {
    /// The index of `name` in its family, added when it is new. `None` when
    /// the table is full (65,535 names; grammars have a few hundred).
    pub fn intern(&mut self, name: &str, is_named: bool) -> Option<u16> {
        let family = if is_named { &mut self.named } else { &mut self.tokens };
        if let Some(&idx) = family.get(name) {
            return Some(idx);
        }
        let idx = u16::try_from(self.names.len()).ok().filter(|&idx| idx < u16::MAX)?;
        self.names.push(name.into());
        family.insert(name.into(), idx);
        Some(idx)
    }

    /// The index of a name of the named family.
    pub fn named(&self, name: &str) -> Option<u16> {
        self.named.get(name).copied()
    }

    /// The index of a token.
    pub fn token(&self, name: &str) -> Option<u16> {
        self.tokens.get(name).copied()
    }

    /// The name at an index; empty for an index of another table.
    pub fn name(&self, idx: u16) -> &str {
        self.names.get(usize::from(idx)).map_or("", |name| name)
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether the table is empty.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

/// A set of named kinds of one tree.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KindSet {
    words: Vec<u64>,
}

impl KindSet {
    /// The kinds among `names` that the table knows. A name the grammar lacks
    /// (a TypeScript kind in a JavaScript file) matches nothing.
    pub fn resolve(table: &NameTable, names: &[&str]) -> Self {
        let mut set = Self { words: vec![0; table.len().div_ceil(64)] };
        for idx in names.iter().filter_map(|name| table.named(name)) {
            set.words[usize::from(idx) / 64] |= 1 << (idx % 64);
        }
        set
    }

    /// Whether `kind` is in the set.
    pub fn contains(&self, kind: KindId) -> bool {
        self.words
            .get(usize::from(kind.0) / 64)
            .is_some_and(|word| word & (1 << (kind.0 % 64)) != 0)
    }

    /// Whether nothing can match.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|&word| word == 0)
    }
}
