//! The searched array: where it comes from and what may change it.

use selfopt_syntax::{MetBy, Node, Symbol, SymbolKind};

use super::iteration::runs_within;
use super::{
    DEFINED_BEFORE, Iteration, MAY_BE_LARGE, NOT_CHANGED, RECEIVER_IS_ARRAY, SYNCHRONOUS, Test,
};
use crate::analysis::array_use::{ArrayUse, array_use};
use crate::analysis::arrays::{is_array, is_string};
use crate::analysis::calls::MethodCall;
use crate::analysis::expressions::unwrapped;
use crate::analysis::fresh::{fixed_value, is_presumably_fresh_array};
use crate::analysis::functions::{enclosing_function, loops_around};
use crate::analysis::known_code::{unknown_code, waits};
use crate::analysis::modules::is_module;
use crate::rule::{Proof, Refusal, RuleContext};

/// Shorter lists are searched faster than a `Set` is asked; the measured
/// break-even lies between 20 and 50.
const MIN_LITERAL: usize = 20;

/// An array that is searched, known by its name.
pub(in crate::core) struct Haystack<'a> {
    ctx: RuleContext<'a>,
    name: Node<'a>,
    symbol: &'a Symbol,
    /// What it is declared with, if that is an array of its own.
    own_value: Option<Node<'a>>,
    /// Uses after which it may be another or anywhere.
    critical: Vec<(Node<'a>, ArrayUse)>,
}

impl<'a> Haystack<'a> {
    /// The array a name stands for; `None` if the file does not declare it.
    pub(in crate::core) fn of(ctx: RuleContext<'a>, name: Node<'a>) -> Option<Self> {
        let bindings = ctx.bindings()?;
        let id = bindings.symbol_of(name)?;
        let uses = bindings
            .references(id)
            .filter(|r| r.usage.is_read() || r.usage.is_write())
            .map(|r| ctx.file.tree.smallest_containing(r.span));
        let critical = uses
            .map(|node| (node, array_use(ctx, node)))
            .filter(|(_, usage)| *usage != ArrayUse::Read);
        Some(Self {
            ctx,
            name,
            symbol: bindings.symbol(id),
            own_value: fixed_value(ctx, name)
                .filter(|value| is_presumably_fresh_array(ctx, *value).is_some()),
            critical: critical.collect(),
        })
    }

    /// Whether its declaration lies in `node`.
    pub(in crate::core) fn is_declared_in(&self, node: Node<'a>) -> bool {
        node.span().contains(self.symbol.declaration)
    }

    /// Shows that it is an array.
    pub(in crate::core) fn prove_array(&self, test: &Test<'a>) -> Proof<MetBy> {
        let refuse = |reason: String| Err(Refusal::new(&RECEIVER_IS_ARRAY, self.name, reason));
        let name = self.name.text();
        if test.call.is_optional {
            return refuse(format!("`{name}` may be missing: `?.` asks for it"));
        }
        let receiver = test.call.receiver;
        let by_value = || is_presumably_fresh_array(self.ctx, self.own_value?);
        if let Some(met_by) = is_array(self.ctx, receiver).or_else(by_value) {
            return Ok(met_by);
        }
        if is_string(self.ctx, receiver).is_some() || self.is_made_as_string() {
            return refuse(format!(
                "`{name}` is a string: `{}` looks for a part of it",
                test.call.name
            ));
        }
        refuse(format!(
            "the receiver may be a string: `{}` means substring there, and nothing shows that \
             `{name}` is an array",
            test.call.name
        ))
    }

    /// Shows that it is not a short list that is written out.
    pub(in crate::core) fn prove_may_be_large(&self) -> Proof {
        let Some(value) = fixed_value(self.ctx, self.name).map(unwrapped) else {
            return Ok(());
        };
        let n_elements = value.items().count();
        let is_written_out = value.is("array")
            && !value.items().any(|item| item.is("spread_element"))
            && !self.critical.iter().any(|(_, usage)| *usage == ArrayUse::Changed);
        if is_written_out && n_elements < MIN_LITERAL {
            let reason = format!(
                "`{}` has {n_elements} element{}: that is searched faster than a `Set` or \
                 `Map` is made and asked",
                self.name.text(),
                if n_elements == 1 { "" } else { "s" }
            );
            return Err(Refusal::new(&MAY_BE_LARGE, value, reason));
        }
        Ok(())
    }

    /// Shows that it has its value where `region` starts.
    pub(in crate::core) fn prove_defined_before(&self, region: Node<'a>) -> Proof {
        let declaration = self.symbol.declaration;
        let declares =
            |node: &Node<'a>| node.is("variable_declaration") && node.span().contains(declaration);
        // A `var` may be declared in a branch.
        let is_in_block = self.symbol.kind != SymbolKind::Var
            || self
                .ctx
                .file
                .tree
                .nodes_of_kind("variable_declaration")
                .find(declares)
                .and_then(Node::parent)
                .is_some_and(|block| block.holds(region));
        if declaration.end <= region.start() && is_in_block {
            return Ok(());
        }
        let reason = format!("`{}` may not have its value there yet", self.name.text());
        Err(Refusal::new(&DEFINED_BEFORE, self.name, reason))
    }

    /// Shows that it stays as it is while `region` runs.
    pub(in crate::core) fn prove_unchanged(
        &self,
        region: Node<'a>,
        iteration: Iteration<'a>,
    ) -> Proof {
        let (ctx, name) = (self.ctx, self.name.text());
        if self.symbol.reassigned {
            let written = self.critical.iter().find(|(_, u)| *u == ArrayUse::Changed);
            let at = written.map_or(self.name, |(node, _)| *node);
            let reason = format!("`{name}` is assigned again");
            return Err(Refusal::new(&NOT_CHANGED, at, reason));
        }
        if let Some(&(at, usage)) = self.critical.iter().find(|(at, _)| region.holds(*at)) {
            let what = match usage {
                ArrayUse::Changed => "changes",
                _ => "is passed on or stored, and may change,",
            };
            let reason = format!("`{name}` {what} inside the loop");
            return Err(Refusal::new(&NOT_CHANGED, at, reason));
        }
        if !iteration.is_synchronous && (self.is_known_elsewhere() || !self.critical.is_empty()) {
            let reason = format!(
                "the search may run later, when `{name}` is another: nothing shows that all \
                 callbacks around it are called at once"
            );
            return Err(Refusal::new(&SYNCHRONOUS, iteration.node, reason));
        }
        let is_shared = self.is_known_elsewhere()
            || self.critical.iter().any(|&(at, usage)| self.may_act_during(at, usage, region));
        match unknown_code(ctx, region).filter(|_| is_shared) {
            Some(node) if waits(node) => {
                let reason = format!("while the loop waits, `{name}` may change elsewhere");
                Err(Refusal::new(&SYNCHRONOUS, node, reason))
            }
            Some(node) => {
                let shown: String = node.text().lines().next().unwrap_or_default().into();
                let reason = format!("`{name}` is known elsewhere, and `{shown}` may change it");
                Err(Refusal::new(&NOT_CHANGED, node, reason))
            }
            None => Ok(()),
        }
    }

    /// Whether code that this file does not show may know the array from the start.
    fn is_known_elsewhere(&self) -> bool {
        let is_top = enclosing_function(self.name_node()).is_none();
        self.own_value.is_none() || self.symbol.exported || (is_top && !is_module(self.ctx.file))
    }

    /// Whether a use outside `region` may have the array change while `region` runs.
    fn may_act_during(&self, at: Node<'a>, usage: ArrayUse, region: Node<'a>) -> bool {
        let here = enclosing_function(region);
        if enclosing_function(self.name_node()) != here {
            return true;
        }
        if usage == ArrayUse::Changed {
            return !runs_within(self.ctx, at, here);
        }
        let comes_again = loops_around(region)
            .into_iter()
            .any(|outer| outer.holds(at) && !self.is_declared_in(outer));
        let is_return = at.parent().is_some_and(|p| p.is("return_statement"));
        let comes_after = at.start() >= region.end() && !comes_again;
        enclosing_function(at) != here || !(is_return || comes_after)
    }

    fn name_node(&self) -> Node<'a> {
        self.ctx.file.tree.smallest_containing(self.symbol.name_span)
    }

    fn is_made_as_string(&self) -> bool {
        let made = |value: Node<'a>| {
            let names = ["toLowerCase", "toUpperCase", "trim", "join", "toString"];
            MethodCall::of(value).is_some_and(|call| names.contains(&call.name))
        };
        fixed_value(self.ctx, self.name).is_some_and(|value| made(unwrapped(value)))
    }
}
