//! `keys-includes-to-hasown`: all keys are listed, only to be searched for one.

use selfopt_syntax::{Edit, MetBy, Node, Span};

use super::key_search::{KeySearch, Listed};
use super::plain_object::{MAY_BE_LARGE, OBJECT_IS_PLAIN, prove_may_be_large, prove_plain};
use crate::analysis::expressions::unwrapped;
use crate::analysis::hosts::is_instance;
use crate::analysis::nan::is_never_nan;
use crate::analysis::presence::is_optional_property;
use crate::analysis::purity::pure_expression;
use crate::analysis::strings::is_string;
use crate::rule::{
    Applicability, Condition, Fix, Match, Proof, Refusal, Rule, RuleContext, RuleMeta, SizeWitness,
};

static ONE_ARGUMENT: Condition = Condition::new(
    "one-argument",
    "The search has one argument: it starts at the first key.",
    MetBy::Syntax,
);
static KEY_COMPUTES: Condition = Condition::new(
    "key-only-computes",
    "What is searched for only computes and does not throw: it cannot change what is searched.",
    MetBy::Syntax,
);
static KEY_IS_STRING: Condition = Condition::new(
    "key-is-string",
    "Among an object's keys a string is searched for: `Object.keys` lists strings, so that the \
     number 1 is never found, and `hasOwn` finds it.",
    MetBy::Syntax,
);
static IS_COLLECTION: Condition = Condition::new(
    "receiver-is-collection",
    "What is spread is a `Set`, or the keys of a `Map`.",
    MetBy::Syntax,
);
static NOT_NAN: Condition = Condition::new(
    "value-not-nan",
    "`indexOf` does not search for `NaN`, which it never finds and `has` does.",
    MetBy::Syntax,
);

static META: RuleMeta = RuleMeta {
    id: "keys-includes-to-hasown",
    pack: "core",
    version: "0.1.0",
    title: "all keys listed to search for one",
    why: "Listing the keys makes an array as long as the collection, which is then searched from \
          its start; the collection itself answers in one step.",
    applicability: Applicability::Safe,
    kinds: &["call_expression"],
    literals: &["includes", "indexOf"],
    risk: 1,
    typical_speedup: 3.96,
    needs_bindings: true,
    size_witness: SizeWitness::Needed,
    conditions: &[
        &ONE_ARGUMENT,
        &KEY_COMPUTES,
        &KEY_IS_STRING,
        &OBJECT_IS_PLAIN,
        &MAY_BE_LARGE,
        &IS_COLLECTION,
        &NOT_NAN,
    ],
};

/// See `rulebook/core/keys-includes-to-hasown.md`.
pub(crate) struct KeysIncludesToHasown;

impl Rule for KeysIncludesToHasown {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, ctx: RuleContext<'_>, node: Node<'_>) -> Option<Match> {
        let search = KeySearch::of(ctx, node)?;
        let outcome = fix(ctx, &search);
        // Arrays and other lists are copied for reasons of their own.
        let is_other = |refusal: &Refusal| refusal.condition == &IS_COLLECTION;
        if matches!(search.listed, Listed::Elements(_)) && outcome.as_ref().is_err_and(is_other) {
            return None;
        }
        Some(Match {
            span: search.whole.span(),
            message: format!(
                "all keys of `{}` are listed, only to search for one",
                search.listed.node().text()
            ),
            outcome: outcome.into(),
        })
    }
}

fn fix<'a>(ctx: RuleContext<'a>, search: &KeySearch<'a>) -> Proof<Fix> {
    let mut met = Vec::new();
    let is_index = search.call.name == "indexOf";
    let asked = match search.listed {
        Listed::KeysOf(_) => None,
        Listed::Elements(set) => Some((set, is_instance(ctx, set, &["Set", "ReadonlySet"]))),
        Listed::MapKeys(map) => Some((map, is_instance(ctx, map, &["Map", "ReadonlyMap"]))),
    };
    if let Some((node, kind)) = asked {
        let kind = kind.ok_or_else(|| {
            let reason = format!("nothing shows what `{}` is", node.text());
            Refusal::new(&IS_COLLECTION, node, reason)
        })?;
        met.push((&IS_COLLECTION, kind));
    }
    let [key] = search.call.arguments[..] else {
        let reason = format!("`{}` has not one argument", search.call.name);
        return Err(Refusal::new(&ONE_ARGUMENT, search.call.property, reason));
    };
    if key.is("spread_element") {
        return Err(Refusal::new(&ONE_ARGUMENT, key, "there may be more arguments"));
    }
    let computes = pure_expression(ctx, key)
        .map_err(|obstacle| Refusal::new(&KEY_COMPUTES, obstacle.node, obstacle.reason))?;
    met.push((&KEY_COMPUTES, computes));
    let asks = if let Some((collection, _)) = asked {
        if is_index {
            let not_nan = is_never_nan(ctx, key).ok_or_else(|| {
                let reason = format!("nothing shows that `{}` is never `NaN`", key.text());
                Refusal::new(&NOT_NAN, key, reason)
            })?;
            met.push((&NOT_NAN, not_nan));
        }
        format!("{}.has(", collection.text())
    } else {
        let object = search.listed.node();
        // An assertion makes no string of a number.
        let bare = unwrapped(key);
        let is_open = bare.is("member_expression") && is_optional_property(ctx, bare);
        let is_text = is_string(ctx, bare).filter(|_| !is_open).ok_or_else(|| {
            let reason = format!("nothing shows that `{}` is a string", key.text());
            Refusal::new(&KEY_IS_STRING, key, reason)
        })?;
        met.push((&KEY_IS_STRING, is_text));
        prove_plain(ctx, object)?;
        prove_may_be_large(ctx, object)?;
        let has_own = if ctx.file.text.contains("Object.hasOwn(") {
            "Object.hasOwn("
        } else {
            "Object.prototype.hasOwnProperty.call("
        };
        format!("{has_own}{}, ", object.text())
    };
    let not = if search.is_negated { "!" } else { "" };
    let edits = vec![
        Edit::replace(Span::new(search.whole.start(), key.start()), format!("{not}{asks}")),
        Edit::replace(Span::new(key.end(), search.whole.end()), ")"),
    ];
    Ok(Fix { title: "Ask for the one key".to_owned(), edits, met })
}
