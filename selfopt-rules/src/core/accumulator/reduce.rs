//! `items.reduce((acc, item) => ({ ...acc, … }), {})`.

use selfopt_syntax::{Edit, MetBy, Node, Span};

use super::proof::Accumulator;
use super::step::Step;
use super::write::Writer;
use super::{
    COMMENTS_KEPT, Copying, DOES_NOT_ESCAPE, EVERY_PATH, RECEIVER, ReduceParts, SEED_IS_FRESH,
};
use crate::analysis::arrays::is_array;
use crate::analysis::calls::MethodCall;
use crate::analysis::expressions::{asserted_type, unwrapped};
use crate::analysis::functions::{PlainFunction, always_leaves, enclosing_function};
use crate::analysis::layout::{Layout, indent_at};
use crate::analysis::types;
use crate::rule::{Fix, Match, Proof, Refusal, RuleContext};

/// Looks at a call of `reduce` or `reduceRight`.
pub(in crate::core) fn check_reduce<'a>(
    copying: &dyn Copying,
    ctx: RuleContext<'a>,
    node: Node<'a>,
) -> Option<Match> {
    let call = MethodCall::named(node, &["reduce", "reduceRight"])?;
    let callback = PlainFunction::of(unwrapped(*call.arguments.first()?))?;
    let name = callback.parameters.first().filter(|p| p.is_plain)?.pattern;
    let bindings = ctx.bindings()?;
    let symbol = bindings.declared_at(name.start())?;
    let is_accumulator = |node: Node<'a>| bindings.symbol_of(node) == Some(symbol);
    let results: Vec<Node<'a>> =
        if callback.is_expression_bodied() { vec![callback.body] } else { callback.returns() };
    let read = |result: &Node<'a>| {
        let value =
            if result.is("return_statement") { result.items().next() } else { Some(*result) };
        value.map_or(Step::Other(*result), |value| Step::read(copying, ctx, value, &is_accumulator))
    };
    let steps: Vec<Step<'a>> = results.iter().map(read).collect();
    let first = steps.iter().flat_map(Step::copies).next()?;
    let reduction = Reduction {
        accumulator: Accumulator { copying, ctx, symbol, name: name.text(), steps: &steps },
        call: &call,
        callback: &callback,
        results: &results,
    };
    Some(Match {
        span: first.node.span(),
        message: copying.message(name.text()),
        outcome: reduction.fix().into(),
    })
}

struct Reduction<'p, 'a> {
    accumulator: Accumulator<'p, 'a>,
    call: &'p MethodCall<'a>,
    callback: &'p PlainFunction<'a>,
    results: &'p [Node<'a>],
}

impl<'a> Reduction<'_, 'a> {
    fn fix(&self) -> Proof<Fix> {
        let Accumulator { copying, ctx, .. } = self.accumulator;
        let seed = self.call.arguments.get(1).filter(|_| self.call.arguments.len() == 2);
        let Some(&seed) = seed.filter(|_| !self.call.has_spread()) else {
            let reason = "without a second argument, `reduce` starts with an element of the array";
            return Err(Refusal::new(&SEED_IS_FRESH, self.call.node, reason));
        };
        copying.prove_seed(ctx, unwrapped(seed))?;
        self.prove_paths()?;
        self.accumulator.prove_not_held()?;
        self.prove_uses()?;
        let receiver = self.prove_receiver()?;
        self.in_place(seed, receiver).or_else(|refusal| self.other_form(seed).ok_or(refusal))
    }

    fn in_place(&self, seed: Node<'a>, receiver: MetBy) -> Proof<Fix> {
        let Accumulator { copying, name, .. } = self.accumulator;
        let mut met = self.accumulator.prove_copies(Some(self.callback.node))?;
        met.push((&RECEIVER, receiver));
        let type_edit = self.prove_types(seed)?;
        let mut edits = self.edits()?;
        edits.extend(type_edit);
        Ok(Fix { title: copying.title(name), edits, met })
    }

    fn other_form(&self, seed: Node<'a>) -> Option<Fix> {
        let Accumulator { copying, ctx, steps, .. } = self.accumulator;
        let ([result], [Step::Copy(copy)]) = (self.results, steps) else {
            return None;
        };
        if self.accumulator.uses() != [copy.own] {
            return None;
        }
        Accumulator::prove_no_comment(self.call.node, &[self.call.receiver, self.callback.body])
            .and_then(|()| Accumulator::prove_no_comment(*result, &kept_parts(&steps[0])))
            .ok()?;
        let parts =
            ReduceParts { call: self.call, callback: self.callback, result: *result, copy, seed };
        copying.instead_of_reduce(ctx, &parts)
    }

    fn prove_paths(&self) -> Proof {
        let refuse = |node, reason| Err(Refusal::new(&EVERY_PATH, node, reason));
        if let Some(other) = self.accumulator.steps.iter().find_map(Step::other) {
            return refuse(other, "this result is neither the accumulator nor a copy of it");
        }
        if !self.callback.is_expression_bodied() && !always_leaves(self.callback.body) {
            return refuse(self.callback.node, "the callback can end without `return`");
        }
        Ok(())
    }

    fn prove_uses(&self) -> Proof {
        for name in self.accumulator.uses() {
            self.accumulator.prove_use(name, Some(self.callback.node))?;
        }
        let is_arguments = |node: &Node<'a>| node.is("identifier") && node.text() == "arguments";
        match self.callback.node.descendants().find(is_arguments) {
            Some(node) if !self.callback.node.is("arrow_function") => {
                Err(Refusal::new(&DOES_NOT_ESCAPE, node, "`arguments` holds the accumulator too"))
            }
            _ => Ok(()),
        }
    }

    fn prove_receiver(&self) -> Proof<MetBy> {
        let ctx = self.accumulator.ctx;
        if let Some(met_by) = is_array(ctx, self.call.receiver) {
            return Ok(met_by);
        }
        match types::type_of(ctx, self.call.receiver) {
            Some(declared) if types::unwrapped_type(declared).is("generic_type") => {
                let reason = format!("the receiver is declared as `{}`", declared.text());
                Err(Refusal::new(&RECEIVER, self.call.receiver, reason))
            }
            _ => Ok(MetBy::Tests),
        }
    }

    /// The accumulator's type: the type argument of `reduce`, the parameter's
    /// annotation, the seed's assertion. Where there is none but the place the
    /// result goes to has a declared type, that becomes the type argument.
    fn prove_types(&self, seed: Node<'a>) -> Proof<Option<Edit>> {
        let explicit = self.call.type_arguments.and_then(|arguments| arguments.items().next());
        let annotated = || self.callback.parameters.first().and_then(|p| p.type_node);
        let declared = explicit.or_else(annotated).or_else(|| asserted_type(seed));
        let result = self.accumulator.prove_types(declared, seed);
        if result.is_ok() || declared.is_some() {
            return result.map(|()| None);
        }
        let Some(expected) = expected_type(self.call.node) else {
            return result.map(|()| None);
        };
        self.accumulator.prove_types(Some(expected), seed)?;
        Ok(Some(Edit::insert(self.call.property.end(), format!("<{}>", expected.text()))))
    }

    fn edits(&self) -> Proof<Vec<Edit>> {
        let Accumulator { copying, ctx, name, steps, .. } = self.accumulator;
        let layout = Layout::of(ctx.file);
        let writer = Writer { copying, ctx, layout: &layout, name };
        let mut edits = Vec::new();
        for (&result, step) in self.results.iter().zip(steps) {
            if matches!(step, Step::Keep(_)) {
                continue;
            }
            Accumulator::prove_no_comment(result, &kept_parts(step))?;
            let is_return = result.is("return_statement");
            let in_block = result.parent().is_some_and(|parent| {
                parent.is_any(&["statement_block", "switch_case", "switch_default"])
            });
            // An arrow's block starts where its `=>` stands, on the same line.
            let arrow = self.callback.node.children().find(|child| child.is_token("=>"));
            let anchor = if is_return { None } else { arrow };
            let outer = indent_at(ctx.file, anchor.unwrap_or(result).start());
            let inner = format!("{outer}{}", layout.indent);
            let indent = if in_block { outer } else { &inner };
            let mut lines = writer.step(step, indent);
            lines.push(format!("{indent}return {name}{}", layout.semicolon));
            if let Some(arrow) = anchor {
                let between = arrow.next_sibling().filter(|next| next.is_comment());
                if let Some(comment) = between {
                    return Err(Refusal::new(
                        &COMMENTS_KEPT,
                        comment,
                        "a comment stands in the way",
                    ));
                }
                let block = format!(" {}", writer.block(&lines, outer));
                edits.push(Edit::replace(Span::new(arrow.end(), result.end()), block));
                continue;
            }
            let replacement = if in_block {
                writer.statements(&lines, result)
            } else if lines.len() == 1 {
                lines.concat().trim_start().to_owned()
            } else {
                writer.block(&lines, outer)
            };
            edits.push(Edit::replace(result.span(), replacement));
        }
        Ok(edits)
    }
}

/// What of a step goes over into the new code, comments included.
pub(super) fn kept_parts<'a>(step: &Step<'a>) -> Vec<Node<'a>> {
    // Of `key: value` and `...list` the pieces, of anything else the whole.
    let pieces = |part: &Node<'a>| {
        if part.is_any(&["pair", "spread_element"]) { part.items().collect() } else { vec![*part] }
    };
    let copies = step.copies().into_iter();
    let mut parts: Vec<Node<'a>> = copies.flat_map(|copy| &copy.parts).flat_map(pieces).collect();
    if let Step::Choice { condition, .. } = step {
        parts.push(*condition);
    }
    parts
}

/// The type declared for the place where a call's result goes.
fn expected_type(call: Node<'_>) -> Option<Node<'_>> {
    let parent = call.parent()?;
    let annotation = match parent.kind() {
        "variable_declarator" => parent.child_by_field("type"),
        "return_statement" => {
            let function = enclosing_function(parent)?;
            if function.has_token("async") || function.has_token("*") {
                return None;
            }
            function.child_by_field("return_type")
        }
        "arrow_function" if !parent.has_token("async") => parent.child_by_field("return_type"),
        _ => None,
    };
    annotation.filter(|a| a.is("type_annotation"))?.items().next()
}
