//! `entries-to-keys-loop`: pairs are made of which only one half is used.

use selfopt_syntax::{Edit, MetBy, Node};

use crate::analysis::array_use::{callback_arity, is_tame_callback};
use crate::analysis::calls::{MethodCall, is_global_method};
use crate::analysis::types::element_position;
use crate::rule::{
    Applicability, Condition, Fix, Match, Proof, Refusal, Rule, RuleContext, RuleMeta, SizeWitness,
};

static PAIR_IS_PLAIN: Condition = Condition::new(
    "pair-is-plain",
    "The pair has no type of its own, and what is used of it no default value.",
    MetBy::Syntax,
);
static LIST_STAYS_UNSEEN: Condition = Condition::new(
    "list-stays-unseen",
    "The callback is written in place and gets no more than the pair and its index.",
    MetBy::Syntax,
);

static META: RuleMeta = RuleMeta {
    id: "entries-to-keys-loop",
    pack: "collections",
    version: "0.1.0",
    title: "pairs made of which one half is used",
    why: "`Object.entries` reads every value and makes an array for every pair, which is taken \
          apart at once.",
    applicability: Applicability::Safe,
    kinds: &["array_pattern"],
    literals: &["entries("],
    risk: 0,
    typical_speedup: 2.14,
    needs_bindings: true,
    size_witness: SizeWitness::NotNeeded,
    conditions: &[&PAIR_IS_PLAIN, &LIST_STAYS_UNSEEN],
};

/// See `rulebook/collections/entries-to-keys-loop.md`.
pub(crate) struct EntriesToKeysLoop;

impl Rule for EntriesToKeysLoop {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, ctx: RuleContext<'_>, node: Node<'_>) -> Option<Match> {
        let pairs = Pairs::of(ctx, node)?;
        let half = Half::of(ctx, node)?;
        let (used, unused) = if half.is_key { ("keys", "values") } else { ("values", "keys") };
        Some(Match {
            span: pairs.list.node.span(),
            message: format!(
                "`Object.entries` makes a pair of each {}, and the {unused} are not used",
                &used[..used.len() - 1]
            ),
            outcome: fix(ctx, &pairs, &half, node, used).into(),
        })
    }
}

fn fix<'a>(
    ctx: RuleContext<'a>,
    pairs: &Pairs<'a>,
    half: &Half<'a>,
    pattern: Node<'a>,
    used: &str,
) -> Proof<Fix> {
    let has_type = |node: &Node<'a>| node.child_by_field("type").is_some();
    let parameter = pattern.parent().filter(|parent| !parent.is("for_in_statement"));
    if let Some(typed) = parameter.filter(has_type) {
        return Err(Refusal::new(&PAIR_IS_PLAIN, typed, "the pair has a type of its own"));
    }
    let has_default = half.part.is("assignment_pattern")
        || parameter.is_some_and(|parameter| parameter.child_by_field("value").is_some())
        || parameter.is_some_and(|parameter| parameter.is("assignment_pattern"));
    if has_default {
        let reason = format!("`{}` is more than a name", half.part.text());
        return Err(Refusal::new(&PAIR_IS_PLAIN, half.part, reason));
    }
    if let Some((call, callback)) = &pairs.callback {
        let arity = callback_arity(call.name).unwrap_or(0);
        if !is_tame_callback(ctx, *callback, arity) {
            let reason = format!("the callback of `{}` may look at the list of pairs", call.name);
            return Err(Refusal::new(&LIST_STAYS_UNSEEN, *callback, reason));
        }
    }
    let edits = vec![
        Edit::replace(pattern.span(), half.part.text()),
        Edit::replace(pairs.list.property.span(), used),
    ];
    Ok(Fix { title: format!("Go through the {used} alone"), edits, met: Vec::new() })
}

/// `Object.entries(object)` and what takes its pairs apart.
struct Pairs<'a> {
    list: MethodCall<'a>,
    /// The method that goes through the pairs, and its callback.
    callback: Option<(MethodCall<'a>, Node<'a>)>,
}

impl<'a> Pairs<'a> {
    fn of(ctx: RuleContext<'a>, pattern: Node<'a>) -> Option<Self> {
        let parent = pattern.parent()?;
        if parent.is("for_in_statement") {
            // `for ([k] of …)` writes to a name from elsewhere.
            let is_declared = parent.child_by_field("kind").is_some()
                && parent.has_token("of")
                && !parent.has_token("await");
            let list = parent.child_by_field("right").filter(|_| is_declared)?;
            return Some(Self { list: entries(ctx, list)?, callback: None });
        }
        let parameter = if parent.is_any(&["required_parameter", "assignment_pattern"]) {
            parent
        } else {
            pattern
        };
        let parameters = parameter.parent().filter(|node| node.is("formal_parameters"))?;
        let callback = parameters
            .parent()
            .filter(|node| node.is_any(&["arrow_function", "function_expression"]))?;
        let call = callback.parent()?.parent().and_then(MethodCall::of)?;
        // Others give back pairs.
        let is_known =
            ["every", "findIndex", "flatMap", "forEach", "map", "reduce", "reduceRight", "some"]
                .contains(&call.name);
        let position = parameters.items().position(|item| item == parameter)?;
        let starts = call.name.starts_with("reduce") && call.arguments.len() < 2;
        let is_it = is_known
            && !starts
            && call.arguments.first() == Some(&callback)
            && element_position(call.name) == Some(position)
            && !call.is_optional;
        let list = entries(ctx, call.receiver).filter(|_| is_it)?;
        Some(Self { list, callback: Some((call, callback)) })
    }
}

fn entries<'a>(ctx: RuleContext<'a>, node: Node<'a>) -> Option<MethodCall<'a>> {
    let call = MethodCall::named(node, &["entries"])?;
    if call.is_optional || call.has_spread() {
        return None;
    }
    let is_it = is_global_method(ctx, &call, "Object", "entries")
        && call.arguments.len() == 1
        && call.type_arguments.is_none();
    is_it.then_some(call)
}

/// The half of a pair that is used.
struct Half<'a> {
    part: Node<'a>,
    is_key: bool,
}

impl<'a> Half<'a> {
    /// `None` where both are used, or neither.
    fn of(ctx: RuleContext<'a>, pattern: Node<'a>) -> Option<Self> {
        if pattern.children().any(Node::is_comment) {
            return None;
        }
        let parts: Vec<_> = pattern.items().collect();
        let starts_with_hole = pattern.children().nth(1).is_some_and(|child| child.is_token(","));
        if parts.iter().any(|part| part.is("rest_pattern")) {
            return None;
        }
        match (&parts[..], starts_with_hole) {
            ([key], false) => Some(Self { part: *key, is_key: true }),
            ([value], true) => Some(Self { part: *value, is_key: false }),
            ([key, value], false) => match (is_used(ctx, *key), is_used(ctx, *value)) {
                (true, false) => Some(Self { part: *key, is_key: true }),
                (false, true) => Some(Self { part: *value, is_key: false }),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Whether the name that a part of the pair declares occurs anywhere.
fn is_used<'a>(ctx: RuleContext<'a>, part: Node<'a>) -> bool {
    let has_uses = || {
        let bindings = ctx.bindings()?;
        let id = bindings.declared_at(part.start())?;
        Some(bindings.references(id).next().is_some() || bindings.symbol(id).reassigned)
    };
    !part.is("identifier") || has_uses() != Some(false)
}
