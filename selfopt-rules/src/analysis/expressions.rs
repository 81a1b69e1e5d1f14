//! Expressions: wrappers without meaning at run time, and inert ones.

use selfopt_syntax::{Node, SymbolKind};

use super::types;

use crate::rule::RuleContext;

const WRAPPERS: [&str; 5] = [
    "parenthesized_expression",
    "as_expression",
    "satisfies_expression",
    "non_null_expression",
    "type_assertion",
];

/// The expression inside parentheses and type assertions.
pub fn unwrapped(node: Node<'_>) -> Node<'_> {
    let mut node = node;
    while node.is_any(&WRAPPERS) {
        // `<T>value` has its type first, the others have theirs last.
        let inner =
            if node.is("type_assertion") { node.items().last() } else { node.items().next() };
        match inner {
            Some(inner) if !inner.is("sequence_expression") => node = inner,
            _ => break,
        }
    }
    node
}

/// The outermost expression that is `node` in parentheses and type assertions.
pub fn wrapped(node: Node<'_>) -> Node<'_> {
    let mut node = node;
    while let Some(parent) =
        node.parent().filter(|p| p.is_any(&WRAPPERS) && unwrapped(*p) == unwrapped(node))
    {
        node = parent;
    }
    node
}

/// The asserted type of the outermost type assertion around an expression.
pub fn asserted_type(node: Node<'_>) -> Option<Node<'_>> {
    let mut node = node;
    loop {
        if node.is_any(&["as_expression", "satisfies_expression"]) {
            return node.items().nth(1);
        }
        if node.is("type_assertion") {
            return node.items().next()?.items().next();
        }
        if !node.is("parenthesized_expression") {
            return None;
        }
        node = node.items().next()?;
    }
}

/// Whether the author asserts something of the expression that its code does
/// not show: `x!`, `x as T`.
pub fn is_asserted(node: Node<'_>) -> bool {
    let inner = unwrapped(node);
    std::iter::successors(Some(node), |outer| {
        outer.items().find(|item| item.holds(inner)).filter(|_| *outer != inner)
    })
    .any(|outer| {
        outer.is_any(&["non_null_expression", "as_expression", "type_assertion"]) && outer != inner
    })
}

/// Whether evaluating the expression does nothing and cannot throw: it may be
/// moved, repeated or left out. Property reads are not inert (getters), nor are
/// operators that convert their operands (`valueOf`, `toString`).
pub fn is_inert(ctx: RuleContext<'_>, node: Node<'_>) -> bool {
    let node = unwrapped(node);
    let all = |node: Node<'_>| node.items().all(|item| is_inert(ctx, item));
    match node.kind() {
        "string"
        | "number"
        | "true"
        | "false"
        | "null"
        | "undefined"
        | "this"
        | "regex"
        | "arrow_function"
        | "function_expression" => node.is_named(),
        "template_string" => node.items().all(|item| !item.is("template_substitution")),
        "identifier" | "shorthand_property_identifier" => is_initialized(ctx, node),
        "array" | "ternary_expression" => all(node),
        "object" => node.items().all(|item| match item.kind() {
            "pair" => {
                let key = item.child_by_field("key");
                key.is_some_and(|key| !key.is("computed_property_name"))
                    && item.child_by_field("value").is_some_and(|value| is_inert(ctx, value))
            }
            "shorthand_property_identifier" => is_inert(ctx, item),
            _ => false,
        }),
        "unary_expression" => {
            node.children()
                .next()
                .is_some_and(|op| op.is_token("!") || op.is_token("typeof") || op.is_token("void"))
                && node.child_by_field("argument").is_some_and(|argument| is_inert(ctx, argument))
        }
        "binary_expression" => {
            ["===", "!==", "&&", "||", "??"].iter().any(|operator| node.has_token(operator))
                && all(node)
        }
        _ => false,
    }
}

/// Whether reading the name cannot throw: it is declared, and not a `let`,
/// `const` or class that is read above its declaration.
pub fn is_initialized(ctx: RuleContext<'_>, identifier: Node<'_>) -> bool {
    ctx.bindings().is_some_and(|bindings| {
        bindings.is_global(identifier, "undefined")
            || bindings
                .symbol_of(identifier)
                .is_some_and(|id| bindings.symbol(id).declaration.end <= identifier.start())
    })
}

/// The initializer of the `const` that an identifier names.
pub fn constant_value<'a>(ctx: RuleContext<'a>, identifier: Node<'a>) -> Option<Node<'a>> {
    let bindings = ctx.bindings()?;
    let symbol = bindings.symbol(bindings.symbol_of(identifier)?);
    let declarator = types::declaration_of(ctx, symbol.name_span)
        .filter(|node| symbol.kind == SymbolKind::Const && node.is("variable_declarator"))?;
    declarator.child_by_field("value")
}
