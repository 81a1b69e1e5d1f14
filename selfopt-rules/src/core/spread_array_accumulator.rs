//! `spread-array-accumulator`: every step copies the whole array.

use selfopt_syntax::{MetBy, Node};

use super::accumulator::{
    COMMENTS_KEPT, Copy, Copying, DOES_NOT_ESCAPE, EVERY_PATH, Met, NO_PARTIAL, READS_SEE_OLD,
    RECEIVER, SEED_IS_FRESH, TYPES_ALLOW, check_loop, check_reduce,
};
use super::array_additions::{Addition, statements};
use super::array_proof::{has_push, is_typed_by_seed, starts_as_array};
use crate::analysis::array_use::{ArrayUse, array_use};
use crate::analysis::calls::{MethodCall, is_global_call};
use crate::analysis::dense::has_hole;
use crate::analysis::expressions::unwrapped;
use crate::rule::{
    Applicability, Condition, Match, Proof, Refusal, Rule, RuleContext, RuleMeta, SizeWitness,
};

static COMES_FIRST: Condition = Condition::new(
    "accumulator-comes-first",
    "The accumulator is copied before anything is added, so that additions go to its end.",
    MetBy::Syntax,
);
static NO_HOLES: Condition = Condition::new(
    "no-holes",
    "Nothing makes a hole in the accumulator or gives it a property; a copy fills holes and \
     drops properties.",
    MetBy::Syntax,
);
static CONCAT_IS_CLEAR: Condition = Condition::new(
    "concat-is-clear",
    "Each argument of `concat` is known to be no array, or an array without holes.",
    MetBy::Syntax,
);

static META: RuleMeta = RuleMeta {
    id: "spread-array-accumulator",
    pack: "core",
    version: "0.1.0",
    title: "array copied in every step of an accumulation",
    why: "Spreading or concatenating the accumulator copies all its elements in every step: n \
          steps copy in the order of n² elements.",
    applicability: Applicability::Safe,
    kinds: &["call_expression", "assignment_expression"],
    literals: &["...", "concat"],
    risk: 1,
    typical_speedup: 44.25,
    needs_bindings: true,
    size_witness: SizeWitness::NotNeeded,
    conditions: &[
        &SEED_IS_FRESH,
        &DOES_NOT_ESCAPE,
        &EVERY_PATH,
        &READS_SEE_OLD,
        &NO_PARTIAL,
        &COMES_FIRST,
        &NO_HOLES,
        &CONCAT_IS_CLEAR,
        &TYPES_ALLOW,
        &COMMENTS_KEPT,
        &RECEIVER,
    ],
};

/// See `rulebook/core/spread-array-accumulator.md`.
pub(crate) struct SpreadArrayAccumulator;

impl Rule for SpreadArrayAccumulator {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, ctx: RuleContext<'_>, node: Node<'_>) -> Option<Match> {
        if node.is("call_expression") {
            check_reduce(self, ctx, node)
        } else {
            check_loop(self, ctx, node)
        }
    }
}

impl Copying for SpreadArrayAccumulator {
    fn copy<'a>(
        &self,
        ctx: RuleContext<'a>,
        node: Node<'a>,
        is_accumulator: &dyn Fn(Node<'a>) -> bool,
    ) -> Option<Copy<'a>> {
        let is_own = |node: &Node<'a>| node.is("identifier") && is_accumulator(*node);
        if node.is("array") {
            let spread = |item: Node<'a>| {
                let value = item.is("spread_element").then(|| item.items().next())??;
                Some(unwrapped(value)).filter(is_own)
            };
            let own = node.items().find_map(spread)?;
            let parts = node.items().filter(|item| !item.holds(own)).collect();
            return Some(Copy { node, own, parts });
        }
        let call = MethodCall::named(node, &["concat"]).filter(|call| !call.is_optional)?;
        let own = Some(unwrapped(call.receiver)).filter(is_own)?;
        let part = |argument: &Node<'a>| match unwrapped(*argument) {
            literal if literal.is("array") => literal.items().collect(),
            _ => vec![*argument],
        };
        let parts = call.arguments.iter().flat_map(part).collect();
        starts_as_array(ctx, own).then_some(Copy { node, own, parts })
    }

    fn prove_copy<'a>(&self, ctx: RuleContext<'a>, copy: &Copy<'a>) -> Proof<Vec<Met>> {
        let arguments = MethodCall::of(copy.node).map_or(Vec::new(), |call| call.arguments);
        let literals = std::iter::once(copy.node).chain(arguments.into_iter().map(unwrapped));
        if let Some(literal) = literals.into_iter().find(|literal| has_hole(*literal)) {
            return Err(Refusal::new(&NO_HOLES, literal, "a hole is written here"));
        }
        let mut met = Vec::new();
        for &part in &copy.parts {
            if part.start() < copy.own.start() {
                let reason = "what stands before the accumulator moves it back";
                return Err(Refusal::new(&COMES_FIRST, part, reason));
            }
            let (_, met_by) = Addition::of(ctx, copy, part).ok_or_else(|| {
                let reason = format!("`{}` may be an array, or one with holes", part.text());
                Refusal::new(&CONCAT_IS_CLEAR, part, reason)
            })?;
            if met_by != MetBy::Syntax {
                met.push((&CONCAT_IS_CLEAR, met_by));
            }
        }
        Ok(met)
    }

    fn prove_seed(&self, ctx: RuleContext<'_>, seed: Node<'_>) -> Proof {
        let arguments = seed.child_by_field("arguments");
        let is_empty = arguments.is_none_or(|arguments| arguments.items().next().is_none());
        let is_new = seed.is("new_expression") && is_global_call(ctx, seed, "Array") && is_empty;
        if has_hole(seed) {
            return Err(Refusal::new(&NO_HOLES, seed, "the first array has a hole"));
        }
        if seed.is("array") || is_new {
            return Ok(());
        }
        let reason = format!("`{}` may be known elsewhere", seed.text());
        Err(Refusal::new(&SEED_IS_FRESH, seed, reason))
    }

    fn prove_member_write<'a>(&self, _ctx: RuleContext<'a>, member: Node<'a>) -> Proof {
        let reason = format!("nothing shows that `{}` is an element", member.text());
        Err(Refusal::new(&NO_HOLES, member, reason))
    }

    fn is_reading_call<'a>(&self, ctx: RuleContext<'a>, name: Node<'a>, method: &str) -> bool {
        let is_lazy = ["keys", "values", "entries"].contains(&method);
        !is_lazy && array_use(ctx, name) == ArrayUse::Read
    }

    fn adds_at_once(&self, copy: &Copy<'_>) -> bool {
        let arguments = MethodCall::of(copy.node).map_or(Vec::new(), |call| call.arguments);
        let is_one = |part: &Node<'_>| !part.is("spread_element") && !arguments.contains(part);
        copy.parts.iter().all(is_one)
    }

    fn prove_declared<'a>(&self, ctx: RuleContext<'a>, declared: Node<'a>) -> Proof {
        if has_push(ctx, declared) {
            return Ok(());
        }
        let reason = format!("nothing shows that `{}` has `push`", declared.text());
        Err(Refusal::new(&TYPES_ALLOW, declared, reason))
    }

    fn is_typed_by_seed<'a>(&self, ctx: RuleContext<'a>, _copy: &Copy<'a>, seed: Node<'a>) -> bool {
        is_typed_by_seed(ctx, seed)
    }

    fn statements(
        &self,
        ctx: RuleContext<'_>,
        copy: &Copy<'_>,
        name: &str,
        indent: &str,
    ) -> Vec<String> {
        let additions = copy.parts.iter().filter_map(|part| Addition::of(ctx, copy, *part));
        let additions: Vec<_> = additions.map(|(addition, _)| addition).collect();
        statements(ctx, &additions, name, indent)
    }

    fn title(&self, name: &str) -> String {
        format!("Push to `{name}` instead of copying it in every step")
    }

    fn message(&self, name: &str) -> String {
        format!("`{name}` is copied element by element in every step")
    }
}
