//! Whether an expression is an array, or a string.

use selfopt_syntax::{MetBy, Node, SymbolKind};

use super::calls::{MethodCall, is_global_call, is_global_method};
use super::expressions::unwrapped;
use super::types;
use crate::rule::RuleContext;

/// How far chains of calls and constants are followed.
const MAX_STEPS: u8 = 6;

/// How it is known that the expression is an array: by its syntax, by a
/// declared type, or not at all (`None`).
pub fn is_array<'a>(ctx: RuleContext<'a>, expression: Node<'a>) -> Option<MetBy> {
    shown(ctx, expression, MAX_STEPS)
}

fn shown<'a>(ctx: RuleContext<'a>, expression: Node<'a>, steps: u8) -> Option<MetBy> {
    shown_by_syntax(ctx, unwrapped(expression), steps)
        .or_else(|| types::element_type(ctx, types::type_of(ctx, expression)?).map(|_| MetBy::Type))
}

fn shown_by_syntax<'a>(ctx: RuleContext<'a>, node: Node<'a>, steps: u8) -> Option<MetBy> {
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
                "map" | "filter" | "slice" | "concat" | "sort" | "reverse" | "splice" | "flat"
                | "flatMap" | "toSorted" | "toReversed" | "toSpliced" => {
                    shown(ctx, call.receiver, steps)
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
pub fn is_string<'a>(ctx: RuleContext<'a>, expression: Node<'a>) -> Option<MetBy> {
    let node = unwrapped(expression);
    if node.is_any(&["string", "template_string"]) || is_global_call(ctx, node, "String") {
        return Some(MetBy::Syntax);
    }
    let declared = types::unwrapped_type(types::type_of(ctx, node)?);
    let is_it = declared.is("predefined_type") && declared.text() == "string"
        || declared.is("literal_type") && declared.items().next().is_some_and(|l| l.is("string"));
    is_it.then_some(MetBy::Type)
}
