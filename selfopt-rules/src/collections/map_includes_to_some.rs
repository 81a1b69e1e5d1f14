//! `map-includes-to-some`: a new array is made, only to be searched once.

use selfopt_syntax::{Edit, MetBy, Node};

use super::less_often::{
    CALLBACK_IS_PURE, Met, ONE_CALLBACK, RECEIVER_IS_ARRAY, loses_comment, only, prove_less_often,
};
use crate::analysis::calls::MethodCall;
use crate::analysis::dense::has_no_holes;
use crate::analysis::expressions::unwrapped;
use crate::analysis::nan::is_never_nan;
use crate::analysis::presence::is_present;
use crate::analysis::purity::pure_expression;
use crate::analysis::searches::found_comparison;
use crate::rule::{
    Applicability, Condition, Fix, Match, Proof, Refusal, Rule, RuleContext, RuleMeta, SizeWitness,
};

static ONE_ARGUMENT: Condition = Condition::new(
    "one-argument",
    "The search has one argument: it starts at the first element.",
    MetBy::Syntax,
);
static IS_EXPRESSION: Condition = Condition::new(
    "callback-is-expression",
    "The callback of `map` is an arrow function with an expression, written in place.",
    MetBy::Syntax,
);
static VALUE_IS_STABLE: Condition = Condition::new(
    "value-is-stable",
    "What is searched for only computes, does not throw, and means the same inside the callback.",
    MetBy::Syntax,
);
static NOT_NAN: Condition = Condition::new(
    "value-not-nan",
    "What `includes` searches for is never `NaN`, which `===` does not find.",
    MetBy::Syntax,
);
static NO_HOLES: Condition = Condition::new(
    "no-holes",
    "Where it matters, the array has no holes: `includes` takes them for `undefined` and `some` \
     skips them, `indexOf` skips them and `findIndex` does not.",
    MetBy::Syntax,
);

static META: RuleMeta = RuleMeta {
    id: "map-includes-to-some",
    pack: "collections",
    version: "0.1.0",
    title: "array made to be searched once",
    why: "`map` calls its callback for every element and makes an array, which is searched once \
          and thrown away.",
    applicability: Applicability::Safe,
    kinds: &["call_expression"],
    literals: &[".map"],
    risk: 1,
    typical_speedup: 2.58,
    needs_bindings: true,
    size_witness: SizeWitness::NotNeeded,
    conditions: &[
        &RECEIVER_IS_ARRAY,
        &ONE_CALLBACK,
        &CALLBACK_IS_PURE,
        &ONE_ARGUMENT,
        &IS_EXPRESSION,
        &VALUE_IS_STABLE,
        &NOT_NAN,
        &NO_HOLES,
    ],
};

/// See `rulebook/collections/map-includes-to-some.md`.
pub(crate) struct MapIncludesToSome;

impl Rule for MapIncludesToSome {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, ctx: RuleContext<'_>, node: Node<'_>) -> Option<Match> {
        let search = Search::of(node)?;
        Some(Match {
            span: search.whole.span(),
            message: format!("`map` makes an array, only for `{}` to search it", search.call.name),
            outcome: search.fix(ctx).into(),
        })
    }
}

/// `list.map(…).includes(value)` and the like.
struct Search<'a> {
    map: MethodCall<'a>,
    call: MethodCall<'a>,
    /// The call, or the comparison around it.
    whole: Node<'a>,
    is_negated: bool,
    /// What takes the place of `map`.
    method: &'static str,
}

impl<'a> Search<'a> {
    fn of(node: Node<'a>) -> Option<Self> {
        let call = MethodCall::named(node, &["includes", "indexOf"])?;
        let map = MethodCall::named(call.receiver, &["map"]).filter(|_| !call.is_optional)?;
        let (whole, is_negated, method) = match call.name {
            "includes" => (node, false, "some"),
            "indexOf" => match found_comparison(node) {
                Some((whole, is_negated)) => (whole, is_negated, "some"),
                None => (node, false, "findIndex"),
            },
            _ => return None,
        };
        let search = Self { map, call, whole, is_negated, method };
        let has_comment = loses_comment(search.map.node, search.whole);
        (!has_comment).then_some(search)
    }

    fn fix(&self, ctx: RuleContext<'a>) -> Proof<Fix> {
        let (callback, mut met) = prove_less_often(ctx, &self.map)?;
        let [value] = self.call.arguments[..] else {
            let reason = format!("`{}` has not one argument", self.call.name);
            return Err(Refusal::new(&ONE_ARGUMENT, self.call.property, reason));
        };
        if value.is("spread_element") {
            return Err(Refusal::new(&ONE_ARGUMENT, value, "there may be more arguments"));
        }
        let body = callback.child_by_field("body");
        let is_arrow = callback.is("arrow_function");
        let Some(body) = body.filter(|body| is_arrow && !body.is("statement_block")) else {
            let reason =
                format!("`{}` is not an arrow function with an expression", callback.text());
            return Err(Refusal::new(&IS_EXPRESSION, callback, reason));
        };
        met.push(prove_stable(ctx, value, callback)?);
        met.extend(self.prove_equality(ctx, value)?);
        Ok(Fix {
            title: format!("Ask `{}` and make no array", self.method),
            edits: self.edits(value, body),
            met,
        })
    }

    /// `===` finds what the search finds.
    fn prove_equality(&self, ctx: RuleContext<'a>, value: Node<'a>) -> Proof<Vec<Met>> {
        let mut met = Vec::new();
        if self.call.name == "includes" {
            let not_nan = is_never_nan(ctx, value).ok_or_else(|| {
                let reason = format!("nothing shows that `{}` is never `NaN`", value.text());
                Refusal::new(&NOT_NAN, value, reason)
            })?;
            met.push((&NOT_NAN, not_nan));
        }
        let matters = match (self.call.name, self.method) {
            ("includes", _) => is_present(ctx, value).is_none() && !unwrapped(value).is("null"),
            (_, "findIndex") => true,
            _ => false,
        };
        if matters {
            let dense = has_no_holes(ctx, self.map.receiver).ok_or_else(|| {
                let shown: String =
                    self.map.receiver.text().lines().next().unwrap_or_default().into();
                let reason = format!("nothing shows that `{shown}` has no holes");
                Refusal::new(&NO_HOLES, self.map.receiver, reason)
            })?;
            met.push((&NO_HOLES, dense));
        }
        Ok(met)
    }

    fn edits(&self, value: Node<'a>, body: Node<'a>) -> Vec<Edit> {
        let (open, close) = if binds_tightly(body) { ("", "") } else { ("(", ")") };
        let value = if binds_tightly(value) {
            value.text().to_owned()
        } else {
            format!("({})", value.text())
        };
        let mut edits = vec![Edit::replace(self.map.property.span(), self.method)];
        if !open.is_empty() {
            edits.push(Edit::insert(body.start(), open));
        }
        edits.push(Edit::insert(body.end(), format!("{close} === {value}")));
        edits.extend(only(self.map.node.span(), self.whole.span(), self.is_negated));
        edits
    }
}

/// Whether the expression stays whole beside `===`.
fn binds_tightly(node: Node<'_>) -> bool {
    node.is_any(&[
        "identifier",
        "member_expression",
        "subscript_expression",
        "call_expression",
        "parenthesized_expression",
        "non_null_expression",
        "string",
        "template_string",
        "number",
        "true",
        "false",
        "null",
        "undefined",
        "this",
        "unary_expression",
    ])
}

fn prove_stable<'a>(ctx: RuleContext<'a>, value: Node<'a>, callback: Node<'a>) -> Proof<Met> {
    let met_by = pure_expression(ctx, value)
        .map_err(|obstacle| Refusal::new(&VALUE_IS_STABLE, obstacle.node, obstacle.reason))?;
    let names: Vec<_> = value
        .subtree()
        .filter(|node| node.is_any(&["identifier", "shorthand_property_identifier"]))
        .map(Node::text)
        .collect();
    let declares = |bindings: &selfopt_syntax::Bindings| {
        bindings.symbols().any(|(id, symbol)| {
            callback.span().contains(symbol.name_span) && names.contains(&bindings.name(id))
        })
    };
    if ctx.bindings().is_none_or(declares) {
        let reason = format!("`{}` has another meaning in the callback", value.text());
        return Err(Refusal::new(&VALUE_IS_STABLE, value, reason));
    }
    let spans_lines = value.text().contains('\n');
    if spans_lines || value.subtree().any(Node::is_comment) {
        let reason = "it spans lines or holds a comment";
        return Err(Refusal::new(&VALUE_IS_STABLE, value, reason));
    }
    Ok((&VALUE_IS_STABLE, met_by))
}
