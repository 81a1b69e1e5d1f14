//! What one step does with the accumulator: keeps it, copies it, or either.

use selfopt_syntax::Node;

use super::{Copy, Copying};
use crate::analysis::expressions::{constant_value, unwrapped};
use crate::rule::RuleContext;

/// The accumulator's next value as an expression says it.
#[derive(Debug, Clone)]
pub(super) enum Step<'a> {
    /// `acc`: the identifier.
    Keep(Node<'a>),
    /// `{ ...acc, k: v }`.
    Copy(Copy<'a>),
    /// A `const` that holds a copy: whoever uses the name may keep it.
    Held(Copy<'a>, Node<'a>),
    /// `condition ? step : step`.
    Choice { condition: Node<'a>, then: Box<Step<'a>>, otherwise: Box<Step<'a>> },
    /// Something else.
    Other(Node<'a>),
}

impl<'a> Step<'a> {
    pub(super) fn read(
        copying: &dyn Copying,
        ctx: RuleContext<'a>,
        expression: Node<'a>,
        is_accumulator: &dyn Fn(Node<'a>) -> bool,
    ) -> Self {
        let node = unwrapped(expression);
        if node.is("identifier") && is_accumulator(node) {
            return Self::Keep(node);
        }
        if let Some(copy) = copying.copy(ctx, node, is_accumulator) {
            return Self::Copy(copy);
        }
        if let Some(value) = constant_value(ctx, node)
            && let Some(copy) = copying.copy(ctx, unwrapped(value), is_accumulator)
        {
            return Self::Held(copy, node);
        }
        let branch = |field| {
            let branch = node.child_by_field(field)?;
            Some(Box::new(Self::read(copying, ctx, branch, is_accumulator)))
        };
        if node.is("ternary_expression")
            && let Some(condition) = node.child_by_field("condition")
            && let (Some(then), Some(otherwise)) = (branch("consequence"), branch("alternative"))
        {
            return Self::Choice { condition, then, otherwise };
        }
        Self::Other(node)
    }

    /// The copies in it, in order.
    pub(super) fn copies(&self) -> Vec<&Copy<'a>> {
        match self {
            Self::Keep(_) | Self::Other(_) => Vec::new(),
            Self::Copy(copy) | Self::Held(copy, _) => vec![copy],
            Self::Choice { then, otherwise, .. } => {
                then.copies().into_iter().chain(otherwise.copies()).collect()
            }
        }
    }

    /// The names of the accumulator that stand for its next value.
    pub(super) fn own_names(&self) -> Vec<Node<'a>> {
        match self {
            Self::Keep(name) => vec![*name],
            Self::Copy(copy) | Self::Held(copy, _) => vec![copy.own],
            Self::Choice { then, otherwise, .. } => {
                then.own_names().into_iter().chain(otherwise.own_names()).collect()
            }
            Self::Other(_) => Vec::new(),
        }
    }

    /// The first expression that is neither the accumulator nor a copy of it.
    pub(super) fn other(&self) -> Option<Node<'a>> {
        match self {
            Self::Keep(_) | Self::Copy(_) | Self::Held(..) => None,
            Self::Choice { then, otherwise, .. } => then.other().or_else(|| otherwise.other()),
            Self::Other(node) => Some(*node),
        }
    }

    /// The name of a copy that is held.
    pub(super) fn held(&self) -> Option<Node<'a>> {
        match self {
            Self::Held(_, name) => Some(*name),
            Self::Choice { then, otherwise, .. } => then.held().or_else(|| otherwise.held()),
            Self::Keep(_) | Self::Copy(_) | Self::Other(_) => None,
        }
    }
}
