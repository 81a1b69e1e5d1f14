//! `buffer = Buffer.concat([buffer, …])` in a loop, and what must hold for the
//! chunks to be joined after it.

use selfopt_syntax::{MetBy, Node, Symbol, SymbolId, SymbolKind};

use crate::analysis::calls::MethodCall;
use crate::analysis::expressions::unwrapped;
use crate::analysis::functions::{enclosing_function, is_loop, loops_around};
use crate::analysis::imports::import_of;
use crate::analysis::types;
use crate::rule::{Condition, Proof, Refusal, RuleContext};

/// Whose `Buffer` it is.
pub(super) static IS_NODES: Condition = Condition::new(
    "buffer-is-nodes",
    "`Buffer` is the host's or imported from Node.",
    MetBy::Syntax,
);
/// What is joined.
pub(super) static APPENDS: Condition = Condition::new(
    "only-appends",
    "The list is written out, starts with the buffer and names it once; no length is given.",
    MetBy::Syntax,
);
/// Nobody else has it.
pub(super) static IS_OWN: Condition = Condition::new(
    "buffer-is-own",
    "The buffer is a variable of the function that starts with a new buffer, is not used before \
     the loop, and is seen by no other function.",
    MetBy::Syntax,
);
/// Nobody looks at it meanwhile.
pub(super) static NOT_READ: Condition = Condition::new(
    "buffer-is-not-read-in-loop",
    "In the loop the buffer is only appended to, by statements of their own.",
    MetBy::Syntax,
);
/// What comes after the loop is reached, or nobody sees the buffer.
pub(super) static ENDS: Condition = Condition::new(
    "loop-ends-in-place",
    "The loop is a statement of a block without label; no jump to a label leaves it, and no `try` \
     that the buffer outlives catches what it throws.",
    MetBy::Syntax,
);

/// One `buffer = Buffer.concat([buffer, …])`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Append<'a> {
    /// The assignment.
    pub(super) assignment: Node<'a>,
    /// The name it writes to.
    pub(super) target: Node<'a>,
    /// The call of `concat`.
    pub(super) call: Node<'a>,
}

impl<'a> Append<'a> {
    /// Reads an assignment whose right side mentions its left in the list.
    pub(super) fn of(ctx: RuleContext<'a>, assignment: Node<'a>) -> Option<Self> {
        let target = assignment.child_by_field("left").filter(|left| left.is("identifier"))?;
        let call = unwrapped(assignment.child_by_field("right")?);
        let method = MethodCall::named(call, &["concat"])?;
        let list = unwrapped(*method.arguments.first()?);
        let id = ctx.bindings()?.symbol_of(target)?;
        let is_it = |node: Node<'a>| ctx.bindings().and_then(|b| b.symbol_of(node)) == Some(id);
        let is_appended = list.is("array") && list.items().any(|item| is_it(unwrapped(item)));
        (unwrapped(method.receiver).text() == "Buffer" && is_appended).then_some(Self {
            assignment,
            target,
            call,
        })
    }
}

/// Shows that the call puts something behind the buffer. Gives the elements
/// behind it.
pub(super) fn prove_appends<'a>(
    ctx: RuleContext<'a>,
    append: &Append<'a>,
    id: SymbolId,
) -> Proof<Vec<Node<'a>>> {
    let refuse = |condition: &'static Condition, at: Node<'a>, reason: &str| {
        Err(Refusal::new(condition, at, reason))
    };
    let Some(method) = MethodCall::of(append.call) else {
        return refuse(&APPENDS, append.call, "it is no call");
    };
    let name = unwrapped(method.receiver);
    let is_import = || {
        import_of(ctx, name).is_some_and(|import| {
            ["buffer", "node:buffer"].contains(&import.source.as_str())
                && import.export == Some("Buffer")
        })
    };
    if !ctx.bindings().is_some_and(|b| b.is_global(name, "Buffer")) && !is_import() {
        return refuse(&IS_NODES, name, "this `Buffer` is another");
    }
    let [list] = method.arguments[..] else {
        return refuse(&APPENDS, append.call, "a length is given, which may cut the buffer");
    };
    let names_it = |node: Node<'a>| ctx.bindings().and_then(|b| b.symbol_of(node)) == Some(id);
    let items: Vec<_> = unwrapped(list).items().collect();
    let is_first = items.first().is_some_and(|first| names_it(*first));
    let is_again = items.iter().skip(1).any(|item| item.subtree().any(names_it));
    if !is_first || is_again || items.len() < 2 {
        return refuse(&APPENDS, list, "the list is not the buffer and what comes behind it");
    }
    Ok(items.into_iter().skip(1).collect())
}

/// The outermost loop that repeats the assignment and does not declare the
/// buffer anew.
pub(super) fn outermost_loop<'a>(append: &Append<'a>, symbol: &Symbol) -> Option<Node<'a>> {
    let repeats = |outer: &Node<'a>| !outer.span().contains(symbol.declaration);
    loops_around(append.assignment).into_iter().rfind(repeats)
}

/// Shows that the buffer is new, and that nobody uses it before the loop or
/// from another function.
pub(super) fn prove_own<'a>(
    ctx: RuleContext<'a>,
    append: &Append<'a>,
    symbol: &Symbol,
    outer: Node<'a>,
) -> Proof {
    let refuse = |at: Node<'a>, reason: &str| Err(Refusal::new(&IS_OWN, at, reason));
    let declarator = types::declaration_of(ctx, symbol.name_span)
        .filter(|node| node.is("variable_declarator") && symbol.kind == SymbolKind::Let);
    let Some(declarator) = declarator.filter(|_| !symbol.exported) else {
        return refuse(append.target, "it is no variable of its own");
    };
    let seed = declarator.child_by_field("value").map(unwrapped);
    if !seed.is_some_and(is_new_buffer) {
        return refuse(declarator, "it does not start with a new buffer");
    }
    let home = enclosing_function(declarator);
    if enclosing_function(outer) != home {
        return refuse(append.target, "it belongs to another function");
    }
    for name in references(ctx, append.target) {
        if name.start() < outer.start() {
            return refuse(name, "it is used before the loop");
        }
        if enclosing_function(name) != home {
            return refuse(name, "another function sees it");
        }
    }
    Ok(())
}

/// `Buffer.alloc(0)`, `Buffer.from('…')`: no part of anything else.
fn is_new_buffer(seed: Node<'_>) -> bool {
    let Some(call) = MethodCall::of(seed).filter(|call| call.receiver.text() == "Buffer") else {
        return false;
    };
    let first = call.arguments.first().map(|first| unwrapped(*first));
    match call.name {
        "alloc" | "allocUnsafe" => first.is_some_and(|size| size.is("number")),
        "from" => first.is_some_and(|of| of.is_any(&["string", "array", "template_string"])),
        _ => false,
    }
}

/// Shows that the loop only appends, each time in a statement of its own.
pub(super) fn prove_not_read<'a>(
    ctx: RuleContext<'a>,
    appends: &[Append<'a>],
    outer: Node<'a>,
) -> Proof {
    let Some(first) = appends.first() else {
        return Ok(());
    };
    let is_part = |name: Node<'a>| appends.iter().any(|append| append.assignment.holds(name));
    let other = references(ctx, first.target)
        .into_iter()
        .find(|name| outer.holds(*name) && !is_part(*name));
    let used = appends.iter().map(|append| append.assignment).find(|assignment| {
        !assignment.parent().is_some_and(|parent| parent.is("expression_statement"))
    });
    match other.or(used) {
        None => Ok(()),
        Some(at) => Err(Refusal::new(&NOT_READ, at, "here the joined buffer is used in the loop")),
    }
}

/// Shows that the code behind the loop runs whenever the buffer is seen again.
pub(super) fn prove_ends<'a>(symbol: &Symbol, outer: Node<'a>) -> Proof {
    let refuse = |at: Node<'a>, reason: &str| Err(Refusal::new(&ENDS, at, reason));
    let is_statement =
        outer.parent().is_some_and(|parent| parent.is_any(&["statement_block", "program"]));
    if !is_statement || !is_loop(outer) {
        return refuse(outer, "no statement can stand before and behind the loop");
    }
    let jump = outer.subtree().find(|node| {
        node.is_any(&["break_statement", "continue_statement"])
            && node.child_by_field("label").is_some_and(|label| !is_label_inside(outer, label))
    });
    if let Some(jump) = jump {
        return refuse(jump, "this jump may leave the loop for another place");
    }
    let home = enclosing_function(outer);
    let catching = outer
        .ancestors()
        .take_while(|node| Some(*node) != home)
        .find(|node| node.is("try_statement") && !node.span().contains(symbol.declaration));
    match catching {
        Some(at) => refuse(at, "what the loop throws is caught while the buffer is still there"),
        None => Ok(()),
    }
}

fn is_label_inside(outer: Node<'_>, label: Node<'_>) -> bool {
    outer
        .subtree()
        .filter(|node| node.is("labeled_statement"))
        .any(|node| node.child_by_field("label").is_some_and(|own| own.text() == label.text()))
}

/// All places that name the buffer, its declaration apart.
pub(super) fn references<'a>(ctx: RuleContext<'a>, target: Node<'a>) -> Vec<Node<'a>> {
    let Some(bindings) = ctx.bindings() else {
        return Vec::new();
    };
    let Some(id) = bindings.symbol_of(target) else {
        return Vec::new();
    };
    bindings.references(id).map(|r| ctx.file.tree.smallest_containing(r.span)).collect()
}
