//! `Object.fromEntries(items.map((item) => [key, value]))` in place of a
//! `reduce` that copies an object.
//!
//! It defines properties the way a literal does, so it is right for every key,
//! `__proto__` included. It calls back for the holes of an array, which
//! `reduce` skips, so the array must have none.

use selfopt_syntax::{Edit, Node, Span};

use super::accumulator::ReduceParts;
use crate::analysis::arrays::is_array;
use crate::analysis::calls::{MethodCall, is_global_method};
use crate::analysis::expressions::{asserted_type, unwrapped};
use crate::rule::RuleContext;

/// The edits, where the receiver is known to be an array without holes.
pub(super) fn from_entries<'a>(
    ctx: RuleContext<'a>,
    parts: &ReduceParts<'_, 'a>,
    key: Node<'a>,
    value: Node<'a>,
) -> Option<Vec<Edit>> {
    let ReduceParts { call, callback, result, seed, .. } = *parts;
    let (accumulator, item) = (callback.parameters.first()?, callback.parameters.get(1)?);
    let is_plain_call = call.name == "reduce"
        && !call.is_optional
        && unwrapped(seed).items().next().is_none()
        && callback.node.child_by_field("return_type").is_none();
    let is_shadowed = ctx
        .bindings()?
        .symbols()
        .any(|(id, _)| ctx.bindings().is_some_and(|bindings| bindings.name(id) == "Object"));
    if !is_plain_call || is_shadowed {
        return None;
    }
    if !is_new_and_dense(ctx, call.receiver) {
        return None;
    }
    let explicit = call.type_arguments.and_then(|arguments| arguments.items().next());
    let declared = explicit.or(accumulator.type_node).or_else(|| asserted_type(seed));
    let type_argument = match declared {
        Some(declared) => format!("<{}>", value_type(ctx, declared)?.text()),
        None => String::new(),
    };
    let entry = format!("[{}, {}]", key.text(), value.text());
    let written = if result.is("return_statement") { result.items().next()? } else { result };
    let mut edits = vec![
        Edit::insert(call.node.start(), format!("Object.fromEntries{type_argument}(")),
        Edit::replace(call.property.span(), "map"),
        Edit::delete(Span::new(
            parameter_start(accumulator.pattern),
            parameter_start(item.pattern),
        )),
        Edit::replace(written.span(), entry),
        Edit::delete(Span::new(call.arguments[0].end(), seed.end())),
        Edit::insert(call.node.end(), ")"),
    ];
    if let Some(arguments) = call.type_arguments {
        edits.push(Edit::delete(arguments.span()));
    }
    Some(edits)
}

/// Where a parameter starts, its TypeScript wrapper included.
fn parameter_start(pattern: Node<'_>) -> u32 {
    let list = |node: &Node<'_>| node.parent().is_some_and(|parent| parent.is("formal_parameters"));
    let outermost = std::iter::once(pattern).chain(pattern.ancestors()).find(list);
    outermost.unwrap_or(pattern).start()
}

/// `V` of `Record<string, V>`, which is what `Object.fromEntries<V>` gives.
fn value_type<'a>(ctx: RuleContext<'a>, declared: Node<'a>) -> Option<Node<'a>> {
    let name = declared.is("generic_type").then(|| declared.child_by_field("name"))??;
    let arguments = declared.child_by_field("type_arguments")?;
    let mut arguments = arguments.items();
    let is_string_key = arguments.next().is_some_and(|key| key.text() == "string");
    (is_string_key && ctx.bindings()?.is_global(name, "Record")).then(|| arguments.next())?
}

/// Whether the array has no holes and gets none while the callback runs: it is
/// new, and nobody else has it. A declared type promises neither.
fn is_new_and_dense<'a>(ctx: RuleContext<'a>, receiver: Node<'a>) -> bool {
    let node = unwrapped(receiver);
    if node.is("array") {
        // A comma behind a comma or the bracket leaves a hole.
        let tokens: Vec<_> = node.children().filter(|child| !child.is_comment()).collect();
        let leaves_hole = |pair: &[Node<'_>]| {
            pair[1].is_token(",") && (pair[0].is_token(",") || pair[0].is_token("["))
        };
        return !tokens.windows(2).any(leaves_hole);
    }
    let Some(call) = MethodCall::of(node) else {
        return false;
    };
    let is_global = |object, names: &[&str]| {
        names.iter().any(|name| is_global_method(ctx, &call, object, name))
    };
    is_global("Object", &["keys", "values", "entries"])
        || is_global("Array", &["from", "of"])
        || (matches!(
            call.name,
            "filter" | "map" | "slice" | "sort" | "reverse" | "toSorted" | "toReversed"
        ) && is_new_and_dense(ctx, call.receiver))
        || (call.name == "filter" && is_array(ctx, call.receiver).is_some())
}
