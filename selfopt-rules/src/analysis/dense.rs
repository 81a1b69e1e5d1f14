//! Arrays without holes: places between the first and the last that never got
//! an element, which some methods skip and others visit.

use selfopt_syntax::{MetBy, Node};

use super::array_use::{ArrayUse, array_use, is_tame_callback};
use super::arrays::{is_array, is_string};
use super::calls::{MethodCall, is_global_method};
use super::expressions::{constant_value, unwrapped};
use super::presence::is_type_present;
use super::types;
use crate::rule::RuleContext;

/// How it is known that the expression is an array without holes. A declared
/// type whose elements are never `undefined` leaves no room for holes.
pub fn has_no_holes<'a>(ctx: RuleContext<'a>, expression: Node<'a>) -> Option<MetBy> {
    let node = unwrapped(expression);
    let is_dense = |node: Node<'a>| {
        let is_literal = node.is("array") && !has_hole(node);
        if is_literal { Some(MetBy::Syntax) } else { is_dense_array(ctx, node) }
    };
    let by_constant = || {
        let value = unwrapped(constant_value(ctx, node)?);
        is_left_alone(ctx, node).then(|| is_dense(value))?
    };
    let by_type = || {
        let element = types::element_type(ctx, types::type_of(ctx, node)?)?;
        is_type_present(ctx, element).then_some(MetBy::Type)
    };
    // Without the array in its hands the callback of `map` cannot shorten it.
    let by_map = || {
        let call = MethodCall::of(node).filter(|call| call.name == "map" && !call.is_optional)?;
        is_tame_callback(ctx, *call.arguments.first()?, 2).then_some(())?;
        is_array(ctx, call.receiver)?;
        has_no_holes(ctx, call.receiver)
    };
    is_dense(node).or_else(by_constant).or_else(by_type).or_else(by_map)
}

/// Whether nothing but reading happens to the array of this name.
fn is_left_alone<'a>(ctx: RuleContext<'a>, name: Node<'a>) -> bool {
    let is_read = || {
        let bindings = ctx.bindings()?;
        let id = bindings.symbol_of(name)?;
        let mut uses = bindings.references(id);
        let all_read = uses.all(|reference| {
            array_use(ctx, ctx.file.tree.smallest_containing(reference.span)) == ArrayUse::Read
        });
        Some(all_read && !bindings.symbol(id).exported)
    };
    is_read() == Some(true)
}

/// Whether an array literal has a hole, as `[a, , b]` has.
pub fn has_hole(array: Node<'_>) -> bool {
    let tokens: Vec<_> = array.children().filter(|c| !c.is_comment()).collect();
    let is_hole = |pair: &[Node<'_>]| {
        pair[1].is_token(",") && (pair[0].is_token(",") || pair[0].is_token("["))
    };
    array.is("array") && tokens.windows(2).any(is_hole)
}

/// How it is known that the expression is an array without holes, which
/// `concat` would keep.
pub fn is_dense_array<'a>(ctx: RuleContext<'a>, expression: Node<'a>) -> Option<MetBy> {
    let node = unwrapped(expression);
    let call = MethodCall::of(node).filter(|call| !call.is_optional)?;
    let is_any = |object, names: &[&str]| {
        let mut names = names.iter();
        names.any(|name| is_global_method(ctx, &call, object, name))
    };
    if is_any("Object", &["keys", "values", "entries"]) || is_any("Array", &["from", "of"]) {
        return Some(MetBy::Syntax);
    }
    match call.name {
        "filter" | "flat" | "flatMap" => is_array(ctx, call.receiver),
        "split" => is_string(ctx, call.receiver),
        // Without the array in its hands the callback cannot shorten it.
        "map" if is_tame_callback(ctx, *call.arguments.first()?, 2) => {
            is_dense_array(ctx, call.receiver)
        }
        _ => None,
    }
}
