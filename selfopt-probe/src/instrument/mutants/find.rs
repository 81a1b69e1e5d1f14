//! All mutations that the code on some lines has room for.

use std::collections::BTreeSet;

use selfopt_syntax::{Node, SourceFile, Span};

use super::Operator;
use super::place::{is_replaceable, is_value_literal};
use crate::instrument::code::{code, code_end, code_span};
use crate::instrument::functions::{directives, is_function_kind};

/// Longer pieces of code are not written twice into one file.
const MAX_LENGTH: u32 = 4096;

/// A change of one piece of code.
#[derive(Debug, Clone)]
pub(super) struct Mutation {
    pub(super) operator: Operator,
    pub(super) at: Span,
    pub(super) line: u32,
    pub(super) description: String,
    pub(super) form: Form,
}

/// What is changed, and to what.
#[derive(Debug, Clone)]
pub(super) enum Form {
    /// An expression becomes another.
    Expression(Span, String),
    /// The arguments between the parentheses come in another order.
    Arguments(Span, String),
    /// A statement goes away.
    Removed(Span),
    /// A function returns here.
    Return(u32),
}

/// All of them in document order.
pub(super) fn mutations(file: &SourceFile, lines: &BTreeSet<u32>) -> Vec<Mutation> {
    let mut found = Vec::new();
    for node in file.tree.root().descendants().filter(|node| node.is_named()) {
        if is_function_kind(node) {
            found.extend(early_return(file, node, lines));
        }
        let is_inside = || node.ancestors().any(is_function_kind);
        let line = file.line(place_of(node));
        if !lines.contains(&line) || code_span(node).len() > MAX_LENGTH || !is_inside() {
            continue;
        }
        let mut add = |operator, form, description: String| {
            found.push(Mutation { operator, at: code_span(node), line, description, form });
        };
        if is_condition(node) && is_replaceable(node) {
            let form = Form::Expression(code_span(node), format!("!({})", code(node)));
            add(Operator::NegateCondition, form, "the condition is negated".to_owned());
        }
        if let Some((operator, form, description)) = simple(node) {
            add(operator, form, description);
        }
        if let Some(text) = swapped(node) {
            add(Operator::SwapArguments, text, "the two arguments change places".to_owned());
        }
    }
    found
}

/// The byte whose line counts: of a binary expression, its operator.
fn place_of(node: Node<'_>) -> u32 {
    node.child_by_field("operator").unwrap_or(node).start()
}

fn simple(node: Node<'_>) -> Option<(Operator, Form, String)> {
    let expression = |operator, text: String, description: String| {
        is_replaceable(node)
            .then(|| (operator, Form::Expression(code_span(node), text), description))
    };
    match node.kind() {
        "binary_expression" => {
            let sign = node.child_by_field("operator")?;
            let (operator, other) = other_sign(sign.text())?;
            let [left, right] = ["left", "right"].map(|field| node.child_by_field(field));
            let text = format!("{} {other} {}", code(left?), code(right?));
            expression(operator, text, format!("`{}` becomes `{other}`", sign.text()))
        }
        "number" if is_value_literal(node) => {
            let other = other_number(node.text())?;
            let description = format!("`{}` becomes `{other}`", node.text());
            expression(Operator::Number, other, description)
        }
        "true" | "false" if is_value_literal(node) => {
            let other = if node.is("true") { "false" } else { "true" };
            let description = format!("`{}` becomes `{other}`", node.text());
            expression(Operator::Boolean, other.to_owned(), description)
        }
        "string" if is_value_literal(node) && node.span().len() > 2 => {
            let description = format!("{} becomes empty", shown(node.text()));
            expression(Operator::EmptyString, "''".to_owned(), description)
        }
        "new_expression" => {
            let constructor = node.child_by_field("constructor")?;
            let arguments = node.child_by_field("arguments").map_or("()", code);
            let is_plain = constructor.is_any(&["identifier", "member_expression"]);
            let text = format!("{}{arguments}", constructor.text());
            let description = format!("`new` of {} is dropped", shown(constructor.text()));
            is_plain.then(|| expression(Operator::DropNew, text, description))?
        }
        "expression_statement" => {
            let only = node.items().next()?;
            let call = if only.is("await_expression") { only.items().next()? } else { only };
            let callee = call.child_by_field("function").filter(|_| call.is("call_expression"))?;
            let description = format!("the call of {} is removed", shown(callee.text()));
            let is_plain = !callee.is("super");
            is_plain.then(|| (Operator::RemoveCall, Form::Removed(code_span(node)), description))
        }
        _ => None,
    }
}

/// The condition of an `if` or of a conditional expression. Those of loops are
/// left alone: their opposite rarely ends.
fn is_condition(node: Node<'_>) -> bool {
    let Some(parent) = node.parent() else {
        return false;
    };
    match parent.kind() {
        "ternary_expression" => node.field() == Some("condition"),
        "parenthesized_expression" => {
            parent.field() == Some("condition")
                && parent.parent().is_some_and(|outer| outer.is("if_statement"))
        }
        _ => false,
    }
}

fn other_sign(sign: &str) -> Option<(Operator, &'static str)> {
    Some(match sign {
        "<" => (Operator::RelationalBoundary, "<="),
        "<=" => (Operator::RelationalBoundary, "<"),
        ">" => (Operator::RelationalBoundary, ">="),
        ">=" => (Operator::RelationalBoundary, ">"),
        "===" => (Operator::Equality, "!=="),
        "!==" => (Operator::Equality, "==="),
        "==" => (Operator::Equality, "!="),
        "!=" => (Operator::Equality, "=="),
        "+" => (Operator::Arithmetic, "-"),
        "-" => (Operator::Arithmetic, "+"),
        "&&" => (Operator::Logical, "||"),
        "||" => (Operator::Logical, "&&"),
        _ => return None,
    })
}

/// `0` and `1` change places; any other decimal number is one more.
fn other_number(text: &str) -> Option<String> {
    let (digits, suffix) = text.strip_suffix('n').map_or((text, ""), |digits| (digits, "n"));
    match digits {
        "0" => Some(format!("1{suffix}")),
        "1" => Some(format!("0{suffix}")),
        _ if digits.starts_with('0') && !digits.starts_with("0.") => None,
        _ => match digits.parse::<u64>() {
            Ok(number) => Some(format!("{}{suffix}", number.checked_add(1)?)),
            Err(_) => digits.parse::<f64>().ok().map(|_| format!("{digits} + 1")),
        },
    }
}

fn swapped(node: Node<'_>) -> Option<Form> {
    let callee = ["function", "constructor"].iter().find_map(|field| node.child_by_field(field))?;
    let arguments = node.child_by_field("arguments").filter(|list| list.is("arguments"))?;
    let items: Vec<_> = arguments.items().collect();
    let &[first, second] = items.as_slice() else {
        return None;
    };
    let is_plain = items.iter().all(|item| !item.is("spread_element"))
        && first.text() != second.text()
        && !callee.is("import")
        // The grammar takes `await (a, b)` for a call.
        && callee.text() != "await"
        && node.is_any(&["call_expression", "new_expression"]);
    let span = Span::new(first.start(), code_end(second));
    is_plain.then(|| Form::Arguments(span, format!("{}, {}", code(second), code(first))))
}

/// An early return of the innermost function around changed lines.
fn early_return(file: &SourceFile, function: Node<'_>, lines: &BTreeSet<u32>) -> Option<Mutation> {
    let body = function.child_by_field("body")?;
    let from = file.line(body.start());
    let to = file.line(code_end(body).saturating_sub(1)).max(from);
    let inner = body
        .subtree()
        .filter(|node| is_function_kind(*node))
        .map(|node| (file.line(node.start()), file.line(code_end(node))));
    let inner: Vec<_> = inner.collect();
    let is_own = |line: &u32| inner.iter().all(|(from, to)| !(from..=to).contains(&line));
    let line = lines.range(from..=to).copied().find(is_own)?;
    let is_constructor =
        function.child_by_field("name").is_some_and(|name| name.text() == "constructor");
    if is_constructor || code_span(body).len() > MAX_LENGTH && !body.is("statement_block") {
        return None;
    }
    let form = if body.is("statement_block") {
        body.items().next()?;
        let directive = directives(body).last().and_then(|last| last.parent());
        let brace = body.children().next()?;
        Form::Return(code_end(directive.unwrap_or(brace)))
    } else {
        Form::Expression(code_span(body), "void 0".to_owned())
    };
    Some(Mutation {
        operator: Operator::EarlyReturn,
        at: code_span(body),
        line,
        description: "the function returns `undefined` at once".to_owned(),
        form,
    })
}

/// A piece of code in a sentence.
fn shown(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let short: String = line.chars().take(40).collect();
    let dots = if short.len() < text.len() { "…" } else { "" };
    format!("`{short}{dots}`")
}
