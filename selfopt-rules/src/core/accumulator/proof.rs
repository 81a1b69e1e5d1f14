//! The parts of the proof that hold for callbacks and loops alike.

use selfopt_syntax::{Node, SymbolId};

use super::step::Step;
use super::{
    COMMENTS_KEPT, Copy, Copying, DOES_NOT_ESCAPE, Met, NO_PARTIAL, READS_SEE_OLD, TYPES_ALLOW,
};
use crate::analysis::functions::{enclosing_function, tries_around};
use crate::analysis::usage::{Usage, usage};
use crate::rule::{Proof, Refusal, RuleContext};

/// An accumulator under proof.
pub(super) struct Accumulator<'p, 'a> {
    pub(super) copying: &'p dyn Copying,
    pub(super) ctx: RuleContext<'a>,
    pub(super) symbol: SymbolId,
    pub(super) name: &'p str,
    pub(super) steps: &'p [Step<'a>],
}

impl<'a> Accumulator<'_, 'a> {
    /// All run-time uses of the name.
    pub(super) fn uses(&self) -> Vec<Node<'a>> {
        let Some(bindings) = self.ctx.bindings() else {
            return Vec::new();
        };
        bindings
            .references(self.symbol)
            .filter(|r| r.usage.is_read() || r.usage.is_write())
            .map(|r| self.ctx.file.tree.smallest_containing(r.span))
            .collect()
    }

    pub(super) fn copies(&self) -> impl Iterator<Item = &Copy<'a>> {
        self.steps.iter().flat_map(Step::copies)
    }

    /// Shows that a use inside the steps' reach keeps nothing of the accumulator.
    pub(super) fn prove_use(&self, name: Node<'a>, home: Option<Node<'a>>) -> Proof {
        if self.steps.iter().any(|step| step.own_names().contains(&name)) {
            return Ok(());
        }
        let escape = |what: &str| {
            Err(Refusal::new(&DOES_NOT_ESCAPE, name, format!("`{}` {what}", self.name)))
        };
        if enclosing_function(name) != home {
            return escape("is used in another function");
        }
        match usage(self.ctx, name) {
            Usage::LookedInto => Ok(()),
            Usage::MemberWritten(member) => self.copying.prove_member_write(self.ctx, member),
            Usage::MethodCalled(method) if self.copying.is_reading_call(self.ctx, name, method) => {
                Ok(())
            }
            Usage::MethodCalled(method) => escape(&format!("is `this` in a call of `{method}`")),
            Usage::MemberDeleted => escape("has a property deleted"),
            Usage::Spread(_) => escape("is copied elsewhere too"),
            Usage::Assigned => escape("is assigned elsewhere too"),
            Usage::Returned | Usage::Escapes => escape("is stored, passed on or compared"),
        }
    }

    /// Shows that every copy goes where the accumulator goes, and only there.
    pub(super) fn prove_not_held(&self) -> Proof {
        match self.steps.iter().find_map(Step::held) {
            Some(name) => {
                let reason = format!("the copy is kept under the name `{}`", name.text());
                Err(Refusal::new(&DOES_NOT_ESCAPE, name, reason))
            }
            None => Ok(()),
        }
    }

    /// Shows what must hold of every copy by itself.
    pub(super) fn prove_copies(&self, home: Option<Node<'a>>) -> Proof<Vec<Met>> {
        let uses = self.uses();
        let mut met = Vec::new();
        for copy in self.copies() {
            let at_once = self.copying.adds_at_once(copy);
            let own = uses.iter().filter(|name| copy.node.holds(**name) && **name != copy.own);
            for &name in own {
                let is_late = !at_once && copy.parts.iter().skip(1).any(|part| part.holds(name));
                let is_read = match usage(self.ctx, name) {
                    Usage::LookedInto => true,
                    Usage::MethodCalled(method) => {
                        self.copying.is_reading_call(self.ctx, name, method)
                    }
                    _ => false,
                };
                if is_late || !is_read {
                    let reason =
                        format!("`{}` is used after a part of the step is done", self.name);
                    return Err(Refusal::new(&READS_SEE_OLD, name, reason));
                }
            }
            let limit = home.unwrap_or_else(|| self.ctx.file.tree.root());
            for outer in tries_around(copy.node, limit) {
                let looks_last = outer.child_by_field("finalizer").is_some();
                if !at_once || looks_last {
                    let reason = "an exception in the middle of the step could be caught";
                    return Err(Refusal::new(&NO_PARTIAL, outer, reason));
                }
            }
            met.extend(self.copying.prove_copy(self.ctx, copy)?);
        }
        Ok(met)
    }

    /// Shows that no comment inside `replaced` gets lost.
    pub(super) fn prove_no_comment(replaced: Node<'a>, kept: &[Node<'a>]) -> Proof {
        let is_lost =
            |node: &Node<'a>| node.is_comment() && !kept.iter().any(|part| part.holds(*node));
        match replaced.descendants().find(is_lost) {
            Some(comment) => {
                Err(Refusal::new(&COMMENTS_KEPT, comment, "a comment stands in the way"))
            }
            None => Ok(()),
        }
    }

    /// Shows that TypeScript lets the accumulator be written to. `declared` is
    /// its type as far as it is declared; without one the seed says it.
    pub(super) fn prove_types(&self, declared: Option<Node<'a>>, seed: Node<'a>) -> Proof {
        if !self.ctx.file.language.is_typescript() {
            return Ok(());
        }
        if let Some(declared) = declared {
            if declared.is("union_type") {
                let reason = "only one side of the declared type may allow it";
                return Err(Refusal::new(&TYPES_ALLOW, declared, reason));
            }
            return self.copying.prove_declared(self.ctx, declared);
        }
        for copy in self.copies() {
            if !self.copying.is_typed_by_seed(self.ctx, copy, seed) {
                let reason = format!(
                    "no type is declared for `{}`, and that of its seed is too narrow",
                    self.name
                );
                return Err(Refusal::new(&TYPES_ALLOW, seed, reason));
            }
        }
        Ok(())
    }
}

/// Shows that nothing in a declared type is read-only.
pub(super) fn prove_not_read_only(declared: Node<'_>) -> Proof {
    let is_read_only = |node: &Node<'_>| {
        node.is_token("readonly")
            || node.text().starts_with("Readonly") && node.is("type_identifier")
            || node.is("readonly_type")
    };
    match declared.subtree().find(is_read_only) {
        Some(node) => {
            let reason = "the declared type is read-only";
            Err(Refusal::new(&TYPES_ALLOW, node, reason))
        }
        None => Ok(()),
    }
}
