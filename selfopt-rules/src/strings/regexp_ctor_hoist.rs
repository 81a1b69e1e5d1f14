//! `regexp-ctor-hoist`: a constant regular expression is compiled again and
//! again.

use selfopt_syntax::{MetBy, Node};

use super::hoisting::{HAS_PLACE, Made, Met, RUNS_AGAIN, RUNS_HERE, prove_place, runs_again};
use super::regexp_literal::literal;
use super::regexp_syntax;
use super::regexp_use::{NO_ESCAPE, NO_LAST_INDEX, prove_use};
use crate::analysis::calls::is_global_call;
use crate::analysis::constant_names::constant_name;
use crate::analysis::layout::moved;
use crate::analysis::literals::{has_string_literal, string_value};
use crate::rule::{
    Applicability, Condition, Fix, Match, Proof, Refusal, Rule, RuleContext, RuleMeta, SizeWitness,
};

static IS_GLOBAL: Condition =
    Condition::new("regexp-is-global", "`RegExp` is the host's.", MetBy::Syntax);
static IS_LITERAL: Condition = Condition::new(
    "pattern-is-literal",
    "Pattern and flags are written out as strings.",
    MetBy::Syntax,
);
static IS_VALID: Condition = Condition::new(
    "pattern-is-valid",
    "Every engine accepts the pattern and the flags, so that nothing throws at load.",
    MetBy::Syntax,
);
static META: RuleMeta = RuleMeta {
    id: "regexp-ctor-hoist",
    pack: "strings",
    version: "0.1.0",
    title: "constant regular expression compiled every time",
    why: "Every `new RegExp` allocates an object and looks up or compiles its pattern, which takes \
          several times longer than a short match.",
    applicability: Applicability::NeedsProof,
    kinds: &["new_expression", "call_expression"],
    literals: &["RegExp"],
    risk: 1,
    typical_speedup: 4.6,
    needs_bindings: true,
    size_witness: SizeWitness::NotNeeded,
    conditions: &[
        &IS_GLOBAL,
        &RUNS_AGAIN,
        &IS_LITERAL,
        &IS_VALID,
        &NO_LAST_INDEX,
        &NO_ESCAPE,
        &RUNS_HERE,
        &HAS_PLACE,
    ],
};

/// See `rulebook/strings/regexp-ctor-hoist.md`.
pub(crate) struct RegexpCtorHoist;

impl Rule for RegexpCtorHoist {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, ctx: RuleContext<'_>, node: Node<'_>) -> Option<Match> {
        let callee =
            node.child_by_field("constructor").or_else(|| node.child_by_field("function"))?;
        if callee.text() != "RegExp" {
            return None;
        }
        let arguments: Vec<_> = node.child_by_field("arguments")?.items().collect();
        // A pattern without any literal is another matter: it is not constant.
        if !arguments.first().is_some_and(|p| has_string_literal(*p)) {
            return None;
        }
        let runs_again = runs_again(node)?;
        Some(Match {
            span: node.span(),
            message: "a constant regular expression is made every time this runs".to_owned(),
            outcome: runs_again.and_then(|()| fix(ctx, node, &arguments)).into(),
        })
    }
}

fn fix<'a>(ctx: RuleContext<'a>, node: Node<'a>, arguments: &[Node<'a>]) -> Proof<Fix> {
    if !is_global_call(ctx, node, "RegExp") {
        let reason = "the file has a `RegExp` of its own";
        return Err(Refusal::new(&IS_GLOBAL, node, reason));
    }
    let (pattern, flags) = written_arguments(node, arguments)?;
    let known = regexp_syntax::read(&pattern, flags.contains('u'));
    let known = known.map_err(|reason| Refusal::new(&IS_VALID, node, reason))?;
    let made = Made::of(ctx, node, &NO_ESCAPE)?;
    let mut met: Vec<Met> = Vec::new();
    for used in made.uses() {
        met.push((&NO_ESCAPE, prove_use(ctx, used, flags.contains('g'))?));
    }
    // The weakest proof counts.
    met.sort_by_key(|(_, met_by)| std::cmp::Reverse(*met_by as u8));
    let (place, place_met) = prove_place(ctx, node)?;
    met.push(place_met);
    let name = constant_name(ctx, node, "pattern", "pattern");
    // `s` and `u` in a literal ask for a newer language level than in a string.
    let is_basic = known.is_basic && flags.chars().all(|flag| "gim".contains(flag));
    // Line breaks, comments and escapes that the author put in are worth keeping.
    let is_short = !["\n", "\\x", "\\u"].iter().any(|mark| node.text().contains(mark))
        && !node.subtree().any(Node::is_comment);
    let initializer = if is_basic && is_short {
        literal(&pattern, &flags)
    } else {
        let arguments = node.child_by_field("arguments");
        format!("new RegExp{}", arguments.map_or(String::new(), |list| moved(ctx.file, list, "")))
    };
    let mut edits = made.edits(ctx, &name);
    edits.push(place.declare(ctx, &name, &initializer));
    Ok(Fix { title: format!("Make the regular expression once, as `{name}`"), edits, met })
}

fn written_arguments(node: Node<'_>, arguments: &[Node<'_>]) -> Proof<(String, String)> {
    let written = |argument: Node<'_>| {
        string_value(argument).ok_or_else(|| {
            let reason = format!("`{}` is not written out", argument.text());
            Refusal::new(&IS_LITERAL, argument, reason)
        })
    };
    let (pattern, flags) = match arguments {
        [pattern] => (written(*pattern)?, String::new()),
        [pattern, flags] => (written(*pattern)?, written(*flags)?),
        _ => {
            let reason = "there are more arguments than a pattern and flags";
            return Err(Refusal::new(&IS_LITERAL, node, reason));
        }
    };
    if flags.contains('y') {
        let reason = "with the flag `y` every match starts where the last one ended";
        return Err(Refusal::new(&NO_LAST_INDEX, node, reason));
    }
    let is_unknown =
        |(idx, flag): (usize, char)| !"gimsu".contains(flag) || flags[..idx].contains(flag);
    if flags.char_indices().any(is_unknown) {
        let reason = format!("not every engine accepts the flags `{flags}`");
        return Err(Refusal::new(&IS_VALID, node, reason));
    }
    Ok((pattern, flags))
}
