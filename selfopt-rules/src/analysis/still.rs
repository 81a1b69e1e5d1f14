//! Whether objects from before a stretch of code stay as they are while it
//! runs: by no name, and not by code from elsewhere.

use selfopt_syntax::Node;

use super::arrays::is_array;
use super::effect_free::effect_free;
use super::expressions::unwrapped;
use super::fresh::fixed_value;
use super::known_code::all_unknown_code;
use crate::rule::RuleContext;

/// The first place in `region` that may change a property of an object: the
/// property of that name, or any where none is given.
pub fn change_of_objects<'a>(
    ctx: RuleContext<'a>,
    region: Node<'a>,
    property: Option<&str>,
) -> Option<Node<'a>> {
    let leaves_trace = |node: &Node<'a>| {
        !node.is_any(&["call_expression", "new_expression"]) || effect_free(ctx, *node).is_err()
    };
    all_unknown_code(ctx, region)
        .find(leaves_trace)
        .or_else(|| region.subtree().find(|node| writes(ctx, *node, property)))
}

fn writes<'a>(ctx: RuleContext<'a>, node: Node<'a>, property: Option<&str>) -> bool {
    let target = match node.kind() {
        "assignment_expression" | "augmented_assignment_expression" | "for_in_statement" => {
            node.child_by_field("left")
        }
        "update_expression" => node.child_by_field("argument"),
        "unary_expression" if node.has_token("delete") => node.child_by_field("argument"),
        _ => None,
    };
    let Some(target) = target.map(unwrapped) else {
        return false;
    };
    let object = target.child_by_field("object");
    match target.kind() {
        "member_expression" => target
            .child_by_field("property")
            .is_none_or(|written| property.is_none_or(|name| name == written.text())),
        // Elements of arrays, and dictionaries that start empty, are no such property.
        "subscript_expression" => object.is_none_or(|object| {
            let is_dictionary = fixed_value(ctx, unwrapped(object)).is_some_and(|value| {
                let value = unwrapped(value);
                value.is("object") && value.items().next().is_none()
            });
            is_array(ctx, object).is_none() && !is_dictionary
        }),
        _ => target.subtree().any(|n| n.is_any(&["member_expression", "subscript_expression"])),
    }
}
