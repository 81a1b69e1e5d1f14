//! What a regular expression is used for.

use selfopt_syntax::{MetBy, Node};

use crate::analysis::arrays::is_string;
use crate::analysis::calls::MethodCall;
use crate::analysis::expressions::{unwrapped, wrapped};
use crate::analysis::types;
use crate::rule::{Condition, Proof, Refusal, RuleContext};

/// Matches are independent.
pub(super) static NO_LAST_INDEX: Condition = Condition::new(
    "no-last-index-state",
    "No match starts where another one ended: there is no flag `y`, and with the flag `g` only \
     string methods are used, which start at 0.",
    MetBy::Syntax,
);
/// Nobody else gets hold of it.
pub(super) static NO_ESCAPE: Condition = Condition::new(
    "regexp-does-not-escape",
    "The expression is only matched with: it is not stored, returned, passed on, read or changed.",
    MetBy::Syntax,
);

/// Shows that a use only matches, and how that is known.
pub(super) fn prove_use<'a>(ctx: RuleContext<'a>, used: Node<'a>, is_global: bool) -> Proof<MetBy> {
    let value = wrapped(used);
    let parent = value.parent();
    let callee_of = |member: Node<'a>| {
        member.parent().filter(|call| call.child_by_field("function") == Some(member))
    };
    let own = parent.filter(|member| {
        member.is("member_expression") && member.child_by_field("object") == Some(value)
    });
    let own_method =
        own.and_then(|member| callee_of(member).and(member.child_by_field("property")));
    if own_method.is_some_and(|name| ["test", "exec"].contains(&name.text())) {
        if is_global {
            let reason = "with the flag `g` the next match starts where this one ends";
            return Err(Refusal::new(&NO_LAST_INDEX, used, reason));
        }
        return Ok(MetBy::Syntax);
    }
    let call =
        parent.filter(|list| list.is("arguments")).and_then(Node::parent).and_then(MethodCall::of);
    let call = call.filter(|call| {
        call.arguments.first().map(|first| unwrapped(*first)) == Some(unwrapped(used))
    });
    let met_by = call
        .filter(|call| {
            matches!(
                (call.name, call.arguments.len()),
                ("match" | "matchAll" | "search", 1)
                    | ("split", 1 | 2)
                    | ("replace" | "replaceAll", 2)
            )
        })
        .and_then(|call| string_method(ctx, call.receiver));
    met_by.ok_or_else(|| {
        let reason = "here the expression is used for more than a match";
        Refusal::new(&NO_ESCAPE, used, reason)
    })
}

/// How it is known that a method named like a string's is a string's. Where
/// no type says otherwise, it is left to the tests.
fn string_method<'a>(ctx: RuleContext<'a>, receiver: Node<'a>) -> Option<MetBy> {
    let is_named = |declared: Node<'a>| {
        types::unwrapped_type(declared).is_any(&[
            "type_identifier",
            "generic_type",
            "nested_type_identifier",
        ])
    };
    let declared = types::type_of(ctx, receiver);
    is_string(ctx, receiver).or_else(|| (!declared.is_some_and(is_named)).then_some(MetBy::Tests))
}
