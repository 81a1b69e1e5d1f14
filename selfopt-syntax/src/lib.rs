//! What a rule reads: flat syntax trees, bindings, spans, edits and diffs of
//! JavaScript and TypeScript files.
//!
//! Everything here is plain arrays over one immutable text, so the same rule
//! source compiles to native code and to a WebAssembly pack. The feature
//! `parse` (default) adds the host side that builds these arrays; without it
//! the crate has no C code and no parser. Offsets are UTF-8 byte offsets of
//! the whole file, always.

mod bindings;
mod diff;
mod edit;
mod language;
mod names;
mod navigate;
mod obligation;
#[cfg(feature = "parse")]
mod parse;
mod rows;
mod source;
mod span;
mod tree;
mod wire;

pub use bindings::{
    Bindings, BindingsBuilder, Reference, ReferenceUse, Scope, ScopeId, ScopeKind, Symbol,
    SymbolId, SymbolKind,
};
pub use diff::{ChangeKind, DiffError, DiffSet, DiffStats, FileChange, FileDiff, unified};
pub use edit::{Edit, EditConflict, apply, normalize};
pub use language::Language;
pub use names::{KindId, KindSet, NameTable};
pub use navigate::{Children, Node};
pub use obligation::{MetBy, Obligation};
#[cfg(feature = "parse")]
pub use parse::{
    MAX_FILE_BYTES, MAX_TREE_DEPTH, Witness, Witnesses, is_node_kind, node_kinds, parse, witnesses,
};
pub use source::{Diagnostic, DiagnosticSource, SourceFile};
pub use span::{LineIndex, Position, Span};
pub use tree::{NodeFlags, NodeId, Tree, TreeBuilder};
pub use wire::{SNAPSHOT_VERSION, WireError};
