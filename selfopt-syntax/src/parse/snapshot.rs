//! One walk over tree-sitter's tree fills the flat one.

use std::sync::Arc;

use super::MAX_FILE_BYTES;
use super::grammar::Grammar;
use crate::language::Language;
use crate::source::{Diagnostic, DiagnosticSource};
use crate::span::Span;
use crate::tree::{NodeFlags, Tree, TreeBuilder};

pub(super) struct Snapshot {
    pub(super) tree: Tree,
    pub(super) depth: usize,
    pub(super) errors: Vec<Diagnostic>,
}

pub(super) fn build(language: Language, text: &Arc<str>) -> Snapshot {
    let grammar = Grammar::of(language);
    let mut builder = TreeBuilder::new(text.clone(), grammar.kinds.clone(), grammar.fields.clone());
    let mut parser = tree_sitter::Parser::new();
    let parsed = if text.len() <= MAX_FILE_BYTES && parser.set_language(&grammar.language).is_ok() {
        parser.parse(text.as_bytes(), None)
    } else {
        None
    };
    let whole = Span::new(0, u32::try_from(text.len()).unwrap_or(u32::MAX));
    let Some(parsed) = parsed else {
        let flags = NodeFlags::NAMED.with(NodeFlags::HAS_ERROR);
        builder.open(grammar.kinds.named("program").unwrap_or_default(), None, whole, flags);
        let tree = builder.finish(Vec::new()).expect("one root was opened");
        return Snapshot { tree, depth: 1, errors: Vec::new() };
    };
    let mut depth = 0;
    let mut errors = Vec::new();
    let mut cursor = parsed.walk();
    'walk: loop {
        let node = cursor.node();
        let span = span_of(node);
        let flags = flags_of(node);
        builder.open(grammar.kind(node.kind_id()), grammar.field(cursor.field_id()), span, flags);
        depth = depth.max(builder.depth());
        if node.is_error() || node.is_missing() {
            errors.push(complaint(node, span));
        }
        if cursor.goto_first_child() {
            continue;
        }
        loop {
            builder.close();
            if cursor.goto_next_sibling() {
                break;
            }
            if !cursor.goto_parent() {
                break 'walk;
            }
        }
    }
    let tree = builder.finish(vec![whole]).expect("tree-sitter's tree has one root");
    Snapshot { tree, depth, errors }
}

fn span_of(node: tree_sitter::Node<'_>) -> Span {
    // `build` refuses texts beyond MAX_FILE_BYTES, so offsets fit.
    let offset = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
    Span::new(offset(node.start_byte()), offset(node.end_byte()))
}

fn flags_of(node: tree_sitter::Node<'_>) -> NodeFlags {
    let flags = [
        (node.is_named(), NodeFlags::NAMED),
        (node.is_error(), NodeFlags::ERROR),
        (node.is_missing(), NodeFlags::MISSING),
        (node.has_error(), NodeFlags::HAS_ERROR),
    ];
    flags
        .into_iter()
        .filter(|&(is_set, _)| is_set)
        .fold(NodeFlags::default(), |all, (_, flag)| all.with(flag))
}

fn complaint(node: tree_sitter::Node<'_>, span: Span) -> Diagnostic {
    let message = if node.is_missing() {
        format!("missing `{}`", node.kind())
    } else {
        "unexpected text".to_owned()
    };
    Diagnostic { source: DiagnosticSource::TreeSitter, span, message }
}
