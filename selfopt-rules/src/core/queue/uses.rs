//! What else is done with the queue, and with what is taken from it.

use selfopt_syntax::Node;

use super::{
    DOES_NOT_ESCAPE, GUARDED, LENGTH_ONLY_IN_TEST, NOT_CALLED, NOT_USED_AFTER, Source, TYPES_FIT,
    Test,
};
use crate::analysis::array_use::{ArrayUse, array_use};
use crate::analysis::calls::MethodCall;
use crate::analysis::expressions::{unwrapped, wrapped};
use crate::analysis::functions::{loops_around, same_function};
use crate::analysis::usage::{Usage, usage};
use crate::rule::{Proof, Refusal, RuleContext};

/// Shows that besides the test and the one `shift` the queue is only pushed to,
/// and that nothing looks at it once the loop has started.
pub(in crate::core) fn prove_uses<'a>(
    ctx: RuleContext<'a>,
    source: &Source<'a>,
    test: &Test<'a>,
    shift: &MethodCall<'a>,
) -> Proof {
    let Some(bindings) = ctx.bindings() else {
        return Ok(());
    };
    let uses = bindings
        .references(source.id)
        .filter(|r| r.usage.is_read() || r.usage.is_write())
        .map(|r| ctx.file.tree.smallest_containing(r.span))
        .filter(|at| *at != test.name && *at != unwrapped(shift.receiver));
    for at in uses {
        if !is_over_before(ctx, source, test, at) {
            prove_use(ctx, test, at)?;
        }
    }
    Ok(())
}

fn prove_use<'a>(ctx: RuleContext<'a>, test: &Test<'a>, at: Node<'a>) -> Proof {
    let name = at.text();
    let refuse = |condition, reason: String| Err(Refusal::new(condition, at, reason));
    let member = wrapped(at).parent().filter(|p| p.is("member_expression"));
    let call = member.and_then(Node::parent).and_then(MethodCall::of);
    match (usage(ctx, at), call) {
        (Usage::MethodCalled("push"), Some(call)) if !call.is_optional => {
            if is_unused(call.node) {
                return Ok(());
            }
            refuse(&LENGTH_ONLY_IN_TEST, format!("the new length that `{name}.push` gives is used"))
        }
        _ if at.start() >= test.repeated.end() => {
            refuse(&NOT_USED_AFTER, format!("`{name}` is used after the loop"))
        }
        (Usage::MethodCalled("shift"), _) => {
            refuse(&GUARDED, format!("an element of `{name}` is taken here as well"))
        }
        (Usage::LookedInto, _)
            if member
                .and_then(|m| m.child_by_field("property"))
                .is_some_and(|property| property.text() == "length") =>
        {
            refuse(&LENGTH_ONLY_IN_TEST, format!("the length of `{name}` is used here"))
        }
        _ => refuse(&DOES_NOT_ESCAPE, format!("`{name}` is used as more than a queue")),
    }
}

/// Whether the use is over, for good, when the loop starts: then nothing has
/// been taken yet, and the array is as it always was.
fn is_over_before<'a>(
    ctx: RuleContext<'a>,
    source: &Source<'a>,
    test: &Test<'a>,
    at: Node<'a>,
) -> bool {
    let comes_again = || {
        loops_around(test.repeated)
            .into_iter()
            .any(|outer| outer.holds(at) && !outer.holds(source.statement))
    };
    let is_lazy = matches!(usage(ctx, at), Usage::MethodCalled("keys" | "values" | "entries"));
    at.end() <= test.repeated.start()
        && same_function(at, test.repeated)
        && !comes_again()
        && !is_lazy
        && array_use(ctx, at) != ArrayUse::Escapes
}

/// Whether nothing looks at the value of the expression.
fn is_unused(expression: Node<'_>) -> bool {
    let value = wrapped(expression);
    let Some(parent) = value.parent() else {
        return false;
    };
    let is_field = |field| parent.child_by_field(field) == Some(value);
    match parent.kind() {
        "expression_statement" => true,
        "binary_expression" => {
            is_field("right")
                && ["&&", "||", "??"].iter().any(|op| parent.has_token(op))
                && is_unused(parent)
        }
        "ternary_expression" => !is_field("condition") && is_unused(parent),
        "sequence_expression" | "parenthesized_expression" => is_unused(parent),
        "unary_expression" => parent.has_token("void"),
        "for_statement" => is_field("increment"),
        "arrow_function" => {
            parent.parent().and_then(Node::parent).and_then(MethodCall::of).is_some_and(|call| {
                call.name == "forEach" && call.arguments.first() == Some(&parent)
            })
        }
        _ => false,
    }
}

/// Shows that the taken element can be read by index where it is.
pub(in crate::core) fn prove_item<'a>(ctx: RuleContext<'a>, shift: &MethodCall<'a>) -> Proof {
    let value = wrapped(shift.node);
    let Some(parent) = value.parent() else {
        return Ok(());
    };
    if parent.is("call_expression") && parent.child_by_field("function") == Some(value) {
        let reason = "it would be called with the queue as `this`";
        return Err(Refusal::new(&NOT_CALLED, parent, reason));
    }
    let is_asserted = value != shift.node && !value.is("parenthesized_expression");
    if !ctx.file.language.is_typescript() || is_asserted || !parent.is("variable_declarator") {
        return Ok(());
    }
    let is_written = || {
        let bindings = ctx.bindings()?;
        let name = parent.child_by_field("name")?;
        let symbol = bindings.symbol(bindings.declared_at(name.start())?);
        Some(parent.child_by_field("type").is_none() && symbol.reassigned)
    };
    if is_written() == Some(true) {
        let reason = "the type of this variable would no longer allow `undefined`";
        return Err(Refusal::new(&TYPES_FIT, parent, reason));
    }
    Ok(())
}
