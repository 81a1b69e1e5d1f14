//! `file-read-cache`: the same file is read again and again.

use selfopt_syntax::Node;

use crate::analysis::execution::{Runs, runs};
use crate::analysis::functions::enclosing_function;
use crate::analysis::imports::import_of;
use crate::proposal::{NEEDS_PERSON, proposal};
use crate::rule::{Applicability, Match, Rule, RuleContext, RuleMeta, SizeWitness};

static META: RuleMeta = RuleMeta {
    id: "file-read-cache",
    pack: "async-io",
    version: "0.1.0",
    title: "the same file read in every call",
    why: "Opening and reading a small file takes 25 to 60 µs in every call.",
    applicability: Applicability::ReportOnly,
    kinds: &["call_expression"],
    literals: &["readFileSync"],
    risk: 3,
    typical_speedup: 1203.15,
    needs_bindings: true,
    size_witness: SizeWitness::NotNeeded,
    conditions: &[&NEEDS_PERSON],
};

/// See `rulebook/async-io/file-read-cache.md`.
pub(crate) struct FileReadCache;

impl Rule for FileReadCache {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, ctx: RuleContext<'_>, node: Node<'_>) -> Option<Match> {
        let callee = node.child_by_field("function")?;
        let is_member = callee.is("member_expression");
        let (name, module) = if is_member {
            (callee.child_by_field("property")?, callee.child_by_field("object")?)
        } else {
            (callee, callee)
        };
        if name.text() != "readFileSync" || !module.is("identifier") {
            return None;
        }
        let import = import_of(ctx, module)?;
        let path = node.child_by_field("arguments")?.items().next()?;
        let is_repeated = runs(node) == Runs::Repeatedly && !is_called_once(node);
        let is_it =
            ["fs", "node:fs"].contains(&import.source.as_str()) && path.is("string") && is_repeated;
        let message = format!("{} is read every time this runs", path.text());
        let reason = "the file may change while the program runs, and who gets the data may \
                      change it";
        is_it.then(|| proposal(node, message, reason))
    }
}

/// Whether the function's name says that it runs once.
fn is_called_once(node: Node<'_>) -> bool {
    let names = ["main", "run", "setup", "init", "start", "bootstrap", "build", "load", "config"];
    let Some(function) = enclosing_function(node) else {
        return true;
    };
    let declared = function.parent().filter(|p| p.is("variable_declarator"));
    let name = function
        .child_by_field("name")
        .or_else(|| declared.and_then(|declarator| declarator.child_by_field("name")));
    name.is_none_or(|name| {
        let name = name.text().to_lowercase();
        names.iter().any(|once| name.contains(once))
    })
}
