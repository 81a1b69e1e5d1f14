//! Whether making a value leaves no trace, so that it may be left out in a
//! render that has it already.

use selfopt_syntax::{MetBy, Node};

use crate::analysis::effect_free::effect_free;
use crate::analysis::expressions::unwrapped;
use crate::rule::{Condition, Proof, Refusal, RuleContext};

/// In later renders nothing is computed.
pub(in crate::react) static MAKING_LEAVES_NO_TRACE: Condition = Condition::new(
    "making-leaves-no-trace",
    "Making the value calls only what is known to leave no trace: functions of the host that read \
     and compute, and functions of this file that do no more. Functions in it are not called.",
    MetBy::Syntax,
);

/// Shows it for a value with functions in it.
pub(in crate::react) fn traceless<'a>(ctx: RuleContext<'a>, value: Node<'a>) -> Proof<MetBy> {
    let node = unwrapped(value);
    let weaker = |a: MetBy, b: MetBy| if a == MetBy::Syntax { b } else { a };
    let all = |parts: Vec<Node<'a>>| {
        parts
            .into_iter()
            .try_fold(MetBy::Syntax, |met, part| Ok(weaker(met, traceless(ctx, part)?)))
    };
    match node.kind() {
        "arrow_function" | "function_expression" | "shorthand_property_identifier" => {
            Ok(MetBy::Syntax)
        }
        "method_definition" if !node.has_token("get") && !node.has_token("set") => {
            Ok(MetBy::Syntax)
        }
        "array" | "object" => all(node.items().collect()),
        "pair" => {
            let key = node.child_by_field("key").filter(|k| k.is("computed_property_name"));
            all(key.into_iter().chain(node.child_by_field("value")).collect())
        }
        _ => effect_free(ctx, node).map(|found| found.met_by).map_err(|at| {
            let shown = at.text().lines().next().unwrap_or_default();
            let reason = format!("nothing shows that `{shown}` leaves no trace");
            Refusal::new(&MAKING_LEAVES_NO_TRACE, at, reason)
        }),
    }
}
