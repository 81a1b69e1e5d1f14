//! Objects whose own properties are all enumerable.

use selfopt_syntax::{MetBy, Node, SymbolKind};

use crate::analysis::calls::{MethodCall, is_global_method};
use crate::analysis::expressions::{constant_value, unwrapped};
use crate::analysis::types;
use crate::analysis::usage::{Usage, usage};
use crate::rule::{Condition, Proof, Refusal, RuleContext};

/// Below this the list of keys is made and searched as fast.
const MIN_LITERAL: usize = 20;

/// `Object.keys` lists all that `hasOwn` sees.
pub(super) static OBJECT_IS_PLAIN: Condition = Condition::new(
    "object-is-plain",
    "The object is made here as a literal or by `Object.fromEntries`, or is an enum, and nothing could give it a property that `Object.keys` does not list.",
    MetBy::Syntax,
);
/// It is not known to be too small.
pub(super) static MAY_BE_LARGE: Condition = Condition::new(
    "object-may-be-large",
    "The object is not a short literal: the benchmark shows that its size pays.",
    MetBy::Benchmark,
);

/// Shows that all own properties of the object of this name are enumerable.
pub(super) fn prove_plain<'a>(ctx: RuleContext<'a>, name: Node<'a>) -> Proof {
    let refuse = |at: Node<'a>, reason: String| Err(Refusal::new(&OBJECT_IS_PLAIN, at, reason));
    let unknown = || refuse(name, format!("nothing shows how `{}` is made", name.text()));
    let Some((bindings, id)) = ctx.bindings().and_then(|b| Some((b, b.symbol_of(name)?))) else {
        return unknown();
    };
    let symbol = bindings.symbol(id);
    if symbol.kind == SymbolKind::Enum && !symbol.reassigned {
        return Ok(());
    }
    let Some(value) = constant_value(ctx, name) else {
        return unknown();
    };
    let made = Made::of(ctx, value);
    match made {
        None => return unknown(),
        Some(Made::Frozen) => return Ok(()),
        Some(Made::Plain) => {}
    }
    if symbol.exported {
        return refuse(name, format!("other modules may change `{}`", name.text()));
    }
    for reference in bindings.references(id).filter(|r| r.usage.is_read() || r.usage.is_write()) {
        let at = ctx.file.tree.smallest_containing(reference.span);
        let keeps = match usage(ctx, at) {
            Usage::LookedInto | Usage::MemberWritten(_) | Usage::MemberDeleted => false,
            Usage::Spread(spread) => !spread.parent().is_some_and(|parent| parent.is("object")),
            _ => !is_membership(at),
        };
        if keeps {
            let reason = format!("`{}` is passed on here, and may change elsewhere", name.text());
            return refuse(at, reason);
        }
    }
    Ok(())
}

/// Shows that the object is not a short literal.
pub(super) fn prove_may_be_large<'a>(ctx: RuleContext<'a>, name: Node<'a>) -> Proof {
    let literal = constant_value(ctx, name).map(unwrapped);
    let literal = literal.map(|value| frozen(ctx, value).map_or(value, unwrapped));
    let declared = || {
        let bindings = ctx.bindings()?;
        let symbol = bindings.symbol(bindings.symbol_of(name)?);
        types::declaration_of(ctx, symbol.name_span)?.child_by_field("body")
    };
    let n_keys = match literal {
        Some(value) if value.is("object") => {
            let is_open = value.items().any(|item| item.is("spread_element")) || grows(ctx, name);
            (!is_open).then(|| value.items().count())
        }
        Some(_) => None,
        None => declared().map(|body| body.items().count()),
    };
    match n_keys.filter(|n| *n < MIN_LITERAL) {
        None => Ok(()),
        Some(n) => {
            let reason = format!(
                "`{}` has {n} key{}: these are listed and searched as fast",
                name.text(),
                if n == 1 { "" } else { "s" }
            );
            Err(Refusal::new(&MAY_BE_LARGE, name, reason))
        }
    }
}

fn grows<'a>(ctx: RuleContext<'a>, name: Node<'a>) -> bool {
    let is_written = || {
        let bindings = ctx.bindings()?;
        let mut uses = bindings.references(bindings.symbol_of(name)?);
        Some(uses.any(|reference| {
            let at = ctx.file.tree.smallest_containing(reference.span);
            matches!(usage(ctx, at), Usage::MemberWritten(_))
        }))
    };
    is_written() != Some(false)
}

/// How an object was made.
enum Made {
    /// Nobody can change it.
    Frozen,
    /// All properties are enumerable at first.
    Plain,
}

impl Made {
    fn of<'a>(ctx: RuleContext<'a>, value: Node<'a>) -> Option<Self> {
        let node = unwrapped(value);
        if frozen(ctx, node).is_some_and(|inner| unwrapped(inner).is("object")) {
            return Some(Self::Frozen);
        }
        let is_made = || {
            let call = MethodCall::of(node)?;
            Some(is_global_method(ctx, &call, "Object", "fromEntries") && !call.is_optional)
        };
        (node.is("object") || is_made() == Some(true)).then_some(Self::Plain)
    }
}

/// What `Object.freeze` makes unchangeable.
fn frozen<'a>(ctx: RuleContext<'a>, node: Node<'a>) -> Option<Node<'a>> {
    let call = MethodCall::of(node).filter(|call| !call.is_optional)?;
    let is_it = is_global_method(ctx, &call, "Object", "freeze") && call.arguments.len() == 1;
    is_it.then(|| call.arguments[0])
}

/// `for (… in object)` and `Object.prototype.hasOwnProperty.call(object, …)`:
/// they look into it and keep nothing.
fn is_membership(at: Node<'_>) -> bool {
    at.parent().is_some_and(|parent| match parent.kind() {
        "for_in_statement" => parent.child_by_field("right") == Some(at) && !parent.has_token("of"),
        "arguments" => {
            let callee = parent.parent().and_then(|call| call.child_by_field("function"));
            callee.is_some_and(|callee| callee.text() == "Object.prototype.hasOwnProperty.call")
        }
        _ => false,
    })
}
