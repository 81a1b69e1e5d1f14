//! `buffer-concat-in-loop`: all bytes are copied for every chunk.

use selfopt_syntax::{Edit, MetBy, Node, Span};

use super::buffer_loop::{
    APPENDS, Append, ENDS, IS_NODES, IS_OWN, NOT_READ, outermost_loop, prove_appends, prove_ends,
    prove_not_read, prove_own, references,
};
use crate::analysis::comments::lost_comment;
use crate::analysis::names::fresh_name;
use crate::analysis::placing::{Place, insert_after};
use crate::rule::{
    Applicability, Condition, Fix, Match, Proof, Refusal, Rule, RuleContext, RuleMeta, SizeWitness,
};

static NO_COMMENT: Condition = Condition::new(
    "no-comment-is-lost",
    "No comment stands in the code that is replaced.",
    MetBy::Syntax,
);
static META: RuleMeta = RuleMeta {
    id: "buffer-concat-in-loop",
    pack: "async-io",
    version: "0.1.0",
    title: "buffer copied whole for every chunk",
    why: "`Buffer.concat` copies all bytes of before into a new buffer: n chunks take in the \
          order of n² copies.",
    applicability: Applicability::NeedsProof,
    kinds: &["assignment_expression"],
    literals: &["Buffer.concat("],
    risk: 1,
    typical_speedup: 14.72,
    needs_bindings: true,
    size_witness: SizeWitness::Needed,
    conditions: &[&IS_NODES, &APPENDS, &IS_OWN, &NOT_READ, &ENDS, &NO_COMMENT],
};

/// See `rulebook/async-io/buffer-concat-in-loop.md`.
pub(crate) struct BufferConcatInLoop;

impl Rule for BufferConcatInLoop {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, ctx: RuleContext<'_>, node: Node<'_>) -> Option<Match> {
        let append = Append::of(ctx, node)?;
        let bindings = ctx.bindings()?;
        let id = bindings.symbol_of(append.target)?;
        let outer = outermost_loop(&append, bindings.symbol(id))?;
        // All of a loop are one finding, at the first.
        let appends: Vec<_> = references(ctx, append.target)
            .into_iter()
            .filter(|name| outer.holds(*name))
            .filter_map(|name| name.parent().filter(|parent| parent.is("assignment_expression")))
            .filter_map(|assignment| Append::of(ctx, assignment))
            .collect();
        let first = appends.iter().map(|append| append.assignment).min_by_key(|a| a.start());
        if first != Some(node) {
            return None;
        }
        let name = append.target.text();
        Some(Match {
            span: append.call.span(),
            message: format!("all of `{name}` is copied in every step of a loop"),
            outcome: fix(ctx, &appends, outer).into(),
        })
    }
}

fn fix<'a>(ctx: RuleContext<'a>, appends: &[Append<'a>], outer: Node<'a>) -> Proof<Fix> {
    let unknown = || Refusal::new(&IS_OWN, outer, "what the buffer is, is not known");
    let bindings = ctx.bindings().ok_or_else(unknown)?;
    let first = appends.first().ok_or_else(unknown)?;
    let id = bindings.symbol_of(first.target).ok_or_else(unknown)?;
    let symbol = bindings.symbol(id);
    let name = first.target.text();
    let chunks = fresh_name(ctx.file, &format!("{name}Chunks"));
    let mut edits = Vec::new();
    for append in appends {
        let behind = prove_appends(ctx, append, id)?;
        if let Some(comment) = lost_comment(append.assignment, &behind) {
            return Err(Refusal::new(&NO_COMMENT, comment, "this comment would be lost"));
        }
        // `concat` again, of the chunks alone: it copies what may change later,
        // and refuses what it refused.
        let (Some(from), Some(to)) = (behind.first(), behind.last()) else {
            return Err(Refusal::new(&APPENDS, append.call, "nothing is appended"));
        };
        let rest = Span::new(from.start(), to.end()).text(&ctx.file.text);
        let pushed = format!("{chunks}.push(Buffer.concat([{rest}]))");
        edits.push(Edit::replace(append.assignment.span(), pushed));
    }
    prove_own(ctx, first, symbol, outer)?;
    prove_not_read(ctx, appends, outer)?;
    prove_ends(symbol, outer)?;
    let no_place = || Refusal::new(&ENDS, outer, "no statement can stand before the loop");
    let place = Place::before(outer).map_err(|_| no_place())?;
    edits.extend(place.insert(ctx, &format!("const {chunks} = [{name}]")).ok_or_else(no_place)?);
    edits.push(insert_after(ctx, outer, &format!("{name} = Buffer.concat({chunks})")));
    edits.sort();
    Ok(Fix {
        title: format!("Join the chunks of `{name}` once, after the loop"),
        edits,
        met: Vec::new(),
    })
}
