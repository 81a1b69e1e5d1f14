//! What the names of a file mean: symbols, references and scopes as plain arrays.
//!
//! The key that joins them with the tree is the byte offset at which an
//! identifier starts. A write to a property (`list.push(x)`, `o.k = 1`) is not
//! a write to the binding: a rule that needs "nobody changes this array" must
//! look at what every read does with the value.

use std::sync::{Arc, OnceLock};

use crate::navigate::Node;
use crate::span::Span;
use crate::wire::BindingRows;

/// A symbol's index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SymbolId(pub u32);

/// A scope's index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeId(pub u32);

/// How a name was declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SymbolKind {
    /// `let`.
    Let,
    /// `const`, `using`.
    Const,
    /// `var`.
    Var,
    /// A function declaration or the name of a function expression.
    Function,
    /// A class.
    Class,
    /// A parameter, also inside a destructuring one.
    Parameter,
    /// An imported name.
    Import,
    /// The parameter of `catch`.
    Catch,
    /// A type alias, interface or type parameter: nothing at run time.
    Type,
    /// An enum.
    Enum,
    /// A namespace, an enum member, and whatever else there is.
    Other,
}

/// One declared name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// The identifier of the (first) declaration.
    pub name_span: Span,
    /// The declaration: the declarator, parameter, function, class, import specifier.
    pub declaration: Span,
    /// The scope it is visible in.
    pub scope: ScopeId,
    /// How it was declared.
    pub kind: SymbolKind,
    /// Whether other modules can see it.
    pub exported: bool,
    /// Whether something writes to it after its declaration, or declares it again.
    pub reassigned: bool,
}

/// What a reference does with the binding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReferenceUse {
    /// Reads the value.
    Read,
    /// Writes, without reading first.
    Write,
    /// Reads, then writes: `x += 1`, `x++`.
    ReadWrite,
    /// Names it in a type only; nothing at run time.
    Type,
}

impl ReferenceUse {
    /// Whether the value is read.
    pub fn is_read(self) -> bool {
        matches!(self, Self::Read | Self::ReadWrite)
    }

    /// Whether the binding is written.
    pub fn is_write(self) -> bool {
        matches!(self, Self::Write | Self::ReadWrite)
    }
}

/// One use of a name. Declarations are not references.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The identifier.
    pub span: Span,
    /// What it means; `None` is a global of the host or an undeclared name.
    pub symbol: Option<SymbolId>,
    /// What it does.
    pub usage: ReferenceUse,
}

/// What opened a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScopeKind {
    /// The file.
    Top,
    /// A function other than an arrow.
    Function,
    /// An arrow function.
    Arrow,
    /// A block, loop, class body and the like.
    Block,
    /// A `catch` clause.
    Catch,
    /// A class's static block.
    StaticBlock,
    /// A TypeScript namespace.
    Namespace,
}

/// One scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The construct that opens it.
    pub span: Span,
    /// The scope around it.
    pub parent: Option<ScopeId>,
    /// What opened it.
    pub kind: ScopeKind,
}

/// Everything known about the names of one file.
#[derive(Debug, Clone)]
pub struct Bindings {
    text: Arc<str>,
    /// What `tables` is made of when it is first asked for: most files have
    /// nothing for a rule pack to ask about.
    rows: Option<BindingRows>,
    tables: OnceLock<Tables>,
}

impl PartialEq for Bindings {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.tables() == other.tables()
    }
}

impl Eq for Bindings {}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Tables {
    symbols: Vec<Symbol>,
    references: Vec<Reference>,
    scopes: Vec<Scope>,
    /// Start of a declared identifier → symbol, ascending.
    declared_at: Vec<(u32, SymbolId)>,
    /// References grouped by symbol, in document order.
    by_symbol_starts: Vec<u32>,
    by_symbol: Vec<u32>,
}

impl Bindings {
    /// Bindings that are read when they are first asked for.
    pub(crate) fn unread(text: Arc<str>, rows: BindingRows) -> Self {
        Self { text, rows: Some(rows), tables: OnceLock::new() }
    }

    /// Damaged rows are a file without any name.
    fn tables(&self) -> &Tables {
        self.tables.get_or_init(|| {
            let read = self.rows.as_ref().and_then(BindingRows::read);
            Tables::of(read.unwrap_or_else(BindingsBuilder::nothing))
        })
    }

    /// All symbols with their ids.
    pub fn symbols(&self) -> impl Iterator<Item = (SymbolId, &Symbol)> {
        (0..).map(SymbolId).zip(&self.tables().symbols)
    }

    /// A symbol of this table.
    pub fn symbol(&self, id: SymbolId) -> &Symbol {
        &self.tables().symbols[id.0 as usize]
    }

    /// A symbol's name as it is written at its declaration.
    pub fn name(&self, id: SymbolId) -> &str {
        self.symbol(id).name_span.text(&self.text)
    }

    /// A scope of this table.
    pub fn scope(&self, id: ScopeId) -> &Scope {
        &self.tables().scopes[id.0 as usize]
    }

    /// All scopes; a row's index is its [`ScopeId`].
    pub fn scopes(&self) -> &[Scope] {
        &self.tables().scopes
    }

    /// Starts of the identifiers that declare a symbol, ascending.
    pub(crate) fn declared(&self) -> &[(u32, SymbolId)] {
        &self.tables().declared_at
    }

    /// All references in document order.
    pub fn all_references(&self) -> &[Reference] {
        &self.tables().references
    }

    /// The references to a symbol in document order, without its declaration.
    pub fn references(&self, id: SymbolId) -> impl Iterator<Item = &Reference> {
        let tables = self.tables();
        let from = tables.by_symbol_starts[id.0 as usize] as usize;
        let to = tables.by_symbol_starts[id.0 as usize + 1] as usize;
        tables.by_symbol[from..to].iter().map(|&idx| &tables.references[idx as usize])
    }

    /// The reference whose identifier starts at `start`.
    pub fn reference_at(&self, start: u32) -> Option<&Reference> {
        let references = self.all_references();
        let idx = references.binary_search_by_key(&start, |r| r.span.start).ok()?;
        Some(&references[idx])
    }

    /// The symbol that the identifier starting at `start` declares or uses.
    pub fn symbol_at(&self, start: u32) -> Option<SymbolId> {
        self.declared_at(start).or_else(|| self.reference_at(start)?.symbol)
    }

    /// The symbol that the identifier starting at `start` declares.
    pub fn declared_at(&self, start: u32) -> Option<SymbolId> {
        let declared = self.declared();
        let idx = declared.binary_search_by_key(&start, |&(at, _)| at).ok()?;
        Some(declared[idx].1)
    }

    /// The symbol an identifier node declares or uses.
    pub fn symbol_of(&self, identifier: Node<'_>) -> Option<SymbolId> {
        self.symbol_at(identifier.start())
    }

    /// Whether `identifier` is the host's global `name`, not something the file declares.
    pub fn is_global(&self, identifier: Node<'_>, name: &str) -> bool {
        identifier.text() == name
            && self.reference_at(identifier.start()).is_some_and(|r| r.symbol.is_none())
    }

    /// The innermost scope around all of `span`.
    pub fn scope_of(&self, span: Span) -> ScopeId {
        let scopes = (0..).map(ScopeId).zip(self.scopes());
        let holding = scopes.filter(|(_, scope)| scope.span.contains(span));
        // Inner scopes are shorter; of two as long, the inner one comes later.
        holding
            .min_by_key(|(id, scope)| (scope.span.len(), std::cmp::Reverse(id.0)))
            .map_or(ScopeId(0), |(id, _)| id)
    }

    /// The scope and the scopes around it, from the inside out.
    pub fn scope_chain(&self, id: ScopeId) -> impl Iterator<Item = ScopeId> {
        std::iter::successors(Some(id), |&id| self.scope(id).parent)
    }
}

/// Collects the rows of a [`Bindings`].
#[derive(Debug)]
pub struct BindingsBuilder {
    /// Rows of symbols; a row's index is its [`SymbolId`].
    pub symbols: Vec<Symbol>,
    /// Identifiers that declare a symbol again, as `var` may.
    pub redeclared_at: Vec<(u32, SymbolId)>,
    /// References in any order.
    pub references: Vec<Reference>,
    /// Rows of scopes; a row's index is its [`ScopeId`].
    pub scopes: Vec<Scope>,
}

impl BindingsBuilder {
    /// The rows of a file without any name.
    fn nothing() -> Self {
        let top = Scope { span: Span::at(0), parent: None, kind: ScopeKind::Top };
        Self {
            symbols: Vec::new(),
            redeclared_at: Vec::new(),
            references: Vec::new(),
            scopes: vec![top],
        }
    }

    /// The bindings that the rows are, over `text`.
    pub fn finish(self, text: Arc<str>) -> Bindings {
        Bindings { text, rows: None, tables: OnceLock::from(Tables::of(self)) }
    }
}

impl Tables {
    /// Sorts and indexes the rows.
    fn of(rows: BindingsBuilder) -> Self {
        let BindingsBuilder { symbols, redeclared_at, mut references, scopes } = rows;
        references.sort_by_key(|r| (r.span.start, r.span.end));
        let first = (0..).map(SymbolId).zip(&symbols).map(|(id, s)| (s.name_span.start, id));
        let mut declared_at: Vec<_> = first.chain(redeclared_at).collect();
        declared_at.sort_unstable();
        declared_at.dedup_by_key(|&mut (at, _)| at);

        let mut starts = vec![0_u32; symbols.len() + 1];
        for id in references.iter().filter_map(|r| r.symbol) {
            starts[id.0 as usize + 1] += 1;
        }
        for idx in 0..symbols.len() {
            starts[idx + 1] += starts[idx];
        }
        let mut next = starts.clone();
        let mut by_symbol = vec![0; starts[symbols.len()] as usize];
        for (idx, reference) in (0_u32..).zip(&references) {
            if let Some(id) = reference.symbol {
                let slot = &mut next[id.0 as usize];
                by_symbol[*slot as usize] = idx;
                *slot += 1;
            }
        }
        Self { symbols, references, scopes, declared_at, by_symbol_starts: starts, by_symbol }
    }
}
