//! Whether a property key can be `__proto__`.
//!
//! `object[key] = value` with that key sets the prototype, where
//! `{ [key]: value }` makes an ordinary property.

use selfopt_syntax::{MetBy, Node, SymbolKind};

use super::arrays;
use super::calls::{MethodCall, is_global_call, is_global_method};
use super::expressions::{constant_value, unwrapped};
use super::types;
use crate::rule::RuleContext;

const PROTO: &str = "__proto__";
const MAX_STEPS: u8 = 10;

/// How it is known that the expression, used as a key, is not `__proto__`;
/// `None` when it is not known. `Tests` stands for the index of what looks like
/// an array's method on a receiver of unknown type.
pub fn is_not_proto<'a>(ctx: RuleContext<'a>, expression: Node<'a>) -> Option<MetBy> {
    if by_syntax(ctx, expression, MAX_STEPS) {
        return Some(MetBy::Syntax);
    }
    let declared = types::type_of(ctx, expression);
    if declared.is_some_and(|declared| by_type(ctx, declared, MAX_STEPS)) {
        return Some(MetBy::Type);
    }
    let index = unwrapped(expression);
    (index.is("identifier") && indexed_by(ctx, index).is_some()).then_some(MetBy::Tests)
}

fn by_syntax<'a>(ctx: RuleContext<'a>, expression: Node<'a>, steps: u8) -> bool {
    let Some(steps) = steps.checked_sub(1) else {
        return false;
    };
    let node = unwrapped(expression);
    let field = |name| node.child_by_field(name);
    let holds = |child: Option<Node<'a>>| child.is_some_and(|child| by_syntax(ctx, child, steps));
    match node.kind() {
        "string" => literal_text(node).is_some_and(|text| text != PROTO),
        "template_string" => template(node),
        "unary_expression" => !node.has_token("delete"),
        "binary_expression" if node.has_token("+") => {
            is_number(ctx, node, steps) || affixes(field("left"), field("right"))
        }
        "binary_expression" if ["||", "??"].iter().any(|op| node.has_token(op)) => {
            holds(field("left")) && holds(field("right"))
        }
        // What `&&` gives of its left side is falsy.
        "binary_expression" if node.has_token("&&") => holds(field("right")),
        "number" | "true" | "false" | "null" | "undefined" | "update_expression" | "regex"
        | "binary_expression" => true,
        "ternary_expression" => holds(field("consequence")) && holds(field("alternative")),
        "identifier" => {
            ctx.bindings().is_some_and(|bindings| bindings.is_global(node, "undefined"))
                || is_number(ctx, node, steps)
                || constant_value(ctx, node).is_some_and(|value| by_syntax(ctx, value, steps))
        }
        "call_expression" => is_number(ctx, node, steps),
        "member_expression" => is_number(ctx, node, steps) || enum_member(ctx, node),
        _ => false,
    }
}

/// Whether syntax and bindings show that the expression is a number (or a `bigint`).
pub fn is_number_by_syntax<'a>(ctx: RuleContext<'a>, expression: Node<'a>) -> bool {
    is_number(ctx, expression, MAX_STEPS)
}

/// Whether the expression is a number whatever its operands are.
fn is_number<'a>(ctx: RuleContext<'a>, expression: Node<'a>, steps: u8) -> bool {
    let Some(steps) = steps.checked_sub(1) else {
        return false;
    };
    let node = unwrapped(expression);
    let holds =
        |field| node.child_by_field(field).is_some_and(|child| is_number(ctx, child, steps));
    match node.kind() {
        "number" | "update_expression" => true,
        "unary_expression" => ["-", "+", "~"].iter().any(|op| node.has_token(op)),
        "binary_expression" if node.has_token("+") => holds("left") && holds("right"),
        "binary_expression" => ["-", "*", "/", "%", "**", "|", "&", "^", "<<", ">>", ">>>"]
            .iter()
            .any(|op| node.has_token(op)),
        "call_expression" => {
            ["Number", "parseInt", "parseFloat"].iter().any(|name| is_global_call(ctx, node, name))
                || MethodCall::of(node)
                    .is_some_and(|call| is_global_method(ctx, &call, "Math", call.name))
        }
        "member_expression" => {
            node.child_by_field("property").is_some_and(|property| property.text() == "length")
                && node.child_by_field("object").is_some_and(|object| {
                    arrays::is_array(ctx, object).is_some()
                        || arrays::is_string(ctx, object).is_some()
                })
        }
        "identifier" => {
            is_counter(ctx, node, steps)
                || indexed_by(ctx, node)
                    .is_some_and(|receiver| arrays::is_array(ctx, receiver).is_some())
                || constant_value(ctx, node).is_some_and(|value| is_number(ctx, value, steps))
        }
        _ => false,
    }
}

/// `let i = 0` that is only counted up and down.
fn is_counter<'a>(ctx: RuleContext<'a>, identifier: Node<'a>, steps: u8) -> bool {
    let Some(bindings) = ctx.bindings() else {
        return false;
    };
    let Some(id) = bindings.symbol_of(identifier) else {
        return false;
    };
    let symbol = bindings.symbol(id);
    let is_counted = || {
        bindings.references(id).filter(|r| r.usage.is_write()).all(|r| {
            let name = ctx.file.tree.smallest_containing(r.span);
            name.parent().is_some_and(|parent| {
                parent.is("update_expression")
                    || (parent.is("augmented_assignment_expression")
                        && parent.child_by_field("left") == Some(name)
                        && ["+=", "-="].iter().any(|op| parent.has_token(op))
                        && parent.child_by_field("right").is_some_and(|r| is_number(ctx, r, steps)))
            })
        })
    };
    matches!(symbol.kind, SymbolKind::Let | SymbolKind::Const)
        && types::declaration_of(ctx, symbol.name_span)
            .filter(|declarator| declarator.is("variable_declarator"))
            .and_then(|declarator| declarator.child_by_field("value"))
            .is_some_and(|value| is_number(ctx, value, steps))
        && is_counted()
}

/// The receiver of `map`, `reduce` and kin, when the name is the index that they
/// hand to their callback.
fn indexed_by<'a>(ctx: RuleContext<'a>, identifier: Node<'a>) -> Option<Node<'a>> {
    let bindings = ctx.bindings()?;
    let symbol = bindings.symbol(bindings.symbol_of(identifier)?);
    if symbol.kind != SymbolKind::Parameter || symbol.reassigned {
        return None;
    }
    let name = ctx.file.tree.smallest_containing(symbol.name_span);
    let (call, position) = types::callback_parameter(name)?;
    let is_index = position == types::element_position(call.name)? + 1;
    let is_destructured =
        name.parent()?.is_any(&["object_pattern", "array_pattern", "pair_pattern"]);
    (is_index && !is_destructured).then_some(call.receiver)
}

/// The text of a string literal without escapes.
fn literal_text(string: Node<'_>) -> Option<&str> {
    let text = string.text();
    let inner = text.get(1..text.len().checked_sub(1)?)?;
    (!inner.contains('\\')).then_some(inner)
}

fn template(node: Node<'_>) -> bool {
    let Some(text) = literal_text(node) else {
        return false;
    };
    let Some((prefix, _)) = text.split_once("${") else {
        return text != PROTO;
    };
    let last = node.items().filter(|item| item.is("template_substitution")).last();
    let suffix = last.map_or("", |last| {
        let from = (last.end() - node.start()) as usize - 1;
        text.get(from..).unwrap_or_default()
    });
    !PROTO.starts_with(prefix) || !PROTO.ends_with(suffix)
}

/// `'user:' + id`, `id + '-key'`.
fn affixes(left: Option<Node<'_>>, right: Option<Node<'_>>) -> bool {
    let text = |node: Option<Node<'_>>| {
        let node = unwrapped(node?);
        node.is("string").then(|| literal_text(node).map(str::to_owned))?
    };
    // The leftmost operand of a chain of `+` starts the string only if it is one.
    let leftmost = std::iter::successors(left, |node| {
        node.is("binary_expression").then(|| node.child_by_field("left"))?
    });
    text(leftmost.last()).is_some_and(|prefix| !PROTO.starts_with(&prefix))
        || text(right).is_some_and(|suffix| !PROTO.ends_with(&suffix))
}

/// `Color.Red` of an enum in this file without the value `__proto__`.
fn enum_member<'a>(ctx: RuleContext<'a>, node: Node<'a>) -> bool {
    let object = node.child_by_field("object").filter(|object| object.is("identifier"));
    object
        .and_then(|object| types::resolved(ctx, object))
        .is_some_and(|declaration| is_tame_enum(declaration))
}

fn is_tame_enum(declaration: Node<'_>) -> bool {
    let is_tame = |value: Node<'_>| {
        value.is("number")
            || (value.is("string") && literal_text(value).is_some_and(|t| t != PROTO))
    };
    declaration.is("enum_declaration")
        && declaration.child_by_field("body").is_some_and(|body| {
            body.items().all(|member| match member.child_by_field("value") {
                Some(value) => is_tame(value),
                None => true,
            })
        })
}

fn by_type<'a>(ctx: RuleContext<'a>, type_node: Node<'a>, steps: u8) -> bool {
    let Some(steps) = steps.checked_sub(1) else {
        return false;
    };
    let node = types::unwrapped_type(type_node);
    match node.kind() {
        "predefined_type" => {
            matches!(node.text(), "number" | "boolean" | "symbol" | "unique symbol")
        }
        "literal_type" => node.items().next().is_some_and(|literal| match literal.kind() {
            "string" => literal_text(literal).is_some_and(|text| text != PROTO),
            "number" | "true" | "false" | "null" | "undefined" | "unary_expression" => true,
            _ => false,
        }),
        "union_type" => node.items().all(|part| by_type(ctx, part, steps)),
        "type_identifier" => types::resolved(ctx, node)
            .is_some_and(|declared| is_tame_enum(declared) || by_type(ctx, declared, steps)),
        "nested_type_identifier" => node
            .child_by_field("module")
            .and_then(|module| types::resolved(ctx, module))
            .is_some_and(is_tame_enum),
        _ => false,
    }
}

/// Whether a key that is written out is `__proto__`, or cannot be read for
/// escapes.
pub fn is_proto_name(key: Node<'_>) -> bool {
    if key.is("string") {
        return literal_text(key).is_none_or(|text| text == PROTO);
    }
    key.text() == PROTO || key.text().contains('\\')
}
