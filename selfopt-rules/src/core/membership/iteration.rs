//! The loops and callbacks that repeat a search.

use selfopt_syntax::Node;

use crate::analysis::array_use::callback_arity;
use crate::analysis::arrays::is_array;
use crate::analysis::calls::MethodCall;
use crate::analysis::functions::{is_function, is_loop};
use crate::rule::RuleContext;

/// A loop, or a callback that is called for every element of something.
#[derive(Debug, Clone, Copy)]
pub(in crate::core) struct Iteration<'a> {
    pub(in crate::core) node: Node<'a>,
    /// Whether the search is over when the statement with the iteration is.
    pub(in crate::core) is_synchronous: bool,
}

/// What repeats `node` from the outside in, up to (and without) what `is_home`
/// accepts: the place where the searched array comes to be.
pub(in crate::core) fn iterations_around<'a>(
    ctx: RuleContext<'a>,
    node: Node<'a>,
    is_home: impl Fn(Node<'a>) -> bool,
) -> Vec<Iteration<'a>> {
    let mut iterations = Vec::new();
    let mut is_synchronous = true;
    let mut inner = node;
    for outer in node.ancestors().take_while(|outer| !is_home(*outer)) {
        if is_loop(outer) && !runs_once(outer, inner) {
            iterations.push(Iteration { node: outer, is_synchronous });
        }
        if is_function(outer) {
            let Some(call) = iterating_call(outer) else {
                break;
            };
            is_synchronous &= is_synchronous_callback(ctx, &call, outer);
            iterations.push(Iteration { node: outer, is_synchronous });
        }
        inner = outer;
    }
    iterations.reverse();
    iterations
}

/// Whether the function is a callback that an array calls while `here` waits
/// for it, directly or through other such callbacks.
pub(super) fn runs_within<'a>(
    ctx: RuleContext<'a>,
    node: Node<'a>,
    here: Option<Node<'a>>,
) -> bool {
    node.ancestors()
        .filter(|outer| is_function(*outer))
        .take_while(|outer| Some(*outer) != here)
        .all(|function| {
            iterating_call(function)
                .is_some_and(|call| is_synchronous_callback(ctx, &call, function))
        })
}

fn runs_once(outer: Node<'_>, inner: Node<'_>) -> bool {
    inner.field() == Some("initializer")
        || (outer.is("for_in_statement") && inner.field() == Some("right"))
}

/// The call that hands the elements to this function.
fn iterating_call(function: Node<'_>) -> Option<MethodCall<'_>> {
    let call = function
        .is_any(&["arrow_function", "function_expression"])
        .then(|| function.parent()?.parent())?
        .and_then(MethodCall::of)?;
    let is_it = call.arguments.first() == Some(&function) && callback_arity(call.name).is_some();
    is_it.then_some(call)
}

fn is_synchronous_callback<'a>(
    ctx: RuleContext<'a>,
    call: &MethodCall<'a>,
    function: Node<'a>,
) -> bool {
    !function.has_token("async") && is_array(ctx, call.receiver).is_some()
}
