//! `spread-object-accumulator`: every step copies the whole object.

use selfopt_syntax::{MetBy, Node};

use super::accumulator::{
    COMMENTS_KEPT, Copy, Copying, DOES_NOT_ESCAPE, EVERY_PATH, Met, NO_PARTIAL, READS_SEE_OLD,
    RECEIVER, ReduceParts, SEED_IS_FRESH, TYPES_ALLOW, check_loop, check_reduce,
};
use super::object_from_entries::from_entries;
use crate::analysis::arrays::is_array;
use crate::analysis::calls::{MethodCall, is_global_method};
use crate::analysis::expressions::unwrapped;
use crate::analysis::keys::{is_not_proto, is_proto_name};
use crate::analysis::layout::moved;
use crate::rule::{
    Applicability, Condition, Fix, Match, Proof, Refusal, Rule, RuleContext, RuleMeta, SizeWitness,
};

static COMES_FIRST: Condition = Condition::new(
    "accumulator-comes-first",
    "The accumulator is copied before anything is added, so that additions win.",
    MetBy::Syntax,
);
static ARE_LITERALS: Condition = Condition::new(
    "additions-are-written-out",
    "Everything added is written as `key: value`; nothing else is spread.",
    MetBy::Syntax,
);
static NOT_PROTO: Condition = Condition::new(
    "key-is-not-proto",
    "No key can be `__proto__`, which an assignment takes for the prototype, or \
     `Object.fromEntries` makes the object, which does not.",
    MetBy::Syntax,
);
static KEEPS_NAME: Condition = Condition::new(
    "value-keeps-its-name",
    "No value is a nameless function or class, which a literal names after its key.",
    MetBy::Syntax,
);

static META: RuleMeta = RuleMeta {
    id: "spread-object-accumulator",
    pack: "core",
    version: "0.1.0",
    title: "object copied in every step of an accumulation",
    why: "Spreading the accumulator copies all its properties in every step: n steps copy in \
          the order of n² properties.",
    applicability: Applicability::Safe,
    kinds: &["call_expression", "assignment_expression"],
    literals: &["...", "Object.assign"],
    risk: 1,
    typical_speedup: 41.08,
    needs_bindings: true,
    size_witness: SizeWitness::NotNeeded,
    conditions: &[
        &SEED_IS_FRESH,
        &DOES_NOT_ESCAPE,
        &EVERY_PATH,
        &READS_SEE_OLD,
        &NO_PARTIAL,
        &COMES_FIRST,
        &ARE_LITERALS,
        &NOT_PROTO,
        &KEEPS_NAME,
        &TYPES_ALLOW,
        &COMMENTS_KEPT,
        &RECEIVER,
    ],
};

/// See `rulebook/core/spread-object-accumulator.md`.
pub(crate) struct SpreadObjectAccumulator;

impl Rule for SpreadObjectAccumulator {
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

impl Copying for SpreadObjectAccumulator {
    fn copy<'a>(
        &self,
        ctx: RuleContext<'a>,
        expression: Node<'a>,
        is_accumulator: &dyn Fn(Node<'a>) -> bool,
    ) -> Option<Copy<'a>> {
        let is_own = |node: &Node<'a>| node.is("identifier") && is_accumulator(*node);
        if expression.is("object") {
            let spread = |item: Node<'a>| {
                let value = item.is("spread_element").then(|| item.items().next())??;
                Some(unwrapped(value)).filter(is_own)
            };
            let own = expression.items().find_map(spread)?;
            let is_part = |item: &Node<'a>| !item.holds(own);
            return Some(Copy {
                node: expression,
                own,
                parts: expression.items().filter(is_part).collect(),
            });
        }
        let call = MethodCall::named(expression, &["assign"])?;
        let target = call.arguments.first().map(|first| unwrapped(*first))?;
        if !is_global_method(ctx, &call, "Object", "assign") || !target.is("object") {
            return None;
        }
        let own = call.arguments.iter().skip(1).map(|a| unwrapped(*a)).find(is_own)?;
        let sources = call.arguments.iter().map(|a| unwrapped(*a)).filter(|a| *a != own);
        let parts = sources.flat_map(|source| {
            // A source that is no literal stays whole and is refused later.
            let items: Vec<_> =
                if source.is("object") { source.items().collect() } else { vec![source] };
            items
        });
        Some(Copy { node: expression, own, parts: parts.collect() })
    }

    fn prove_copy<'a>(&self, ctx: RuleContext<'a>, copy: &Copy<'a>) -> Proof<Vec<Met>> {
        let mut met = Vec::new();
        for &part in &copy.parts {
            if part.start() < copy.own.start() {
                let reason = "what stands before the accumulator gives way to its properties";
                return Err(Refusal::new(&COMES_FIRST, part, reason));
            }
            let Some((key, value)) = property(part) else {
                let reason = format!("`{}` may have getters, or a key `__proto__`", part.text());
                return Err(Refusal::new(&ARE_LITERALS, part, reason));
            };
            let met_by = key_met_by(ctx, key).ok_or_else(|| {
                let reason = format!("nothing shows that `{}` is not `__proto__`", key.text());
                Refusal::new(&NOT_PROTO, key, reason)
            })?;
            if met_by != MetBy::Syntax {
                met.push((&NOT_PROTO, met_by));
            }
            if is_nameless(value) {
                let reason = "a literal names this function after its key, an assignment does not";
                return Err(Refusal::new(&KEEPS_NAME, value, reason));
            }
        }
        Ok(met)
    }

    fn prove_seed(&self, _ctx: RuleContext<'_>, seed: Node<'_>) -> Proof {
        if !seed.is("object") {
            let reason = format!("`{}` may be known elsewhere", seed.text());
            return Err(Refusal::new(&SEED_IS_FRESH, seed, reason));
        }
        let is_plain = |item: &Node<'_>| match item.kind() {
            "pair" => item
                .child_by_field("key")
                .is_some_and(|key| !key.is("computed_property_name") && !is_proto_name(key)),
            "shorthand_property_identifier" => true,
            _ => false,
        };
        match seed.items().find(|item| !is_plain(item)) {
            Some(item) => {
                let reason = "only plain properties survive being copied as they are";
                Err(Refusal::new(&SEED_IS_FRESH, item, reason))
            }
            None => Ok(()),
        }
    }

    fn prove_member_write<'a>(&self, ctx: RuleContext<'a>, member: Node<'a>) -> Proof {
        let is_tame = match member.child_by_field("index") {
            Some(index) => is_not_proto(ctx, index).is_some(),
            None => member.child_by_field("property").is_some_and(|name| !is_proto_name(name)),
        };
        if is_tame {
            return Ok(());
        }
        let reason =
            format!("nothing shows that the key of `{}` is not `__proto__`", member.text());
        Err(Refusal::new(&NOT_PROTO, member, reason))
    }

    fn is_reading_call<'a>(&self, _ctx: RuleContext<'a>, _name: Node<'a>, method: &str) -> bool {
        method == "hasOwnProperty"
    }

    fn is_typed_by_seed<'a>(&self, _ctx: RuleContext<'a>, copy: &Copy<'a>, seed: Node<'a>) -> bool {
        let seed = unwrapped(seed);
        let has = |name: &str| {
            seed.items().any(|item| {
                let key = item.child_by_field("key").unwrap_or(item);
                key.text() == name
            })
        };
        copy.parts.iter().all(|part| {
            let key = part.child_by_field("key").unwrap_or(*part);
            !key.is("computed_property_name") && has(key.text())
        })
    }

    fn statements(
        &self,
        ctx: RuleContext<'_>,
        copy: &Copy<'_>,
        name: &str,
        indent: &str,
    ) -> Vec<String> {
        let properties = copy.parts.iter().filter_map(|part| property(*part));
        properties
            .map(|(key, value)| {
                let member = match key.kind() {
                    "computed_property_name" => key.text().to_owned(),
                    "property_identifier" | "shorthand_property_identifier" => {
                        format!(".{}", key.text())
                    }
                    _ => format!("[{}]", key.text()),
                };
                format!("{name}{member} = {}", moved(ctx.file, value, indent))
            })
            .collect()
    }

    fn instead_of_reduce<'a>(
        &self,
        ctx: RuleContext<'a>,
        parts: &ReduceParts<'_, 'a>,
    ) -> Option<Fix> {
        let [part] = parts.copy.parts.as_slice() else {
            return None;
        };
        let (key, value) = property(*part)?;
        let key = key.is("computed_property_name").then(|| key.items().next())??;
        if part.start() < parts.copy.own.start() || is_nameless(value) {
            return None;
        }
        let edits = from_entries(ctx, parts, key, value)?;
        let receiver = is_array(ctx, parts.call.receiver)?;
        let title = "Make the object from its entries instead of copying it in every step";
        Some(Fix { title: title.to_owned(), edits, met: vec![(&RECEIVER, receiver)] })
    }

    fn title(&self, name: &str) -> String {
        format!("Write into `{name}` instead of copying it in every step")
    }

    fn message(&self, name: &str) -> String {
        format!("`{name}` is copied property by property in every step")
    }
}

/// Key and value of `key: value` and of the shorthand `name`.
fn property(part: Node<'_>) -> Option<(Node<'_>, Node<'_>)> {
    match part.kind() {
        "pair" => Some((part.child_by_field("key")?, part.child_by_field("value")?)),
        "shorthand_property_identifier" => Some((part, part)),
        _ => None,
    }
}

/// Whether the value is a function or class that takes its name from the place
/// it is written in.
fn is_nameless(value: Node<'_>) -> bool {
    let value = unwrapped(value);
    let kinds = ["arrow_function", "function_expression", "generator_function", "class"];
    value.is_any(&kinds) && value.child_by_field("name").is_none()
}

fn key_met_by<'a>(ctx: RuleContext<'a>, key: Node<'a>) -> Option<MetBy> {
    if key.is("computed_property_name") {
        return is_not_proto(ctx, key.items().next()?);
    }
    (!is_proto_name(key)).then_some(MetBy::Syntax)
}
