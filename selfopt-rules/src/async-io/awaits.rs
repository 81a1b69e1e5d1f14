//! What is awaited.

use selfopt_syntax::Node;

use crate::analysis::calls::MethodCall;
use crate::rule::RuleContext;

/// First words of names of functions that read.
const READS: [&str; 10] =
    ["count", "download", "fetch", "find", "get", "list", "load", "lookup", "read", "search"];

/// Names of what runs one query after the other, whoever waits.
const CONNECTIONS: [&str; 9] =
    ["client", "conn", "connection", "db", "em", "manager", "queryRunner", "trx", "tx"];

/// The method call that is awaited.
pub(super) fn awaited_call(node: Node<'_>) -> Option<MethodCall<'_>> {
    MethodCall::of(node.items().next().filter(|_| node.is("await_expression"))?)
}

/// The name of the read that is awaited: `getUser(…)`, `api.getUser(…)`. `None`
/// for reads through a connection, which does one thing at a time.
pub(super) fn awaited_call_of_read(node: Node<'_>) -> Option<&str> {
    let call = node.items().next().filter(|call| call.is("call_expression"))?;
    let callee = call.child_by_field("function")?;
    let name = if callee.is("identifier") { callee } else { callee.child_by_field("property")? };
    let is_read = |read: &str| {
        name.text()
            .strip_prefix(read)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(|c: char| c.is_uppercase()))
    };
    let is_connection =
        callee.subtree().any(|part| part.is_named() && CONNECTIONS.contains(&part.text()));
    let passes_connection = call.child_by_field("arguments").is_some_and(|arguments| {
        arguments.subtree().any(|part| part.is_named() && ["trx", "tx"].contains(&part.text()))
    });
    // What stands behind it may only be done when it succeeded.
    let is_check = ["Auth", "Permission", "Session"].iter().any(|word| name.text().contains(word));
    (!is_check && READS.iter().any(|read| is_read(read)) && !is_connection && !passes_connection)
        .then(|| name.text())
}

/// Whether no step ends the loop or writes to a name from outside.
pub(super) fn is_plain_loop<'a>(ctx: RuleContext<'a>, repeat: Node<'a>, body: Node<'a>) -> bool {
    let ends = ["break_statement", "return_statement", "throw_statement", "try_statement"];
    if body.subtree().any(|node| node.is_any(&ends)) {
        return false;
    }
    let Some(bindings) = ctx.bindings() else {
        return false;
    };
    let mut writes = bindings
        .all_references()
        .iter()
        .filter(|r| body.span().contains(r.span) && r.usage.is_write());
    writes
        .all(|r| r.symbol.is_some_and(|id| repeat.span().contains(bindings.symbol(id).declaration)))
}
