//! One file as rules see it.

use std::sync::{Arc, OnceLock};

use crate::bindings::Bindings;
use crate::language::Language;
use crate::span::{LineIndex, Position, Span};
use crate::tree::Tree;

/// A file's text, tree and bindings, built once and shared by all rules.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Path from the project's root, with `/`.
    pub path: String,
    /// The grammar it was read with.
    pub language: Language,
    /// The text all spans point into.
    pub text: Arc<str>,
    /// The syntax tree; there is one even for broken files.
    pub tree: Tree,
    /// What the names mean, or `None` when that cannot be known: a syntax
    /// error, direct `eval`, `with`, or extreme nesting. Rules that need
    /// bindings abstain then.
    pub bindings: Option<Bindings>,
    /// What the parsers complained about, by position.
    pub diagnostics: Vec<Diagnostic>,
    /// Made when it is asked for: most files have no finding.
    pub(crate) lines: OnceLock<LineIndex>,
}

impl SourceFile {
    /// Lines of the text.
    pub fn line_index(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// The line of a byte offset, from 1.
    pub fn line(&self, offset: u32) -> u32 {
        self.line_index().line(offset)
    }

    /// Line and column of a byte offset.
    pub fn position(&self, offset: u32) -> Position {
        self.line_index().position(&self.text, offset)
    }
}

/// A complaint of a parser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Who complains.
    pub source: DiagnosticSource,
    /// Where.
    pub span: Span,
    /// What about.
    pub message: String,
}

/// Which reader of the file complains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DiagnosticSource {
    /// The tree's parser.
    TreeSitter,
    /// The parser behind the bindings; also where it was not asked because the
    /// file is too large or too deep for it.
    Oxc,
    /// This crate, where it accepts a file and cannot say what its names mean.
    Snapshot,
}
