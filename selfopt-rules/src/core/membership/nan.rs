//! Whether a search by `indexOf` may be for `NaN`.

use selfopt_syntax::{MetBy, Node};

use super::Test;
use crate::analysis::arrays::is_string;
use crate::analysis::expressions::unwrapped;
use crate::analysis::fresh::fixed_value;
use crate::analysis::nan::excludes_nan;
use crate::analysis::types;
use crate::rule::RuleContext;

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
    let by_type =
        |type_node: Option<Node<'a>>| type_node.is_some_and(|node| excludes_nan(ctx, node));
    let elements = || types::element_type(ctx, types::type_of(ctx, test.call.receiver)?);
    let is_shown = is_string(ctx, needle).is_some()
        || by_type(types::type_of(ctx, needle))
        || by_type(elements());
    is_shown.then_some(MetBy::Type)
}
