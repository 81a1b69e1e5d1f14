//! Two independent parsers as witnesses that a text is still a program.

use std::sync::Arc;

use super::parse;
use crate::language::Language;
use crate::source::{DiagnosticSource, SourceFile};
use crate::span::Span;

/// What one parser says of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Witness {
    /// How many errors it found.
    pub error_count: usize,
    /// Where the first one is.
    pub first_error: Option<Span>,
}

impl Witness {
    /// Whether it accepts the text.
    pub fn is_ok(self) -> bool {
        self.error_count == 0
    }
}

/// What both parsers say of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Witnesses {
    /// tree-sitter.
    pub tree_sitter: Witness,
    /// oxc. A file that is too large or too deep for it counts as refused.
    pub oxc: Witness,
}

impl Witnesses {
    /// Reads the verdicts off a parsed file.
    pub fn of(file: &SourceFile) -> Self {
        let witness = |source: DiagnosticSource| {
            let mine = || file.diagnostics.iter().filter(|d| d.source == source);
            Witness { error_count: mine().count(), first_error: mine().map(|d| d.span).next() }
        };
        Self {
            tree_sitter: witness(DiagnosticSource::TreeSitter),
            oxc: witness(DiagnosticSource::Oxc),
        }
    }

    /// Whether both accept the text.
    pub fn are_ok(self) -> bool {
        self.tree_sitter.is_ok() && self.oxc.is_ok()
    }

    /// Whether a change from `before` to `self` broke nothing: each parser that
    /// accepted the text still does, and finds no more errors than it did.
    pub fn no_worse_than(self, before: Self) -> bool {
        self.tree_sitter.error_count <= before.tree_sitter.error_count
            && self.oxc.error_count <= before.oxc.error_count
    }
}

/// Asks both parsers about a text.
pub fn witnesses(language: Language, text: impl Into<Arc<str>>) -> Witnesses {
    Witnesses::of(&parse("", language, text))
}
