//! `find-to-map-index`: an array is searched for the element with a key in
//! every step of a loop.

use selfopt_syntax::Node;

use super::lookup::{
    ELEMENTS_ARE_THERE, Indexed, KEY_NOT_NAN, KEYS_NOT_CHANGED, Lookup, MAP_IS_GLOBAL,
    RECEIVER_IS_ARRAY, Remedy, TYPES_FIT, VALUE_ONLY_COMPUTES, index_name,
};
use super::membership::{DEFINED_BEFORE, MAY_BE_LARGE, NOT_CHANGED, PLACE, SYNCHRONOUS};
use crate::analysis::layout::Layout;
use crate::analysis::placing::Place;
use crate::rule::{Applicability, Fix, Match, Proof, Rule, RuleContext, RuleMeta, SizeWitness};

static META: RuleMeta = RuleMeta {
    id: "find-to-map-index",
    pack: "core",
    version: "0.1.0",
    title: "array searched for the element with a key in every step of a loop",
    why: "Each `find` compares up to all elements: n searches in m elements take in the order of \
          n·m comparisons, where a `Map` is asked once per search.",
    applicability: Applicability::NeedsProof,
    kinds: &["call_expression"],
    literals: &[".find("],
    risk: 2,
    typical_speedup: 3.93,
    needs_bindings: true,
    size_witness: SizeWitness::Needed,
    conditions: &[
        &RECEIVER_IS_ARRAY,
        &MAY_BE_LARGE,
        &ELEMENTS_ARE_THERE,
        &KEY_NOT_NAN,
        &VALUE_ONLY_COMPUTES,
        &TYPES_FIT,
        &MAP_IS_GLOBAL,
        &NOT_CHANGED,
        &KEYS_NOT_CHANGED,
        &SYNCHRONOUS,
        &DEFINED_BEFORE,
        &PLACE,
    ],
};

static REMEDY: Remedy =
    Remedy { method: "find", told: "is searched by", index: "Map", is_the_hosts: &MAP_IS_GLOBAL };

/// See `rulebook/core/find-to-map-index.md`.
pub(crate) struct FindToMapIndex;

impl Rule for FindToMapIndex {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, ctx: RuleContext<'_>, node: Node<'_>) -> Option<Match> {
        REMEDY.check(ctx, node, fix)
    }
}

fn fix<'a>(lookup: &Lookup<'a>, indexed: Indexed<'a>) -> Proof<Fix> {
    let ctx = lookup.ctx;
    let Layout { indent, semicolon, .. } = Layout::of(ctx.file);
    let (list, element, key) = (lookup.list.text(), lookup.element.text(), lookup.key.text());
    let name = index_name(lookup);
    let types = indexed
        .types
        .map_or_else(String::new, |(key, element)| format!("<{}, {}>", key.text(), element.text()));
    let lines = [
        format!("const {name} = new Map{types}(){semicolon}"),
        format!("for (const {element} of {list}) {{"),
        format!(
            "{indent}if (!{name}.has({element}.{key})) {name}.set({element}.{key}, \
             {element}){semicolon}"
        ),
        "}".to_owned(),
    ];
    let asked = format!("{name}.get({})", lookup.value.text());
    let title = format!("Make a `Map` by `{key}` once");
    let make = |place: Place<'a>| {
        place.insert_lines(ctx, &lines).ok_or("lines cannot stand before the loop")
    };
    indexed.fix(lookup, title, make, asked)
}
