//! Builds snapshots on the host: the tree with tree-sitter, which keeps going
//! on broken files, and the bindings with oxc, which does not but knows scopes.

mod grammar;
mod semantics;
mod snapshot;
mod witness;

use std::sync::{Arc, OnceLock};

use crate::language::Language;
use crate::names::KindId;
use crate::source::{Diagnostic, DiagnosticSource, SourceFile};
use crate::span::Span;

pub use witness::{Witness, Witnesses, witnesses};

/// Larger files are not parsed: generated bundles and data, nothing a person edits.
pub const MAX_FILE_BYTES: usize = 16 * 1024 * 1024;

/// Deeper trees get no bindings. oxc descends by recursion, so the nesting of a
/// hostile file would decide over the host's stack; code people write stays
/// below 200.
pub const MAX_TREE_DEPTH: usize = 400;

/// Whether any of the grammars has named nodes of this kind.
pub fn is_node_kind(name: &str) -> bool {
    let languages = [Language::TypeScript, Language::Tsx, Language::JavaScript];
    languages.iter().any(|language| grammar::Grammar::of(*language).kinds.named(name).is_some())
}

/// The kinds of these names among a language's named nodes, for
/// [`crate::Tree::has_any`]. A name that its grammar lacks is left out.
pub fn node_kinds(language: Language, names: &[impl AsRef<str>]) -> Vec<KindId> {
    let kinds = &grammar::Grammar::of(language).kinds;
    names.iter().filter_map(|name| kinds.named(name.as_ref())).map(KindId).collect()
}

/// Reads one file. Never fails: a broken file has a partial tree, diagnostics
/// and no bindings.
pub fn parse(path: impl Into<String>, language: Language, text: impl Into<Arc<str>>) -> SourceFile {
    let (path, text) = (path.into(), text.into());
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
    SourceFile { path, language, text, tree, bindings, diagnostics, lines: OnceLock::new() }
}
