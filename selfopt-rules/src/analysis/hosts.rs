//! Whether an expression is one of the host's collections.

use selfopt_syntax::{MetBy, Node};

use super::calls::is_global_call;
use super::expressions::unwrapped;
use super::fresh::fixed_value;
use super::types;
use crate::rule::RuleContext;

/// How it is known that the expression is made by `new` of one of these global
/// classes, or declared as one.
pub fn is_instance<'a>(
    ctx: RuleContext<'a>,
    expression: Node<'a>,
    classes: &[&str],
) -> Option<MetBy> {
    let node = unwrapped(expression);
    let is_made = |node: Node<'a>| {
        node.is("new_expression") && classes.iter().any(|name| is_global_call(ctx, node, name))
    };
    if is_made(node) {
        return Some(MetBy::Syntax);
    }
    if let Some(declared) = types::type_of(ctx, node) {
        let declared = types::unwrapped_type(declared);
        let name = declared.is("generic_type").then(|| declared.child_by_field("name"))??;
        let bindings = ctx.bindings()?;
        let is_one = classes.iter().any(|class| bindings.is_global(name, class));
        return is_one.then_some(MetBy::Type);
    }
    let is_fixed = node.is("identifier")
        && fixed_value(ctx, node).is_some_and(|value| is_made(unwrapped(value)));
    is_fixed.then_some(MetBy::Syntax)
}
