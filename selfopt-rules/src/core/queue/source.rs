//! Where the queue comes from.

use selfopt_syntax::{MetBy, Node, SymbolId};

use super::{IS_LOCAL, PLACE};
use crate::analysis::calls::MethodCall;
use crate::analysis::expressions::unwrapped;
use crate::analysis::fresh::is_presumably_fresh_array;
use crate::analysis::functions::{enclosing_function, same_function};
use crate::analysis::modules::is_module;
use crate::analysis::types;
use crate::rule::{Proof, Refusal, RuleContext};

/// The declaration of a queue.
#[derive(Debug, Clone, Copy)]
pub(in crate::core) struct Source<'a> {
    /// The whole declaration.
    pub(in crate::core) statement: Node<'a>,
    pub(in crate::core) id: SymbolId,
    /// How it is known that its value is a new array.
    pub(in crate::core) met_by: MetBy,
}

/// Shows that the queue is a new array of the function that drains it.
pub(in crate::core) fn prove_source<'a>(
    ctx: RuleContext<'a>,
    id: SymbolId,
    repeated: Node<'a>,
    name: Node<'a>,
) -> Proof<Source<'a>> {
    let refuse = |at, reason: &str| {
        let reason = format!("`{}` {reason}", name.text());
        Err(Refusal::new(&IS_LOCAL, at, reason))
    };
    let Some(bindings) = ctx.bindings() else {
        return refuse(name, "is unknown");
    };
    let symbol = bindings.symbol(id);
    let declarator =
        types::declaration_of(ctx, symbol.name_span).filter(|node| node.is("variable_declarator"));
    let Some(declarator) = declarator else {
        return refuse(name, "comes from elsewhere");
    };
    if symbol.reassigned {
        return refuse(declarator, "is assigned again");
    }
    let met_by = declarator.child_by_field("value").and_then(|value| is_new(ctx, value));
    let Some(met_by) = met_by else {
        return refuse(declarator, "may be an array that others know");
    };
    if !same_function(declarator, repeated) {
        return refuse(declarator, "outlives the function with the loop");
    }
    let is_top = enclosing_function(declarator).is_none();
    if symbol.exported || (is_top && !is_module(ctx.file)) {
        return refuse(declarator, "can be seen by other files");
    }
    let kinds = ["lexical_declaration", "variable_declaration"];
    let statement = declarator.parent().filter(|node| node.is_any(&kinds));
    let block = statement
        .and_then(Node::parent)
        .filter(|block| block.is_any(&["statement_block", "program"]));
    match (statement, block) {
        (Some(statement), Some(block)) if statement.end() <= repeated.start() => {
            if block.holds(repeated) {
                return Ok(Source { statement, id, met_by });
            }
            refuse(declarator, "is declared in a branch")
        }
        _ => {
            let reason = "the index cannot be declared beside the queue";
            Err(Refusal::new(&PLACE, declarator, reason))
        }
    }
}

/// Strings have no `shift`, so what has one and comes from `slice` is an array.
fn is_new<'a>(ctx: RuleContext<'a>, value: Node<'a>) -> Option<MetBy> {
    is_presumably_fresh_array(ctx, value).or_else(|| {
        let call = MethodCall::of(unwrapped(value)).filter(|call| !call.is_optional)?;
        let is_one = ["slice", "concat"].contains(&call.name)
            && types::type_of(ctx, call.receiver).is_none();
        is_one.then_some(MetBy::Tests)
    })
}
