//! `let acc = {}; for (…) { acc = { ...acc, … }; }`.

use selfopt_syntax::{Edit, MetBy, Node, Symbol, SymbolId, SymbolKind};

use super::proof::Accumulator;
use super::reduce::kept_parts;
use super::step::Step;
use super::write::Writer;
use super::{Copying, DOES_NOT_ESCAPE, RECEIVER, SEED_IS_FRESH};
use crate::analysis::expressions::{asserted_type, unwrapped};
use crate::analysis::functions::{enclosing_function, loops_around};
use crate::analysis::layout::{Layout, indent_at};
use crate::analysis::types;
use crate::analysis::usage::{Usage, usage};
use crate::rule::{Condition, Fix, Match, Proof, Refusal, RuleContext};

/// Looks at an assignment. Reports an accumulator once, at the first one that
/// copies it in a loop.
pub(in crate::core) fn check_loop<'a>(
    copying: &dyn Copying,
    ctx: RuleContext<'a>,
    node: Node<'a>,
) -> Option<Match> {
    let target = node.child_by_field("left").filter(|left| left.is("identifier"))?;
    // Nearly all assignments end here, before anybody asks what the name is.
    if loops_around(node).is_empty() {
        return None;
    }
    let bindings = ctx.bindings()?;
    let id = bindings.symbol_of(target)?;
    let symbol = bindings.symbol(id);
    update(copying, ctx, target, id, symbol)?;
    let mut updates = Vec::new();
    let mut steps = Vec::new();
    for reference in bindings.references(id).filter(|r| r.usage.is_write()) {
        let target = ctx.file.tree.smallest_containing(reference.span);
        if let Some((update, step)) = update(copying, ctx, target, id, symbol) {
            updates.push(update);
            steps.push(step);
        }
    }
    if updates.first()?.assignment != node {
        return None;
    }
    let first = steps.iter().flat_map(Step::copies).next()?;
    let repetition = Repetition {
        accumulator: Accumulator { copying, ctx, symbol: id, name: target.text(), steps: &steps },
        symbol,
        updates: &updates,
    };
    Some(Match {
        span: first.node.span(),
        message: copying.message(target.text()),
        outcome: repetition.fix().into(),
    })
}

struct Update<'a> {
    /// `acc = { ...acc, … }`.
    assignment: Node<'a>,
    /// The outermost loop around it that does not declare the accumulator anew.
    outermost: Node<'a>,
}

fn update<'a>(
    copying: &dyn Copying,
    ctx: RuleContext<'a>,
    target: Node<'a>,
    id: SymbolId,
    symbol: &Symbol,
) -> Option<(Update<'a>, Step<'a>)> {
    let assignment = target.parent().filter(|parent| {
        parent.is("assignment_expression") && parent.child_by_field("left") == Some(target)
    })?;
    let bindings = ctx.bindings()?;
    let is_accumulator = |node: Node<'a>| bindings.symbol_of(node) == Some(id);
    let step = Step::read(copying, ctx, assignment.child_by_field("right")?, &is_accumulator);
    let repeats = |outer: &Node<'a>| !outer.span().contains(symbol.declaration);
    let outermost = loops_around(assignment).into_iter().rfind(repeats)?;
    (!step.copies().is_empty()).then_some((Update { assignment, outermost }, step))
}

struct Repetition<'p, 'a> {
    accumulator: Accumulator<'p, 'a>,
    symbol: &'p Symbol,
    updates: &'p [Update<'a>],
}

impl<'a> Repetition<'_, 'a> {
    fn fix(&self) -> Proof<Fix> {
        let Accumulator { copying, ctx, name, .. } = self.accumulator;
        let declarator = self.prove_declaration()?;
        let Some(seed) = declarator.child_by_field("value") else {
            return Err(Refusal::new(&SEED_IS_FRESH, declarator, "it is declared without a value"));
        };
        copying.prove_seed(ctx, unwrapped(seed))?;
        let home = enclosing_function(declarator);
        self.accumulator.prove_not_held()?;
        let all_replaced = self.prove_uses(home)?;
        let mut met = self.accumulator.prove_copies(home)?;
        let annotation = declarator.child_by_field("type").and_then(|a| a.items().next());
        self.accumulator.prove_types(annotation.or_else(|| asserted_type(seed)), seed)?;
        // There is no receiver whose method could be another.
        met.push((&RECEIVER, MetBy::Syntax));
        let mut edits = self.edits()?;
        let declaration = declarator.parent().filter(|parent| parent.items().count() == 1);
        let keyword = declaration.and_then(|d| d.children().find(|child| child.is_token("let")));
        if let Some(keyword) = keyword.filter(|_| all_replaced) {
            edits.push(Edit::replace(keyword.span(), "const"));
        }
        Ok(Fix { title: copying.title(name), edits, met })
    }

    /// The one declaration, in the same function as the loops.
    fn prove_declaration(&self) -> Proof<Node<'a>> {
        let Accumulator { ctx, symbol: id, name, .. } = self.accumulator;
        let first = self.updates[0].assignment;
        let refuse = |condition: &'static Condition, reason: &str| {
            Err(Refusal::new(condition, first, format!("`{name}` {reason}")))
        };
        let declarator = types::declaration_of(ctx, self.symbol.name_span)
            .filter(|node| node.is("variable_declarator"));
        let Some(declarator) = declarator else {
            return refuse(&SEED_IS_FRESH, "is not a local variable that starts with a literal");
        };
        if !matches!(self.symbol.kind, SymbolKind::Let | SymbolKind::Var) {
            return refuse(&SEED_IS_FRESH, "is not a variable");
        }
        let declares_again = |node: &Node<'a>| {
            *node != declarator
                && node.child_by_field("name").is_some_and(|name| {
                    ctx.bindings().and_then(|b| b.declared_at(name.start())) == Some(id)
                })
        };
        if ctx.file.tree.nodes_of_kind("variable_declarator").any(|node| declares_again(&node)) {
            return refuse(&SEED_IS_FRESH, "is declared twice");
        }
        if self.symbol.exported {
            return refuse(&DOES_NOT_ESCAPE, "is exported");
        }
        let home = enclosing_function(declarator);
        if self.updates.iter().any(|update| enclosing_function(update.assignment) != home) {
            return refuse(&DOES_NOT_ESCAPE, "is assigned in another function");
        }
        // A `var` may be declared in a branch, or below the loop.
        let block = declarator.parent().and_then(Node::parent);
        let comes_first = |update: &Update<'a>| {
            declarator.end() <= update.outermost.start()
                && block.is_some_and(|block| block.holds(update.outermost))
        };
        if !self.updates.iter().all(comes_first) {
            return refuse(&SEED_IS_FRESH, "may not have its value yet when the loop starts");
        }
        Ok(declarator)
    }

    /// Shows that until all loops are over nothing keeps the accumulator;
    /// afterwards it never changes again, so anything may. Returns whether no
    /// assignment remains.
    fn prove_uses(&self, home: Option<Node<'a>>) -> Proof<bool> {
        let Accumulator { copying, ctx, .. } = self.accumulator;
        let last = self.updates.iter().map(|update| update.outermost.end()).max().unwrap_or(0);
        let mut all_replaced = true;
        for name in self.accumulator.uses() {
            if self.updates.iter().any(|u| u.assignment.child_by_field("left") == Some(name)) {
                continue;
            }
            let is_assigned = usage(ctx, name) == Usage::Assigned;
            all_replaced &= !is_assigned;
            if name.start() >= last && !self.may_run_early(name, home) {
                continue;
            }
            if is_assigned && enclosing_function(name) == home {
                let value = name.parent().filter(|p| p.is("assignment_expression"));
                if let Some(value) = value.and_then(|p| p.child_by_field("right")) {
                    copying.prove_seed(ctx, unwrapped(value))?;
                    continue;
                }
            }
            self.accumulator.prove_use(name, home)?;
        }
        Ok(all_replaced)
    }

    /// Whether code after the loops could run before they end: it is in a
    /// hoisted function, or in any function when a `var` lives on in it.
    fn may_run_early(&self, name: Node<'a>, home: Option<Node<'a>>) -> bool {
        let hoisted = ["function_declaration", "generator_function_declaration"];
        enclosing_function(name) != home
            && (self.symbol.kind == SymbolKind::Var
                || name
                    .ancestors()
                    .take_while(|outer| Some(*outer) != home)
                    .any(|outer| outer.is_any(&hoisted)))
    }

    fn edits(&self) -> Proof<Vec<Edit>> {
        let Accumulator { copying, ctx, name, steps, .. } = self.accumulator;
        let layout = Layout::of(ctx.file);
        let writer = Writer { copying, ctx, layout: &layout, name };
        let mut edits = Vec::new();
        for (update, step) in self.updates.iter().zip(steps) {
            let statement = update.assignment.parent().filter(|p| p.is("expression_statement"));
            let Some(statement) = statement else {
                let reason = "the assignment is part of a larger expression";
                return Err(Refusal::new(&DOES_NOT_ESCAPE, update.assignment, reason));
            };
            if let Some(other) = step.other() {
                let reason = "this value is neither the accumulator nor a copy of it";
                return Err(Refusal::new(&SEED_IS_FRESH, other, reason));
            }
            Accumulator::prove_no_comment(statement, &kept_parts(step))?;
            let in_block = statement.parent().is_some_and(|parent| {
                parent.is_any(&["statement_block", "switch_case", "switch_default", "program"])
            });
            let outer = indent_at(ctx.file, statement.start());
            let inner = format!("{outer}{}", layout.indent);
            let lines = writer.step(step, if in_block { outer } else { &inner });
            let replacement = match lines.as_slice() {
                // `acc = { ...acc }` adds nothing.
                [] if !in_block => "{}".to_owned(),
                // An `else` further on must not become that of an `if`.
                [one] if !in_block && !one.trim_start().starts_with("if ") => {
                    one.trim_start().to_owned()
                }
                _ if in_block => writer.statements(&lines, statement),
                _ => writer.block(&lines, outer),
            };
            edits.push(Edit::replace(statement.span(), replacement));
        }
        Ok(edits)
    }
}
