//! The component around a piece of code, and a place in it where a hook runs in
//! every render.

use selfopt_syntax::{MetBy, Node};

use super::imported::is_reacts;
use crate::analysis::execution::directive;
use crate::analysis::expressions::wrapped;
use crate::analysis::functions::{enclosing_function, is_function};
use crate::react::hook::{called_name, is_hook_name};
use crate::rule::{Condition, Proof, Refusal, RuleContext};

/// A hook must be called in every render, and always in the same order.
pub(in crate::react) static HOOK_AT_TOP: Condition = Condition::new(
    "hook-runs-in-every-render",
    "The hook stands at the top of a component: a function with a capitalized name that shows \
     elements and does not wait, in a statement of its body with no `return` before it.",
    MetBy::Syntax,
);

/// A function that renders.
#[derive(Clone, Copy)]
pub(in crate::react) struct Component<'a> {
    /// The function.
    pub(in crate::react) function: Node<'a>,
    /// Its block, or an arrow's expression.
    pub(in crate::react) body: Node<'a>,
}

impl<'a> Component<'a> {
    /// The component that a node's own function is.
    pub(in crate::react) fn of(ctx: RuleContext<'a>, node: Node<'a>) -> Option<Self> {
        let function = enclosing_function(node)?;
        let kinds = ["function_declaration", "function_expression", "arrow_function"];
        let body = function.child_by_field("body")?;
        let shows = body.subtree().any(|part| {
            part.is_any(&["jsx_element", "jsx_self_closing_element"])
                && enclosing_function(part) == Some(function)
        });
        let is_it = function.is_any(&kinds)
            && !function.has_token("async")
            && shows
            && has_component_name(ctx, function);
        is_it.then_some(Self { function, body })
    }

    /// Whether the node belongs to the component and to no function inside it.
    pub(in crate::react) fn owns(self, node: Node<'a>) -> bool {
        enclosing_function(node) == Some(self.function)
    }

    /// The statement of the body, or an arrow's expression, that holds the
    /// node, if it runs in every render.
    pub(in crate::react) fn statement_of(self, node: Node<'a>) -> Proof<Node<'a>> {
        let refuse = |at: Node<'a>, reason: &str| Err(Refusal::new(&HOOK_AT_TOP, at, reason));
        if !self.owns(node) {
            return refuse(node, "it is in a function that may be called any number of times");
        }
        let made_sometimes = |outer: &Node<'a>| {
            outer.is("ternary_expression")
                || (outer.is("binary_expression")
                    && ["&&", "||", "??"].iter().any(|op| outer.has_token(op)))
        };
        let mut around = node.ancestors().take_while(|outer| *outer != self.function);
        if let Some(choice) = around.find(made_sometimes) {
            return refuse(choice, "it is made in some renders only");
        }
        if !self.body.is("statement_block") {
            return Ok(self.body);
        }
        if self.body.items().next().and_then(directive).is_some() {
            return refuse(self.body, "a directive may take the function out of its module");
        }
        let Some(statement) = self.body.items().find(|statement| statement.holds(node)) else {
            return refuse(node, "it is among the parameters");
        };
        if !statement.is_any(&["return_statement", "lexical_declaration"]) {
            return refuse(node, "it may not run in every render");
        }
        let leaves = |part: &Node<'a>| part.is("return_statement") && self.owns(*part);
        let early = self.body.subtree().filter(leaves).find(|at| at.start() < statement.start());
        match early {
            Some(at) => refuse(at, "the component may have returned before"),
            None => Ok(statement),
        }
    }

    /// Whether the component has a state or the like of its own: it renders
    /// again while its props stay.
    pub(in crate::react) fn has_hook_of_its_own(self) -> bool {
        let keeps = ["useMemo", "useCallback", "useRef", "useId", "use"];
        self.body
            .subtree()
            .filter(|node| node.is("call_expression") && self.owns(*node))
            .filter_map(|call| called_name(call.child_by_field("function")?))
            .any(|name| is_hook_name(name) && !keeps.contains(&name))
    }
}

/// `function Name`, `const Name = …`, and either inside `memo(…)` or
/// `forwardRef(…)`.
fn has_component_name<'a>(ctx: RuleContext<'a>, function: Node<'a>) -> bool {
    let is_capital = |name: Node<'_>| name.text().starts_with(|c: char| c.is_uppercase());
    if let Some(name) = function.child_by_field("name") {
        return is_capital(name);
    }
    let mut value = wrapped(function);
    while let Some(call) = value.parent().filter(|p| p.is("arguments")).and_then(Node::parent) {
        let callee = call.child_by_field("function");
        let is_wrapper = callee.is_some_and(|callee| {
            ["memo", "forwardRef"].iter().any(|name| is_reacts(ctx, callee, name))
        });
        if !is_wrapper || call.ancestors().take_while(|n| !n.is("program")).any(is_function) {
            return false;
        }
        value = wrapped(call);
    }
    value
        .parent()
        .filter(|parent| parent.is("variable_declarator"))
        .and_then(|declarator| declarator.child_by_field("name"))
        .is_some_and(is_capital)
}
