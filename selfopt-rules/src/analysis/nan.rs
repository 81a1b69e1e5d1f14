//! Whether a value can be `NaN`, which `===` never finds and `includes` does.

use selfopt_syntax::{MetBy, Node};

use super::expressions::{constant_value, unwrapped};
use super::strings::is_string;
use super::types;
use crate::rule::RuleContext;

const MAX_STEPS: u8 = 8;

/// How it is known that the expression is never `NaN`.
pub fn is_never_nan<'a>(ctx: RuleContext<'a>, expression: Node<'a>) -> Option<MetBy> {
    let node = unwrapped(expression);
    let is_literal = |node: Node<'a>| {
        let kinds =
            ["string", "template_string", "number", "true", "false", "null", "undefined", "object"];
        node.is_any(&kinds)
    };
    if is_literal(node) || constant_value(ctx, node).is_some_and(|v| is_literal(unwrapped(v))) {
        return Some(MetBy::Syntax);
    }
    is_string(ctx, node).or_else(|| {
        let declared = types::type_of(ctx, node)?;
        excludes_nan(ctx, declared).then_some(MetBy::Type)
    })
}

/// Whether a type declared in this file has no `NaN`.
pub fn excludes_nan<'a>(ctx: RuleContext<'a>, type_node: Node<'a>) -> bool {
    is_not_number(ctx, type_node, MAX_STEPS)
}

fn is_not_number<'a>(ctx: RuleContext<'a>, type_node: Node<'a>, steps: u8) -> bool {
    let Some(steps) = steps.checked_sub(1) else {
        return false;
    };
    let node = types::unwrapped_type(type_node);
    match node.kind() {
        "predefined_type" => {
            ["string", "boolean", "bigint", "symbol", "object"].contains(&node.text())
        }
        "literal_type"
        | "array_type"
        | "tuple_type"
        | "object_type"
        | "function_type"
        | "template_literal_type"
        | "interface_declaration"
        | "class_declaration"
        | "enum_declaration" => true,
        "union_type" => node.items().all(|part| is_not_number(ctx, part, steps)),
        "type_identifier" => {
            types::resolved(ctx, node).is_some_and(|declared| is_not_number(ctx, declared, steps))
        }
        _ => false,
    }
}
