//! `intl-hoist`: a formatter of `Intl` is made for every value it formats.

use selfopt_syntax::{Edit, Node, Span};

use super::hoisting::{HAS_PLACE, Made, Met, RUNS_AGAIN, RUNS_HERE, prove_place, runs_again};
use super::intl_call::Construction;
use super::intl_proof::{
    IS_GLOBAL, IS_NUMBER, LOCALE, NO_ESCAPE, NOT_PROBED, OPTIONS, TIME_ZONE, VALID,
    prove_arguments, prove_global, prove_not_probed, prove_number,
};
use crate::analysis::constant_names::constant_name;
use crate::analysis::layout::moved;
use crate::rule::{
    Applicability, Fix, Match, Proof, Refusal, Rule, RuleContext, RuleMeta, SizeWitness,
};

static META: RuleMeta = RuleMeta {
    id: "intl-hoist",
    pack: "strings",
    version: "0.1.0",
    title: "formatter made for every value",
    why: "Making a formatter of `Intl` reads and resolves locale data, which takes dozens of \
          times longer than formatting with it.",
    applicability: Applicability::NeedsProof,
    kinds: &["new_expression", "call_expression"],
    literals: &["Intl.", "toLocale"],
    risk: 1,
    typical_speedup: 68.48,
    needs_bindings: true,
    size_witness: SizeWitness::NotNeeded,
    conditions: &[
        &IS_GLOBAL,
        &RUNS_AGAIN,
        &LOCALE,
        &OPTIONS,
        &TIME_ZONE,
        &VALID,
        &NOT_PROBED,
        &IS_NUMBER,
        &NO_ESCAPE,
        &RUNS_HERE,
        &HAS_PLACE,
    ],
};

/// See `rulebook/strings/intl-hoist.md`.
pub(crate) struct IntlHoist;

impl Rule for IntlHoist {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, ctx: RuleContext<'_>, node: Node<'_>) -> Option<Match> {
        let made = Construction::of(node)?;
        let runs_again = runs_again(node)?;
        let outcome = runs_again.and_then(|()| fix(ctx, &made)).into();
        let message = match made.number {
            None => format!("an `Intl.{}` is made every time this runs", made.formatter.name),
            Some(_) => format!("this call makes an `Intl.{}` every time", made.formatter.name),
        };
        Some(Match { span: node.span(), message, outcome })
    }
}

fn fix<'a>(ctx: RuleContext<'a>, made: &Construction<'a>) -> Proof<Fix> {
    prove_global(ctx, made)?;
    let given: Vec<_> = made.arguments.into_iter().flat_map(Node::items).collect();
    prove_arguments(made, &given)?;
    prove_not_probed(ctx, made)?;
    let uses = Made::of(ctx, made.node, &NO_ESCAPE)?;
    let mut met: Vec<Met> = Vec::new();
    if let Some(number) = made.number {
        met.push((&IS_NUMBER, prove_number(ctx, made, number)?));
    } else if let Some(used) =
        uses.uses().into_iter().find(|used| !made.is_harmless_use(ctx, *used))
    {
        let reason = "here the formatter is used for more than a call of its methods";
        return Err(Refusal::new(&NO_ESCAPE, used, reason));
    }
    let (place, place_met) = prove_place(ctx, made.node)?;
    met.push(place_met);
    let (noun, alone) = made.formatter.nouns;
    let name = constant_name(ctx, made.node, noun, alone);
    let initializer = match (made.number, made.arguments) {
        (Some(_), Some(arguments)) => {
            format!("new Intl.{}{}", made.formatter.name, moved(ctx.file, arguments, ""))
        }
        _ => moved(ctx.file, made.node, ""),
    };
    let mut edits = match made.number {
        Some(number) => format_edits(made.node, number, &name),
        None => uses.edits(ctx, &name),
    };
    edits.push(place.declare(ctx, &name, &initializer));
    Ok(Fix {
        title: format!("Make the `Intl.{}` once, as `{name}`", made.formatter.name),
        edits,
        met,
    })
}

/// `x.toLocaleString(…)` to `NAME.format(x)`.
fn format_edits(call: Node<'_>, number: Node<'_>, name: &str) -> Vec<Edit> {
    let inner = number.is("parenthesized_expression").then(|| number.items().next()).flatten();
    let number = inner.filter(|inner| !inner.is("sequence_expression")).unwrap_or(number);
    vec![
        Edit::replace(Span::new(call.start(), number.start()), format!("{name}.format(")),
        Edit::replace(Span::new(number.end(), call.end()), ")"),
    ]
}
