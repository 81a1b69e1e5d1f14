//! The guest's side: bytes become a file again. Whatever the bytes are, the
//! result is a well-formed tree or an error, never a panic or an endless walk.

use std::sync::Arc;

use super::codes::Code;
use super::{HAS_BINDINGS, IS_NAMED, MAGIC, N_SECTIONS, NONE, SNAPSHOT_VERSION, WireError};
use crate::bindings::{
    Bindings, BindingsBuilder, Reference, ReferenceUse, Scope, ScopeId, ScopeKind, Symbol,
    SymbolId, SymbolKind,
};
use crate::language::Language;
use crate::names::NameTable;
use crate::source::{Diagnostic, DiagnosticSource, SourceFile};
use crate::span::{LineIndex, Span};
use crate::tree::{NO_PARENT, NodeFlags, RawNode, Tree};

const SECTIONS: [&str; N_SECTIONS] = [
    "kinds",
    "fields",
    "coverage",
    "nodes",
    "symbols",
    "declared",
    "references",
    "scopes",
    "diagnostics",
];

impl SourceFile {
    /// The file whose snapshot `bytes` is.
    pub fn from_snapshot(
        path: impl Into<String>,
        language: Language,
        text: impl Into<Arc<str>>,
        bytes: &[u8],
    ) -> Result<Self, WireError> {
        let text = text.into();
        let wire = Wire::open(bytes, &text)?;
        let tree = wire.tree(&text)?;
        let bindings = wire.bindings(&text)?;
        let diagnostics = wire.diagnostics()?;
        let line_index = LineIndex::new(&text);
        Ok(Self { path: path.into(), language, text, line_index, tree, bindings, diagnostics })
    }
}

struct Wire<'a> {
    bytes: &'a [u8],
    text_len: u32,
    flags: u32,
}

/// The rows of one section, of `N` bytes each.
struct Section<'a, const N: usize> {
    name: &'static str,
    rows: &'a [[u8; N]],
    /// What stands behind the rows.
    rest: &'a [u8],
}

impl<'a> Wire<'a> {
    fn open(bytes: &'a [u8], text: &str) -> Result<Self, WireError> {
        if !bytes.starts_with(&MAGIC) {
            return Err(WireError::NotASnapshot);
        }
        let head = |at| word_at(bytes, at).ok_or(WireError::NotASnapshot);
        let found = head(4)?;
        if found != SNAPSHOT_VERSION {
            return Err(WireError::Version { found });
        }
        let text_len = u32::try_from(text.len()).map_err(|_| WireError::NotASnapshot)?;
        Ok(Self { bytes, text_len, flags: head(8)? })
    }

    fn section<const N: usize>(&self, index: usize) -> Result<Section<'a, N>, WireError> {
        let name = SECTIONS[index];
        let read = || {
            let at = usize::try_from(word_at(self.bytes, 12 + 4 * index)?).ok()?;
            let (rows, rest) = rows(self.bytes.get(at..)?)?;
            Some(Section { name, rows, rest })
        };
        read().ok_or(WireError::Damaged { section: name })
    }

    fn names(&self, index: usize) -> Result<NameTable, WireError> {
        let section = self.section::<4>(index)?;
        let read = || {
            let (text, orders) = section.text()?;
            let mut names: Vec<Box<str>> = Vec::with_capacity(section.rows.len());
            let mut from = 0;
            for row in section.rows {
                let to = (word(row, 0) & !IS_NAMED) as usize;
                names.push(text.get(from..to)?.into());
                from = to;
            }
            let (named, rest) = rows::<4>(orders)?;
            let (tokens, _) = rows::<4>(rest)?;
            let order = |rows: &[[u8; 4]]| {
                rows.iter().map(|row| u16::try_from(word(row, 0)).ok()).collect::<Option<_>>()
            };
            NameTable::from_parts(names, order(named)?, order(tokens)?)
        };
        read().ok_or(section.damaged())
    }

    fn tree(&self, text: &Arc<str>) -> Result<Tree, WireError> {
        let (kinds, fields) = (self.names(0)?, self.names(1)?);
        let coverage = self.section::<8>(2)?;
        let spans = coverage.rows.iter().map(|row| self.span(row, 0)).collect::<Option<_>>();
        let spans = spans.ok_or(coverage.damaged())?;
        let section = self.section::<20>(3)?;
        let mut nodes: Vec<RawNode> = Vec::with_capacity(section.rows.len());
        for row in section.rows {
            let node = self.node(row, &nodes, section.rows.len()).ok_or(section.damaged())?;
            if usize::from(node.kind) >= kinds.len() || usize::from(node.field) > fields.len() {
                return Err(section.damaged());
            }
            nodes.push(node);
        }
        let names = (Arc::new(kinds), Arc::new(fields));
        Tree::from_nodes(text.clone(), names.0, names.1, nodes, spans).ok_or(section.damaged())
    }

    /// A node whose links lead to its parent and stay inside of it.
    fn node(&self, row: &[u8; 20], before: &[RawNode], n_nodes: usize) -> Option<RawNode> {
        let (parent, subtree_end) = (word(row, 0), word(row, 4));
        let index = before.len();
        let inside = if index == 0 {
            (parent == NO_PARENT).then_some(n_nodes)?
        } else {
            before.get(parent as usize)?.subtree_end as usize
        };
        let end = subtree_end as usize;
        // A parent that ended before cannot hold what comes now.
        (index < end && end <= inside).then_some(())?;
        Some(RawNode {
            parent,
            subtree_end,
            span: self.span(row, 8)?,
            kind: u16::from_le_bytes([row[16], row[17]]),
            field: row[18],
            flags: NodeFlags::of_bits(row[19])?,
        })
    }

    fn bindings(&self, text: &Arc<str>) -> Result<Option<Bindings>, WireError> {
        let scopes = self.scopes()?;
        let symbols = self.symbols(scopes.len())?;
        let declared = self.section::<8>(5)?;
        let symbol = |id| below(id, symbols.len()).map(SymbolId);
        let declaration = |row: &[u8; 8]| Some((word(row, 0), symbol(word(row, 4))?));
        let redeclared_at = declared.rows.iter().map(declaration).collect::<Option<_>>();
        let redeclared_at = redeclared_at.ok_or(declared.damaged())?;
        let section = self.section::<16>(6)?;
        let reference = |row: &[u8; 16]| {
            let symbol = match word(row, 8) {
                NONE => None,
                id => Some(symbol(id)?),
            };
            let usage = ReferenceUse::of_code(word(row, 12))?;
            Some(Reference { span: self.span(row, 0)?, symbol, usage })
        };
        let references = section.rows.iter().map(reference).collect::<Option<_>>();
        let references = references.ok_or(section.damaged())?;
        let builder = BindingsBuilder { symbols, redeclared_at, references, scopes };
        Ok((self.flags & HAS_BINDINGS != 0).then(|| builder.finish(text.clone())))
    }

    fn symbols(&self, n_scopes: usize) -> Result<Vec<Symbol>, WireError> {
        let section = self.section::<24>(4)?;
        let symbol = |row: &[u8; 24]| {
            Some(Symbol {
                name_span: self.span(row, 0)?,
                declaration: self.span(row, 8)?,
                scope: ScopeId(below(word(row, 16), n_scopes)?),
                kind: SymbolKind::of_code(u32::from(row[20]))?,
                exported: row[21] != 0,
                reassigned: row[22] != 0,
            })
        };
        let symbols = section.rows.iter().map(symbol).collect::<Option<_>>();
        symbols.ok_or(section.damaged())
    }

    fn scopes(&self) -> Result<Vec<Scope>, WireError> {
        let section = self.section::<16>(7)?;
        let scope = |(index, row): (usize, &[u8; 16])| {
            let parent = match word(row, 8) {
                NONE => None,
                // Outer scopes come first, so that a chain of parents ends.
                id => Some(ScopeId(below(id, index)?)),
            };
            let kind = ScopeKind::of_code(word(row, 12))?;
            Some(Scope { span: self.span(row, 0)?, parent, kind })
        };
        let scopes = section.rows.iter().enumerate().map(scope).collect::<Option<_>>();
        scopes.ok_or(section.damaged())
    }

    fn diagnostics(&self) -> Result<Vec<Diagnostic>, WireError> {
        let section = self.section::<16>(8)?;
        let read = || {
            let (text, _) = section.text()?;
            let mut from = 0;
            let diagnostic = |row: &[u8; 16]| {
                let to = word(row, 12) as usize;
                let message = text.get(from..to)?.to_owned();
                from = to;
                let source = DiagnosticSource::of_code(word(row, 0))?;
                Some(Diagnostic { source, span: self.span(row, 4)?, message })
            };
            section.rows.iter().map(diagnostic).collect::<Option<_>>()
        };
        read().ok_or(section.damaged())
    }

    /// A span inside the text.
    fn span<const N: usize>(&self, row: &[u8; N], at: usize) -> Option<Span> {
        let (start, end) = (word(row, at), word(row, at + 4));
        (start <= end && end <= self.text_len).then(|| Span::new(start, end))
    }
}

impl<'a, const N: usize> Section<'a, N> {
    fn damaged(&self) -> WireError {
        WireError::Damaged { section: self.name }
    }

    /// The text behind the rows, and what stands behind it.
    fn text(&self) -> Option<(&'a str, &'a [u8])> {
        let len = usize::try_from(word_at(self.rest, 0)?).ok()?;
        let text = std::str::from_utf8(self.rest.get(4..len.checked_add(4)?)?).ok()?;
        let padded = len.checked_next_multiple_of(4)?.checked_add(4)?;
        Some((text, self.rest.get(padded..)?))
    }
}

/// A number of rows, the rows, and what stands behind them.
fn rows<const N: usize>(bytes: &[u8]) -> Option<(&[[u8; N]], &[u8])> {
    let n_rows = usize::try_from(word_at(bytes, 0)?).ok()?;
    let (rows, rest) = bytes.get(4..)?.split_at_checked(n_rows.checked_mul(N)?)?;
    Some((rows.as_chunks().0, rest))
}

fn below(id: u32, n: usize) -> Option<u32> {
    ((id as usize) < n).then_some(id)
}

/// A word of a row, whose length is known: no check is left at run time.
fn word<const N: usize>(row: &[u8; N], at: usize) -> u32 {
    u32::from_le_bytes([row[at], row[at + 1], row[at + 2], row[at + 3]])
}

fn word_at(bytes: &[u8], at: usize) -> Option<u32> {
    let word = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(word.try_into().ok()?))
}
