//! Whether a value is a primitive whose conversion does not throw: anything
//! but an object or a symbol.

use selfopt_syntax::{MetBy, Node};

use super::arrays::is_array;
use super::expressions::{constant_value, unwrapped};
use super::strings::is_string;
use super::types;
use crate::rule::RuleContext;

/// How far expressions and type aliases are followed.
const MAX_STEPS: u8 = 10;

/// How it is known that the expression is a string, number, `bigint`, boolean,
/// `null` or `undefined`; the type may be declared in this file.
pub fn is_primitive<'a>(ctx: RuleContext<'a>, expression: Node<'a>) -> Option<MetBy> {
    let node = unwrapped(expression);
    let is_shown = node.is_any(&["string", "number", "true", "false", "null", "undefined"])
        || (node.is("unary_expression")
            && ["!", "typeof", "void"].iter().any(|op| node.has_token(op)))
        || (node.is("binary_expression")
            && ["===", "!==", "==", "!=", "<", ">", "<=", ">="]
                .iter()
                .any(|op| node.has_token(op)));
    if is_shown {
        return Some(MetBy::Syntax);
    }
    is_string(ctx, node).or_else(|| is_surely_number(ctx, node)).or_else(|| {
        let declared = types::type_of(ctx, node)?;
        is_primitive_type(ctx, declared, MAX_STEPS).then_some(MetBy::Type)
    })
}

/// How it is known that the expression is a number and not a `bigint`.
pub fn is_surely_number<'a>(ctx: RuleContext<'a>, expression: Node<'a>) -> Option<MetBy> {
    number(ctx, expression, MAX_STEPS)
}

fn number<'a>(ctx: RuleContext<'a>, expression: Node<'a>, steps: u8) -> Option<MetBy> {
    let steps = steps.checked_sub(1)?;
    let node = unwrapped(expression);
    let by_type = || {
        let declared = types::unwrapped_type(types::type_of(ctx, node)?);
        let is_it = declared.is("predefined_type") && declared.text() == "number";
        is_it.then_some(MetBy::Type)
    };
    match node.kind() {
        "number" => (!node.text().ends_with('n')).then_some(MetBy::Syntax),
        "unary_expression" if ["-", "+", "~"].iter().any(|op| node.has_token(op)) => {
            number(ctx, node.child_by_field("argument")?, steps)
        }
        "binary_expression" => {
            let operators = ["+", "-", "*", "/", "%", "**", "|", "&", "^", "<<", ">>", ">>>"];
            operators.iter().any(|op| node.has_token(op)).then_some(())?;
            let left = number(ctx, node.child_by_field("left")?, steps)?;
            let right = number(ctx, node.child_by_field("right")?, steps)?;
            Some(if left == MetBy::Syntax { right } else { left })
        }
        "member_expression" => {
            let is_length = node.child_by_field("property")?.text() == "length"
                && node.child_by_field("optional_chain").is_none();
            let object = node.child_by_field("object")?;
            let by_length = || is_string(ctx, object).or_else(|| is_array(ctx, object));
            is_length.then(by_length).flatten().or_else(by_type)
        }
        "identifier" => by_type().or_else(|| number(ctx, constant_value(ctx, node)?, steps)),
        _ => by_type(),
    }
}

/// Whether all values of a type declared in this file are primitives.
fn is_primitive_type<'a>(ctx: RuleContext<'a>, type_node: Node<'a>, steps: u8) -> bool {
    let Some(steps) = steps.checked_sub(1) else {
        return false;
    };
    let node = types::unwrapped_type(type_node);
    match node.kind() {
        "predefined_type" => ["string", "number", "boolean", "bigint", "undefined", "null", "void"]
            .contains(&node.text()),
        "literal_type" | "template_literal_type" | "enum_declaration" => true,
        "union_type" => node.items().all(|part| is_primitive_type(ctx, part, steps)),
        "type_identifier" => {
            types::resolved(ctx, node).is_some_and(|meaning| is_primitive_type(ctx, meaning, steps))
        }
        _ => false,
    }
}
