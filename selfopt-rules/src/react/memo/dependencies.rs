//! What a value that is kept over renders depends on.

use selfopt_syntax::{MetBy, Node, SymbolId};

use super::changes::change_of_value;
use super::component::Component;
use super::kept::{Origin, origin};
use super::reads::{Read, outer_read};
use crate::analysis::arrays::is_array;
use crate::rule::{Condition, Proof, Refusal, RuleContext};

/// A dependency that is left out is a value of an earlier render.
pub(in crate::react) static DEPENDENCIES_ARE_COMPLETE: Condition = Condition::new(
    "dependencies-are-complete",
    "All that the value is made of and that may differ between two renders stands in the list of \
     dependencies: names of the component that nothing assigns again. What is read at once is no \
     ref, no clock, and nothing of another module or the host that changes.",
    MetBy::Syntax,
);
/// A dependency that differs in every render makes the hook a cost.
pub(in crate::react) static DEPENDENCIES_ARE_KEPT: Condition = Condition::new(
    "dependencies-are-kept",
    "Each dependency is the same from render to render while its data is: a prop, a state, what \
     another hook gave, or a primitive; no object or function that the component makes anew.",
    MetBy::Syntax,
);
/// React compares objects by identity.
pub(in crate::react) static NOTHING_CHANGES_IN_PLACE: Condition = Condition::new(
    "nothing-changes-in-place",
    "The component changes neither the value nor a dependency in place.",
    MetBy::Syntax,
);

/// The list of dependencies of an expression in a component, as it is written.
pub(in crate::react) fn dependencies<'a>(
    ctx: RuleContext<'a>,
    component: Component<'a>,
    expression: Node<'a>,
) -> Proof<Vec<String>> {
    let mut found = Vec::new();
    let incomplete =
        |at: Node<'a>, reason: String| Refusal::new(&DEPENDENCIES_ARE_COMPLETE, at, reason);
    if let Some(this) = expression.subtree().find(|node| node.is_any(&["this", "super"])) {
        return Err(incomplete(this, "`this` is no dependency".to_owned()));
    }
    let Some(bindings) = ctx.bindings() else {
        return Err(incomplete(expression, "the names are not resolved".to_owned()));
    };
    let span = expression.span();
    let references = bindings.all_references();
    let from = references.partition_point(|reference| reference.span.start < span.start);
    for reference in references[from..].iter().take_while(|r| r.span.start < span.end) {
        let is_value = reference.usage.is_read() || reference.usage.is_write();
        if !is_value {
            continue;
        }
        let read = Read::of(ctx, expression, reference.span);
        let name = reference.span.text(&ctx.file.text);
        let Some(id) = reference.symbol else {
            outer_read(ctx, &read, None).map_err(|reason| incomplete(read.at, reason))?;
            continue;
        };
        let symbol = bindings.symbol(id);
        if span.contains(symbol.declaration) {
            continue;
        }
        if !component.function.span().contains(symbol.declaration)
            || component
                .function
                .child_by_field("name")
                .is_some_and(|own| own.span() == symbol.name_span)
        {
            outer_read(ctx, &read, Some(id)).map_err(|reason| incomplete(read.at, reason))?;
            continue;
        }
        if symbol.reassigned {
            return Err(incomplete(read.at, format!("`{name}` is assigned more than once")));
        }
        if symbol.declaration.start > span.start {
            return Err(incomplete(read.at, format!("`{name}` is declared further below")));
        }
        if let Some(dependency) = of_component(ctx, component, &read, id)? {
            found.push(dependency);
        }
    }
    Ok(without_parts(&found))
}

/// How a name of the component stands in the list; `None` for what never changes.
fn of_component<'a>(
    ctx: RuleContext<'a>,
    component: Component<'a>,
    read: &Read<'a>,
    id: SymbolId,
) -> Proof<Option<String>> {
    let name = read.at.text();
    let incomplete =
        |reason: String| Err(Refusal::new(&DEPENDENCIES_ARE_COMPLETE, read.at, reason));
    if !read.is_deferred && read.reads_ref() {
        return incomplete(format!("`{}` may have changed without a render", read.chain.text()));
    }
    match origin(ctx, component, id) {
        Origin::Setter => return Ok(None),
        Origin::Ref if read.is_deferred || read.is_bare() => return Ok(None),
        Origin::Ref => return incomplete(format!("`{name}` is a ref")),
        Origin::Fresh => {
            let reason = format!("`{name}` is made anew in every render");
            return Err(Refusal::new(&DEPENDENCIES_ARE_KEPT, read.at, reason));
        }
        Origin::Props => {
            let Some(part) = read.first_part() else {
                return incomplete(format!("`{name}` is a new object in every render"));
            };
            return Ok(Some(part.text().to_owned()));
        }
        Origin::Hook
            if !read.is_deferred
                && !read.is_bare()
                && !read.is_sure_chain()
                && is_array(ctx, read.at).is_none() =>
        {
            return incomplete(format!("the hook that `{name}` comes from may change it in place"));
        }
        Origin::Prop | Origin::State | Origin::Hook | Origin::Part => {}
    }
    if !read.is_deferred
        && let Some(change) = change_of_value(ctx, id)
    {
        let reason = format!("`{name}` is changed in place");
        return Err(Refusal::new(&NOTHING_CHANGES_IN_PLACE, change, reason));
    }
    let is_part = !read.is_deferred && read.is_sure_chain();
    let dependency = if is_part { read.chain.text() } else { name };
    Ok(Some(dependency.to_owned()))
}

/// Without repetitions, and without parts of what is in the list as a whole.
fn without_parts(found: &[String]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for (idx, name) in found.iter().enumerate() {
        let is_part = found.iter().any(|whole| {
            name.strip_prefix(whole.as_str()).is_some_and(|rest| rest.starts_with('.'))
        });
        if !is_part && !found[..idx].contains(name) {
            kept.push(name.clone());
        }
    }
    kept
}
