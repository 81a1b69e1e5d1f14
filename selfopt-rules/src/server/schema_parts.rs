//! Whether a schema is the same whenever it is built.

use selfopt_syntax::{MetBy, Node, Symbol, SymbolKind};

use super::schema_builder::{Library, chain, library, root};
use crate::analysis::calls::MethodCall;
use crate::analysis::expressions::{is_inert, unwrapped};
use crate::analysis::functions::{enclosing_function, is_function};
use crate::rule::{Condition, Proof, Refusal, RuleContext};

/// Nothing of it can differ.
pub(super) static CONSTANT: Condition = Condition::new(
    "schema-is-constant",
    "It is built of literals, functions and imports alone: nothing of the function around it, no \
     other call, no time, no translation.",
    MetBy::Syntax,
);
/// They are the library's own.
pub(super) static KNOWN: Condition = Condition::new(
    "methods-are-known",
    "Every method is one that the library has of itself: an extension may not be there yet at load.",
    MetBy::Syntax,
);
/// Nobody can change them for others.
pub(super) static DEFAULTS: Condition = Condition::new(
    "defaults-are-not-shared",
    "What stands in for a missing value is a primitive or made by a function: an object would be \
     handed out again and again.",
    MetBy::Syntax,
);

const METHODS: &str = "alternatives and any array base64 bigint boolean brand catch catchall coerce \
    cuid cuid2 custom date datetime deepPartial default describe discriminatedUnion duration email external \
    emoji endsWith enum exclude extend extract finite gt gte guid includes instanceof int intersection ip \
    isoDate items iso keyof keys label lazy length less literal looseObject lowercase lt lte max merge messages min \
    multiple multipleOf nan nanoid nativeEnum negative never nonempty nonnegative nonoptional \
    nonpositive not null nullable nullish number object omit optional options or partial \
    passthrough pattern pick pipe port positive prefault preprocess readonly record refine regex \
    ref required rest safe shape size startsWith step strict strictObject string strip superRefine \
    symbol time token toLowerCase toUpperCase transform trim truthy tuple ulid undefined union \
    unique unknown unwrap uppercase uri url uuid valid allow void when";

/// Shows that building the schema at load gives what building it here gives,
/// and how it is known.
pub(super) fn prove_constant<'a>(
    ctx: RuleContext<'a>,
    schema: Node<'a>,
    of: Library,
) -> Proof<MetBy> {
    let mut met_by = MetBy::Syntax;
    part(ctx, schema, schema, of, &mut met_by)?;
    Ok(met_by)
}

fn part<'a>(
    ctx: RuleContext<'a>,
    whole: Node<'a>,
    node: Node<'a>,
    of: Library,
    met_by: &mut MetBy,
) -> Proof {
    let node = unwrapped(node);
    let refuse = |at: Node<'a>| {
        let shown = at.text().lines().next().unwrap_or_default();
        let reason = format!("`{shown}` may differ from one time to the next");
        Err(Refusal::new(&CONSTANT, at, reason))
    };
    match node.kind() {
        "string" | "number" | "true" | "false" | "null" | "undefined" => Ok(()),
        "unary_expression" if is_inert(ctx, node) || node.has_token("-") => {
            node.items().try_for_each(|item| part(ctx, whole, item, of, met_by))
        }
        "template_string" if is_inert(ctx, node) => Ok(()),
        // With these flags it remembers where a match ended.
        "regex" if !node.child_by_field("flags").is_some_and(|f| f.text().contains(['g', 'y'])) => {
            Ok(())
        }
        "array" => node.items().try_for_each(|item| part(ctx, whole, item, of, met_by)),
        "object" => node.items().try_for_each(|item| match item.kind() {
            "pair"
                if !item.child_by_field("key").is_some_and(|k| k.is("computed_property_name")) =>
            {
                match item.child_by_field("value") {
                    Some(value) => part(ctx, whole, value, of, met_by),
                    None => refuse(item),
                }
            }
            "shorthand_property_identifier" => part(ctx, whole, item, of, met_by),
            _ => refuse(item),
        }),
        "identifier" | "shorthand_property_identifier" => {
            if ctx.bindings().is_some_and(|b| b.is_global(node, "undefined")) {
                return Ok(());
            }
            let symbol = ctx.bindings().and_then(|b| Some(b.symbol(b.symbol_of(node)?)));
            let is_import = symbol.is_some_and(|symbol| symbol.kind == SymbolKind::Import);
            if !is_import {
                return refuse(node);
            }
            // In a circle of imports it may not have its value at load.
            *met_by = MetBy::Tests;
            Ok(())
        }
        "member_expression" if !whole_is_library(ctx, node) => {
            let object = node
                .child_by_field("object")
                .ok_or_else(|| Refusal::new(&CONSTANT, node, "this is not known"))?;
            part(ctx, whole, object, of, met_by)
        }
        "arrow_function" | "function_expression" => prove_function(ctx, whole, node),
        "call_expression" => call(ctx, whole, node, of, met_by),
        _ => refuse(node),
    }
}

fn whole_is_library<'a>(ctx: RuleContext<'a>, member: Node<'a>) -> bool {
    member.child_by_field("object").is_some_and(|object| library(ctx, object).is_some())
}

fn call<'a>(
    ctx: RuleContext<'a>,
    whole: Node<'a>,
    node: Node<'a>,
    of: Library,
    met_by: &mut MetBy,
) -> Proof {
    let calls = chain(node);
    if root(&calls).and_then(|name| library(ctx, name)) != Some(of) {
        let shown = node.text().lines().next().unwrap_or_default();
        let reason = format!("what `{shown}` gives is not known");
        return Err(Refusal::new(&CONSTANT, node, reason));
    }
    for MethodCall { name, property, arguments, is_optional, .. } in calls {
        if is_optional || !METHODS.split_ascii_whitespace().any(|known| known == name) {
            let reason = format!("`{name}` is no method that the library is known to have");
            return Err(Refusal::new(&KNOWN, property, reason));
        }
        for argument in arguments {
            let is_shared = unwrapped(argument).is_any(&["object", "array", "identifier"])
                && ["default", "catch", "prefault", "failover"].contains(&name);
            if is_shared {
                let reason = "every missing value would become this same object";
                return Err(Refusal::new(&DEFAULTS, argument, reason));
            }
            part(ctx, whole, argument, of, met_by)?;
        }
    }
    Ok(())
}

/// A function that is a part of the schema runs later; it must see nothing of
/// the function that it stands in now.
fn prove_function<'a>(ctx: RuleContext<'a>, whole: Node<'a>, function: Node<'a>) -> Proof {
    let around = enclosing_function(whole);
    let sees = |symbol: &Symbol| {
        let is_inside = function.span().contains(symbol.declaration);
        let is_local = around.is_some_and(|_| {
            let name = ctx.file.tree.smallest_containing(symbol.name_span);
            enclosing_function(name).is_some()
                || name.ancestors().any(|outer| outer.is("statement_block") || is_function(outer))
        });
        is_local && !is_inside
    };
    let taken = function.subtree().find(|node| {
        let is_word = node.is_any(&["this", "super", "await_expression", "yield_expression"])
            || (node.is("identifier") && node.text() == "arguments");
        let symbol = || {
            let is_name =
                node.is_any(&["identifier", "shorthand_property_identifier", "type_identifier"]);
            let bindings = ctx.bindings()?;
            is_name.then(|| bindings.symbol_of(*node).map(|id| bindings.symbol(id)))?
        };
        is_word || symbol().is_some_and(sees)
    });
    match taken {
        None => Ok(()),
        Some(at) => {
            let reason = format!("`{}` belongs to the function around the schema", at.text());
            Err(Refusal::new(&CONSTANT, at, reason))
        }
    }
}
