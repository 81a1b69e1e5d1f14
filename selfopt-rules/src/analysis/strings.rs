//! Whether an expression is a string, and whether a name goes over strings.
//!
//! Goes further than [`arrays::is_string`](super::arrays::is_string): through
//! constants, operators, and methods that strings give strings with.

use selfopt_syntax::{MetBy, Node, SymbolKind};

use super::array_use::{ArrayUse, array_use};
use super::arrays;
use super::calls::{MethodCall, is_global_method};
use super::expressions::{asserted_type, unwrapped};
use super::fresh::fixed_value;
use super::literals::string_value;
use super::types;
use crate::rule::RuleContext;

/// How far chains of calls and constants are followed.
const MAX_STEPS: u8 = 8;

/// Methods of strings that give strings.
const METHODS: [&str; 20] = [
    "charAt",
    "concat",
    "normalize",
    "padEnd",
    "padStart",
    "repeat",
    "replace",
    "replaceAll",
    "slice",
    "substr",
    "substring",
    "toLocaleLowerCase",
    "toLocaleUpperCase",
    "toLowerCase",
    "toString",
    "toUpperCase",
    "trim",
    "trimEnd",
    "trimStart",
    "valueOf",
];

/// How it is known that the expression is a string: by its syntax, by a
/// declared type, or not at all (`None`).
pub fn is_string<'a>(ctx: RuleContext<'a>, expression: Node<'a>) -> Option<MetBy> {
    text(ctx, expression, MAX_STEPS)
}

/// How it is known that the expression is an array of strings without holes.
pub fn are_strings<'a>(ctx: RuleContext<'a>, expression: Node<'a>) -> Option<MetBy> {
    texts(ctx, expression, MAX_STEPS)
}

fn text<'a>(ctx: RuleContext<'a>, expression: Node<'a>, steps: u8) -> Option<MetBy> {
    let steps = steps.checked_sub(1)?;
    // What the author asserts is looked at first: it may be a lie, but his.
    if asserted_type(expression).is_some() {
        return arrays::is_string(ctx, expression);
    }
    let node = unwrapped(expression);
    arrays::is_string(ctx, node).or_else(|| match node.kind() {
        "unary_expression" => node.has_token("typeof").then_some(MetBy::Syntax),
        // A symbol would throw; everything else becomes a string.
        "binary_expression" if node.has_token("+") => {
            node.items().find_map(|operand| text(ctx, operand, steps))
        }
        "binary_expression" if ["||", "??"].iter().any(|op| node.has_token(op)) => {
            both(ctx, [node.child_by_field("left")?, node.child_by_field("right")?], steps)
        }
        "ternary_expression" => both(
            ctx,
            [node.child_by_field("consequence")?, node.child_by_field("alternative")?],
            steps,
        ),
        "subscript_expression" if node.child_by_field("index")?.text() == "0" => {
            part(ctx, node.child_by_field("object")?, steps)
        }
        "call_expression" => call(ctx, &MethodCall::of(node)?, steps),
        "identifier" => name(ctx, node, steps),
        _ => None,
    })
}

/// The weaker of two proofs.
fn both<'a>(ctx: RuleContext<'a>, parts: [Node<'a>; 2], steps: u8) -> Option<MetBy> {
    let [left, right] = parts;
    let (left, right) = (text(ctx, left, steps)?, text(ctx, right, steps)?);
    Some(if left == MetBy::Syntax { right } else { left })
}

fn call<'a>(ctx: RuleContext<'a>, call: &MethodCall<'a>, steps: u8) -> Option<MetBy> {
    if call.is_optional {
        return None;
    }
    if call.name == "join" {
        return arrays::is_array(ctx, call.receiver).or_else(|| texts(ctx, call.receiver, steps));
    }
    if ["pop", "shift"].contains(&call.name) && call.arguments.is_empty() {
        return part(ctx, call.receiver, steps);
    }
    let is_static = ["fromCharCode", "fromCodePoint", "raw"]
        .iter()
        .any(|name| is_global_method(ctx, call, "String", name));
    if is_static {
        return Some(MetBy::Syntax);
    }
    METHODS.contains(&call.name).then(|| text(ctx, call.receiver, steps))?
}

/// A text that is split has a first and last part, unless it is split into
/// characters.
fn part<'a>(ctx: RuleContext<'a>, parts: Node<'a>, steps: u8) -> Option<MetBy> {
    let split = MethodCall::of(unwrapped(parts)).filter(|call| !call.is_optional)?;
    let [separator] = split.arguments[..] else {
        return None;
    };
    let is_split =
        split.name == "split" && string_value(separator).is_some_and(|by| !by.is_empty());
    is_split.then(|| text(ctx, split.receiver, steps))?
}

/// A name that keeps its string, or that a loop or an array's method gives one
/// string after another.
fn name<'a>(ctx: RuleContext<'a>, identifier: Node<'a>, steps: u8) -> Option<MetBy> {
    let bindings = ctx.bindings()?;
    let symbol = bindings.symbol(bindings.symbol_of(identifier)?);
    let is_variable = matches!(symbol.kind, SymbolKind::Const | SymbolKind::Let);
    if is_variable && let Some(value) = fixed_value(ctx, identifier) {
        return text(ctx, value, steps);
    }
    if symbol.reassigned {
        return None;
    }
    let name = ctx.file.tree.smallest_containing(symbol.name_span);
    let parent = name.parent()?;
    if is_variable && parent.is("for_in_statement") {
        let right = parent.child_by_field("right")?;
        return if parent.has_token("of") { texts(ctx, right, steps) } else { Some(MetBy::Syntax) };
    }
    if symbol.kind != SymbolKind::Parameter || !is_plain_parameter(name, parent) {
        return None;
    }
    let (call, position) = types::callback_parameter(name)?;
    types::is_element(call.name, position).then(|| texts(ctx, call.receiver, steps))?
}

fn is_plain_parameter(name: Node<'_>, parent: Node<'_>) -> bool {
    let is_wrapped = parent.is("required_parameter")
        && parent.child_by_field("pattern") == Some(name)
        && parent.child_by_field("value").is_none()
        && parent.child_by_field("type").is_none();
    is_wrapped || parent.is_any(&["formal_parameters", "arrow_function"])
}

/// How it is known that the expression is an array of strings without holes.
fn texts<'a>(ctx: RuleContext<'a>, expression: Node<'a>, steps: u8) -> Option<MetBy> {
    let steps = steps.checked_sub(1)?;
    let node = unwrapped(expression);
    if node.is("identifier") {
        let symbol = ctx.bindings()?.symbol(ctx.bindings()?.symbol_of(node)?);
        // Its elements must stay: only a list that is looked at where it is made will do.
        return (symbol.kind == SymbolKind::Const && only_read(ctx, node))
            .then(|| texts(ctx, fixed_value(ctx, node)?, steps))?;
    }
    if node.is("array") {
        let mut items = node.items();
        let only = items.next().filter(|item| item.is("spread_element"))?.items().next()?;
        return items.next().is_none().then(|| texts(ctx, only, steps))?;
    }
    let call = MethodCall::of(node).filter(|call| !call.is_optional)?;
    if ["keys", "getOwnPropertyNames"].iter().any(|n| is_global_method(ctx, &call, "Object", n)) {
        return Some(MetBy::Syntax);
    }
    match call.name {
        "filter" | "slice" | "sort" | "reverse" | "toSorted" | "toReversed" => {
            texts(ctx, call.receiver, steps)
        }
        // The groups of a regular expression can be `undefined`.
        "split" if call.arguments.first().is_some_and(|by| text(ctx, *by, steps).is_some()) => {
            text(ctx, call.receiver, steps)
        }
        _ => None,
    }
}

/// Whether nothing writes to the array that the name stands for.
fn only_read<'a>(ctx: RuleContext<'a>, name: Node<'a>) -> bool {
    let Some(bindings) = ctx.bindings() else {
        return false;
    };
    let Some(id) = bindings.symbol_of(name) else {
        return false;
    };
    bindings.references(id).all(|reference| {
        let node = ctx.file.tree.smallest_containing(reference.span);
        array_use(ctx, node) == ArrayUse::Read
    })
}
