//! Byte spans of a file and their translation to lines and columns.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A half-open range of UTF-8 byte offsets of the whole file.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span from `start` to `end`; `end` is never before `start`.
    pub fn new(start: u32, end: u32) -> Self {
        debug_assert!(start <= end, "span {start}..{end} runs backwards");
        Self { start, end }
    }

    /// The empty span at `offset`, the place of an insertion.
    pub fn at(offset: u32) -> Self {
        Self { start: offset, end: offset }
    }

    /// Length in bytes.
    pub fn len(self) -> u32 {
        self.end.saturating_sub(self.start)
    }

    /// Whether the span holds no byte.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Whether `inner` lies wholly inside this span.
    pub fn contains(self, inner: Self) -> bool {
        self.start <= inner.start && inner.end <= self.end
    }

    /// Whether the byte at `offset` lies inside this span.
    pub fn contains_offset(self, offset: u32) -> bool {
        self.start <= offset && offset < self.end
    }

    /// Whether the two spans share at least one byte.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The text of the span, or `None` when it is out of range or splits a character.
    pub fn get(self, text: &str) -> Option<&str> {
        text.get(self.start as usize..self.end as usize)
    }

    /// The text of the span; empty when it does not fit `text`.
    pub fn text(self, text: &str) -> &str {
        self.get(text).unwrap_or_default()
    }
}

/// A place as people write it: both numbers start at 1, the column counts
/// characters (Unicode scalar values), not bytes and not UTF-16 units.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// Start offsets of the lines of one text. A line ends after `\n`, so `\r\n`
/// is one line end and its `\r` belongs to the line before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<u32>,
    text_len: u32,
}

impl LineIndex {
    /// Indexes `text`. Texts beyond 4 GiB are indexed up to that limit.
    pub fn new(text: &str) -> Self {
        let ends = text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
        let starts = std::iter::once(0)
            .chain(ends.map_while(|(offset, _)| u32::try_from(offset + 1).ok()))
            .collect();
        Self { starts, text_len: u32::try_from(text.len()).unwrap_or(u32::MAX) }
    }

    /// Number of lines; a text that ends in `\n` has an empty last line.
    pub fn line_count(&self) -> u32 {
        u32::try_from(self.starts.len()).unwrap_or(u32::MAX)
    }

    /// The line that holds `offset`, from 1.
    pub fn line(&self, offset: u32) -> u32 {
        u32::try_from(self.starts.partition_point(|&start| start <= offset)).unwrap_or(u32::MAX)
    }

    /// Line and column of `offset` in `text`, which must be the indexed text.
    /// An offset inside a character counts as that character's start.
    pub fn position(&self, text: &str, offset: u32) -> Position {
        let line = self.line(offset);
        let start = self.line_span(line).map_or(0, |span| span.start) as usize;
        let column = text.get(start..).map_or(0, |rest| {
            let wanted = offset as usize - start;
            rest.char_indices().take_while(|&(at, c)| at + c.len_utf8() <= wanted).count()
        });
        Position { line, column: u32::try_from(column + 1).unwrap_or(u32::MAX) }
    }

    /// The span of a line (from 1) with its line end, or `None` past the last line.
    pub fn line_span(&self, line: u32) -> Option<Span> {
        let idx = (line as usize).checked_sub(1)?;
        let start = *self.starts.get(idx)?;
        let end = self.starts.get(idx + 1).copied().unwrap_or(self.text_len);
        Some(Span::new(start, end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let text = "a\r\nżółw = 1\n\n";
        let index = LineIndex::new(text);
        let at = |offset| {
            let Position { line, column } = index.position(text, offset);
            (line, column)
        };
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(3), (2, 1));
        let equals = u32::try_from(text.find('=').unwrap()).unwrap();
        assert_eq!(at(equals), (2, 6));
        assert_eq!(at(u32::try_from(text.len()).unwrap()), (4, 1));
        assert_eq!(index.line_count(), 4);
        assert_eq!(index.line_span(1).unwrap().text(text), "a\r\n");
        assert_eq!(index.line_span(5), None);
    }

    #[test]
    fn an_offset_inside_a_character_is_that_character() {
        let index = LineIndex::new("żx");
        assert_eq!(index.position("żx", 1).column, 1);
        assert_eq!(Span::new(0, 1).text("żx"), "");
    }
}
