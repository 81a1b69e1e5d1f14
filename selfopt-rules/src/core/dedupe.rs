//! `dedupe`: for every element an array is searched for its first place.

use selfopt_syntax::{Edit, MetBy, Node, Span};

use super::membership::SET_IS_GLOBAL;
use crate::analysis::arrays::is_array;
use crate::analysis::calls::MethodCall;
use crate::analysis::dense::has_no_holes;
use crate::analysis::expressions::unwrapped;
use crate::analysis::functions::PlainFunction;
use crate::analysis::nan::{excludes_nan, is_never_nan};
use crate::analysis::strings::are_strings;
use crate::analysis::types;
use crate::rule::{
    Applicability, Condition, Fix, Match, Proof, Refusal, Rule, RuleContext, RuleMeta, SizeWitness,
};

static RECEIVER_IS_ARRAY: Condition =
    Condition::new("receiver-is-array", "What is filtered is an array.", MetBy::Syntax);
static NOT_NUMBERS: Condition = Condition::new(
    "elements-not-numbers",
    "No element is a number: `indexOf` never finds `NaN` and keeps -0, a `Set` keeps one `NaN` and \
     makes -0 to 0.",
    MetBy::Syntax,
);
static NO_HOLES: Condition = Condition::new(
    "no-holes",
    "The array has no holes: `filter` drops them, a `Set` has `undefined` for them.",
    MetBy::Syntax,
);

static META: RuleMeta = RuleMeta {
    id: "dedupe",
    pack: "core",
    version: "0.1.0",
    title: "array searched for the first place of each of its elements",
    why: "Every element is looked for from the array's start: n elements take in the order of n² \
          comparisons, where a `Set` is asked once per element.",
    applicability: Applicability::Safe,
    kinds: &["call_expression"],
    literals: &["indexOf("],
    risk: 1,
    typical_speedup: 3.06,
    needs_bindings: true,
    size_witness: SizeWitness::Needed,
    conditions: &[&RECEIVER_IS_ARRAY, &NOT_NUMBERS, &NO_HOLES, &SET_IS_GLOBAL],
};

/// See `rulebook/core/dedupe.md`.
pub(crate) struct Dedupe;

impl Rule for Dedupe {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, ctx: RuleContext<'_>, node: Node<'_>) -> Option<Match> {
        let call = first_places(ctx, node)?;
        Some(Match {
            span: node.span(),
            message: "the array is searched from its start for every one of its elements"
                .to_owned(),
            outcome: fix(ctx, &call).into(),
        })
    }
}

fn fix<'a>(ctx: RuleContext<'a>, call: &MethodCall<'a>) -> Proof<Fix> {
    let list = call.receiver;
    let shown: String = list.text().lines().next().unwrap_or_default().into();
    let refuse = |condition, what: &str| {
        Refusal::new(condition, list, format!("nothing shows that `{shown}` {what}"))
    };
    let is_list = is_array(ctx, list).ok_or_else(|| refuse(&RECEIVER_IS_ARRAY, "is an array"))?;
    let not_numbers =
        has_no_numbers(ctx, list).ok_or_else(|| refuse(&NOT_NUMBERS, "has no numbers"))?;
    let dense = are_strings(ctx, list)
        .or_else(|| has_no_holes(ctx, list))
        .ok_or_else(|| refuse(&NO_HOLES, "has no holes"))?;
    let is_free = |name: &str| {
        let bindings = ctx.bindings();
        bindings.is_some_and(|b| !b.symbols().any(|(id, _)| b.name(id) == name))
    };
    if !is_free("Set") || !is_free("Array") {
        let reason = "the file has a `Set` or an `Array` of its own";
        return Err(Refusal::new(&SET_IS_GLOBAL, call.node, reason));
    }
    let edits = vec![
        Edit::insert(list.start(), "Array.from(new Set("),
        Edit::replace(Span::new(list.end(), call.node.end()), "))"),
    ];
    let met = vec![(&RECEIVER_IS_ARRAY, is_list), (&NOT_NUMBERS, not_numbers), (&NO_HOLES, dense)];
    Ok(Fix { title: "Let a `Set` drop the repetitions".to_owned(), edits, met })
}

/// `list.filter((x, i) => list.indexOf(x) === i)`, also with the array that the
/// callback is handed.
fn first_places<'a>(ctx: RuleContext<'a>, node: Node<'a>) -> Option<MethodCall<'a>> {
    let call = MethodCall::named(node, &["filter"]).filter(|call| !call.is_optional)?;
    let ([callback], None) = (&call.arguments[..], call.type_arguments) else {
        return None;
    };
    let function = PlainFunction::of(*callback)?;
    let is_plain = function.parameters.iter().all(|parameter| parameter.is_plain);
    let (element, index, list) = match function.parameters[..] {
        [element, index] => (element.pattern, index.pattern, None),
        [element, index, list] => (element.pattern, index.pattern, Some(list.pattern)),
        _ => return None,
    };
    let bindings = ctx.bindings()?;
    let is_name = |node: Node<'a>, declared: Node<'a>| {
        node.is("identifier") && bindings.symbol_of(node) == bindings.symbol_of(declared)
    };
    let test = unwrapped(function.only_value()?);
    let is_equality = test.is("binary_expression")
        && ["===", "=="].iter().any(|operator| test.has_token(operator));
    let (left, right) = (test.child_by_field("left")?, test.child_by_field("right")?);
    let (place, other) = if right.is("call_expression") { (right, left) } else { (left, right) };
    let search = MethodCall::of(place).filter(|s| s.name == "indexOf" && !s.is_optional)?;
    let [sought] = search.arguments[..] else {
        return None;
    };
    let is_own_list = match list {
        Some(list) if is_name(search.receiver, list) => true,
        _ => {
            call.receiver.is("identifier")
                && bindings.symbol_of(call.receiver).is_some()
                && is_name(search.receiver, call.receiver)
        }
    };
    let is_it =
        is_plain && is_equality && is_own_list && is_name(sought, element) && is_name(other, index);
    let removed = Span::new(call.receiver.end(), node.end());
    let has_comment =
        node.subtree().any(|inner| inner.is_comment() && removed.contains(inner.span()));
    (is_it && !has_comment).then_some(call)
}

/// How it is known that no element of the array is a number.
fn has_no_numbers<'a>(ctx: RuleContext<'a>, list: Node<'a>) -> Option<MetBy> {
    let node = unwrapped(list);
    let by_type = || {
        let element = types::element_type(ctx, types::type_of(ctx, node)?)?;
        excludes_nan(ctx, element).then_some(MetBy::Type)
    };
    are_strings(ctx, node).or_else(by_type).or_else(|| {
        let call = MethodCall::of(node).filter(|call| call.name == "map" && !call.is_optional)?;
        let function = PlainFunction::of(*call.arguments.first()?)?;
        let value = unwrapped(function.only_value()?);
        (!value.is("number")).then(|| is_never_nan(ctx, value))?
    })
}
