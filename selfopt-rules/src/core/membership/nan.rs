//! Whether a search by `indexOf` may be for `NaN`.

use selfopt_syntax::{MetBy, Node};

use super::Test;
use crate::analysis::arrays::is_string;
use crate::analysis::expressions::unwrapped;
use crate::analysis::fresh::fixed_value;
use crate::analysis::types;
use crate::rule::RuleContext;

const MAX_STEPS: u8 = 8;

/// How it is known that either the value or the elements are never `NaN`;
/// `None` when it is not known.
pub(in crate::core) fn cannot_be_nan<'a>(ctx: RuleContext<'a>, test: &Test<'a>) -> Option<MetBy> {
    let needle = *test.call.arguments.first()?;
    let is_literal = |node: Node<'a>| unwrapped(node).is_any(&["string", "template_string"]);
    let are_literals = || {
        let value = fixed_value(ctx, test.name).map(unwrapped)?;
        // `[, 'a']` has a hole: a `Set` has `undefined` for it.
        let mut is_last_comma = true;
        let has_hole = value.children().skip(1).any(|child| {
            let is_hole = child.is_token(",") && is_last_comma;
            is_last_comma = child.is_token(",");
            is_hole
        });
        (value.is("array") && !has_hole && value.items().all(is_literal)).then_some(())
    };
    if is_literal(needle) || are_literals().is_some() {
        return Some(MetBy::Syntax);
    }
    let by_type = |type_node: Option<Node<'a>>| {
        type_node.is_some_and(|node| is_not_number(ctx, node, MAX_STEPS))
    };
    let elements = || types::element_type(ctx, types::type_of(ctx, test.call.receiver)?);
    let is_shown = is_string(ctx, needle).is_some()
        || by_type(types::type_of(ctx, needle))
        || by_type(elements());
    is_shown.then_some(MetBy::Type)
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
