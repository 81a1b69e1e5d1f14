//! Names of node kinds and fields, as the grammar spells them, and sets of kinds.
//!
//! Numeric ids differ between grammars and grammar versions, so rules say
//! names; a name is resolved once a tree.

/// A node kind's index in the tree's [`NameTable`] of kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KindId(pub(crate) u16);

/// Distinct names with their indices. Kinds come in two families: a *named*
/// `object` is an object literal, the *token* `object` a TypeScript keyword.
///
/// Found by binary search and not by hashing: a rule pack gets the tables with
/// every file, and to hash them all would cost it more than most rules do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameTable {
    names: Vec<Box<str>>,
    /// Indices of each family, in the order of their names.
    named: Vec<u16>,
    tokens: Vec<u16>,
}

impl NameTable {
    /// The index of `name` in its family, added when it is new. `None` when
    /// the table is full (65,535 names; grammars have a few hundred).
    pub fn intern(&mut self, name: &str, is_named: bool) -> Option<u16> {
        let family = if is_named { &mut self.named } else { &mut self.tokens };
        let found = family.binary_search_by(|&idx| (*self.names[usize::from(idx)]).cmp(name));
        match found {
            Ok(at) => Some(family[at]),
            Err(at) => {
                let idx = u16::try_from(self.names.len()).ok().filter(|&idx| idx < u16::MAX)?;
                self.names.push(name.into());
                family.insert(at, idx);
                Some(idx)
            }
        }
    }

    /// The index of a name of the named family.
    pub fn named(&self, name: &str) -> Option<u16> {
        self.find(&self.named, name)
    }

    /// The index of a token.
    pub fn token(&self, name: &str) -> Option<u16> {
        self.find(&self.tokens, name)
    }

    fn find(&self, family: &[u16], name: &str) -> Option<u16> {
        let found = family.binary_search_by(|&idx| (*self.names[usize::from(idx)]).cmp(name));
        found.ok().map(|at| family[at])
    }

    /// The indices of both families, each in the order of its names.
    pub(crate) fn families(&self) -> [&[u16]; 2] {
        [&self.named, &self.tokens]
    }

    /// A table of names whose families are in order; `None` when they are not,
    /// or leave a name out.
    pub(crate) fn from_parts(
        names: Vec<Box<str>>,
        named: Vec<u16>,
        tokens: Vec<u16>,
    ) -> Option<Self> {
        let table = Self { names, named, tokens };
        let is_sorted = |family: &[u16]| {
            let name = |idx: u16| table.names.get(usize::from(idx));
            family.iter().all(|&idx| name(idx).is_some())
                && family.windows(2).all(|pair| name(pair[0]) < name(pair[1]))
        };
        // Sorted, so none is there twice; as many as there are names, so none is missing unless
        // one is in both families, which no grammar's name is.
        let n_names = table.named.len() + table.tokens.len();
        (n_names == table.names.len() && is_sorted(&table.named) && is_sorted(&table.tokens))
            .then_some(table)
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
