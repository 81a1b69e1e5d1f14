//! Whether an expression makes a new array.

use selfopt_syntax::{MetBy, Node, SymbolKind};

use super::arrays::{is_array, is_string};
use super::calls::{MethodCall, is_global_call, is_global_method};
use super::expressions::unwrapped;
use super::types;
use crate::rule::RuleContext;

/// How it is known that the expression is an array nobody else refers to;
/// `None` when it is not known.
pub fn is_fresh_array<'a>(ctx: RuleContext<'a>, expression: Node<'a>) -> Option<MetBy> {
    let node = unwrapped(expression);
    if node.is("array") || (node.is("new_expression") && is_global_call(ctx, node, "Array")) {
        return Some(MetBy::Syntax);
    }
    let call = MethodCall::of(node).filter(|call| !call.is_optional)?;
    let is_any = |object, names: &[&str]| {
        names.iter().any(|name| is_global_method(ctx, &call, object, name))
    };
    let lists = ["keys", "values", "entries", "getOwnPropertyNames"];
    if is_any("Object", &lists) || is_any("Array", &["from", "of"]) {
        return Some(MetBy::Syntax);
    }
    match call.name {
        "map" | "filter" | "slice" | "concat" | "flat" | "flatMap" | "splice" | "toSorted"
        | "toReversed" | "toSpliced" => is_array(ctx, call.receiver),
        // These give back their receiver.
        "sort" | "reverse" => is_fresh_array(ctx, call.receiver),
        "split" => is_string(ctx, call.receiver),
        _ => None,
    }
}

/// Like [`is_fresh_array`], but a method named as an array's is taken for one
/// where nothing is known of its receiver; the tests gate has to agree. `slice`
/// and `concat` are strings' methods too.
pub fn is_presumably_fresh_array<'a>(ctx: RuleContext<'a>, expression: Node<'a>) -> Option<MetBy> {
    is_fresh_array(ctx, expression).or_else(|| {
        let call = MethodCall::of(unwrapped(expression)).filter(|call| !call.is_optional)?;
        let names =
            ["map", "filter", "flatMap", "flat", "split", "splice", "toSorted", "toSpliced"];
        let is_one = names.contains(&call.name) && types::type_of(ctx, call.receiver).is_none();
        is_one.then_some(MetBy::Tests)
    })
}

/// The value a name is declared with, if it keeps it: `const`, or never
/// assigned again.
pub fn fixed_value<'a>(ctx: RuleContext<'a>, identifier: Node<'a>) -> Option<Node<'a>> {
    let bindings = ctx.bindings()?;
    let symbol = bindings.symbol(bindings.symbol_of(identifier)?);
    let is_variable = matches!(symbol.kind, SymbolKind::Const | SymbolKind::Let | SymbolKind::Var);
    if !is_variable || symbol.reassigned {
        return None;
    }
    types::declaration_of(ctx, symbol.name_span)
        .filter(|node| node.is("variable_declarator"))?
        .child_by_field("value")
}
