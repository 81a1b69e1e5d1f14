//! Where an imported name comes from.

use selfopt_syntax::{Node, SymbolKind};

use super::calls::is_global_call;
use super::literals::string_value;
use super::types;
use crate::rule::RuleContext;

/// What a name is imported as, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import<'a> {
    /// The module's specifier.
    pub source: String,
    /// The export's name; `None` for the module as a whole or its default.
    pub export: Option<&'a str>,
}

/// The import that an identifier stands for: by `import`, or by a `const` of
/// `require`.
pub fn import_of<'a>(ctx: RuleContext<'a>, identifier: Node<'a>) -> Option<Import<'a>> {
    let bindings = ctx.bindings()?;
    let symbol = bindings.symbol(bindings.symbol_of(identifier)?);
    if !matches!(symbol.kind, SymbolKind::Import | SymbolKind::Const) {
        return None;
    }
    let declaration = types::declaration_of(ctx, symbol.name_span)?;
    if symbol.kind == SymbolKind::Import {
        let statement = std::iter::once(declaration)
            .chain(declaration.ancestors())
            .find(|node| node.is("import_statement"))?;
        let source = string_value(statement.child_by_field("source")?)?;
        let is_one = declaration.is("import_specifier");
        let export = declaration.child_by_field("name").filter(|_| is_one).map(Node::text);
        return Some(Import { source, export });
    }
    let is_pattern = declaration.is("object_pattern");
    let declarator = if is_pattern { declaration.parent()? } else { declaration };
    let call =
        declarator.is("variable_declarator").then(|| declarator.child_by_field("value"))??;
    if !is_global_call(ctx, call, "require") {
        return None;
    }
    let source = string_value(call.child_by_field("arguments")?.items().next()?)?;
    Some(Import { source, export: is_pattern.then(|| identifier.text()) })
}
