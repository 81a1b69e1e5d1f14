//! Edits of one text: replace, delete or insert at byte spans.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::span::Span;

/// One replacement. An empty span inserts, an empty replacement deletes.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Edit {
    /// What is replaced, in offsets of the unchanged text.
    pub span: Span,
    /// What stands there afterwards.
    pub replacement: String,
}

impl Edit {
    /// Replaces `span`.
    pub fn replace(span: Span, replacement: impl Into<String>) -> Self {
        Self { span, replacement: replacement.into() }
    }

    /// Inserts before the byte at `offset`.
    pub fn insert(offset: u32, text: impl Into<String>) -> Self {
        Self::replace(Span::at(offset), text)
    }

    /// Removes `span`.
    pub fn delete(span: Span) -> Self {
        Self::replace(span, "")
    }
}

/// Why edits cannot be applied together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EditConflict {
    /// Two edits touch the same bytes.
    #[error("edits at bytes {}..{} and {}..{} overlap", .first.start, .first.end, .second.start, .second.end)]
    Overlap {
        /// The earlier edit's span.
        first: Span,
        /// The later edit's span.
        second: Span,
    },
    /// Two insertions at one place: their order would be a guess.
    #[error("two insertions at byte {offset}")]
    SameInsertion {
        /// Where.
        offset: u32,
    },
    /// A span runs backwards or past the end of the text.
    #[error("edit at bytes {}..{} is outside a text of {len} bytes", .span.start, .span.end)]
    OutOfRange {
        /// The span.
        span: Span,
        /// The text's length.
        len: usize,
    },
    /// A span starts or ends inside a character.
    #[error("edit at bytes {}..{} splits a character", .span.start, .span.end)]
    SplitsCharacter {
        /// The span.
        span: Span,
    },
}

/// The edits in ascending order, once they are known to fit `text` and each other.
///
/// Neighbours may touch: an insertion at the first byte of a replaced span
/// goes before it, one at its end goes after it. Two insertions at one offset
/// conflict, also when they are equal.
pub fn normalize(text: &str, edits: &[Edit]) -> Result<Vec<Edit>, EditConflict> {
    let mut sorted = edits.to_vec();
    sorted.sort();
    for edit in &sorted {
        let span = edit.span;
        if span.start > span.end || span.end as usize > text.len() {
            return Err(EditConflict::OutOfRange { span, len: text.len() });
        }
        if span.get(text).is_none() {
            return Err(EditConflict::SplitsCharacter { span });
        }
    }
    for pair in sorted.windows(2) {
        let (first, second) = (pair[0].span, pair[1].span);
        if first == second && first.is_empty() {
            return Err(EditConflict::SameInsertion { offset: first.start });
        }
        if second.start < first.end {
            return Err(EditConflict::Overlap { first, second });
        }
    }
    Ok(sorted)
}

/// `text` with all edits made at once; the order of `edits` does not matter.
pub fn apply(text: &str, edits: &[Edit]) -> Result<String, EditConflict> {
    let mut changed = String::with_capacity(text.len());
    let mut kept_to = 0;
    for Edit { span, replacement } in normalize(text, edits)? {
        changed.push_str(Span::new(kept_to, span.start).text(text));
        changed.push_str(&replacement);
        kept_to = span.end;
    }
    changed.push_str(&text[kept_to as usize..]);
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replace(start: u32, end: u32, with: &str) -> Edit {
        Edit { span: Span { start, end }, replacement: with.to_owned() }
    }

    #[test]
    fn touching_edits_keep_their_order() {
        let edits = [replace(2, 4, "XY"), Edit::insert(4, ">"), Edit::insert(2, "<")];
        assert_eq!(apply("abcdef", &edits).unwrap(), "ab<XY>ef");
        assert_eq!(apply("abc", &[]).unwrap(), "abc");
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let check = |edits: &[Edit], expected: &str| {
            assert_eq!(apply("aż", edits).unwrap_err().to_string(), expected);
        };
        check(&[replace(0, 3, "x"), replace(1, 1, "y")], "edits at bytes 0..3 and 1..1 overlap");
        check(&[Edit::insert(1, "x"), Edit::insert(1, "x")], "two insertions at byte 1");
        check(&[replace(1, 9, "")], "edit at bytes 1..9 is outside a text of 3 bytes");
        check(&[replace(3, 1, "")], "edit at bytes 3..1 is outside a text of 3 bytes");
        check(&[replace(0, 2, "")], "edit at bytes 0..2 splits a character");
        check(&[replace(0, 1, "x"), replace(0, 1, "x")], "edits at bytes 0..1 and 0..1 overlap");
    }
}
