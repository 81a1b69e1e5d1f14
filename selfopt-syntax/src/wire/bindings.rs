//! The sections about names, read when they are first asked for.

use super::NONE;
use super::codes::Code as _;
use crate::bindings::{
    BindingsBuilder, Reference, ReferenceUse, Scope, ScopeId, ScopeKind, Symbol, SymbolId,
    SymbolKind,
};
use crate::rows::{Rows, word};
use crate::span::Span;

/// The rows of a file's bindings.
#[derive(Debug, Clone)]
pub(crate) struct BindingRows {
    pub(super) symbols: Rows<24>,
    pub(super) declared: Rows<8>,
    pub(super) references: Rows<16>,
    pub(super) scopes: Rows<16>,
    pub(super) text_len: u32,
}

impl BindingRows {
    /// What the rows say; `None` when one of them points outside of a table or of
    /// the text.
    pub(crate) fn read(&self) -> Option<BindingsBuilder> {
        let scopes = self.scopes.iter().enumerate().map(|(index, row)| {
            let parent = match word(row, 8) {
                NONE => None,
                // Outer scopes come first, so that a chain of parents ends.
                id => Some(ScopeId(below(id, index)?)),
            };
            let kind = ScopeKind::of_code(word(row, 12))?;
            Some(Scope { span: self.span(row, 0)?, parent, kind })
        });
        let symbols = self.symbols.iter().map(|row| {
            Some(Symbol {
                name_span: self.span(row, 0)?,
                declaration: self.span(row, 8)?,
                scope: ScopeId(below(word(row, 16), self.scopes.len())?),
                kind: SymbolKind::of_code(u32::from(row[20]))?,
                exported: row[21] != 0,
                reassigned: row[22] != 0,
            })
        });
        let symbol = |id| below(id, self.symbols.len()).map(SymbolId);
        let declared = self.declared.iter().map(|row| Some((word(row, 0), symbol(word(row, 4))?)));
        let references = self.references.iter().map(|row| {
            let symbol = match word(row, 8) {
                NONE => None,
                id => Some(symbol(id)?),
            };
            let usage = ReferenceUse::of_code(word(row, 12))?;
            Some(Reference { span: self.span(row, 0)?, symbol, usage })
        });
        Some(BindingsBuilder {
            redeclared_at: all(declared)?,
            references: all(references)?,
            symbols: all(symbols)?,
            // Where a search for a scope ends.
            scopes: all(scopes).filter(|scopes| !scopes.is_empty())?,
        })
    }

    /// A span inside the text.
    fn span<const N: usize>(&self, row: &[u8; N], at: usize) -> Option<Span> {
        let (start, end) = (word(row, at), word(row, at + 4));
        (start <= end && end <= self.text_len).then(|| Span::new(start, end))
    }
}

/// All items, in a list that is made once: how many there are is known.
fn all<T>(items: impl ExactSizeIterator<Item = Option<T>>) -> Option<Vec<T>> {
    let mut list = Vec::with_capacity(items.len());
    for item in items {
        list.push(item?);
    }
    Some(list)
}

fn below(id: u32, n: usize) -> Option<u32> {
    ((id as usize) < n).then_some(id)
}
