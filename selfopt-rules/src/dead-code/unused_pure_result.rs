//! `unused-pure-result`: data is gone through for a result that nobody uses.

use selfopt_syntax::{Edit, MetBy, Node, SymbolKind};

use crate::analysis::arrays::is_array;
use crate::analysis::calls::{MethodCall, is_global_call, is_global_method};
use crate::analysis::effect_free::effect_free;
use crate::analysis::expressions::unwrapped;
use crate::analysis::functions::enclosing_function;
use crate::analysis::lines::own_lines;
use crate::analysis::modules::is_module;
use crate::analysis::presence::is_present;
use crate::analysis::purity::{pure_expression, pure_function, weakest};
use crate::analysis::strings::is_string;
use crate::rule::{
    Applicability, Condition, Fix, Match, Proof, Refusal, Rule, RuleContext, RuleMeta, SizeWitness,
};

static NO_TRACE: Condition = Condition::new(
    "value-leaves-no-trace",
    "Computing the value changes nothing: what it calls is known to read and compute only.",
    MetBy::Syntax,
);
static NEVER_THROWS: Condition = Condition::new(
    "value-never-throws",
    "Computing the value throws for no input: an error would be gone with it.",
    MetBy::Type,
);
static OWN_LINES: Condition = Condition::new(
    "declaration-has-lines",
    "The declaration stands in a function on lines of its own, without a comment about it.",
    MetBy::Syntax,
);

static META: RuleMeta = RuleMeta {
    id: "unused-pure-result",
    pack: "dead-code",
    version: "0.1.0",
    title: "data gone through for a result that nobody uses",
    why: "The result is computed and thrown away; the engine cannot leave out calls of callbacks.",
    applicability: Applicability::Safe,
    kinds: &["variable_declarator"],
    literals: &["const ", "let "],
    risk: 1,
    typical_speedup: 20.49,
    needs_bindings: true,
    size_witness: SizeWitness::NotNeeded,
    conditions: &[&NO_TRACE, &NEVER_THROWS, &OWN_LINES],
};

/// See `rulebook/dead-code/unused-pure-result.md`.
pub(crate) struct UnusedPureResult;

impl Rule for UnusedPureResult {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, ctx: RuleContext<'_>, node: Node<'_>) -> Option<Match> {
        let name = node.child_by_field("name").filter(|name| name.is("identifier"))?;
        let value = node.child_by_field("value")?;
        if !goes_through_data(ctx, value) || !is_unused(ctx, name) {
            return None;
        }
        Some(Match {
            span: node.span(),
            message: format!("`{}` is computed and never used", name.text()),
            outcome: fix(ctx, node, value).into(),
        })
    }
}

/// Whether nothing names it, neither code nor types.
fn is_unused(ctx: RuleContext<'_>, name: Node<'_>) -> bool {
    let has_no_uses = || {
        let bindings = ctx.bindings()?;
        let id = bindings.declared_at(name.start())?;
        let symbol = bindings.symbol(id);
        let is_local = enclosing_function(name).is_some() || is_module(ctx.file);
        let is_block_scoped = matches!(symbol.kind, SymbolKind::Const | SymbolKind::Let);
        let is_used = bindings.references(id).next().is_some();
        Some(is_local && is_block_scoped && !symbol.exported && !symbol.reassigned && !is_used)
    };
    // Code in a text may name it.
    let is_hidden = || {
        ctx.bindings().is_some_and(|b| {
            let mut all = b.all_references().iter();
            all.any(|r| r.symbol.is_none() && r.span.text(&ctx.file.text) == "eval")
        })
    };
    has_no_uses() == Some(true) && !is_hidden()
}

const METHODS: [&str; 12] = [
    "concat", "entries", "every", "filter", "find", "flatMap", "keys", "map", "reduce", "some",
    "split", "values",
];

fn goes_through_data<'a>(ctx: RuleContext<'a>, value: Node<'a>) -> bool {
    let node = unwrapped(value);
    let is_filled = || node.child_by_field("arguments").is_some_and(|a| a.items().next().is_some());
    if node.is("new_expression") {
        return ["Map", "Set"].iter().any(|name| is_global_call(ctx, node, name)) && is_filled();
    }
    MethodCall::named(node, &METHODS).is_some_and(|call| !call.arguments.is_empty())
}

fn fix<'a>(ctx: RuleContext<'a>, declarator: Node<'a>, value: Node<'a>) -> Proof<Fix> {
    let evaluated = effect_free(ctx, value).map_err(|at| {
        let shown = at.text().lines().next().unwrap_or_default();
        Refusal::new(&NO_TRACE, at, format!("nothing shows that `{shown}` leaves no trace"))
    })?;
    let never_throws = never_throws(ctx, unwrapped(value)).ok_or_else(|| {
        let shown = value.text().lines().next().unwrap_or_default();
        Refusal::new(&NEVER_THROWS, value, format!("nothing shows that `{shown}` never throws"))
    })?;
    let lines = declarator.parent().and_then(|statement| own_lines(ctx.file, statement));
    let lines = lines.ok_or_else(|| {
        let reason = "other code or a comment would be left behind";
        Refusal::new(&OWN_LINES, declarator, reason)
    })?;
    Ok(Fix {
        title: "Leave it out".to_owned(),
        edits: vec![Edit::delete(lines)],
        met: vec![(&NO_TRACE, evaluated.met_by), (&NEVER_THROWS, never_throws)],
    })
}

fn never_throws<'a>(ctx: RuleContext<'a>, node: Node<'a>) -> Option<MetBy> {
    let pure = |node| pure_expression(ctx, node).ok();
    if node.is("new_expression") {
        let mut arguments = node.child_by_field("arguments")?.items();
        let list = arguments.next().filter(|_| is_global_call(ctx, node, "Set"))?;
        arguments.next().is_none().then_some(())?;
        return Some(weakest([is_array(ctx, list)?, pure(list)?]));
    }
    let call = MethodCall::of(node).filter(|call| !call.is_optional && !call.has_spread())?;
    let is_listing = ["keys", "values", "entries"]
        .iter()
        .any(|name| is_global_method(ctx, &call, "Object", name));
    match (call.name, &call.arguments[..]) {
        (_, [object]) if is_listing => Some(weakest([is_present(ctx, *object)?, pure(*object)?])),
        ("split", [separator]) if separator.is("string") => {
            Some(weakest([is_string(ctx, call.receiver)?, pure(call.receiver)?]))
        }
        ("concat", arguments) => {
            let mut met = vec![is_array(ctx, call.receiver)?, pure(call.receiver)?];
            for argument in arguments {
                met.push(pure(*argument)?);
            }
            Some(weakest(met))
        }
        ("every" | "filter" | "find" | "flatMap" | "map" | "some", [callback])
        | ("reduce", [callback, _]) => {
            let first = is_array(ctx, call.receiver)?;
            let receiver = pure(call.receiver).or_else(|| never_throws(ctx, call.receiver))?;
            let seed = call.arguments.get(1).map_or(Some(MetBy::Syntax), |seed| pure(*seed))?;
            let called = pure_function(ctx, *callback).ok()?;
            Some(weakest([first, receiver, seed, called]))
        }
        _ => None,
    }
}
