//! `schema-hoist`: a constant schema is built for every value it checks.

use selfopt_syntax::{MetBy, Node};

use super::schema_builder::{Library, is_use, whole_schema};
use super::schema_parts::{CONSTANT, DEFAULTS, KNOWN, prove_constant};
use crate::analysis::constant_names::constant_name;
use crate::analysis::expressions::wrapped;
use crate::analysis::fresh::fixed_value;
use crate::analysis::imports::import_of;
use crate::analysis::layout::moved;
use crate::rule::{
    Applicability, Condition, Fix, Match, Outcome, Proof, Refusal, Rule, RuleContext, RuleMeta,
    SizeWitness,
};
use crate::strings::hoisting::{HAS_PLACE, Made, RUNS_AGAIN, RUNS_HERE, prove_place, runs_again};

static LIBRARY: Condition = Condition::new(
    "library-is-known",
    "The schema is zod's or Joi's, which depends on nothing but how it is built: yup takes its \
     messages from the time it is built, and an ajv instance compiles by what was added to it.",
    MetBy::Syntax,
);
static NO_ESCAPE: Condition = Condition::new(
    "schema-does-not-escape",
    "Values are checked with it, and nothing else: it is not stored, returned, passed on or \
     extended.",
    MetBy::Syntax,
);
static META: RuleMeta = RuleMeta {
    id: "schema-hoist",
    pack: "server",
    version: "0.1.0",
    title: "schema built for every value it checks",
    why: "Building a schema makes objects and functions for all of its parts, which takes several \
          times longer than checking a value with it; compiling one takes milliseconds.",
    applicability: Applicability::NeedsProof,
    kinds: &["call_expression", "new_expression"],
    literals: &["zod", "joi", "yup", "ajv"],
    risk: 1,
    typical_speedup: 6.11,
    needs_bindings: true,
    size_witness: SizeWitness::NotNeeded,
    conditions: &[
        &LIBRARY,
        &RUNS_AGAIN,
        &CONSTANT,
        &KNOWN,
        &DEFAULTS,
        &NO_ESCAPE,
        &RUNS_HERE,
        &HAS_PLACE,
    ],
};

/// See `rulebook/server/schema-hoist.md`.
pub(crate) struct SchemaHoist;

impl Rule for SchemaHoist {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, ctx: RuleContext<'_>, node: Node<'_>) -> Option<Match> {
        let schema = whole_schema(ctx, node);
        let is_ajv = schema.is_none() && is_ajv(ctx, node);
        if schema.is_none() && !is_ajv {
            return None;
        }
        let runs_again = runs_again(node)?;
        let message = if is_ajv {
            "a validator is made every time this runs"
        } else {
            "a schema is built every time this runs"
        };
        let outcome: Outcome = if let Some((library, _)) = schema {
            runs_again.and_then(|()| fix(ctx, node, library)).into()
        } else {
            let reason = "what ajv compiles depends on what was added to the instance";
            Outcome::Declined(Refusal::new(&LIBRARY, node, reason))
        };
        Some(Match { span: node.span(), message: message.to_owned(), outcome })
    }
}

/// `new Ajv(…)` and `ajv.compile(…)`.
fn is_ajv<'a>(ctx: RuleContext<'a>, node: Node<'a>) -> bool {
    let makes = |made: Node<'a>| {
        made.child_by_field("constructor").filter(|class| class.is("identifier")).is_some_and(
            |class| import_of(ctx, class).is_some_and(|import| import.source.starts_with("ajv")),
        )
    };
    let compiles = || {
        let callee = node.child_by_field("function")?;
        if callee.child_by_field("property")?.text() != "compile" {
            return None;
        }
        let instance = fixed_value(ctx, callee.child_by_field("object")?)?;
        instance.is("new_expression").then(|| makes(instance))
    };
    if node.is("new_expression") { makes(node) } else { compiles() == Some(true) }
}

fn fix<'a>(ctx: RuleContext<'a>, node: Node<'a>, library: Library) -> Proof<Fix> {
    if library == Library::Yup {
        let reason = "yup takes its messages from the time the schema is built";
        return Err(Refusal::new(&LIBRARY, node, reason));
    }
    let is_constant = prove_constant(ctx, node, library)?;
    let made = Made::of(ctx, node, &NO_ESCAPE)?;
    if let Some(used) = made.uses().into_iter().find(|used| !only_checks(*used)) {
        let reason = "here the schema is used for more than a check";
        return Err(Refusal::new(&NO_ESCAPE, used, reason));
    }
    let (place, place_met) = prove_place(ctx, node)?;
    let name = constant_name(ctx, node, "schema", "schema");
    let mut edits = made.edits(ctx, &name);
    edits.push(place.declare(ctx, &name, &moved(ctx.file, node, "")));
    Ok(Fix {
        title: format!("Build the schema once, as `{name}`"),
        edits,
        met: vec![(&CONSTANT, is_constant), place_met],
    })
}

/// `schema.parse(…)`.
fn only_checks(used: Node<'_>) -> bool {
    let value = wrapped(used);
    let Some(member) = value.parent().filter(|parent| {
        parent.is("member_expression") && parent.child_by_field("object") == Some(value)
    }) else {
        return false;
    };
    let is_called = member.parent().is_some_and(|call| {
        call.is("call_expression") && call.child_by_field("function") == Some(member)
    });
    is_called && member.child_by_field("property").is_some_and(|name| is_use(name.text()))
}
