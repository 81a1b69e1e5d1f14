//! Gathers differences by the function that they belong to.

use std::collections::BTreeMap;

use selfopt_syntax::{Node, SourceFile, Span};

use super::TouchedFunction;
use super::walk::Difference;
use crate::instrument::code::code_span;
use crate::instrument::functions::{FunctionAt, functions};

/// The functions that change, and the differences that are in none.
pub(super) struct Units<'a> {
    pub(super) functions: Vec<TouchedFunction>,
    pub(super) elsewhere: Vec<Difference<'a>>,
}

/// Both versions of one function.
type Versions<'f> = (&'f FunctionAt, &'f FunctionAt);

pub(super) fn units<'a>(
    before: &'a SourceFile,
    after: &'a SourceFile,
    differences: &[Difference<'a>],
) -> Units<'a> {
    let (old, new) = (functions(before), functions(after));
    let by_span = |all: &'_ [FunctionAt], node: Node<'_>| {
        all.iter().position(|function| function.span == code_span(node))
    };
    let mut stacks = Vec::new();
    let mut elsewhere = Vec::new();
    for difference in differences {
        let pairs = difference
            .functions()
            .into_iter()
            .filter_map(|(a, b)| Some((&old[by_span(&old, a)?], &new[by_span(&new, b)?])));
        let stack: Vec<Versions<'_>> = pairs.filter(|pair| is_one_function(*pair)).collect();
        if stack.is_empty() {
            elsewhere.push(difference.clone());
        } else {
            stacks.push(stack);
        }
    }
    Units { functions: gather(stacks), elsewhere }
}

/// A function is the same in both versions when its callers cannot tell that
/// it is called otherwise.
fn is_one_function((before, after): Versions<'_>) -> bool {
    before.kind == after.kind && before.own_name == after.own_name
}

fn gather(stacks: Vec<Vec<Versions<'_>>>) -> Vec<TouchedFunction> {
    let mut by_owner: BTreeMap<Span, Vec<Vec<Versions<'_>>>> = BTreeMap::new();
    for stack in stacks {
        let owner = owner(&stack);
        by_owner.entry(owner.0.span).or_default().push(stack);
    }
    let mut touched = Vec::new();
    let mut kept: Vec<Span> = Vec::new();
    // Outer functions come first; what is inside one that is kept belongs to it.
    let owners: Vec<_> = by_owner.keys().copied().collect();
    for span in owners {
        if kept.iter().any(|outer| outer.contains(span)) {
            continue;
        }
        kept.push(span);
        let stacks: Vec<_> = by_owner
            .range(span..)
            .filter(|(inner, _)| span.contains(**inner))
            .flat_map(|(_, s)| s)
            .collect();
        touched.extend(describe(span, &stacks));
    }
    touched
}

/// The innermost function with a path, or the innermost one.
fn owner<'f>(stack: &[Versions<'f>]) -> Versions<'f> {
    let exposed =
        |(before, after): &&Versions<'f>| before.path.is_some() && before.path == after.path;
    let found = stack.iter().rev().find(exposed);
    let wrappable =
        |(before, after): &&Versions<'f>| before.refusal.is_none() && after.refusal.is_none();
    let found = found.or_else(|| stack.iter().rev().find(wrappable));
    *found.unwrap_or(&stack[stack.len() - 1])
}

fn describe(span: Span, stacks: &[&Vec<Versions<'_>>]) -> Option<TouchedFunction> {
    let first = stacks.first()?;
    let (base, candidate) = *first.iter().find(|(before, _)| before.span == span)?;
    // From the inside out, the first that holds every difference.
    let inner = first.iter().rev().find(|(before, after)| {
        let is_around =
            |stack: &&Vec<Versions<'_>>| stack.iter().any(|(other, _)| other.span == before.span);
        before.refusal.is_none() && after.refusal.is_none() && stacks.iter().all(is_around)
    });
    let (inner_base, inner_candidate) = *inner.unwrap_or(&(base, candidate));
    Some(TouchedFunction {
        base: base.clone(),
        candidate: candidate.clone(),
        inner_base: inner_base.clone(),
        inner_candidate: inner_candidate.clone(),
    })
}
