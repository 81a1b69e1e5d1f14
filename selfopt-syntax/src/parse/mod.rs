//! Builds snapshots on the host: the tree with tree-sitter, which keeps going
//! on broken files, and the bindings with oxc, which does not but knows scopes.

mod grammar;
mod semantics;
mod snapshot;
mod witness;

use std::sync::Arc;

use crate::language::Language;
use crate::source::{Diagnostic, DiagnosticSource, SourceFile};
use crate::span::{LineIndex, Span};

pub use witness::{Witness, Witnesses, witnesses};

/// Larger files are not parsed: generated bundles and data, nothing a person edits.
pub const MAX_FILE_BYTES: usize = 16 * 1024 * 1024;

/// Deeper trees get no bindings. oxc descends by recursion, so the nesting of a
/// hostile file would decide over the host's stack; code people write stays
/// below 200.
pub const MAX_TREE_DEPTH: usize = 400;

/// Reads one file. Never fails: a broken file has a partial tree, diagnostics
/// and no bindings.
pub fn parse(path: impl Into<String>, language: Language, text: impl Into<Arc<str>>) -> SourceFile {
    let (path, text) = (path.into(), text.into());
    let line_index = LineIndex::new(&text);
    let snapshot::Snapshot { tree, depth, errors } = snapshot::build(language, &text);
    let mut diagnostics = errors;
    let mut note = |source, message: &str| {
        diagnostics.push(Diagnostic { source, span: Span::at(0), message: message.to_owned() });
    };
    let bindings = if text.len() > MAX_FILE_BYTES {
        note(DiagnosticSource::TreeSitter, "the file is too large to read");
        note(DiagnosticSource::Oxc, "the file is too large to read");
        None
    } else if depth > MAX_TREE_DEPTH {
        note(DiagnosticSource::Oxc, "the code is nested too deeply to resolve its names");
        None
    } else {
        let semantics = semantics::analyze(language, &path, &text);
        if semantics.is_dynamic {
            let message = "direct `eval` or `with` makes the names undecidable";
            note(DiagnosticSource::Snapshot, message);
        }
        diagnostics.extend(semantics.errors);
        semantics.bindings
    };
    diagnostics.sort_by_key(|d| (d.span, d.source));
    SourceFile { path, language, text, line_index, tree, bindings, diagnostics }
}
