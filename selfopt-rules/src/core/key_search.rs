//! A search in a list of keys that is made for it.

use selfopt_syntax::Node;

use crate::analysis::calls::{MethodCall, is_global_method};
use crate::analysis::searches::found_comparison;
use crate::rule::RuleContext;

/// What the list was made of.
#[derive(Debug, Clone, Copy)]
pub(super) enum Listed<'a> {
    /// `Object.keys(object)`.
    KeysOf(Node<'a>),
    /// `[...set]`, `Array.from(set)`.
    Elements(Node<'a>),
    /// `[...map.keys()]`, `Array.from(map.keys())`.
    MapKeys(Node<'a>),
}

impl<'a> Listed<'a> {
    pub(super) fn node(self) -> Node<'a> {
        match self {
            Self::KeysOf(node) | Self::Elements(node) | Self::MapKeys(node) => node,
        }
    }

    fn of(ctx: RuleContext<'a>, list: Node<'a>) -> Option<Self> {
        if list.is("array") {
            let mut items = list.items();
            let spread = items.next().filter(|item| item.is("spread_element"))?;
            let is_alone = items.next().is_none() && !list.has_token(",");
            return is_alone.then(|| Self::elements(spread.items().next()))?;
        }
        let call = MethodCall::of(list).filter(|call| !call.is_optional && !call.has_spread())?;
        let [only] = call.arguments[..] else {
            return None;
        };
        if is_global_method(ctx, &call, "Object", "keys") {
            return only.is("identifier").then_some(Self::KeysOf(only));
        }
        is_global_method(ctx, &call, "Array", "from").then(|| Self::elements(Some(only)))?
    }

    fn elements(iterated: Option<Node<'a>>) -> Option<Self> {
        let node = iterated?;
        if node.is("identifier") {
            return Some(Self::Elements(node));
        }
        let call = MethodCall::named(node, &["keys"]).filter(|call| !call.is_optional)?;
        let is_named = call.arguments.is_empty() && call.receiver.is("identifier");
        is_named.then_some(Self::MapKeys(call.receiver))
    }
}

/// `Object.keys(object).includes(key)` and the like.
pub(super) struct KeySearch<'a> {
    pub(super) call: MethodCall<'a>,
    pub(super) listed: Listed<'a>,
    /// The call, or the comparison around it.
    pub(super) whole: Node<'a>,
    pub(super) is_negated: bool,
}

impl<'a> KeySearch<'a> {
    pub(super) fn of(ctx: RuleContext<'a>, node: Node<'a>) -> Option<Self> {
        let call = MethodCall::named(node, &["includes", "indexOf"])?;
        if call.is_optional {
            return None;
        }
        let (whole, is_negated) = match call.name {
            "includes" => (node, false),
            "indexOf" => found_comparison(node)?,
            _ => return None,
        };
        let listed = Listed::of(ctx, call.receiver)?;
        let has_comment = whole.subtree().any(Node::is_comment);
        (!has_comment).then_some(Self { call, listed, whole, is_negated })
    }
}
