//! A `Set` that is there already.

use selfopt_syntax::Node;

use super::Test;
use crate::analysis::calls::{MethodCall, is_global_call};
use crate::analysis::placing::Place;
use crate::rule::RuleContext;

/// The `Set` of the same array that an earlier patch put right there.
pub(in crate::core) fn existing_set<'a>(
    ctx: RuleContext<'a>,
    place: Place<'a>,
    test: &Test<'a>,
) -> Option<&'a str> {
    let Place::Before(statement) = place else {
        return None;
    };
    let before = std::iter::successors(statement.prev_sibling(), |node| node.prev_sibling());
    before
        .filter(|node| !node.is_comment())
        .map_while(|declaration| {
            let declarator =
                declaration.is("lexical_declaration").then(|| declaration.items().next())??;
            let value = declarator.child_by_field("value")?;
            let is_set = value.is("new_expression") && is_global_call(ctx, value, "Set");
            let name = is_set.then(|| declarator.child_by_field("name"))??;
            Some((name, value))
        })
        .find(|(name, value)| is_set_of(ctx, *name, *value, test))
        .map(|(name, _)| name.text())
}

/// Whether the name stands for a `Set` of the same array that is only asked.
fn is_set_of<'a>(ctx: RuleContext<'a>, name: Node<'a>, value: Node<'a>, test: &Test<'a>) -> bool {
    let is_asked = |at: Node<'a>| {
        at.parent()
            .and_then(Node::parent)
            .and_then(MethodCall::of)
            .is_some_and(|call| call.receiver == at && call.name == "has")
    };
    let is_only_asked = || {
        let bindings = ctx.bindings()?;
        let mut uses = bindings.references(bindings.symbol_of(name)?);
        Some(uses.all(|r| is_asked(ctx.file.tree.smallest_containing(r.span))))
    };
    let arguments = value.child_by_field("arguments");
    let of = arguments.and_then(|arguments| arguments.items().next());
    of.is_some_and(|of| of.text() == test.haystack().text()) && is_only_asked() == Some(true)
}
