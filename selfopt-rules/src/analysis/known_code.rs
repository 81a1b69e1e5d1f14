//! Whether a stretch of code runs nothing but what is written in it.
//!
//! What it may call is the host's own: methods of arrays, strings, `Map` and
//! `Set`, `Math` and the like. Getters, setters and conversions that act are
//! taken not to exist, as everywhere in JavaScript tooling.

use selfopt_syntax::Node;

use super::array_use::{callback_arity, is_reading_method, is_tame_callback};
use super::arrays::{is_array, is_string};
use super::calls::{MethodCall, is_global_call, is_global_method};
use super::expressions::unwrapped;
use super::fresh::{fixed_value, is_fresh_array};
use super::types;
use crate::rule::RuleContext;

const FUNCTIONS: [&str; 10] = [
    "Number",
    "String",
    "Boolean",
    "BigInt",
    "Symbol",
    "parseInt",
    "parseFloat",
    "isNaN",
    "isFinite",
    "encodeURIComponent",
];
const CONSTRUCTORS: [&str; 9] =
    ["Array", "Date", "Error", "Map", "RangeError", "RegExp", "Set", "TypeError", "WeakMap"];
const COLLECTIONS: [&str; 4] = ["Map", "Set", "WeakMap", "WeakSet"];
const COLLECTION_TYPES: [&str; 6] =
    ["Map", "Set", "WeakMap", "WeakSet", "ReadonlyMap", "ReadonlySet"];
/// Names that only the host's strings, numbers and dates give to methods.
const VALUE_METHODS: [&str; 18] = [
    "charAt",
    "charCodeAt",
    "codePointAt",
    "endsWith",
    "getTime",
    "hasOwnProperty",
    "localeCompare",
    "padEnd",
    "padStart",
    "startsWith",
    "substring",
    "toFixed",
    "toISOString",
    "toLowerCase",
    "toUpperCase",
    "trim",
    "trimEnd",
    "trimStart",
];

/// The first place in `region` that may run code from elsewhere, wait, or
/// change an array or object that `region`'s function did not make itself.
pub fn unknown_code<'a>(ctx: RuleContext<'a>, region: Node<'a>) -> Option<Node<'a>> {
    region.subtree().find(|node| !is_known(ctx, *node))
}

/// All such places in `region`.
pub fn all_unknown_code<'a>(
    ctx: RuleContext<'a>,
    region: Node<'a>,
) -> impl Iterator<Item = Node<'a>> {
    region.subtree().filter(move |node| !is_known(ctx, *node))
}

/// Whether the code waits there, so that other code may run in between.
pub fn waits(node: Node<'_>) -> bool {
    node.is_any(&["await_expression", "yield_expression"])
        || (node.is("for_in_statement") && node.has_token("await"))
}

fn is_known<'a>(ctx: RuleContext<'a>, node: Node<'a>) -> bool {
    let field = |name| node.child_by_field(name);
    match node.kind() {
        _ if !node.is_named() => true,
        _ if waits(node) => false,
        "call_expression" => is_known_call(ctx, node),
        "new_expression" => CONSTRUCTORS.iter().any(|name| is_global_call(ctx, node, name)),
        "for_in_statement" => {
            field("left").is_some_and(|target| is_own_target(ctx, target))
                && (!node.has_token("of")
                    || field("right").is_some_and(|right| is_iterable(ctx, right)))
        }
        "spread_element" => {
            node.parent().is_some_and(|parent| parent.is("object"))
                || node.items().next().is_some_and(|value| is_iterable(ctx, value))
        }
        "assignment_expression" | "augmented_assignment_expression" => {
            field("left").is_some_and(|target| is_own_target(ctx, target))
        }
        "update_expression" => field("argument").is_some_and(|target| is_own_target(ctx, target)),
        "unary_expression" if node.has_token("delete") => {
            field("argument").is_some_and(|target| is_own_target(ctx, target))
        }
        "class_declaration" | "class" | "decorator" => false,
        _ => true,
    }
}

fn is_known_call<'a>(ctx: RuleContext<'a>, node: Node<'a>) -> bool {
    if FUNCTIONS.iter().any(|name| is_global_call(ctx, node, name)) {
        return true;
    }
    let Some(call) = MethodCall::of(node) else {
        return false;
    };
    let is_any = |object, names: &[&str]| {
        names.iter().any(|name| is_global_method(ctx, &call, object, name))
    };
    let is_own_function =
        ["Math", "Number"].iter().any(|object| is_global_method(ctx, &call, object, call.name))
            || is_any("Object", &["keys", "values", "entries", "hasOwn", "is"])
            || is_any("Array", &["isArray", "of"])
            || is_any("String", &["fromCharCode", "fromCodePoint"])
            || is_any("Date", &["now"])
            || (is_any("JSON", &["parse", "stringify"]) && call.arguments.len() == 1)
            || is_any("console", &["log", "debug", "warn", "error"]);
    if is_own_function || VALUE_METHODS.contains(&call.name) {
        return true;
    }
    let has_tame_callback = |arity| {
        call.arguments.first().is_some_and(|callback| is_tame_callback(ctx, *callback, arity))
    };
    if is_array(ctx, call.receiver).is_some() {
        if let Some(arity) = callback_arity(call.name) {
            return has_tame_callback(arity);
        }
        let is_sorted = call.name == "sort"
            && is_fresh_array(ctx, call.receiver).is_some()
            && (call.arguments.is_empty() || has_tame_callback(2));
        return is_sorted || is_reading_method(call.name) || is_own_array(ctx, call.receiver);
    }
    if is_collection(ctx, call.receiver) {
        return call.name != "forEach" || has_tame_callback(2);
    }
    is_string(ctx, call.receiver).is_some() && !call.name.starts_with("replace")
}

/// Whether writing there leaves arrays from elsewhere alone.
fn is_own_target<'a>(ctx: RuleContext<'a>, target: Node<'a>) -> bool {
    let target = unwrapped(target);
    let object = || target.child_by_field("object");
    match target.kind() {
        "member_expression" => {
            target.child_by_field("property").is_some_and(|property| property.text() != "length")
                || object().is_some_and(|object| is_own_array(ctx, object))
        }
        "subscript_expression" => object().is_some_and(|object| {
            is_own_array(ctx, object)
                || fixed_value(ctx, unwrapped(object))
                    .is_some_and(|value| unwrapped(value).is("object"))
        }),
        _ => !target
            .subtree()
            .any(|node| node.is_any(&["member_expression", "subscript_expression"])),
    }
}

/// Whether the name stands for an array that its own declaration makes.
fn is_own_array<'a>(ctx: RuleContext<'a>, expression: Node<'a>) -> bool {
    fixed_value(ctx, unwrapped(expression))
        .is_some_and(|value| is_fresh_array(ctx, value).is_some())
}

/// Whether the expression is the host's `Map`, `Set` or a weak one, as its making or
/// its declared type says.
pub fn is_collection<'a>(ctx: RuleContext<'a>, expression: Node<'a>) -> bool {
    let node = unwrapped(expression);
    let is_made = |node: Node<'a>| {
        node.is("new_expression") && COLLECTIONS.iter().any(|name| is_global_call(ctx, node, name))
    };
    let is_declared = || {
        let declared = types::unwrapped_type(types::type_of(ctx, node)?);
        let name = declared.is("generic_type").then(|| declared.child_by_field("name"))??;
        let bindings = ctx.bindings()?;
        Some(COLLECTION_TYPES.iter().any(|global| bindings.is_global(name, global)))
    };
    is_made(node)
        || fixed_value(ctx, node).is_some_and(|value| is_made(unwrapped(value)))
        || is_declared() == Some(true)
}

/// Whether going through the value runs only the host's code.
fn is_iterable<'a>(ctx: RuleContext<'a>, expression: Node<'a>) -> bool {
    let is_one = |node: Node<'a>| {
        is_array(ctx, node).is_some() || is_string(ctx, node).is_some() || is_collection(ctx, node)
    };
    let is_view = || {
        MethodCall::of(unwrapped(expression)).is_some_and(|call| {
            ["keys", "values", "entries"].contains(&call.name) && is_one(call.receiver)
        })
    };
    is_one(expression) || is_view()
}
