//! The host's side: a file becomes bytes.

use super::codes::Code as _;
use super::{HAS_BINDINGS, HEADER_LEN, MAGIC, N_SECTIONS, NONE, SNAPSHOT_VERSION};
use crate::bindings::Bindings;
use crate::names::NameTable;
use crate::source::{Diagnostic, SourceFile};
use crate::span::Span;
use crate::tree::Tree;

impl SourceFile {
    /// Its tree, bindings and diagnostics as bytes. Path, language and text go
    /// beside them.
    pub fn to_snapshot(&self) -> Vec<u8> {
        // Twenty bytes a node and four for where it stands by its kind; names are fewer.
        let mut bytes = Vec::with_capacity((1 << 14) + 32 * self.tree.len());
        bytes.resize(HEADER_LEN, 0);
        let mut out = Writer { bytes, sections: Vec::new() };
        out.bytes[..4].copy_from_slice(&MAGIC);
        out.put_at(4, SNAPSHOT_VERSION);
        out.put_at(8, if self.bindings.is_some() { HAS_BINDINGS } else { 0 });
        out.names(&self.tree.kinds);
        out.names(&self.tree.fields);
        out.tree(&self.tree);
        out.bindings(self.bindings.as_ref());
        out.diagnostics(&self.diagnostics);
        out.table(&self.tree.index.starts);
        out.table(&self.tree.index.ids);
        out.finish()
    }
}

struct Writer {
    bytes: Vec<u8>,
    sections: Vec<u32>,
}

impl Writer {
    fn finish(mut self) -> Vec<u8> {
        debug_assert_eq!(self.sections.len(), N_SECTIONS);
        for (index, section) in std::mem::take(&mut self.sections).into_iter().enumerate() {
            self.put_at(12 + 4 * index, section);
        }
        self.bytes
    }

    fn put_at(&mut self, at: usize, word: u32) {
        self.bytes[at..at + 4].copy_from_slice(&word.to_le_bytes());
    }

    fn word(&mut self, word: u32) {
        self.bytes.extend_from_slice(&word.to_le_bytes());
    }

    fn span(&mut self, span: Span) {
        self.word(span.start);
        self.word(span.end);
    }

    fn section(&mut self, n_rows: usize) {
        self.sections.push(number(self.bytes.len()));
        self.word(number(n_rows));
    }

    /// A section of rows that are kept as they are written.
    fn table<const N: usize>(&mut self, rows: &[[u8; N]]) {
        self.section(rows.len());
        self.bytes.extend_from_slice(rows.as_flattened());
    }

    /// The text behind a section's rows.
    fn text(&mut self, text: &str) {
        self.word(number(text.len()));
        self.bytes.extend_from_slice(text.as_bytes());
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
    }

    fn names(&mut self, table: &NameTable) {
        self.table(&table.ends);
        self.text(&table.text);
        for family in [&table.named, &table.tokens] {
            self.word(number(family.len()));
            self.bytes.extend_from_slice(family.as_flattened());
        }
    }

    fn tree(&mut self, tree: &Tree) {
        self.section(tree.coverage().len());
        for span in tree.coverage() {
            self.span(*span);
        }
        self.table(&tree.nodes);
    }

    fn bindings(&mut self, bindings: Option<&Bindings>) {
        let Some(bindings) = bindings else {
            for _ in 0..4 {
                self.section(0);
            }
            return;
        };
        self.section(bindings.symbols().count());
        for (_, symbol) in bindings.symbols() {
            self.span(symbol.name_span);
            self.span(symbol.declaration);
            self.word(symbol.scope.0);
            let flags = [u8::from(symbol.exported), u8::from(symbol.reassigned), 0];
            self.bytes.push(symbol.kind.code());
            self.bytes.extend_from_slice(&flags);
        }
        self.section(bindings.declared().len());
        for &(start, symbol) in bindings.declared() {
            self.word(start);
            self.word(symbol.0);
        }
        self.section(bindings.all_references().len());
        for reference in bindings.all_references() {
            self.span(reference.span);
            self.word(reference.symbol.map_or(NONE, |symbol| symbol.0));
            self.word(u32::from(reference.usage.code()));
        }
        self.section(bindings.scopes().len());
        for scope in bindings.scopes() {
            self.span(scope.span);
            self.word(scope.parent.map_or(NONE, |parent| parent.0));
            self.word(u32::from(scope.kind.code()));
        }
    }

    fn diagnostics(&mut self, diagnostics: &[Diagnostic]) {
        self.section(diagnostics.len());
        let mut text = String::new();
        for diagnostic in diagnostics {
            text.push_str(&diagnostic.message);
            self.word(u32::from(diagnostic.source.code()));
            self.span(diagnostic.span);
            self.word(number(text.len()));
        }
        self.text(&text);
    }
}

/// Files are far below 4 GiB; what would not fit is refused by the reader.
fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
