//! Moving an object that is made again and again to the top of the module.
//!
//! Sound for objects that are the same every time and that nobody changes,
//! compares or keeps: the object is a receiver or an argument where it is made,
//! or it is in a local constant and all uses of that are.

use selfopt_syntax::{Edit, MetBy, Node, SymbolKind};

use crate::analysis::execution::{Runs, detached_function, runs};
use crate::analysis::expressions::wrapped;
use crate::analysis::lines::own_lines;
use crate::analysis::module_place::ModulePlace;
use crate::analysis::types::declaration_of;
use crate::rule::{Condition, Proof, Refusal, RuleContext};

/// It is made more than once.
pub(crate) static RUNS_AGAIN: Condition = Condition::new(
    "executed-more-than-once",
    "It stands in a function or loop, not in code that runs once when the module is loaded.",
    MetBy::Syntax,
);
/// The function sees the module.
pub(crate) static RUNS_HERE: Condition = Condition::new(
    "function-sees-its-module",
    "The function is not taken out of its module: sent to a browser page or worker, or made a worklet.",
    MetBy::Syntax,
);
/// The module can hold the constant.
pub(crate) static HAS_PLACE: Condition = Condition::new(
    "module-has-place",
    "The file is a module, and code at its top runs before anything calls the function.",
    MetBy::Syntax,
);

/// A condition and how it was met.
pub(crate) type Met = (&'static Condition, MetBy);

/// Whether the code at a node runs more than once; `None` for code at the top
/// level, where there is nothing to hoist.
pub(crate) fn runs_again(node: Node<'_>) -> Option<Proof> {
    match runs(node) {
        Runs::AtLoad => None,
        Runs::Repeatedly => Some(Ok(())),
        Runs::Once(function) => {
            let reason = "the code around it runs only once";
            Some(Err(Refusal::new(&RUNS_AGAIN, function, reason)))
        }
    }
}

/// Where the constant goes, and how it is known that it is there in time.
pub(crate) fn prove_place(ctx: RuleContext<'_>, node: Node<'_>) -> Proof<(ModulePlace, Met)> {
    if let Some(function) = detached_function(node) {
        let reason = "this function may run where its module's constants are unknown";
        return Err(Refusal::new(&RUNS_HERE, function, reason));
    }
    let place = ModulePlace::of(ctx).map_err(|reason| Refusal::new(&HAS_PLACE, node, reason))?;
    let met_by = place.precedes(ctx, node);
    Ok((place, (&HAS_PLACE, met_by)))
}

/// A value and the local constant it is in, if it is in one.
pub(crate) struct Made<'a> {
    value: Node<'a>,
    local: Option<Local<'a>>,
}

struct Local<'a> {
    declarator: Node<'a>,
    references: Vec<Node<'a>>,
}

impl<'a> Made<'a> {
    /// Finds all uses of what `value` makes.
    pub(crate) fn of(
        ctx: RuleContext<'a>,
        value: Node<'a>,
        does_not_escape: &'static Condition,
    ) -> Proof<Self> {
        let outer = wrapped(value);
        let declarator = outer
            .parent()
            .filter(|p| p.is("variable_declarator") && p.child_by_field("value") == Some(outer));
        let local = match declarator {
            Some(declarator) => Some(Local::of(ctx, declarator).map_err(|(at, reason)| {
                Refusal::new(does_not_escape, at.unwrap_or(declarator), reason)
            })?),
            None => None,
        };
        Ok(Self { value, local })
    }

    /// The expressions through which the value is used.
    pub(crate) fn uses(&self) -> Vec<Node<'a>> {
        match &self.local {
            Some(local) => local.references.clone(),
            None => vec![self.value],
        }
    }

    /// Replaces the value, and the local constant where that leaves nothing
    /// behind, by the name of the module's constant.
    pub(crate) fn edits(&self, ctx: RuleContext<'_>, name: &str) -> Vec<Edit> {
        let line = self
            .local
            .as_ref()
            .and_then(|local| Some((local, own_lines(ctx.file, local.declarator.parent()?)?)));
        let Some((local, lines)) = line else {
            let outer = wrapped(self.value);
            let replaced = if outer.is("parenthesized_expression") { outer } else { self.value };
            return vec![Edit::replace(replaced.span(), name)];
        };
        let uses = local.references.iter();
        let uses = uses.map(|reference| Edit::replace(reference.span(), name));
        std::iter::once(Edit::delete(lines)).chain(uses).collect()
    }
}

type Obstacle<'a> = (Option<Node<'a>>, &'static str);

impl<'a> Local<'a> {
    fn of(ctx: RuleContext<'a>, declarator: Node<'a>) -> Result<Self, Obstacle<'a>> {
        let unknown = (None, "its uses are not known");
        let bindings = ctx.bindings().ok_or(unknown)?;
        let name = declarator.child_by_field("name").ok_or(unknown)?;
        if !name.is("identifier") {
            return Err((Some(name), "it is taken apart"));
        }
        let id = bindings.declared_at(name.start()).ok_or(unknown)?;
        let symbol = bindings.symbol(id);
        let is_block_scoped = matches!(symbol.kind, SymbolKind::Const | SymbolKind::Let);
        if !is_block_scoped || symbol.reassigned || symbol.exported {
            return Err((Some(name), "the variable may hold something else"));
        }
        if declaration_of(ctx, symbol.name_span) != Some(declarator) {
            return Err(unknown);
        }
        let mut references = Vec::new();
        for reference in bindings.references(id) {
            let node = ctx.file.tree.smallest_containing(reference.span);
            if node.span() != reference.span || !reference.usage.is_read() {
                return Err((Some(node), "more than its value is used here"));
            }
            if node.start() < declarator.end() {
                return Err((Some(node), "it is used above its declaration"));
            }
            references.push(node);
        }
        if references.is_empty() {
            return Err((Some(name), "it is never used"));
        }
        Ok(Self { declarator, references })
    }
}
