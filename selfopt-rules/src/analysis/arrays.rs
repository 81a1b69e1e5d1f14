//! Whether an expression is an array, or a string.

use selfopt_core::MetBy;
use selfopt_syntax::{Node, SymbolKind};

use super::calls::{MethodCall, is_global_call, is_global_method};
use super::expressions::unwrapped;
use super::types;
use crate::rule::RuleContext;

/// How it is known that the expression is an array: by its syntax, by a
/// declared type, or not at all (`None`).
pub fn is_array(ctx: &RuleContext<'_>, expression: Node<'_>) -> Option<MetBy> {
    let Some(node) = ctx.file.tree.node_at(expression.span()) else { return None };
    shown_by_syntax(ctx, unwrapped(node), 4)
        .or_else(|| types::element_type(ctx, types::type_of(ctx, node)?).map(|_| MetBy::Type))
}

fn shown_by_syntax(ctx: &RuleContext<'_>, node: Node<'_>, steps: u8) -> Option<MetBy> {
    let steps = steps.checked_sub(1)?;
    match node.kind() {
        "array" => Some(MetBy::Syntax),
        "new_expression" if is_global_call(ctx, node, "Array") => Some(MetBy::Syntax),
        "call_expression" => {
            let call = MethodCall::of(node)?;
            let makes_array = |object, names: &[&str]| {
                names.iter().any(|name| is_global_method(ctx, &call, object, name))
            };
            if makes_array("Object", &["keys", "values", "entries", "getOwnPropertyNames"])
                || makes_array("Array", &["from", "of"])
            {
                return Some(MetBy::Syntax);
            }
            match call.name {
                // Only arrays have these, and they return one.
                "toSorted" | "toReversed" | "toSpliced" | "flatMap" | "flat" => {
                    shown_by_syntax(ctx, unwrapped(call.receiver), steps)
                }
                "map" | "filter" | "slice" | "concat" | "sort" | "reverse" | "splice" => {
                    // An array's method on something that is an array itself.
                    is_array(ctx, call.receiver)
                }
                "split" if call.arguments.len() <= 2 && is_string(ctx, call.receiver).is_some() => {
                    Some(MetBy::Syntax)
                }
                _ => None,
            }
        }
        "identifier" => {
            let bindings = ctx.bindings()?;
            let symbol = bindings.symbol(bindings.symbol_of(node)?);
            let is_fixed = symbol.kind == SymbolKind::Const
                || (symbol.kind == SymbolKind::Let && !symbol.reassigned);
            let declarator = types::declaration_of(ctx, symbol.name_span)
                .filter(|node| is_fixed && node.is("variable_declarator"))?;
            shown_by_syntax(ctx, unwrapped(declarator.child_by_field("value")?), steps)
        }
        _ => None,
    }
}

/// How it is known that the expression is a string.
pub fn is_string(ctx: &RuleContext<'_>, expression: Node<'_>) -> Option<MetBy> {
    let node = unwrapped(ctx.file.tree.node_at(expression.span())?);
    if node.is_any(&["string", "template_string"]) || is_global_call(ctx, node, "String") {
        return Some(MetBy::Syntax);
    }
    let declared = types::unwrapped_type(types::type_of(ctx, node)?);
    let is_it = declared.is("predefined_type") && declared.text() == "string"
        || declared.is("literal_type") && declared.items().next().is_some_and(|l| l.is("string"));
    is_it.then_some(MetBy::Type)
}
