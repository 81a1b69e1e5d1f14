//! The tree-sitter grammars with their kind and field names, loaded once.

use std::sync::{Arc, OnceLock};

use crate::language::Language;
use crate::names::NameTable;

/// A grammar and the translation of its ids to indices of our name tables.
pub(super) struct Grammar {
    pub(super) language: tree_sitter::Language,
    pub(super) kinds: Arc<NameTable>,
    pub(super) fields: Arc<NameTable>,
    kind_of: Vec<u16>,
    field_of: Vec<Option<u8>>,
    error: u16,
}

impl Grammar {
    pub(super) fn of(language: Language) -> &'static Self {
        static TYPESCRIPT: OnceLock<Grammar> = OnceLock::new();
        static TSX: OnceLock<Grammar> = OnceLock::new();
        static JAVASCRIPT: OnceLock<Grammar> = OnceLock::new();
        let (cell, function) = match language {
            Language::TypeScript => (&TYPESCRIPT, tree_sitter_typescript::LANGUAGE_TYPESCRIPT),
            Language::Tsx => (&TSX, tree_sitter_typescript::LANGUAGE_TSX),
            Language::JavaScript | Language::Jsx => (&JAVASCRIPT, tree_sitter_javascript::LANGUAGE),
        };
        cell.get_or_init(|| Self::load(function.into()))
    }

    fn load(language: tree_sitter::Language) -> Self {
        let mut kinds = NameTable::default();
        let mut intern = |name: &str, is_named| {
            kinds.intern(name, is_named).expect("a grammar has fewer than 65,535 kinds")
        };
        let n_kinds = u16::try_from(language.node_kind_count()).unwrap_or(u16::MAX);
        // Several ids may share a name (aliases); they become one kind here.
        let kind_of = (0..n_kinds)
            .map(|id| {
                let name = language.node_kind_for_id(id).unwrap_or_default();
                intern(name, language.node_kind_is_named(id))
            })
            .collect();
        let error = intern("ERROR", true);
        let mut fields = NameTable::default();
        let n_fields = u16::try_from(language.field_count()).unwrap_or(u16::MAX);
        // Field ids start at 1.
        let field_of = std::iter::once(None)
            .chain((1..=n_fields).map(|id| {
                let name = language.field_name_for_id(id)?;
                u8::try_from(fields.intern(name, true)?).ok()
            }))
            .collect();
        Self { language, kinds: kinds.into(), fields: fields.into(), kind_of, field_of, error }
    }

    /// Our kind for a tree-sitter kind id; error nodes have an id outside the grammar.
    pub(super) fn kind(&self, id: u16) -> u16 {
        self.kind_of.get(usize::from(id)).copied().unwrap_or(self.error)
    }

    /// Our field for a tree-sitter field id.
    pub(super) fn field(&self, id: Option<std::num::NonZeroU16>) -> Option<u8> {
        self.field_of.get(usize::from(id?.get())).copied().flatten()
    }
}
