//! The loop that drains a queue, and its test.

use selfopt_syntax::{Edit, Node, SymbolId};

use super::GUARDED;
use crate::analysis::expressions::{unwrapped, wrapped};
use crate::analysis::functions::{is_function, is_loop, loops_around};
use crate::rule::{Proof, Refusal, RuleContext};

/// The part of a loop's test that asks whether the queue is empty.
#[derive(Debug, Clone, Copy)]
pub(in crate::core) struct Test<'a> {
    /// The loop.
    pub(in crate::core) repeated: Node<'a>,
    /// The queue's name.
    pub(in crate::core) name: Node<'a>,
    /// `queue.length > 0`, `queue.length`, …
    asks: Node<'a>,
}

impl<'a> Test<'a> {
    /// The innermost loop around `shift` whose test has to do with the queue.
    pub(in crate::core) fn loop_of(
        ctx: RuleContext<'a>,
        shift: Node<'a>,
        id: SymbolId,
    ) -> Option<Node<'a>> {
        let bindings = ctx.bindings()?;
        let mentions =
            |node: Node<'a>| node.is("identifier") && bindings.symbol_of(node) == Some(id);
        shift
            .ancestors()
            .take_while(|outer| !is_function(*outer))
            .filter(|outer| is_loop(*outer))
            .find(|outer| {
                outer
                    .child_by_field("condition")
                    .is_some_and(|condition| condition.subtree().any(mentions))
            })
    }

    /// Reads the test of the loop and shows that it guards `shift`.
    pub(in crate::core) fn prove(
        ctx: RuleContext<'a>,
        repeated: Node<'a>,
        shift: Node<'a>,
        id: SymbolId,
    ) -> Proof<Self> {
        let refuse = |at, reason: &str| Err(Refusal::new(&GUARDED, at, reason));
        let condition = repeated.child_by_field("condition").unwrap_or(repeated);
        if condition.holds(shift) {
            return refuse(shift, "an empty queue is shifted too, when the loop ends");
        }
        if repeated.is("do_statement") {
            return refuse(condition, "the first step comes before the test");
        }
        let is_length = |node: Node<'a>| length_of(ctx, node, id);
        let mut conjuncts = vec![condition];
        let mut test = None;
        while let Some(node) = conjuncts.pop().map(unwrapped) {
            if node.is("binary_expression") && node.has_token("&&") {
                conjuncts.extend(node.items());
            } else if let Some(name) = asks_for_elements(node, is_length) {
                test = Some(Self { repeated, name, asks: node });
            }
        }
        let Some(test) = test else {
            return refuse(condition, "the loop also goes on when the queue is empty");
        };
        if loops_around(shift).first() != Some(&repeated) {
            return refuse(shift, "several elements may be taken after one test");
        }
        Ok(test)
    }

    /// Compares with the head index instead of zero.
    pub(in crate::core) fn compare_with(&self, head: &str) -> Edit {
        let zero = self.asks.items().find(|side| side.text() == "0");
        if let Some(zero) = zero {
            return Edit::replace(zero.span(), head);
        }
        let length = wrapped(self.name).parent().map_or("", Node::text);
        Edit::replace(self.asks.span(), format!("{length} > {head}"))
    }
}

/// The queue's name in `queue.length`.
fn length_of<'a>(ctx: RuleContext<'a>, node: Node<'a>, id: SymbolId) -> Option<Node<'a>> {
    let object = unwrapped(node.child_by_field("object")?);
    let is_it = node.is("member_expression")
        && node.child_by_field("optional_chain").is_none()
        && node.child_by_field("property")?.text() == "length"
        && object.is("identifier")
        && ctx.bindings()?.symbol_of(object) == Some(id);
    is_it.then_some(object)
}

/// `queue.length > 0` and everything that means the same.
fn asks_for_elements<'a>(
    node: Node<'a>,
    is_length: impl Fn(Node<'a>) -> Option<Node<'a>>,
) -> Option<Node<'a>> {
    if node.is("unary_expression") {
        let inner = node.child_by_field("argument")?;
        let is_double = node.has_token("!") && inner.is("unary_expression") && inner.has_token("!");
        return is_double
            .then(|| inner.child_by_field("argument"))?
            .and_then(|argument| is_length(unwrapped(argument)));
    }
    if !node.is("binary_expression") {
        return is_length(node);
    }
    let (left, right) = (node.child_by_field("left")?, node.child_by_field("right")?);
    let operator = node.child_by_field("operator")?.kind();
    if let Some(name) = is_length(left) {
        let is_asked = matches!((operator, right.text()), (">" | "!==" | "!=", "0") | (">=", "1"));
        return is_asked.then_some(name);
    }
    let is_asked = matches!((operator, left.text()), ("<" | "!==" | "!=", "0") | ("<=", "1"));
    is_asked.then(|| is_length(right))?
}
