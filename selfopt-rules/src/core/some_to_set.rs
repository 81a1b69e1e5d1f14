//! `some-to-set`: an array is searched for an element with the same key in
//! every step of a loop.

use selfopt_syntax::Node;

use super::lookup::{
    ELEMENTS_ARE_THERE, KEY_NOT_NAN, KEYS_NOT_CHANGED, Lookup, RECEIVER_IS_ARRAY, TYPES_FIT,
    VALUE_ONLY_COMPUTES, capitalized, replaced,
};
use super::membership::{
    DEFINED_BEFORE, Iteration, MAY_BE_LARGE, NOT_CHANGED, PLACE, SET_IS_GLOBAL, SYNCHRONOUS,
};
use crate::analysis::names::{declares, fresh_name};
use crate::rule::{
    Applicability, Fix, Match, Proof, Refusal, Rule, RuleContext, RuleMeta, SizeWitness,
};

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

/// See `rulebook/core/some-to-set.md`.
pub(crate) struct SomeToSet;

impl Rule for SomeToSet {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, ctx: RuleContext<'_>, node: Node<'_>) -> Option<Match> {
        let lookup = Lookup::of(ctx, node, "some")?;
        let iterations = lookup.iterations()?;
        Some(Match {
            span: node.span(),
            message: format!(
                "`{}` is searched for an equal `{}` in every step of a loop",
                lookup.list.text(),
                lookup.key.text()
            ),
            outcome: fix(&lookup, &iterations).into(),
        })
    }
}

fn fix<'a>(lookup: &Lookup<'a>, iterations: &[Iteration<'a>]) -> Proof<Fix> {
    let ctx = lookup.ctx;
    if declares(ctx, "Set") {
        let reason = "`Set` means something else in this file";
        return Err(Refusal::new(&SET_IS_GLOBAL, lookup.call.node, reason));
    }
    let indexed = lookup.prove(iterations)?;
    let (list, element, key) = (lookup.list.text(), lookup.element.text(), lookup.key.text());
    let one = list.strip_suffix('s').unwrap_or(list);
    let name = fresh_name(ctx.file, &format!("{one}{}s", capitalized(key)));
    let statement = format!("const {name} = new Set({list}.map(({element}) => {element}.{key}))");
    let mut edits = indexed.place.insert(ctx, &statement).ok_or_else(|| {
        let reason = "a statement cannot stand before the loop";
        Refusal::new(&PLACE, lookup.call.node, reason)
    })?;
    edits.push(replaced(lookup.call.node, format!("{name}.has({})", lookup.value.text())));
    edits.sort();
    Ok(Fix { title: format!("Make a `Set` of `{key}` once"), edits, met: indexed.met })
}
