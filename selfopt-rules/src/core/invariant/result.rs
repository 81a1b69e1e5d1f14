//! What becomes of a call's result.

use selfopt_syntax::{Node, SymbolKind};

use super::{Call, Kind};
use crate::analysis::array_use::{ArrayUse, array_use};
use crate::analysis::calls::MethodCall;
use crate::analysis::expressions::wrapped;
use crate::analysis::usage::{Usage, usage};
use crate::rule::RuleContext;

/// Methods that give primitives and keep nothing.
const ASKING: [&str; 10] = [
    "charAt",
    "endsWith",
    "includes",
    "indexOf",
    "join",
    "startsWith",
    "toFixed",
    "toLowerCase",
    "toUpperCase",
    "trim",
];

/// Whether no use of the result changes it or hands it on.
pub(in crate::core) fn is_only_read<'a>(ctx: RuleContext<'a>, call: &Call<'a>) -> bool {
    let value = wrapped(call.node);
    let name = value
        .parent()
        .filter(|parent| parent.is("variable_declarator"))
        .and_then(|parent| parent.child_by_field("name"));
    let Some(name) = name else {
        return is_read(ctx, call.kind, call.node);
    };
    let all_read = || {
        let bindings = ctx.bindings()?;
        let id = bindings.declared_at(name.start()).filter(|_| name.is("identifier"))?;
        let symbol = bindings.symbol(id);
        let mut uses = bindings.references(id);
        let is_fixed = symbol.kind == SymbolKind::Const && !symbol.exported;
        let is_one = |span| is_read(ctx, call.kind, ctx.file.tree.smallest_containing(span));
        Some(is_fixed && uses.all(|r| r.usage.is_read() && is_one(r.span)))
    };
    all_read() == Some(true)
}

fn is_read<'a>(ctx: RuleContext<'a>, kind: Kind<'a>, at: Node<'a>) -> bool {
    match kind {
        Kind::Parsed => is_looked_at(at),
        Kind::Collection => match usage(ctx, at) {
            Usage::MethodCalled(method) => method == "has",
            Usage::LookedInto => true,
            _ => false,
        },
        _ => array_use(ctx, at) == ArrayUse::Read,
    }
}

/// Whether the value, or what is read of it, ends in something that keeps no
/// part of it.
fn is_looked_at(at: Node<'_>) -> bool {
    let value = wrapped(at);
    let Some(parent) = value.parent() else {
        return false;
    };
    let is_field = |field| parent.child_by_field(field) == Some(value);
    match parent.kind() {
        "member_expression" | "subscript_expression" if is_field("object") => {
            let member = wrapped(parent);
            let call = member.parent().and_then(MethodCall::of);
            match call.filter(|call| call.node.child_by_field("function") == Some(member)) {
                Some(call) => ASKING.contains(&call.name),
                None => is_looked_at(parent),
            }
        }
        "binary_expression" => !["&&", "||", "??"].iter().any(|op| parent.has_token(op)),
        "unary_expression" => !parent.has_token("delete"),
        "template_substitution" => true,
        "augmented_assignment_expression" => is_field("right"),
        "if_statement" | "while_statement" | "ternary_expression" => is_field("condition"),
        "subscript_expression" => is_field("index"),
        _ => false,
    }
}
