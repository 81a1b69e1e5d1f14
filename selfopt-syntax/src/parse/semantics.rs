//! Bindings by oxc. Its types stay in this module: its interface changes with
//! every release.

use std::sync::Arc;

use oxc_allocator::Allocator;
use oxc_ast::AstKind;
use oxc_parser::Parser;
use oxc_semantic::{Scoping, Semantic, SemanticBuilder};
use oxc_span::{GetSpan, SourceType};
use oxc_syntax::node::NodeId;
use oxc_syntax::reference::{ReferenceFlags, ReferenceId};
use oxc_syntax::scope::ScopeFlags;
use oxc_syntax::symbol::SymbolFlags;

use crate::bindings::{
    Bindings, BindingsBuilder, Reference, ReferenceUse, Scope, ScopeId, ScopeKind, Symbol,
    SymbolId, SymbolKind,
};
use crate::language::Language;
use crate::source::{Diagnostic, DiagnosticSource};
use crate::span::Span;

pub(super) struct Semantics {
    /// `None` when there are errors or the names are dynamic.
    pub(super) bindings: Option<Bindings>,
    pub(super) is_dynamic: bool,
    pub(super) errors: Vec<Diagnostic>,
}

pub(super) fn analyze(language: Language, path: &str, text: &Arc<str>) -> Semantics {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, text, source_type(language, path)).parse();
    let parse_errors = parsed.diagnostics.errors();
    let mut errors: Vec<_> = parse_errors
        .map(|d| complaint(d.labels.first().map(oxc_span::LabeledSpan::span), &d.message))
        .collect();
    if parsed.panicked {
        if errors.is_empty() {
            errors.push(complaint(None, "unreadable file"));
        }
        return Semantics { bindings: None, is_dynamic: false, errors };
    }
    // Without `build_nodes`, `semantic.nodes()` is empty and asking it panics.
    let builder = SemanticBuilder::new().with_build_nodes(true).with_check_syntax_error(true);
    let built = builder.build(allocator.alloc(parsed.program));
    let semantic_errors = built.diagnostics.errors();
    errors.extend(
        semantic_errors
            .map(|d| complaint(d.labels.first().map(oxc_span::LabeledSpan::span), &d.message)),
    );
    let is_dynamic = is_dynamic(built.semantic.scoping());
    let bindings =
        (errors.is_empty() && !is_dynamic).then(|| rows(&built.semantic).finish(text.clone()));
    Semantics { bindings, is_dynamic, errors }
}

fn source_type(language: Language, path: &str) -> SourceType {
    let extension = path.rsplit('.').next().unwrap_or_default();
    let base = match extension {
        "mjs" | "mts" => SourceType::mjs(),
        "cjs" | "cts" => SourceType::cjs(),
        // A script unless it imports or exports, as Node decides for `.js`.
        _ => SourceType::unambiguous(),
    };
    base.with_typescript(language.is_typescript()).with_jsx(language.has_jsx())
}

fn complaint(label: Option<oxc_span::Span>, message: &str) -> Diagnostic {
    let span = label.map_or(Span::at(0), span);
    Diagnostic { source: DiagnosticSource::Oxc, span, message: message.to_owned() }
}

fn is_dynamic(scoping: &Scoping) -> bool {
    scoping.scope_descendants_from_root().any(|id| {
        scoping.scope_flags(id).intersects(ScopeFlags::DirectEval.union(ScopeFlags::With))
    })
}

fn rows(semantic: &Semantic<'_>) -> BindingsBuilder {
    let (scoping, nodes) = (semantic.scoping(), semantic.nodes());
    let scopes = scoping
        .scope_descendants_from_root()
        .map(|id| Scope {
            span: span(nodes.kind(scoping.get_node_id(id)).span()),
            parent: scoping.scope_parent_id(id).map(|parent| ScopeId(index(parent.index()))),
            kind: scope_kind(scoping.scope_flags(id)),
        })
        .collect();

    let mut exported = vec![false; scoping.symbols_len()];
    let mut references = Vec::with_capacity(scoping.references_len());
    for id in (0..scoping.references_len()).map(ReferenceId::from_usize) {
        let reference = scoping.get_reference(id);
        let node = reference.node_id();
        if let Some(symbol) = reference.symbol_id()
            && matches!(
                nodes.parent_kind(node),
                AstKind::ExportSpecifier(_) | AstKind::ExportDefaultDeclaration(_)
            )
        {
            exported[symbol.index()] = true;
        }
        references.push(Reference {
            span: span(nodes.kind(node).span()),
            symbol: reference.symbol_id().map(|symbol| SymbolId(index(symbol.index()))),
            usage: usage(reference.flags()),
        });
    }

    let mut redeclared_at = Vec::new();
    let mut symbols = Vec::with_capacity(scoping.symbols_len());
    for id in scoping.symbol_ids() {
        let redeclarations = scoping.symbol_redeclarations(id);
        let row = SymbolId(index(id.index()));
        redeclared_at.extend(redeclarations.iter().map(|again| (again.span.start, row)));
        let declaration = scoping.symbol_declaration(id);
        symbols.push(Symbol {
            name_span: span(scoping.symbol_span(id)),
            declaration: span(nodes.kind(declaration).span()),
            scope: ScopeId(index(scoping.symbol_scope_id(id).index())),
            kind: symbol_kind(scoping.symbol_flags(id), nodes.kind(declaration)),
            exported: exported[id.index()] || is_export_declaration(semantic, declaration),
            reassigned: scoping.symbol_is_mutated(id) || redeclarations.len() > 1,
        });
    }
    BindingsBuilder { symbols, redeclared_at, references, scopes }
}

/// `export const x`, `export function f`, `export default class C`.
fn is_export_declaration(semantic: &Semantic<'_>, declaration: NodeId) -> bool {
    semantic
        .nodes()
        .ancestor_kinds(declaration)
        .find(|kind| !matches!(kind, AstKind::VariableDeclaration(_)))
        .is_some_and(|kind| {
            matches!(kind, AstKind::ExportDeclaration(_) | AstKind::ExportDefaultDeclaration(_))
        })
}

fn usage(flags: ReferenceFlags) -> ReferenceUse {
    match (flags.is_read(), flags.is_write()) {
        (true, true) => ReferenceUse::ReadWrite,
        (false, true) => ReferenceUse::Write,
        (true, false) => ReferenceUse::Read,
        (false, false) => ReferenceUse::Type,
    }
}

fn symbol_kind(flags: SymbolFlags, declaration: AstKind<'_>) -> SymbolKind {
    let has = |wanted| flags.intersects(wanted);
    if flags.is_import() {
        SymbolKind::Import
    } else if has(SymbolFlags::CatchVariable) {
        SymbolKind::Catch
    } else if has(SymbolFlags::ConstVariable) {
        SymbolKind::Const
    } else if has(SymbolFlags::BlockScopedVariable) {
        SymbolKind::Let
    } else if has(SymbolFlags::Function) {
        SymbolKind::Function
    } else if has(SymbolFlags::FunctionScopedVariable) {
        match declaration {
            AstKind::VariableDeclarator(_) => SymbolKind::Var,
            _ => SymbolKind::Parameter,
        }
    } else if has(SymbolFlags::Class) {
        SymbolKind::Class
    } else if has(SymbolFlags::Enum) {
        SymbolKind::Enum
    } else if has(SymbolFlags::EnumMember) || !flags.is_type() {
        SymbolKind::Other
    } else {
        SymbolKind::Type
    }
}

fn scope_kind(flags: ScopeFlags) -> ScopeKind {
    if flags.contains(ScopeFlags::Top) {
        ScopeKind::Top
    } else if flags.contains(ScopeFlags::Arrow) {
        ScopeKind::Arrow
    } else if flags.contains(ScopeFlags::Function) {
        ScopeKind::Function
    } else if flags.contains(ScopeFlags::ClassStaticBlock) {
        ScopeKind::StaticBlock
    } else if flags.contains(ScopeFlags::TsModuleBlock) {
        ScopeKind::Namespace
    } else if flags.contains(ScopeFlags::CatchClause) {
        ScopeKind::Catch
    } else {
        ScopeKind::Block
    }
}

fn span(span: oxc_span::Span) -> Span {
    Span::new(span.start, span.end.max(span.start))
}

fn index(index: usize) -> u32 {
    u32::try_from(index).expect("oxc's ids are 32 bits wide")
}
