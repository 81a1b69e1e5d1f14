//! Which functions cannot be wrapped so that nobody sees a difference.

use selfopt_syntax::Node;

use super::names::inferred_name;
use super::{FunctionAt, FunctionKind};
use crate::instrument::refusal::Refusal;

/// Why `node` cannot be wrapped, if it cannot.
pub(super) fn refusal(node: Node<'_>, function: &FunctionAt) -> Option<Refusal> {
    let uses = function.uses;
    match function.kind {
        FunctionKind::Constructor => return Some(Refusal::Constructor),
        FunctionKind::Getter | FunctionKind::Setter => return Some(Refusal::Accessor),
        FunctionKind::Arrow if inferred_name(node).is_none() => return Some(Refusal::ComputedName),
        FunctionKind::Arrow if is_statement(node) => return Some(Refusal::ExpressionStatement),
        _ => {}
    }
    if function.kind == FunctionKind::Arrow {
        return None;
    }
    if is_decorated(node) {
        Some(Refusal::Decorated)
    } else if uses.super_ && function.is_generator {
        Some(Refusal::SuperInGenerator)
    } else if uses.super_ && uses.arguments {
        Some(Refusal::SuperWithArguments)
    } else if uses.new_target {
        Some(Refusal::UsesNewTarget)
    } else if function.is_generator && has_parameter_effects(node) {
        Some(Refusal::DefaultParameterWithEffects)
    } else {
        None
    }
}

/// A wrapped arrow starts with a parenthesis, which would go on with a
/// statement before it that has no semicolon.
fn is_statement(arrow: Node<'_>) -> bool {
    arrow
        .ancestors()
        .take_while(|outer| outer.start() == arrow.start())
        .any(|outer| outer.is("expression_statement"))
}

fn is_decorated(function: Node<'_>) -> bool {
    let on_parameters = function
        .child_by_field("parameters")
        .is_some_and(|parameters| parameters.descendants().any(|node| node.is("decorator")));
    let before = std::iter::successors(function.prev_sibling(), |node| node.prev_sibling())
        .find(|node| !node.is_comment());
    on_parameters
        || function.named_children().any(|child| child.is("decorator"))
        || before.is_some_and(|node| node.is("decorator"))
}

/// A generator binds its parameters when it is called, its wrapper only when
/// the first value is asked for: they must be such that nobody can tell.
fn has_parameter_effects(generator: Node<'_>) -> bool {
    let Some(parameters) = generator.child_by_field("parameters") else {
        return false;
    };
    parameters.items().any(|parameter| {
        let pattern = parameter.child_by_field("pattern").unwrap_or(parameter);
        let default = parameter.child_by_field("value").or_else(|| pattern.child_by_field("right"));
        let target = if pattern.is("assignment_pattern") {
            pattern.child_by_field("left").unwrap_or(pattern)
        } else if pattern.is("rest_pattern") {
            pattern.items().next().unwrap_or(pattern)
        } else {
            pattern
        };
        !target.is_any(&["identifier", "this"]) || default.is_some_and(|value| !is_literal(value))
    })
}

fn is_literal(value: Node<'_>) -> bool {
    value.is_any(&["number", "string", "true", "false", "null", "undefined"])
        || (value.is_any(&["array", "object"]) && value.items().next().is_none())
}
