//! Whether TypeScript lets a value be `undefined` where it stands.

use selfopt_syntax::{Node, SymbolKind};

use super::expressions::{unwrapped, wrapped};
use super::functions::always_leaves;
use crate::rule::RuleContext;

/// How far a value is followed.
const MAX_STEPS: u8 = 8;

/// Whether the code around the expression is written for `undefined`, too. In
/// JavaScript all code is.
pub fn may_be_missing<'a>(ctx: RuleContext<'a>, expression: Node<'a>) -> bool {
    !ctx.file.language.is_typescript() || is_allowed(ctx, expression, MAX_STEPS)
}

fn is_allowed<'a>(ctx: RuleContext<'a>, expression: Node<'a>, steps: u8) -> bool {
    let Some(steps) = steps.checked_sub(1) else {
        return false;
    };
    let value = wrapped(expression);
    let asserts =
        |node: Node<'a>| node.is_any(&["non_null_expression", "as_expression", "type_assertion"]);
    let mut around = expression.ancestors().take_while(|outer| value.holds(*outer));
    if around.any(asserts) {
        return true;
    }
    let Some(parent) = value.parent() else {
        return false;
    };
    let is_field = |field| parent.child_by_field(field) == Some(value);
    let has_any = |operators: &[&str]| operators.iter().any(|op| parent.has_token(op));
    match parent.kind() {
        "expression_statement" => true,
        "member_expression" | "subscript_expression" if is_field("object") => {
            parent.child_by_field("optional_chain").is_some()
        }
        "unary_expression" => has_any(&["!", "typeof", "void"]),
        "if_statement" | "while_statement" | "do_statement" => is_field("condition"),
        "ternary_expression" => is_field("condition") || is_allowed(ctx, parent, steps),
        "binary_expression" if has_any(&["===", "!==", "==", "!="]) => true,
        "binary_expression" if has_any(&["||", "??"]) && is_field("left") => true,
        "binary_expression" if has_any(&["&&", "||", "??"]) => is_allowed(ctx, parent, steps),
        "variable_declarator" if is_field("value") => match parent.child_by_field("type") {
            Some(annotation) => annotation.items().next().is_some_and(has_undefined),
            None => is_variable_asked(ctx, parent, steps),
        },
        "return_statement" => {
            let function = parent.ancestors().find(|node| super::functions::is_function(*node));
            function.is_some_and(returns_undefined)
        }
        "arrow_function" if is_field("body") => returns_undefined(parent),
        _ => false,
    }
}

/// `T | undefined`.
fn has_undefined(type_node: Node<'_>) -> bool {
    let is_it = |node: Node<'_>| {
        node.text() == "undefined" || ["any", "unknown", "void"].contains(&node.text())
    };
    is_it(type_node) || (type_node.is("union_type") && type_node.subtree().any(is_it))
}

fn returns_undefined(function: Node<'_>) -> bool {
    let annotation = function.child_by_field("return_type");
    annotation.and_then(|annotation| annotation.items().next()).is_some_and(has_undefined)
}

/// A `const` whose every reader asks, or stands behind `if (!name) return`.
fn is_variable_asked<'a>(ctx: RuleContext<'a>, declarator: Node<'a>, steps: u8) -> bool {
    let is_asked = || {
        let name = declarator.child_by_field("name").filter(|name| name.is("identifier"))?;
        let bindings = ctx.bindings()?;
        let id = bindings.symbol_of(name)?;
        let symbol = bindings.symbol(id);
        if symbol.kind != SymbolKind::Const || symbol.exported {
            return Some(false);
        }
        let guard = declarator.parent()?.next_sibling().filter(|next| is_guard(*next, name.text()));
        let mut uses = bindings.references(id).filter(|reference| reference.usage.is_read());
        Some(uses.all(|reference| {
            let at = ctx.file.tree.smallest_containing(reference.span);
            guard.is_some_and(|guard| at.start() > guard.start()) || is_allowed(ctx, at, steps)
        }))
    };
    is_asked() == Some(true)
}

/// `if (!name) return;`, with a block or without.
fn is_guard(statement: Node<'_>, name: &str) -> bool {
    let is_asked = |condition: Node<'_>| {
        let condition = unwrapped(condition);
        condition.is("unary_expression")
            && condition.has_token("!")
            && condition.child_by_field("argument").is_some_and(|a| unwrapped(a).text() == name)
    };
    let leaves = |branch: Node<'_>| {
        branch.is_any(&["return_statement", "throw_statement"]) || always_leaves(branch)
    };
    statement.is("if_statement")
        && statement.child_by_field("alternative").is_none()
        && statement.child_by_field("condition").is_some_and(is_asked)
        && statement.child_by_field("consequence").is_some_and(leaves)
}
