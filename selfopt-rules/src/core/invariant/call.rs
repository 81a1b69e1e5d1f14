//! Which calls these are.

use selfopt_syntax::Node;

use crate::analysis::calls::{MethodCall, is_global_call, is_global_method};
use crate::analysis::expressions::{unwrapped, wrapped};
use crate::rule::RuleContext;

/// What a call makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::core) enum Kind<'a> {
    /// `Object.keys(object)`, `Object.values(object)`.
    Listing(&'a str),
    /// `text.split(',')`.
    Split,
    /// `new Set(list)`.
    Collection,
    /// A sorted copy of an array, with its comparator.
    Sorted(Option<Node<'a>>),
    /// `JSON.parse(text)`.
    Parsed,
}

/// A call of a function of the host that is made of one name.
#[derive(Debug, Clone, Copy)]
pub(in crate::core) struct Call<'a> {
    pub(in crate::core) node: Node<'a>,
    /// The name.
    pub(in crate::core) input: Node<'a>,
    pub(in crate::core) kind: Kind<'a>,
}

impl<'a> Call<'a> {
    pub(in crate::core) fn of(ctx: RuleContext<'a>, node: Node<'a>) -> Option<Self> {
        let (input, kind) = if node.is("new_expression") {
            Self::collection(ctx, node)?
        } else {
            Self::method(ctx, node)?
        };
        // `kept ??= JSON.parse(text)` is done once already.
        let is_kept = wrapped(node).parent().is_some_and(|parent| {
            parent.is("augmented_assignment_expression") && parent.has_token("??=")
        });
        let is_known =
            !is_kept && input.is("identifier") && ctx.bindings()?.symbol_of(input).is_some();
        (is_known && !node.subtree().any(Node::is_comment)).then_some(Self { node, input, kind })
    }

    fn collection(ctx: RuleContext<'a>, node: Node<'a>) -> Option<(Node<'a>, Kind<'a>)> {
        let mut arguments = node.child_by_field("arguments")?.items();
        let input = arguments.next().filter(|_| arguments.next().is_none())?;
        is_global_call(ctx, node, "Set").then_some((input, Kind::Collection))
    }

    fn method(ctx: RuleContext<'a>, node: Node<'a>) -> Option<(Node<'a>, Kind<'a>)> {
        let names = ["keys", "values", "parse", "split", "sort", "toSorted"];
        let call = MethodCall::named(node, &names)?;
        if call.is_optional || call.has_spread() {
            return None;
        }
        let is_listing = ["keys", "values"].contains(&call.name)
            && is_global_method(ctx, &call, "Object", call.name);
        match (call.name, &call.arguments[..]) {
            ("keys" | "values", [input]) if is_listing => Some((*input, Kind::Listing(call.name))),
            ("parse", [input]) if is_global_method(ctx, &call, "JSON", "parse") => {
                Some((*input, Kind::Parsed))
            }
            ("split", [separator]) if separator.is("string") => Some((call.receiver, Kind::Split)),
            ("sort", []) => Some((copied(call.receiver)?, Kind::Sorted(None))),
            ("sort", [compare]) => Some((copied(call.receiver)?, Kind::Sorted(Some(*compare)))),
            ("toSorted", []) => Some((call.receiver, Kind::Sorted(None))),
            ("toSorted", [compare]) => Some((call.receiver, Kind::Sorted(Some(*compare)))),
            _ => None,
        }
    }
}

/// `list` of `[...list]` and `list.slice()`.
fn copied(copy: Node<'_>) -> Option<Node<'_>> {
    let node = unwrapped(copy);
    if let Some(call) = MethodCall::named(node, &["slice"]) {
        return call.arguments.is_empty().then_some(call.receiver);
    }
    let mut items = node.is("array").then(|| node.items())?;
    let only = items.next().filter(|item| item.is("spread_element"))?;
    items.next().is_none().then(|| only.items().next())?
}
