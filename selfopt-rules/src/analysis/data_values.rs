//! Whether a value is data: certainly no function.

use selfopt_syntax::{MetBy, Node, SymbolKind};

use super::arrays::is_array;
use super::calls::{MethodCall, is_global_call, is_global_method};
use super::expressions::unwrapped;
use super::fresh::fixed_value;
use super::functions::enclosing_function;
use super::strings::is_string;
use super::types;
use crate::rule::RuleContext;

/// How far names, calls and branches are followed.
const MAX_STEPS: u8 = 8;

/// How it is known that the expression's value is no function.
pub fn is_data<'a>(ctx: RuleContext<'a>, expression: Node<'a>) -> Option<MetBy> {
    data(ctx, expression, MAX_STEPS)
}

/// Whether values of a declared type are no functions.
pub fn is_data_type<'a>(ctx: RuleContext<'a>, type_node: Node<'a>) -> bool {
    data_type(ctx, type_node, MAX_STEPS)
}

fn data<'a>(ctx: RuleContext<'a>, expression: Node<'a>, steps: u8) -> Option<MetBy> {
    let steps = steps.checked_sub(1)?;
    let node = unwrapped(expression);
    let field = |name| node.child_by_field(name);
    let weaker = |left: Option<MetBy>, right: Option<MetBy>| match (left?, right?) {
        (MetBy::Syntax, other) | (other, _) => Some(other),
    };
    match node.kind() {
        "binary_expression" if ["||", "??"].iter().any(|op| node.has_token(op)) => {
            weaker(data(ctx, field("left")?, steps), data(ctx, field("right")?, steps))
        }
        // A function is never falsy.
        "binary_expression" if node.has_token("&&") => data(ctx, field("right")?, steps),
        "array" | "object" | "string" | "template_string" | "number" | "true" | "false"
        | "null" | "undefined" | "regex" | "unary_expression" | "update_expression"
        | "binary_expression" => Some(MetBy::Syntax),
        "ternary_expression" => {
            weaker(data(ctx, field("consequence")?, steps), data(ctx, field("alternative")?, steps))
        }
        "new_expression" => {
            let makes_function = ["Function", "Proxy", "Object"];
            let class = field("constructor")?;
            let bindings = ctx.bindings()?;
            (class.is("identifier")
                && bindings.symbol_of(class).is_none()
                && !makes_function.contains(&class.text()))
            .then_some(MetBy::Syntax)
            .or_else(|| class.text().starts_with("Intl.").then_some(MetBy::Syntax))
        }
        "call_expression" => call(ctx, node, steps),
        "identifier" => {
            if ctx.bindings()?.is_global(node, "undefined") {
                return Some(MetBy::Syntax);
            }
            by_type(ctx, node).or_else(|| data(ctx, fixed_value(ctx, node)?, steps))
        }
        "member_expression" if field("property")?.text() == "length" => Some(MetBy::Syntax),
        "member_expression" | "subscript_expression" if is_of_json(ctx, node) => {
            Some(MetBy::Syntax)
        }
        _ => by_type(ctx, node),
    }
}

fn by_type<'a>(ctx: RuleContext<'a>, node: Node<'a>) -> Option<MetBy> {
    let declared = types::type_of(ctx, node)?;
    is_data_type(ctx, declared).then_some(MetBy::Type)
}

fn call<'a>(ctx: RuleContext<'a>, node: Node<'a>, steps: u8) -> Option<MetBy> {
    let plain =
        ["BigInt", "Boolean", "Number", "String", "parseFloat", "parseInt", "structuredClone"];
    if plain.iter().any(|name| is_global_call(ctx, node, name)) || is_of_json(ctx, node) {
        return Some(MetBy::Syntax);
    }
    if let Some(call) = MethodCall::of(node) {
        let known = ["every", "getItem", "getTime", "includes", "indexOf", "some", "toISOString"];
        let is_known = known.contains(&call.name)
            || is_global_method(ctx, &call, "Object", "fromEntries")
            || is_global_method(ctx, &call, "JSON", "stringify")
            || ["Math", "Number", "Date"]
                .iter()
                .any(|object| is_global_method(ctx, &call, object, call.name));
        return if is_known {
            Some(MetBy::Syntax)
        } else {
            is_array(ctx, node).or_else(|| is_string(ctx, node))
        };
    }
    let bindings = ctx.bindings()?;
    let callee = node.child_by_field("function").filter(|callee| callee.is("identifier"))?;
    let symbol = bindings.symbol(bindings.symbol_of(callee)?);
    let function = if symbol.kind == SymbolKind::Function && !symbol.reassigned {
        types::declaration_of(ctx, symbol.name_span)?
    } else {
        unwrapped(fixed_value(ctx, callee)?)
    };
    if let Some(declared) = function.child_by_field("return_type").and_then(|t| t.items().next())
        && is_data_type(ctx, declared)
    {
        return Some(MetBy::Type);
    }
    returned(ctx, function, steps)
}

/// All that the function returns is data.
fn returned<'a>(ctx: RuleContext<'a>, function: Node<'a>, steps: u8) -> Option<MetBy> {
    let kinds = ["function_declaration", "arrow_function", "function_expression"];
    let body = function.is_any(&kinds).then(|| function.child_by_field("body"))??;
    if !body.is("statement_block") {
        return data(ctx, body, steps);
    }
    let mut met_by = MetBy::Syntax;
    for statement in body.subtree().filter(|node| node.is("return_statement")) {
        if enclosing_function(statement) != Some(function) {
            continue;
        }
        if let Some(value) = statement.items().next() {
            let found = data(ctx, value, steps)?;
            met_by = if met_by == MetBy::Syntax { found } else { met_by };
        }
    }
    Some(met_by)
}

/// `JSON.parse(text)` and what is in it, unless a reviver puts other things there.
fn is_of_json<'a>(ctx: RuleContext<'a>, expression: Node<'a>) -> bool {
    let node = unwrapped(expression);
    if node.is_any(&["member_expression", "subscript_expression"]) {
        return node.child_by_field("object").is_some_and(|object| is_of_json(ctx, object));
    }
    MethodCall::of(node).is_some_and(|call| {
        is_global_method(ctx, &call, "JSON", "parse") && call.arguments.len() == 1
    })
}

fn data_type<'a>(ctx: RuleContext<'a>, type_node: Node<'a>, steps: u8) -> bool {
    let Some(steps) = steps.checked_sub(1) else {
        return false;
    };
    let node = types::unwrapped_type(type_node);
    match node.kind() {
        "predefined_type" => {
            ["string", "number", "boolean", "bigint", "symbol"].contains(&node.text())
        }
        "literal_type"
        | "array_type"
        | "tuple_type"
        | "template_literal_type"
        | "enum_declaration" => true,
        "union_type" => node.items().all(|part| data_type(ctx, part, steps)),
        "type_identifier" => {
            let known = ["Date", "RegExp", "URL", "URLSearchParams", "Error"];
            types::resolved(ctx, node).map_or_else(
                || ctx.bindings().is_some_and(|b| known.iter().any(|n| b.is_global(node, n))),
                |declared| data_type(ctx, declared, steps),
            )
        }
        // Without a call signature it describes no function, though one may have it.
        "interface_declaration" => {
            node.child_by_field("body").is_some_and(|body| data_type(ctx, body, steps))
        }
        "object_type" | "interface_body" => {
            node.items().next().is_some() && node.items().all(|member| !member.is("call_signature"))
        }
        "generic_type" => {
            let known = [
                "Array",
                "Map",
                "Partial",
                "ReadonlyArray",
                "ReadonlyMap",
                "ReadonlySet",
                "Record",
                "Set",
            ];
            let name = node.child_by_field("name");
            name.is_some_and(|name| {
                ctx.bindings().is_some_and(|b| known.iter().any(|n| b.is_global(name, n)))
            })
        }
        _ => false,
    }
}
