//! Whether an expression is a number.

use selfopt_syntax::{MetBy, Node};

use super::expressions::unwrapped;
use super::{keys, types};
use crate::rule::RuleContext;

/// How it is known that the expression is a number (or a `bigint`): by its
/// syntax, by a declared type, or not at all (`None`).
pub fn is_number<'a>(ctx: RuleContext<'a>, expression: Node<'a>) -> Option<MetBy> {
    let node = unwrapped(expression);
    if keys::is_number_by_syntax(ctx, node) {
        return Some(MetBy::Syntax);
    }
    let declared = types::unwrapped_type(types::type_of(ctx, node)?);
    let is_it = declared.is("predefined_type") && ["number", "bigint"].contains(&declared.text());
    is_it.then_some(MetBy::Type)
}
