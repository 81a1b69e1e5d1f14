//! Puts the candidate's functions beside the base's in the base's file.
//!
//! What the candidate declares besides (constants, helpers, imports, methods)
//! is added where the candidate has it: behind the same statement or member.
//! Anything else that differs cannot be had in one file, and is refused.

use std::collections::BTreeSet;

use selfopt_syntax::{Node, SourceFile, Span};

use super::code::{code, code_end, code_span};
use super::functions::FunctionAt;
use super::hook::Hook;
use super::record::{Instrumented, Target};
use super::refusal::Refusal;
use super::source::source;
use super::splice::Splices;
use super::touched::{Difference, Outside, differences, imports, outside};
use super::wrap::{Other, wrap};

/// Both versions of a function that are to run side by side under a number.
#[derive(Debug, Clone, Copy)]
pub struct Pair<'a> {
    /// The number that the hook gets.
    pub id: u32,
    /// The function in the base's text.
    pub base: &'a FunctionAt,
    /// The function in the candidate's text.
    pub candidate: &'a FunctionAt,
}

/// The base's file in which each pair runs side by side. Refused as a whole
/// when the files differ in more than these functions, added declarations and
/// imports.
pub fn in_place(
    base: &SourceFile,
    candidate: &SourceFile,
    pairs: &[Pair<'_>],
) -> Result<Instrumented, Refusal> {
    let hook = Hook::of(base, &[&candidate.text])?;
    let mut splices = Splices::default();
    add_declarations(&mut splices, base, candidate, pairs)?;
    let mut sites = Vec::new();
    let mut refused = Vec::new();
    for pair in pairs {
        let target = Target { id: pair.id, function: pair.base };
        let other = Other { file: candidate, function: pair.candidate };
        let wrapped = if is_one_kind(pair) {
            wrap(&mut splices, base, &hook, &target, Some(other))
        } else {
            Err(Refusal::KindChanged)
        };
        match wrapped {
            Ok(site) => sites.push(site),
            Err(refusal) => refused.push((pair.id, refusal)),
        }
    }
    if sites.is_empty() {
        return Ok(Instrumented { text: base.text.to_string(), sites, refused });
    }
    hook.mark(&mut splices, base);
    let text = splices.apply(&base.text);
    // An added name may be taken in the base's file.
    if source(&base.path, &text).is_err() {
        return Err(Refusal::ChangesOutsideTheFunction);
    }
    Ok(Instrumented { text, sites, refused })
}

fn is_one_kind(pair: &Pair<'_>) -> bool {
    let kind = |function: &FunctionAt| (function.kind, function.is_async, function.is_generator);
    kind(pair.base) == kind(pair.candidate)
}

/// Adds what the candidate's functions need and the base's file lacks.
fn add_declarations(
    splices: &mut Splices,
    base: &SourceFile,
    candidate: &SourceFile,
    pairs: &[Pair<'_>],
) -> Result<(), Refusal> {
    let mut import_spans: BTreeSet<Span> = BTreeSet::new();
    for difference in differences(base, candidate) {
        if pairs.iter().any(|pair| is_inside(&difference, pair)) {
            continue;
        }
        if !difference.functions().is_empty() {
            return Err(Refusal::ChangesOutsideTheFunction);
        }
        match outside(&difference) {
            Outside::AddedStatement | Outside::AddedMember => add(splices, &difference),
            Outside::MoreImports => {
                if let Some((old, new)) = imports(&difference)
                    && import_spans.insert(old.span())
                {
                    add_imports(splices, old, new);
                }
            }
            Outside::RemovedStatement | Outside::Nothing => {}
            Outside::Members | Outside::Code => return Err(Refusal::ChangesOutsideTheFunction),
        }
    }
    Ok(())
}

fn is_inside(difference: &Difference<'_>, pair: &Pair<'_>) -> bool {
    difference.around.iter().any(|(old, new)| is_at(*old, pair.base) && is_at(*new, pair.candidate))
}

fn is_at(node: Node<'_>, function: &FunctionAt) -> bool {
    node.start() == function.span.start && code_span(node) == function.span
}

/// Adds a statement or member behind the sibling that it stands behind.
fn add(splices: &mut Splices, difference: &Difference<'_>) {
    let Some(added) = difference.after else {
        return;
    };
    let list = difference.around.last().map(|(list, _)| *list);
    if let Some(sibling) = difference.behind {
        splices.behind(code_end(sibling), format!(";{};", code(added)));
    } else {
        let first = list.and_then(|list| list.children().next());
        splices.before(first.map_or(0, Node::start), format!("{};", code(added)));
    }
}

/// Takes the names out of the module that only the candidate takes.
fn add_imports(splices: &mut Splices, old: Node<'_>, new: Node<'_>) {
    let names = |node: Node<'_>| -> Vec<String> {
        let list = node.subtree().find(|inner| inner.is_any(&["named_imports", "object_pattern"]));
        list.map_or_else(Vec::new, |list| list.items().map(|item| item.text().to_owned()).collect())
    };
    let known = names(old);
    let added: Vec<_> = names(new).into_iter().filter(|name| !known.contains(name)).collect();
    if added.is_empty() {
        return;
    }
    let added = added.join(", ");
    if old.is("import_statement") {
        let source = old.child_by_field("source").map_or("", Node::text);
        splices.behind(code_end(old), format!(";import {{ {added} }} from {source};"));
    } else if let (Some(value), Some(statement)) = (old.child_by_field("value"), old.parent()) {
        let value = code(value);
        splices.behind(code_end(statement), format!(";const {{ {added} }} = {value};"));
    }
}
