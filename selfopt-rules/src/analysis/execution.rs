//! How often code runs, and in which realm.

use selfopt_syntax::Node;

use super::expressions::wrapped;
use super::functions::{is_function, loops_around};

/// How often the code at a node runs, as far as its place tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runs<'a> {
    /// At the top level or in a static field, when the module is loaded.
    AtLoad,
    /// Once: in a function that is called where it stands, or in a static block
    /// of a class.
    Once(Node<'a>),
    /// As often as its function is called or its loop goes round.
    Repeatedly,
}

/// How often the code at `node` runs.
pub fn runs(node: Node<'_>) -> Runs<'_> {
    let mut once = None;
    let mut inner = node;
    loop {
        if !loops_around(inner).is_empty() {
            return Runs::Repeatedly;
        }
        let Some(function) = inner.ancestors().find(|outer| is_function(*outer)) else {
            return once.map_or(Runs::AtLoad, Runs::Once);
        };
        if !runs_once(function) {
            return Runs::Repeatedly;
        }
        if !is_static_field(function) {
            once = once.or(Some(function));
        }
        inner = function;
    }
}

fn runs_once(function: Node<'_>) -> bool {
    function.is("class_static_block") || is_static_field(function) || is_called_at_once(function)
}

fn is_static_field(function: Node<'_>) -> bool {
    function.is_any(&["public_field_definition", "field_definition"])
        && function.has_token("static")
}

/// `(() => { … })()`, `(function () { … }).call(this)`.
fn is_called_at_once(function: Node<'_>) -> bool {
    let is_called = |callee: Node<'_>| {
        callee.parent().is_some_and(|parent| {
            parent.is("call_expression") && parent.child_by_field("function") == Some(callee)
        })
    };
    let callee = wrapped(function);
    is_called(callee)
        || callee.parent().filter(|parent| parent.is("member_expression")).is_some_and(|member| {
            let is_call = |name: Node<'_>| ["call", "apply"].contains(&name.text());
            member.child_by_field("property").is_some_and(is_call) && is_called(member)
        })
}

/// Calls that run a function elsewhere, from its source text: in a browser
/// page, a worker, a database, a thread of the user interface, or above the
/// imports.
const SENDERS: [&str; 21] = [
    "$$eval",
    "$eval",
    "addInitScript",
    "doMock",
    "evaluate",
    "evaluateHandle",
    "evaluateOnNewDocument",
    "exec",
    "execute",
    "executeAsyncScript",
    "executeScript",
    "hoisted",
    "mapReduce",
    "mock",
    "runOnUI",
    "useAnimatedProps",
    "useAnimatedStyle",
    "useDerivedValue",
    "waitForFunction",
    "unmock",
    "workletize",
];

/// The function around a node that does not see its module when it runs.
pub fn detached_function(node: Node<'_>) -> Option<Node<'_>> {
    let is_detached = |function: &Node<'_>| is_sent(*function) || has_own_directive(*function);
    node.ancestors().filter(|outer| is_function(*outer)).find(is_detached)
}

fn is_sent(function: Node<'_>) -> bool {
    let call =
        wrapped(function).parent().filter(|parent| parent.is("arguments")).and_then(Node::parent);
    let Some(callee) = call.and_then(|call| call.child_by_field("function")) else {
        return false;
    };
    let name = callee.child_by_field("property").unwrap_or(callee);
    SENDERS.contains(&name.text())
}

/// `'worklet'` and the like: a compiler takes the function out of its module.
fn has_own_directive(function: Node<'_>) -> bool {
    let Some(body) = function.child_by_field("body") else {
        return false;
    };
    body.items().map_while(directive).any(|text| text.trim_matches(['"', '\'']) != "use strict")
}

/// The text of a directive, quotes included, if the statement is one.
pub fn directive(statement: Node<'_>) -> Option<&str> {
    let only = statement.is("expression_statement").then(|| statement.items().next())??;
    only.is("string").then(|| only.text())
}
