//! `some-to-set`: an array is searched for an element with the same key in
//! every step of a loop.

use selfopt_syntax::Node;

use super::lookup::{
    ELEMENTS_ARE_THERE, Indexed, KEY_NOT_NAN, KEYS_NOT_CHANGED, Lookup, RECEIVER_IS_ARRAY, Remedy,
    TYPES_FIT, VALUE_ONLY_COMPUTES, capitalized,
};
use super::membership::{
    DEFINED_BEFORE, MAY_BE_LARGE, NOT_CHANGED, PLACE, SET_IS_GLOBAL, SYNCHRONOUS,
};
use crate::analysis::names::fresh_name;
use crate::analysis::placing::Place;
use crate::rule::{Applicability, Fix, Match, Proof, Rule, RuleContext, RuleMeta, SizeWitness};

static META: RuleMeta = RuleMeta {
    id: "some-to-set",
    pack: "core",
    version: "0.1.0",
    title: "array searched for the same key in every step of a loop",
    why: "Each `some` compares up to all elements: n searches in m elements take in the order of \
          n·m comparisons, where a `Set` of the keys is asked once per search.",
    applicability: Applicability::NeedsProof,
    kinds: &["call_expression"],
    literals: &[".some("],
    risk: 2,
    typical_speedup: 2.42,
    needs_bindings: true,
    size_witness: SizeWitness::Needed,
    conditions: &[
        &RECEIVER_IS_ARRAY,
        &MAY_BE_LARGE,
        &ELEMENTS_ARE_THERE,
        &KEY_NOT_NAN,
        &VALUE_ONLY_COMPUTES,
        &TYPES_FIT,
        &SET_IS_GLOBAL,
        &NOT_CHANGED,
        &KEYS_NOT_CHANGED,
        &SYNCHRONOUS,
        &DEFINED_BEFORE,
        &PLACE,
    ],
};

static REMEDY: Remedy = Remedy {
    method: "some",
    told: "is searched for an equal",
    index: "Set",
    is_the_hosts: &SET_IS_GLOBAL,
};

/// See `rulebook/core/some-to-set.md`.
pub(crate) struct SomeToSet;

impl Rule for SomeToSet {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, ctx: RuleContext<'_>, node: Node<'_>) -> Option<Match> {
        REMEDY.check(ctx, node, fix)
    }
}

fn fix<'a>(lookup: &Lookup<'a>, indexed: Indexed<'a>) -> Proof<Fix> {
    let ctx = lookup.ctx;
    let (list, element, key) = (lookup.list.text(), lookup.element.text(), lookup.key.text());
    let one = list.strip_suffix('s').unwrap_or(list);
    let name = fresh_name(ctx.file, &format!("{one}{}s", capitalized(key)));
    let statement = format!("const {name} = new Set({list}.map(({element}) => {element}.{key}))");
    let asked = format!("{name}.has({})", lookup.value.text());
    let title = format!("Make a `Set` of `{key}` once");
    let make = |place: Place<'a>| {
        place.insert(ctx, &statement).ok_or("a statement cannot stand before the loop")
    };
    indexed.fix(lookup, title, make, asked)
}
