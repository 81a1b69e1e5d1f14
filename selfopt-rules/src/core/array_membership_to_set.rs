//! `array-membership-to-set`: an array is searched from its start for every
//! element of another.

use selfopt_syntax::{Edit, MetBy, Node};

use super::membership::{
    DEFINED_BEFORE, Haystack, Iteration, MAY_BE_LARGE, NOT_CHANGED, NOT_NAN, ONE_ARGUMENT, PLACE,
    RECEIVER_IS_ARRAY, SET_IS_GLOBAL, SYNCHRONOUS, Test, cannot_be_nan, existing_set,
    iterations_around,
};
use crate::analysis::names::fresh_name;
use crate::analysis::placing::Place;
use crate::rule::{
    Applicability, Fix, Match, Proof, Refusal, Rule, RuleContext, RuleMeta, SizeWitness,
};

static META: RuleMeta = RuleMeta {
    id: "array-membership-to-set",
    pack: "core",
    version: "0.1.0",
    title: "array searched from its start in every step of a loop",
    why: "Each search compares up to all elements: n searches in m elements take in the order \
          of n·m comparisons, where a `Set` is asked once per search.",
    applicability: Applicability::Safe,
    kinds: &["call_expression"],
    literals: &["includes(", "indexOf("],
    risk: 2,
    typical_speedup: 3.76,
    needs_bindings: true,
    size_witness: SizeWitness::Needed,
    conditions: &[
        &RECEIVER_IS_ARRAY,
        &ONE_ARGUMENT,
        &MAY_BE_LARGE,
        &NOT_NAN,
        &SET_IS_GLOBAL,
        &NOT_CHANGED,
        &SYNCHRONOUS,
        &DEFINED_BEFORE,
        &PLACE,
    ],
};

/// See `rulebook/core/array-membership-to-set.md`.
pub(crate) struct ArrayMembershipToSet;

impl Rule for ArrayMembershipToSet {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, ctx: RuleContext<'_>, node: Node<'_>) -> Option<Match> {
        let test = Test::of(node)?;
        let symbol = ctx.bindings()?.symbol_of(test.name)?;
        let declaration = ctx.bindings()?.symbol(symbol).declaration;
        let is_home = |outer: Node<'_>| outer.span().contains(declaration);
        let iterations = iterations_around(ctx, test.whole, is_home);
        if iterations.is_empty() {
            return None;
        }
        let haystack = Haystack::of(ctx, test.name)?;
        let search = Search { ctx, test: &test, haystack: &haystack };
        Some(Match {
            span: test.whole.span(),
            message: format!(
                "`{}` is searched from its start in every step of a loop",
                test.name.text()
            ),
            outcome: search.fix(&iterations).into(),
        })
    }
}

struct Search<'p, 'a> {
    ctx: RuleContext<'a>,
    test: &'p Test<'a>,
    haystack: &'p Haystack<'a>,
}

impl<'a> Search<'_, 'a> {
    fn fix(&self, iterations: &[Iteration<'a>]) -> Proof<Fix> {
        let Self { ctx, test, haystack } = *self;
        let mut met = vec![(&RECEIVER_IS_ARRAY, haystack.prove_array(test)?)];
        if test.call.arguments.len() != 1 || test.call.has_spread() {
            let reason = format!("`{}` has not one argument", test.call.node.text());
            return Err(Refusal::new(&ONE_ARGUMENT, test.call.node, reason));
        }
        haystack.prove_may_be_large()?;
        if test.is_index_of() {
            let met_by = cannot_be_nan(ctx, test).ok_or_else(|| {
                let reason = "the value and the elements may be `NaN`, which `indexOf` never finds";
                Refusal::new(&NOT_NAN, test.call.node, reason)
            })?;
            met.push((&NOT_NAN, met_by));
        }
        self.prove_set_is_global()?;
        let mut edits = self.first_place(iterations)?;
        edits.sort();
        Ok(Fix {
            title: format!(
                "Make a `Set` of `{}` once instead of searching it in every step",
                test.name.text()
            ),
            edits,
            met: met.into_iter().filter(|(_, met_by)| *met_by != MetBy::Syntax).collect(),
        })
    }

    fn prove_set_is_global(&self) -> Proof {
        let declares_set =
            self.ctx.bindings().is_some_and(|b| b.symbols().any(|(id, _)| b.name(id) == "Set"));
        if declares_set {
            let reason = "`Set` means something else in this file";
            return Err(Refusal::new(&SET_IS_GLOBAL, self.test.call.node, reason));
        }
        Ok(())
    }

    /// The edits for the outermost iteration that leaves the array as it is;
    /// otherwise what stands in the way of the innermost.
    fn first_place(&self, iterations: &[Iteration<'a>]) -> Proof<Vec<Edit>> {
        let mut refusal = None;
        for &iteration in iterations {
            match self.before(iteration) {
                Ok(edits) => return Ok(edits),
                Err(found) => refusal = Some(found),
            }
        }
        let nowhere = || Refusal::new(&PLACE, self.test.whole, "no loop is around it");
        Err(refusal.unwrap_or_else(nowhere))
    }

    fn before(&self, iteration: Iteration<'a>) -> Proof<Vec<Edit>> {
        let Self { ctx, test, haystack } = *self;
        let no_place =
            |node| Refusal::new(&PLACE, node, "a statement cannot stand before the loop");
        let place = Place::before(iteration.node).map_err(no_place)?;
        let region = place.followed_by();
        haystack.prove_defined_before(region)?;
        haystack.prove_unchanged(region, iteration)?;
        if let Some(name) = existing_set(ctx, place, test) {
            return Ok(test.ask(name));
        }
        let name = fresh_name(ctx.file, &format!("{}Set", test.name.text()));
        let statement = format!("const {name} = new Set({})", test.haystack().text());
        let mut edits = place.insert(ctx, &statement).ok_or_else(|| no_place(region))?;
        edits.extend(test.ask(&name));
        Ok(edits)
    }
}
