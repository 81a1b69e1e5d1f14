//! `invariant-call-hoist`: the same is computed in every step of a loop.

use selfopt_syntax::{Edit, MetBy, Node};

use super::invariant::{Call, Kind, is_only_read};
use super::lookup::capitalized;
use super::membership::{
    DEFINED_BEFORE, Haystack, Iteration, NOT_CHANGED, PLACE, SYNCHRONOUS, iterations_around,
};
use crate::analysis::arrays::is_array;
use crate::analysis::expressions::wrapped;
use crate::analysis::lines::own_lines;
use crate::analysis::names::fresh_name;
use crate::analysis::placing::Place;
use crate::analysis::presence::is_present;
use crate::analysis::purity::pure_function;
use crate::analysis::still::change_of_objects;
use crate::analysis::strings::{are_strings, is_string};
use crate::analysis::types;
use crate::rule::{
    Applicability, Condition, Fix, Match, Proof, Refusal, Rule, RuleContext, RuleMeta, SizeWitness,
};

static RESULT_ONLY_READ: Condition = Condition::new(
    "result-only-read",
    "The result is only looked at: every step got a new one, and now all share it.",
    MetBy::Syntax,
);
static INPUT_IS_KNOWN: Condition = Condition::new(
    "input-is-known",
    "What it is computed from is there and of the right kind, so that computing does not throw \
     where the loop has no step; parsing waits for the first step.",
    MetBy::Type,
);
static EVERY_STEP: Condition = Condition::new(
    "every-step",
    "Every step computes it, not only some of them; parsing waits for the first that does.",
    MetBy::Syntax,
);
static OBJECTS_NOT_CHANGED: Condition = Condition::new(
    "objects-not-changed",
    "Where the result depends on properties, nothing in the loop writes properties of objects \
     from outside, and nothing runs there that this file does not show.",
    MetBy::Syntax,
);

static META: RuleMeta = RuleMeta {
    id: "invariant-call-hoist",
    pack: "core",
    version: "0.1.0",
    title: "the same computed in every step of a loop",
    why: "The call goes through all of its data in every step and gives the same each time.",
    applicability: Applicability::NeedsProof,
    kinds: &["call_expression", "new_expression"],
    literals: &["Object.", "JSON.", ".split(", ".sort(", ".toSorted(", "new Set("],
    risk: 1,
    typical_speedup: 5.65,
    needs_bindings: true,
    size_witness: SizeWitness::NotNeeded,
    conditions: &[
        &RESULT_ONLY_READ,
        &INPUT_IS_KNOWN,
        &EVERY_STEP,
        &NOT_CHANGED,
        &OBJECTS_NOT_CHANGED,
        &SYNCHRONOUS,
        &DEFINED_BEFORE,
        &PLACE,
    ],
};

/// See `rulebook/core/invariant-call-hoist.md`.
pub(crate) struct InvariantCallHoist;

impl Rule for InvariantCallHoist {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, ctx: RuleContext<'_>, node: Node<'_>) -> Option<Match> {
        let call = Call::of(ctx, node)?;
        let bindings = ctx.bindings()?;
        let declaration = bindings.symbol(bindings.symbol_of(call.input)?).declaration;
        let is_home = |outer: Node<'_>| outer.span().contains(declaration);
        let iterations = iterations_around(ctx, node, is_home);
        if iterations.is_empty() {
            return None;
        }
        let shown: String = node.text().lines().next().unwrap_or_default().into();
        let hoist = Hoist { ctx, call };
        Some(Match {
            span: node.span(),
            message: format!("`{shown}` is computed in every step of a loop"),
            outcome: hoist.fix(&iterations).into(),
        })
    }
}

struct Hoist<'a> {
    ctx: RuleContext<'a>,
    call: Call<'a>,
}

impl<'a> Hoist<'a> {
    fn fix(&self, iterations: &[Iteration<'a>]) -> Proof<Fix> {
        let Self { ctx, call } = *self;
        if !is_only_read(ctx, &call) {
            let reason = "the result is changed, kept or passed on";
            return Err(Refusal::new(&RESULT_ONLY_READ, call.node, reason));
        }
        let mut refusal = None;
        for &iteration in iterations {
            match self.before(iteration) {
                Ok((place, met_by)) => {
                    let edits = self.edits(place)?;
                    let title = "Compute it once, before the loop".to_owned();
                    return Ok(Fix { title, edits, met: vec![(&INPUT_IS_KNOWN, met_by)] });
                }
                Err(found) => refusal = Some(found),
            }
        }
        let nowhere = || Refusal::new(&PLACE, call.node, "no loop is around it");
        Err(refusal.unwrap_or_else(nowhere))
    }

    fn before(&self, iteration: Iteration<'a>) -> Proof<(Place<'a>, MetBy)> {
        let Self { ctx, call } = *self;
        let met_by = self.prove_input(iteration)?;
        if call.kind != Kind::Parsed {
            prove_every_step(call.node, iteration.node)?;
        }
        let no_place =
            |node| Refusal::new(&PLACE, node, "a statement cannot stand before the loop");
        let place = Place::before(iteration.node).map_err(no_place)?;
        let region = place.followed_by();
        let input = Haystack::of(ctx, call.input).ok_or_else(|| {
            Refusal::new(&DEFINED_BEFORE, call.input, "its declaration is not in this file")
        })?;
        input.prove_defined_before(region)?;
        if matches!(call.kind, Kind::Split | Kind::Parsed) {
            let is_written = ctx.bindings().is_none_or(|bindings| {
                bindings.symbol_of(call.input).is_none_or(|id| bindings.symbol(id).reassigned)
            });
            if is_written {
                let reason = format!("`{}` is assigned again", call.input.text());
                return Err(Refusal::new(&NOT_CHANGED, call.input, reason));
            }
            return Ok((place, met_by));
        }
        input.prove_unchanged(region, iteration)?;
        let reads_properties = match call.kind {
            Kind::Listing(_) => true,
            Kind::Sorted(Some(compare)) => compare
                .subtree()
                .any(|node| node.is_any(&["member_expression", "subscript_expression"])),
            _ => false,
        };
        let change = change_of_objects(ctx, region, None).filter(|_| reads_properties);
        if let Some(at) = change {
            let shown: String = at.text().lines().next().unwrap_or_default().into();
            let reason = format!("`{shown}` may change what `{}` holds", call.input.text());
            return Err(Refusal::new(&OBJECTS_NOT_CHANGED, at, reason));
        }
        Ok((place, met_by))
    }

    /// Computing does not throw where the loop has no step.
    fn prove_input(&self, iteration: Iteration<'a>) -> Proof<MetBy> {
        let Self { ctx, call } = *self;
        let (input, name) = (call.input, call.input.text());
        let refuse = |what: &str| {
            let reason = format!("nothing shows that `{name}` {what}");
            Refusal::new(&INPUT_IS_KNOWN, input, reason)
        };
        match call.kind {
            Kind::Parsed | Kind::Split => is_string(ctx, input).ok_or_else(|| refuse("is a text")),
            Kind::Collection => is_array(ctx, input).ok_or_else(|| refuse("is an array")),
            Kind::Listing(_) => {
                let is_asked_first = iteration
                    .node
                    .child_by_field("condition")
                    .is_some_and(|condition| condition.holds(call.node));
                let by_loop = is_asked_first.then_some(MetBy::Syntax);
                is_present(ctx, input).or(by_loop).ok_or_else(|| refuse("is there"))
            }
            Kind::Sorted(None) => {
                let by_type = || {
                    let element = types::element_type(ctx, types::type_of(ctx, input)?)?;
                    ["string", "number"].contains(&element.text()).then_some(MetBy::Type)
                };
                let known = are_strings(ctx, input).or_else(by_type);
                known.ok_or_else(|| refuse("is an array of texts or numbers"))
            }
            Kind::Sorted(Some(compare)) => {
                let is_list = is_array(ctx, input).ok_or_else(|| refuse("is an array"))?;
                pure_function(ctx, compare)
                    .map_err(|at| Refusal::new(&INPUT_IS_KNOWN, at.node, at.reason))?;
                Ok(is_list)
            }
        }
    }

    fn edits(&self, place: Place<'a>) -> Proof<Vec<Edit>> {
        let Self { ctx, call } = *self;
        let no_place = || {
            let reason = "a statement cannot stand before the loop";
            Refusal::new(&PLACE, call.node, reason)
        };
        if call.kind == Kind::Parsed {
            let name = fresh_name(ctx.file, &format!("parsed{}", capitalized(call.input.text())));
            let types = if ctx.file.language.is_typescript() { ": any" } else { "" };
            let mut edits =
                place.insert(ctx, &format!("let {name}{types}")).ok_or_else(no_place)?;
            let once = format!("{name} ??= {}", call.node.text());
            let is_value = call.node.parent().is_some_and(|p| p.is("variable_declarator"));
            let once = if is_value { once } else { format!("({once})") };
            edits.push(Edit::replace(call.node.span(), once));
            edits.sort();
            return Ok(edits);
        }
        if let Some((declared, lines)) = self.own_declaration() {
            let mut edits = place.insert(ctx, declared).ok_or_else(no_place)?;
            edits.push(Edit::delete(lines));
            edits.sort();
            return Ok(edits);
        }
        let input = call.input.text();
        let name = match call.kind {
            Kind::Listing(method) => format!("{input}{}", capitalized(method)),
            Kind::Split => format!("{input}Parts"),
            Kind::Collection => format!("{input}Set"),
            Kind::Sorted(_) | Kind::Parsed => format!("sorted{}", capitalized(input)),
        };
        let name = fresh_name(ctx.file, &name);
        let statement = format!("const {name} = {}", call.node.text());
        let mut edits = place.insert(ctx, &statement).ok_or_else(no_place)?;
        edits.push(Edit::replace(call.node.span(), name));
        edits.sort();
        Ok(edits)
    }

    /// The text, without semicolon, and the lines of `const name = …`, where
    /// they can move as a whole.
    fn own_declaration(&self) -> Option<(&'a str, selfopt_syntax::Span)> {
        let Self { ctx, call } = *self;
        let declarator = wrapped(call.node).parent().filter(|p| p.is("variable_declarator"))?;
        let statement = declarator.parent().filter(|s| s.is("lexical_declaration"))?;
        let name = declarator.child_by_field("name").filter(|name| name.is("identifier"))?;
        let bindings = ctx.bindings()?;
        let n_same = bindings.symbols().filter(|(id, _)| bindings.name(*id) == name.text()).count();
        let is_unknown = bindings
            .all_references()
            .iter()
            .any(|r| r.symbol.is_none() && r.span.text(&ctx.file.text) == name.text());
        if n_same != 1 || is_unknown || statement.text().contains('\n') {
            return None;
        }
        let lines = own_lines(ctx.file, statement)?;
        Some((statement.text().trim_end_matches(';'), lines))
    }
}

/// No branch lies between the call and the loop's step.
fn prove_every_step<'a>(call: Node<'a>, iteration: Node<'a>) -> Proof {
    let mut inner = call;
    for outer in call.ancestors().take_while(|outer| *outer != iteration) {
        let is_branch = match outer.kind() {
            "if_statement" | "ternary_expression" => inner.field() != Some("condition"),
            "binary_expression" => {
                inner.field() == Some("right")
                    && ["&&", "||", "??"].iter().any(|op| outer.has_token(op))
            }
            "switch_case" | "switch_default" | "catch_clause" => true,
            _ => false,
        };
        if is_branch {
            let reason = "only some steps come here";
            return Err(Refusal::new(&EVERY_STEP, outer, reason));
        }
        inner = outer;
    }
    Ok(())
}
