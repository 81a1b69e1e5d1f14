//! `shift-queue-to-index`: a queue whose elements all move up when one is taken.

use selfopt_syntax::{Edit, MetBy, Node, SymbolId};

use super::queue::{
    DOES_NOT_ESCAPE, GUARDED, IS_LOCAL, LENGTH_ONLY_IN_TEST, NOT_CALLED, NOT_USED_AFTER, PLACE,
    TYPES_FIT, Test, prove_item, prove_source, prove_uses,
};
use crate::analysis::calls::MethodCall;
use crate::analysis::expressions::{unwrapped, wrapped};
use crate::analysis::names::fresh_name;
use crate::analysis::placing::insert_after;
use crate::rule::{Applicability, Fix, Match, Proof, Rule, RuleContext, RuleMeta, SizeWitness};

static META: RuleMeta = RuleMeta {
    id: "shift-queue-to-index",
    pack: "core",
    version: "0.1.0",
    title: "queue whose elements all move when one is taken",
    why: "`shift` moves every element that is left: draining a queue of n elements takes in the \
          order of n² moves once it is long.",
    applicability: Applicability::Safe,
    kinds: &["call_expression"],
    literals: &["shift("],
    risk: 1,
    typical_speedup: 2.88,
    needs_bindings: true,
    size_witness: SizeWitness::NotNeeded,
    conditions: &[
        &IS_LOCAL,
        &PLACE,
        &GUARDED,
        &DOES_NOT_ESCAPE,
        &LENGTH_ONLY_IN_TEST,
        &NOT_USED_AFTER,
        &NOT_CALLED,
        &TYPES_FIT,
    ],
};

/// See `rulebook/core/shift-queue-to-index.md`.
pub(crate) struct ShiftQueueToIndex;

impl Rule for ShiftQueueToIndex {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, ctx: RuleContext<'_>, node: Node<'_>) -> Option<Match> {
        let call = MethodCall::named(node, &["shift"])?;
        let name = unwrapped(call.receiver);
        let is_shift = call.arguments.is_empty() && !call.is_optional && name.is("identifier");
        let id = is_shift.then(|| ctx.bindings()?.symbol_of(name))??;
        let repeated = Test::loop_of(ctx, node, id)?;
        Some(Match {
            span: node.span(),
            message: format!(
                "all elements of `{}` move whenever one is taken from its front",
                name.text()
            ),
            outcome: fix(ctx, &call, name, id, repeated).into(),
        })
    }
}

fn fix<'a>(
    ctx: RuleContext<'a>,
    call: &MethodCall<'a>,
    name: Node<'a>,
    id: SymbolId,
    repeated: Node<'a>,
) -> Proof<Fix> {
    let source = prove_source(ctx, id, repeated, name)?;
    let test = Test::prove(ctx, repeated, call.node, id)?;
    prove_uses(ctx, &source, &test, call)?;
    prove_item(ctx, call)?;
    let queue = name.text();
    let head = fresh_name(ctx.file, &format!("{queue}Head"));
    let is_statement =
        wrapped(call.node).parent().is_some_and(|parent| parent.is("expression_statement"));
    let taken = if is_statement {
        format!("{head}++")
    } else {
        format!("{}[{head}++]", call.receiver.text())
    };
    let is_typed = source.met_by != MetBy::Syntax;
    Ok(Fix {
        title: format!("Read `{queue}` by the index of its front instead of shifting it"),
        edits: vec![
            insert_after(ctx, source.statement, &format!("let {head} = 0")),
            test.compare_with(&head),
            Edit::replace(call.node.span(), taken),
        ],
        met: is_typed.then_some((&IS_LOCAL, source.met_by)).into_iter().collect(),
    })
}
