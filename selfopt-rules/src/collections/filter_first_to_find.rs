//! `filter-first-to-find`: all matches are collected, only to take the first.

use selfopt_syntax::{Edit, MetBy, Node, Span};

use super::less_often::{
    CALLBACK_IS_PURE, ONE_CALLBACK, RECEIVER_IS_ARRAY, loses_comment, prove_less_often,
};
use crate::analysis::calls::MethodCall;
use crate::analysis::dense::has_no_holes;
use crate::analysis::expressions::wrapped;
use crate::analysis::missing::may_be_missing;
use crate::rule::{
    Applicability, Condition, Fix, Match, Proof, Refusal, Rule, RuleContext, RuleMeta, SizeWitness,
};

static NO_HOLES: Condition = Condition::new(
    "no-holes",
    "The array has no holes: `filter` skips them, `find` asks about `undefined`.",
    MetBy::Syntax,
);
static UNDEFINED_FITS: Condition = Condition::new(
    "undefined-fits",
    "In TypeScript, where `[0]` is typed as if there were an element, the code around is written \
     for `undefined`, too.",
    MetBy::Syntax,
);

static META: RuleMeta = RuleMeta {
    id: "filter-first-to-find",
    pack: "collections",
    version: "0.1.0",
    title: "all matches collected to take the first",
    why: "`filter` asks its callback about every element and makes an array of the matches, of \
          which only the first is used.",
    applicability: Applicability::Safe,
    kinds: &["subscript_expression", "call_expression"],
    literals: &["filter"],
    risk: 1,
    typical_speedup: 2.4,
    needs_bindings: true,
    size_witness: SizeWitness::NotNeeded,
    conditions: &[&RECEIVER_IS_ARRAY, &ONE_CALLBACK, &CALLBACK_IS_PURE, &NO_HOLES, &UNDEFINED_FITS],
};

/// See `rulebook/collections/filter-first-to-find.md`.
pub(crate) struct FilterFirstToFind;

impl Rule for FilterFirstToFind {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, ctx: RuleContext<'_>, node: Node<'_>) -> Option<Match> {
        let list = first_of(node)?;
        let call = MethodCall::named(inside(list), &["filter"])?;
        if loses_comment(list, node) || !is_only_read(node) {
            return None;
        }
        Some(Match {
            span: node.span(),
            message: "`filter` collects every match, only for the first to be taken".to_owned(),
            outcome: fix(ctx, &call, list, node).into(),
        })
    }
}

fn fix<'a>(
    ctx: RuleContext<'a>,
    call: &MethodCall<'a>,
    list: Node<'a>,
    whole: Node<'a>,
) -> Proof<Fix> {
    let (_, mut met) = prove_less_often(ctx, call)?;
    let dense = has_no_holes(ctx, call.receiver).ok_or_else(|| {
        let shown: String = call.receiver.text().lines().next().unwrap_or_default().into();
        let reason = format!("nothing shows that `{shown}` has no holes");
        Refusal::new(&NO_HOLES, call.receiver, reason)
    })?;
    met.push((&NO_HOLES, dense));
    if !may_be_missing(ctx, whole) {
        let reason = "the type of `find` has `undefined`, and nothing around asks for it";
        return Err(Refusal::new(&UNDEFINED_FITS, whole, reason));
    }
    let edits = vec![
        Edit::replace(call.property.span(), "find"),
        Edit::delete(Span::new(list.end(), whole.end())),
    ];
    Ok(Fix { title: "Ask `find` and stop at the first match".to_owned(), edits, met })
}

/// What `list[0]`, `list.at(0)` or `list.shift()` takes its element from.
fn first_of(node: Node<'_>) -> Option<Node<'_>> {
    if node.is("subscript_expression") {
        let is_first = node.child_by_field("index").is_some_and(|index| index.text() == "0")
            && node.child_by_field("optional_chain").is_none();
        return is_first.then(|| node.child_by_field("object"))?;
    }
    let call = MethodCall::named(node, &["at", "shift"]).filter(|call| !call.is_optional)?;
    let is_first = match (call.name, &call.arguments[..]) {
        ("at", [index]) => index.text() == "0",
        ("shift", []) => true,
        _ => false,
    };
    is_first.then_some(call.receiver)
}

/// The expression in parentheses.
fn inside(node: Node<'_>) -> Node<'_> {
    let inner = |node: &Node<'_>| node.is("parenthesized_expression");
    let mut node = node;
    while let Some(next) = Some(node).filter(inner).and_then(|node| node.items().next()) {
        node = next;
    }
    node
}

/// Neither written, deleted nor called, which would hand it the array as `this`.
fn is_only_read(whole: Node<'_>) -> bool {
    let value = wrapped(whole);
    value.parent().is_none_or(|parent| match parent.kind() {
        "assignment_expression" | "augmented_assignment_expression" => {
            parent.child_by_field("left") != Some(value)
        }
        "update_expression" | "array_pattern" | "assignment_pattern" | "pair_pattern"
        | "rest_pattern" => false,
        "for_in_statement" => parent.child_by_field("left") != Some(value),
        "unary_expression" => !parent.has_token("delete"),
        "call_expression" => parent.child_by_field("function") != Some(value),
        "new_expression" => parent.child_by_field("constructor") != Some(value),
        _ => true,
    })
}
