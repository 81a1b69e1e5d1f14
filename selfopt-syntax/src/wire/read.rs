//! The guest's side: bytes become a file again. Whatever the bytes are, the
//! result is a tree that can be walked to its end or an error, never a panic.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use super::bindings::BindingRows;
use super::codes::Code as _;
use super::{HAS_BINDINGS, MAGIC, N_SECTIONS, SNAPSHOT_VERSION, WireError};
use crate::bindings::Bindings;
use crate::language::Language;
use crate::names::NameTable;
use crate::rows::{Rows, word};
use crate::source::{Diagnostic, DiagnosticSource, SourceFile};
use crate::span::Span;
use crate::tree::{KindIndex, Tree};

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
    "starts",
    "by kind",
];

impl SourceFile {
    /// The file whose snapshot `bytes` is, which are copied.
    pub fn from_snapshot(
        path: impl Into<String>,
        language: Language,
        text: impl Into<Arc<str>>,
        bytes: &[u8],
    ) -> Result<Self, WireError> {
        open::<Copied>(path.into(), language, text.into(), bytes)
    }

    /// The file whose snapshot `bytes` is, read where they lie.
    pub fn over_snapshot(
        path: impl Into<String>,
        language: Language,
        text: impl Into<Arc<str>>,
        bytes: &'static [u8],
    ) -> Result<Self, WireError> {
        open::<Lent>(path.into(), language, text.into(), bytes)
    }
}

/// How a table gets its bytes.
trait Keep<'a> {
    fn rows<const N: usize>(rows: &'a [[u8; N]]) -> Rows<N>;
    fn text(text: &'a str) -> Cow<'static, str>;
}

struct Lent;

impl Keep<'static> for Lent {
    fn rows<const N: usize>(rows: &'static [[u8; N]]) -> Rows<N> {
        Cow::Borrowed(rows)
    }

    fn text(text: &'static str) -> Cow<'static, str> {
        Cow::Borrowed(text)
    }
}

struct Copied;

impl<'a> Keep<'a> for Copied {
    fn rows<const N: usize>(rows: &'a [[u8; N]]) -> Rows<N> {
        Cow::Owned(rows.to_vec())
    }

    fn text(text: &'a str) -> Cow<'static, str> {
        Cow::Owned(text.to_owned())
    }
}

fn open<'a, K: Keep<'a>>(
    path: String,
    language: Language,
    text: Arc<str>,
    bytes: &'a [u8],
) -> Result<SourceFile, WireError> {
    let wire = Wire::open(bytes, &text)?;
    let tree = wire.tree::<K>(&text)?;
    let bindings = wire.bindings::<K>(&text)?;
    let diagnostics = wire.diagnostics()?;
    Ok(SourceFile { path, language, text, tree, bindings, diagnostics, lines: OnceLock::new() })
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

    fn names<K: Keep<'a>>(&self, index: usize) -> Result<NameTable, WireError> {
        let section = self.section::<4>(index)?;
        let read = || {
            let (text, orders) = section.text()?;
            let (named, rest) = rows::<4>(orders)?;
            let (tokens, _) = rows::<4>(rest)?;
            let ends = K::rows(section.rows);
            NameTable::from_parts(K::text(text), ends, K::rows(named), K::rows(tokens))
        };
        read().ok_or(section.damaged())
    }

    fn tree<K: Keep<'a>>(&self, text: &Arc<str>) -> Result<Tree, WireError> {
        let (kinds, fields) = (self.names::<K>(0)?, self.names::<K>(1)?);
        let coverage = self.section::<8>(2)?;
        let spans = coverage.rows.iter().map(|row| self.span(row, 0)).collect::<Option<_>>();
        let spans = spans.ok_or(coverage.damaged())?;
        let section = self.section::<20>(3)?;
        let (starts, ids) = (self.section::<4>(9)?, self.section::<4>(10)?);
        let index = KindIndex { starts: K::rows(starts.rows), ids: K::rows(ids.rows) };
        let names = (Arc::new(kinds), Arc::new(fields));
        let tree = Tree::from_parts(text.clone(), names, K::rows(section.rows), spans, index);
        tree.ok_or(section.damaged())
    }

    fn bindings<K: Keep<'a>>(&self, text: &Arc<str>) -> Result<Option<Bindings>, WireError> {
        let rows = BindingRows {
            symbols: K::rows(self.section::<24>(4)?.rows),
            declared: K::rows(self.section::<8>(5)?.rows),
            references: K::rows(self.section::<16>(6)?.rows),
            scopes: K::rows(self.section::<16>(7)?.rows),
            text_len: self.text_len,
        };
        Ok((self.flags & HAS_BINDINGS != 0).then(|| Bindings::unread(text.clone(), rows)))
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

fn word_at(bytes: &[u8], at: usize) -> Option<u32> {
    let word = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(word.try_into().ok()?))
}
