//! Names of node kinds and fields, as the grammar spells them, and sets of kinds.
//!
//! Numeric ids differ between grammars and grammar versions, so rules say
//! names; a name is resolved once a tree.

use std::borrow::Cow;

use crate::rows::{Rows, word};

/// A node kind's index in the tree's [`NameTable`] of kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KindId(pub(crate) u16);

/// Distinct names with their indices. Kinds come in two families: a *named*
/// `object` is an object literal, the *token* `object` a TypeScript keyword.
///
/// A rule pack gets the tables with every file, so reading one must cost nothing:
/// they are what a snapshot has, one text for all names, and binary search in
/// place of a hash of each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameTable {
    /// The names, one behind the other.
    pub(crate) text: Cow<'static, str>,
    /// Where each name ends in the text, with [`IS_NAMED`].
    pub(crate) ends: Rows<4>,
    /// Indices of each family, in the order of their names.
    pub(crate) named: Rows<4>,
    pub(crate) tokens: Rows<4>,
}

/// The bit of an end that says which family a name is of.
pub(crate) const IS_NAMED: u32 = 1 << 31;

impl NameTable {
    /// The index of `name` in its family, added when it is new. `None` when
    /// the table is full (65,535 names; grammars have a few hundred).
    pub fn intern(&mut self, name: &str, is_named: bool) -> Option<u16> {
        let family = if is_named { &self.named } else { &self.tokens };
        let at = match self.search(family, name) {
            Ok(at) => return index(family[at]),
            Err(at) => at,
        };
        let idx = u16::try_from(self.ends.len()).ok().filter(|&idx| idx < u16::MAX)?;
        let end = u32::try_from(self.text.len() + name.len()).ok()?;
        self.text.to_mut().push_str(name);
        let end = end | if is_named { IS_NAMED } else { 0 };
        self.ends.to_mut().push(end.to_le_bytes());
        let family = if is_named { &mut self.named } else { &mut self.tokens };
        family.to_mut().insert(at, u32::from(idx).to_le_bytes());
        Some(idx)
    }

    /// The index of a name of the named family.
    pub fn named(&self, name: &str) -> Option<u16> {
        self.find(&self.named, name)
    }

    /// The index of a token.
    pub fn token(&self, name: &str) -> Option<u16> {
        self.find(&self.tokens, name)
    }

    fn find(&self, family: &[[u8; 4]], name: &str) -> Option<u16> {
        index(family[self.search(family, name).ok()?])
    }

    fn search(&self, family: &[[u8; 4]], name: &str) -> Result<usize, usize> {
        family.binary_search_by(|row| index(*row).map_or("", |idx| self.name(idx)).cmp(name))
    }

    /// A table of parts that were a table's; `None` when they are not as long as
    /// each other say. That the rest is sound is taken on trust: a name is then
    /// not found, and nothing else happens.
    pub(crate) fn from_parts(
        text: Cow<'static, str>,
        ends: Rows<4>,
        named: Rows<4>,
        tokens: Rows<4>,
    ) -> Option<Self> {
        let end = ends.last().map_or(0, |row| word(row, 0) & !IS_NAMED);
        let is_sound = named.len() + tokens.len() == ends.len() && end as usize == text.len();
        is_sound.then_some(Self { text, ends, named, tokens })
    }

    /// The name at an index; empty for an index of another table.
    pub fn name(&self, idx: u16) -> &str {
        let (start, end) = self.place(idx);
        self.text.get(start..end).unwrap_or_default()
    }

    /// Whether the name at an index is this one. Asked for nearly every node by
    /// nearly every rule, so it looks at bytes and not at characters.
    #[inline]
    pub(crate) fn is(&self, idx: u16, name: &str) -> bool {
        let (start, end) = self.place(idx);
        // Most names differ in their length.
        end.wrapping_sub(start) == name.len()
            && self.text.as_bytes().get(start..end) == Some(name.as_bytes())
    }

    /// Where a name stands in the text; behind it for an index of another table.
    #[inline]
    fn place(&self, idx: u16) -> (usize, usize) {
        let idx = usize::from(idx);
        let end = |idx: usize| {
            self.ends.get(idx).map_or(usize::MAX, |row| (word(row, 0) & !IS_NAMED) as usize)
        };
        (idx.checked_sub(1).map_or(0, end), end(idx))
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether the table is empty.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

/// An index as a family has it.
fn index(row: [u8; 4]) -> Option<u16> {
    u16::try_from(word(&row, 0)).ok()
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
            if let Some(word) = set.words.get_mut(usize::from(idx) / 64) {
                *word |= 1 << (idx % 64);
            }
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
