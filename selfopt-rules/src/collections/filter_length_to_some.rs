//! `filter-length-to-some`: all matches are collected, only to ask whether
//! there is one.

use selfopt_syntax::{Edit, Node};

use super::less_often::{
    CALLBACK_IS_PURE, ONE_CALLBACK, RECEIVER_IS_ARRAY, loses_comment, only, prove_less_often,
};
use crate::analysis::calls::{MethodCall, is_global_call};
use crate::analysis::expressions::wrapped;
use crate::analysis::searches::Comparison;
use crate::rule::{Applicability, Fix, Match, Proof, Rule, RuleContext, RuleMeta, SizeWitness};

static META: RuleMeta = RuleMeta {
    id: "filter-length-to-some",
    pack: "collections",
    version: "0.1.0",
    title: "all matches collected to ask whether there is one",
    why: "`filter` asks its callback about every element and makes an array of the matches; the \
          first match would have been the answer.",
    applicability: Applicability::Safe,
    kinds: &["call_expression"],
    literals: &["filter"],
    risk: 1,
    typical_speedup: 10.2,
    needs_bindings: true,
    size_witness: SizeWitness::NotNeeded,
    conditions: &[&RECEIVER_IS_ARRAY, &ONE_CALLBACK, &CALLBACK_IS_PURE],
};

/// See `rulebook/collections/filter-length-to-some.md`.
pub(crate) struct FilterLengthToSome;

impl Rule for FilterLengthToSome {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, ctx: RuleContext<'_>, node: Node<'_>) -> Option<Match> {
        let call = MethodCall::named(node, &["filter"])?;
        let question = Question::of(ctx, node)?;
        Some(Match {
            span: question.whole.span(),
            message: "`filter` collects every match, only to be asked whether there is one"
                .to_owned(),
            outcome: fix(ctx, &call, &question).into(),
        })
    }
}

fn fix<'a>(ctx: RuleContext<'a>, call: &MethodCall<'a>, question: &Question<'a>) -> Proof<Fix> {
    let (_, met) = prove_less_often(ctx, call)?;
    let mut edits = vec![Edit::replace(call.property.span(), "some")];
    edits.extend(only(question.value.span(), question.whole.span(), question.is_negated));
    Ok(Fix { title: "Ask `some` and stop at the first match".to_owned(), edits, met })
}

/// `list.filter(…).length`, and whether it is zero.
struct Question<'a> {
    /// The call, with parentheses around it.
    value: Node<'a>,
    /// The expression that asks.
    whole: Node<'a>,
    is_negated: bool,
}

impl<'a> Question<'a> {
    fn of(ctx: RuleContext<'a>, call: Node<'a>) -> Option<Self> {
        let value = wrapped(call);
        let length = value.parent().filter(|parent| {
            parent.is("member_expression")
                && parent.child_by_field("object") == Some(value)
                && parent.child_by_field("optional_chain").is_none()
                && parent.child_by_field("property").is_some_and(|p| p.text() == "length")
        })?;
        let (whole, is_negated) = match comparison(length) {
            Some(compared) => compared,
            None => is_condition(ctx, length).then_some((length, false))?,
        };
        (!loses_comment(value, whole)).then_some(Self { value, whole, is_negated })
    }
}

/// The comparison with 0 or 1 that asks whether the number is zero, and
/// whether it is true for zero.
fn comparison(number: Node<'_>) -> Option<(Node<'_>, bool)> {
    let Comparison { whole, operator, bound } = Comparison::of(number)?;
    match (operator, bound.text()) {
        (">" | "!==" | "!=", "0") | (">=", "1") => Some((whole, false)),
        ("===" | "==" | "<=", "0") | ("<", "1") => Some((whole, true)),
        _ => None,
    }
}

/// Whether only the truth of the value matters where it stands.
fn is_condition<'a>(ctx: RuleContext<'a>, node: Node<'a>) -> bool {
    let value = wrapped(node);
    let Some(parent) = value.parent() else {
        return false;
    };
    match parent.kind() {
        "if_statement" | "while_statement" | "do_statement" | "ternary_expression" => {
            parent.child_by_field("condition") == Some(value)
        }
        "unary_expression" => parent.has_token("!"),
        "binary_expression" if ["&&", "||"].iter().any(|op| parent.has_token(op)) => {
            is_condition(ctx, parent)
        }
        "arguments" => parent.parent().is_some_and(|call| {
            call.is("call_expression")
                && is_global_call(ctx, call, "Boolean")
                && parent.items().next() == Some(value)
        }),
        _ => false,
    }
}
