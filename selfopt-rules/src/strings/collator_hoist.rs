//! `collator-hoist`: `localeCompare` with options makes a collator for every
//! pair of texts.

use selfopt_syntax::{Edit, MetBy, Node, Span};

use super::hoisting::{HAS_PLACE, Met, RUNS_AGAIN, RUNS_HERE, prove_place, runs_again};
use super::intl_call::{COLLATOR, Construction};
use super::intl_proof::{
    IS_GLOBAL, LOCALE, NOT_PROBED, OPTIONS, VALID, prove_arguments, prove_global, prove_not_probed,
};
use crate::analysis::calls::MethodCall;
use crate::analysis::comments::lost_comment;
use crate::analysis::constant_names::constant_name;
use crate::analysis::layout::moved;
use crate::analysis::module_place::ModulePlace;
use crate::analysis::strings::is_string;
use crate::rule::{
    Applicability, Condition, Fix, Match, Proof, Refusal, Rule, RuleContext, RuleMeta, SizeWitness,
};

static IS_STRING: Condition = Condition::new(
    "receiver-is-string",
    "What `localeCompare` is called on is a string, and the call is not optional.",
    MetBy::Syntax,
);
static NO_COMMENT: Condition = Condition::new(
    "no-comment-is-lost",
    "No comment stands in the code that is replaced.",
    MetBy::Syntax,
);
static META: RuleMeta = RuleMeta {
    id: "collator-hoist",
    pack: "strings",
    version: "0.1.0",
    title: "collator made for every comparison",
    why: "With options, `localeCompare` makes a collator for every pair it compares, which takes \
          dozens of times longer than the comparison.",
    applicability: Applicability::NeedsProof,
    kinds: &["call_expression"],
    literals: &["localeCompare("],
    risk: 1,
    typical_speedup: 23.51,
    needs_bindings: true,
    size_witness: SizeWitness::NotNeeded,
    conditions: &[
        &IS_GLOBAL,
        &RUNS_AGAIN,
        &LOCALE,
        &OPTIONS,
        &VALID,
        &NOT_PROBED,
        &IS_STRING,
        &NO_COMMENT,
        &RUNS_HERE,
        &HAS_PLACE,
    ],
};

/// See `rulebook/strings/collator-hoist.md`.
pub(crate) struct CollatorHoist;

impl Rule for CollatorHoist {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, ctx: RuleContext<'_>, node: Node<'_>) -> Option<Match> {
        let call = MethodCall::named(node, &["localeCompare"])?;
        // Without options V8 compares most texts without any collator, faster than one does.
        if call.arguments.len() != 3 || call.has_spread() {
            return None;
        }
        let runs_again = runs_again(node)?;
        Some(Match {
            span: node.span(),
            message: "this comparison makes an `Intl.Collator` every time".to_owned(),
            outcome: runs_again.and_then(|()| fix(ctx, &call)).into(),
        })
    }
}

fn fix<'a>(ctx: RuleContext<'a>, call: &MethodCall<'a>) -> Proof<Fix> {
    let [other, locale, options] = call.arguments[..] else {
        return Err(Refusal::new(&OPTIONS, call.node, "there are no options"));
    };
    let made = Construction {
        formatter: &COLLATOR,
        node: call.node,
        intl: None,
        arguments: None,
        number: None,
    };
    prove_global(ctx, &made)?;
    prove_arguments(&made, &[locale, options])?;
    prove_not_probed(ctx, &made)?;
    let receiver = without_parentheses(call.receiver);
    let is_string = is_string(ctx, receiver).filter(|_| !is_optional(call));
    let Some(met_by) = is_string else {
        let reason = format!("nothing shows that `{}` is a string here", receiver.text());
        return Err(Refusal::new(&IS_STRING, receiver, reason));
    };
    if let Some(comment) = lost_comment(call.node, &[receiver, other, locale, options]) {
        return Err(Refusal::new(&NO_COMMENT, comment, "this comment would be lost"));
    }
    let mut met: Vec<Met> = vec![(&IS_STRING, met_by)];
    let (place, place_met) = prove_place(ctx, call.node)?;
    met.push(place_met);
    let initializer =
        format!("new Intl.Collator({}, {})", locale.text(), moved(ctx.file, options, ""));
    if let Some(name) = ModulePlace::existing(ctx, &initializer).map(Node::text) {
        let title = format!("Compare with the collator that is there, `{name}`");
        return Ok(Fix { title, edits: compare(call.node, receiver, other, name), met });
    }
    let (noun, alone) = COLLATOR.nouns;
    let name = constant_name(ctx, call.node, noun, alone);
    let mut edits = compare(call.node, receiver, other, &name);
    edits.push(place.declare(ctx, &name, &initializer));
    Ok(Fix { title: format!("Make the collator once, as `{name}`"), edits, met })
}

/// With `?.` anywhere in it, nothing may be compared at all.
fn is_optional(call: &MethodCall<'_>) -> bool {
    call.is_optional || call.receiver.subtree().any(|node| node.is("optional_chain"))
}

/// An argument needs none.
fn without_parentheses(receiver: Node<'_>) -> Node<'_> {
    let inner = receiver.is("parenthesized_expression").then(|| receiver.items().next()).flatten();
    inner.filter(|inner| !inner.is("sequence_expression")).unwrap_or(receiver)
}

/// `a.localeCompare(b, …)` to `NAME.compare(a, b)`.
fn compare(call: Node<'_>, receiver: Node<'_>, other: Node<'_>, name: &str) -> Vec<Edit> {
    vec![
        Edit::replace(Span::new(call.start(), receiver.start()), format!("{name}.compare(")),
        Edit::replace(Span::new(receiver.end(), other.start()), ", "),
        Edit::replace(Span::new(other.end(), call.end()), ")"),
    ]
}
