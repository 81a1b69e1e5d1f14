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

/// The rows of one section.
struct Section<'a> {
    name: &'static str,
    rows: &'a [u8],
    /// What stands behind the rows.
    rest: &'a [u8],
}

impl<'a> Wire<'a> {
    fn open(bytes: &'a [u8], text: &str) -> Result<Self, WireError> {
        if !bytes.starts_with(&MAGIC) {
            return Err(WireError::NotASnapshot);
        }
        let head = |at| word(bytes, at).ok_or(WireError::NotASnapshot);
        let found = head(4)?;
        if found != SNAPSHOT_VERSION {
            return Err(WireError::Version { found });
        }
        let text_len = u32::try_from(text.len()).map_err(|_| WireError::NotASnapshot)?;
        Ok(Self { bytes, text_len, flags: head(8)? })
    }

    fn section(&self, index: usize, row_len: usize) -> Result<Section<'a>, WireError> {
        let name = SECTIONS[index];
        let read = || {
            let at = usize::try_from(word(self.bytes, 12 + 4 * index)?).ok()?;
            let n_rows = usize::try_from(word(self.bytes, at)?).ok()?;
            let from = at.checked_add(4)?;
            let to = from.checked_add(n_rows.checked_mul(row_len)?)?;
            Some(Section { name, rows: self.bytes.get(from..to)?, rest: &self.bytes[to..] })
        };
        read().ok_or(WireError::Damaged { section: name })
    }

    fn names(&self, index: usize) -> Result<NameTable, WireError> {
        let section = self.section(index, 4)?;
        let text = section.text()?;
        let mut table = NameTable::default();
        let mut from = 0;
        for row in section.rows.chunks_exact(4) {
            let packed = word(row, 0).ok_or(section.damaged())?;
            let to = (packed & !IS_NAMED) as usize;
            let name = text.get(from..to).ok_or(section.damaged())?;
            let before = table.len();
            table.intern(name, packed & IS_NAMED != 0).ok_or(section.damaged())?;
            // A name twice would shift all indices behind it.
            if table.len() == before {
                return Err(section.damaged());
            }
            from = to;
        }
        Ok(table)
    }

    fn tree(&self, text: &Arc<str>) -> Result<Tree, WireError> {
        let (kinds, fields) = (self.names(0)?, self.names(1)?);
        let coverage = self.section(2, 8)?;
        let coverage = coverage
            .rows
            .chunks_exact(8)
            .map(|row| self.span(row, 0).ok_or(coverage.damaged()))
            .collect::<Result<Vec<_>, _>>()?;
        let section = self.section(3, 20)?;
        let n_nodes = section.rows.len() / 20;
        let mut nodes: Vec<RawNode> = Vec::with_capacity(n_nodes);
        for row in section.rows.chunks_exact(20) {
            let node = self.node(row, &nodes, n_nodes).ok_or(section.damaged())?;
            if usize::from(node.kind) >= kinds.len() || usize::from(node.field) > fields.len() {
                return Err(section.damaged());
            }
            nodes.push(node);
        }
        let names = (Arc::new(kinds), Arc::new(fields));
        Tree::from_nodes(text.clone(), names.0, names.1, nodes, coverage).ok_or(section.damaged())
    }

    /// A node whose links lead to its parent and stay inside of it.
    fn node(&self, row: &[u8], before: &[RawNode], n_nodes: usize) -> Option<RawNode> {
        let (parent, subtree_end) = (word(row, 0)?, word(row, 4)?);
        let index = before.len();
        let inside = if index == 0 {
            if parent != NO_PARENT {
                return None;
            }
            n_nodes
        } else {
            let parent = before.get(usize::try_from(parent).ok()?)?;
            if parent.subtree_end as usize <= index {
                return None;
            }
            parent.subtree_end as usize
        };
        let end = subtree_end as usize;
        (index < end && end <= inside).then_some(())?;
        let tail = row.get(16..20)?;
        Some(RawNode {
            parent,
            subtree_end,
            span: self.span(row, 8)?,
            kind: u16::from_le_bytes([tail[0], tail[1]]),
            field: tail[2],
            flags: NodeFlags::of_bits(tail[3])?,
        })
    }

    fn bindings(&self, text: &Arc<str>) -> Result<Option<Bindings>, WireError> {
        let scopes = self.scopes()?;
        let symbols = self.symbols(scopes.len())?;
        let declared = self.section(5, 8)?;
        let redeclared_at = declared
            .rows
            .chunks_exact(8)
            .map(|row| {
                let symbol = below(word(row, 4)?, symbols.len())?;
                Some((word(row, 0)?, SymbolId(symbol)))
            })
            .collect::<Option<Vec<_>>>()
            .ok_or(declared.damaged())?;
        let section = self.section(6, 16)?;
        let references = section
            .rows
            .chunks_exact(16)
            .map(|row| {
                let symbol = match word(row, 8)? {
                    NONE => None,
                    id => Some(SymbolId(below(id, symbols.len())?)),
                };
                let usage = ReferenceUse::of_code(word(row, 12)?)?;
                Some(Reference { span: self.span(row, 0)?, symbol, usage })
            })
            .collect::<Option<Vec<_>>>()
            .ok_or(section.damaged())?;
        let builder = BindingsBuilder { symbols, redeclared_at, references, scopes };
        Ok((self.flags & HAS_BINDINGS != 0).then(|| builder.finish(text.clone())))
    }

    fn symbols(&self, n_scopes: usize) -> Result<Vec<Symbol>, WireError> {
        let section = self.section(4, 24)?;
        let symbol = |row: &[u8]| {
            let tail = row.get(20..24)?;
            Some(Symbol {
                name_span: self.span(row, 0)?,
                declaration: self.span(row, 8)?,
                scope: ScopeId(below(word(row, 16)?, n_scopes)?),
                kind: SymbolKind::of_code(u32::from(tail[0]))?,
                exported: tail[1] != 0,
                reassigned: tail[2] != 0,
            })
        };
        let symbols = section.rows.chunks_exact(24).map(symbol).collect::<Option<_>>();
        symbols.ok_or(section.damaged())
    }

    fn scopes(&self) -> Result<Vec<Scope>, WireError> {
        let section = self.section(7, 16)?;
        let scope = |(index, row): (usize, &[u8])| {
            let parent = match word(row, 8)? {
                NONE => None,
                // Outer scopes come first, so that a chain of parents ends.
                id => Some(ScopeId(below(id, index)?)),
            };
            let kind = ScopeKind::of_code(word(row, 12)?)?;
            Some(Scope { span: self.span(row, 0)?, parent, kind })
        };
        let scopes = section.rows.chunks_exact(16).enumerate().map(scope).collect::<Option<_>>();
        scopes.ok_or(section.damaged())
    }

    fn diagnostics(&self) -> Result<Vec<Diagnostic>, WireError> {
        let section = self.section(8, 16)?;
        let text = section.text()?;
        let mut from = 0;
        let mut diagnostic = |row: &[u8]| {
            let to = word(row, 12)? as usize;
            let message = text.get(from..to)?.to_owned();
            from = to;
            let source = DiagnosticSource::of_code(word(row, 0)?)?;
            Some(Diagnostic { source, span: self.span(row, 4)?, message })
        };
        let diagnostics = section.rows.chunks_exact(16).map(&mut diagnostic).collect::<Option<_>>();
        diagnostics.ok_or(section.damaged())
    }

    /// A span inside the text.
    fn span(&self, row: &[u8], at: usize) -> Option<Span> {
        let (start, end) = (word(row, at)?, word(row, at + 4)?);
        (start <= end && end <= self.text_len).then(|| Span::new(start, end))
    }
}

impl<'a> Section<'a> {
    fn damaged(&self) -> WireError {
        WireError::Damaged { section: self.name }
    }

    /// The text behind the rows.
    fn text(&self) -> Result<&'a str, WireError> {
        let read = || {
            let len = usize::try_from(word(self.rest, 0)?).ok()?;
            std::str::from_utf8(self.rest.get(4..len.checked_add(4)?)?).ok()
        };
        read().ok_or(self.damaged())
    }
}

fn below(id: u32, n: usize) -> Option<u32> {
    ((id as usize) < n).then_some(id)
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let word = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(word.try_into().ok()?))
}
