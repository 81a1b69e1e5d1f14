//! Places that change an object or array in place.

use selfopt_syntax::{Node, SymbolId};

use crate::analysis::usage::{Usage, usage};
use crate::rule::RuleContext;

/// Methods of arrays, maps and sets that change them.
const CHANGING: [&str; 13] = [
    "add",
    "clear",
    "copyWithin",
    "delete",
    "fill",
    "pop",
    "push",
    "reverse",
    "set",
    "shift",
    "sort",
    "splice",
    "unshift",
];

/// The first use of a name that changes its value in place.
pub(in crate::react) fn change_of_value(ctx: RuleContext<'_>, id: SymbolId) -> Option<Node<'_>> {
    let references = ctx.bindings()?.references(id);
    references.map(|reference| ctx.file.tree.smallest_containing(reference.span)).find(|at| {
        match usage(ctx, *at) {
            Usage::MemberWritten(_) | Usage::MemberDeleted => true,
            Usage::MethodCalled(name) => CHANGING.contains(&name),
            _ => false,
        }
    })
}
