//! What an expression reads: when, how much of it, and whether it can differ
//! from one render to the next without a dependency.

use selfopt_syntax::{Node, Span, SymbolId, SymbolKind};

use super::changes::change_of_value;
use crate::analysis::calls::is_global_call;
use crate::analysis::expressions::{unwrapped, wrapped};
use crate::analysis::fresh::fixed_value;
use crate::analysis::functions::is_function;
use crate::analysis::types::declaration_of;
use crate::rule::RuleContext;

/// How many functions deep calls are followed.
const MAX_DEPTH: u8 = 4;

/// Names of the host that mean the same at any time.
const CONSTANT_GLOBALS: [&str; 19] = [
    "Array",
    "BigInt",
    "Boolean",
    "Infinity",
    "Intl",
    "JSON",
    "Map",
    "Math",
    "NaN",
    "Number",
    "Object",
    "RegExp",
    "Set",
    "String",
    "encodeURIComponent",
    "isNaN",
    "parseFloat",
    "parseInt",
    "undefined",
];

/// One use of a name in an expression.
pub(super) struct Read<'a> {
    /// The identifier.
    pub(super) at: Node<'a>,
    /// `a.b.c`, as far as it is read in one go; the identifier where it is alone.
    pub(super) chain: Node<'a>,
    /// Whether it is read later, in a function that is a part of the value.
    pub(super) is_deferred: bool,
    /// Whether it is read whenever the expression is evaluated.
    is_sure: bool,
}

impl<'a> Read<'a> {
    pub(super) fn of(ctx: RuleContext<'a>, expression: Node<'a>, span: Span) -> Self {
        let at = ctx.file.tree.smallest_containing(span);
        let inside =
            || std::iter::once(at).chain(at.ancestors()).take_while(|o| expression.holds(*o));
        let sometimes = ["ternary_expression", "if_statement", "switch_statement"];
        let is_sure = !inside().any(|outer| {
            is_function(outer)
                || outer.is_any(&sometimes)
                || (outer.is("binary_expression")
                    && ["&&", "||", "??"].iter().any(|op| outer.has_token(op)))
                || outer.children().any(|child| child.is("optional_chain"))
        });
        let is_deferred = inside().any(|outer| is_part_of_value(outer, expression));
        Self { at, chain: chain(at), is_deferred, is_sure }
    }

    /// Whether the name stands alone, as a value that is handed on.
    pub(super) fn is_bare(&self) -> bool {
        self.chain == self.at && !is_callee(self.at) && !is_object(self.at)
    }

    /// Whether a part is read, and always: React can compare it by itself.
    pub(super) fn is_sure_chain(&self) -> bool {
        self.is_sure && self.chain != self.at
    }

    /// `props.name` of `props.name.first`; `None` where all of it is handed on,
    /// or one of its parts is called with it as `this`.
    pub(super) fn first_part(&self) -> Option<Node<'a>> {
        let member = wrapped(self.at).parent().filter(|parent| is_plain_member(*parent))?;
        let is_it = member.child_by_field("object") == Some(self.at) && !is_callee(member);
        is_it.then_some(member)
    }

    /// Whether it reads what a ref holds.
    pub(super) fn reads_ref(&self) -> bool {
        let is_current = |member: Node<'a>| {
            member.child_by_field("property").is_some_and(|name| name.text() == "current")
        };
        let outer = wrapped(self.at).parent();
        outer.is_some_and(|member| member.is("member_expression") && is_current(member))
            || self.chain.subtree().any(|node| node.is("member_expression") && is_current(node))
    }
}

/// A function that the value holds, and nothing calls while it is made.
fn is_part_of_value<'a>(node: Node<'a>, expression: Node<'a>) -> bool {
    let is_method = node.is("method_definition") && !node.has_token("get");
    let is_written = || {
        let value = wrapped(node);
        value == wrapped(expression) || value.parent().is_some_and(|p| p.is_any(&["pair", "array"]))
    };
    is_method || (node.is_any(&["arrow_function", "function_expression"]) && is_written())
}

fn is_plain_member(node: Node<'_>) -> bool {
    node.is("member_expression") && node.child_by_field("optional_chain").is_none()
}

fn is_callee(node: Node<'_>) -> bool {
    let outer = wrapped(node);
    outer.parent().is_some_and(|parent| {
        ["function", "constructor"].iter().any(|field| parent.child_by_field(field) == Some(outer))
    })
}

fn is_object(node: Node<'_>) -> bool {
    let outer = wrapped(node);
    outer.parent().is_some_and(|parent| parent.child_by_field("object") == Some(outer))
}

/// The longest `a.b.c` from the name on that is neither called nor optional.
fn chain(at: Node<'_>) -> Node<'_> {
    let mut chain = at;
    while let Some(member) = chain
        .parent()
        .filter(|p| is_plain_member(*p) && p.child_by_field("object") == Some(chain))
        .filter(|p| !is_callee(*p))
    {
        chain = member;
    }
    chain
}

/// Whether a name from outside of the component gives the same in every render.
/// The error says why not.
pub(super) fn outer_read<'a>(
    ctx: RuleContext<'a>,
    read: &Read<'a>,
    id: Option<SymbolId>,
) -> Result<(), String> {
    let name = read.at.text();
    if name == "arguments" && id.is_none() {
        return Err("`arguments` is no dependency".to_owned());
    }
    if read.is_deferred {
        return Ok(());
    }
    constant(ctx, read.at, id, MAX_DEPTH)
}

fn constant<'a>(
    ctx: RuleContext<'a>,
    at: Node<'a>,
    id: Option<SymbolId>,
    depth: u8,
) -> Result<(), String> {
    let name = at.text();
    let changes = || Err(format!("`{name}` may have changed without a render"));
    let (Some(id), Some(bindings)) = (id, ctx.bindings()) else {
        let member = at.parent().filter(|parent| parent.is("member_expression"));
        let is_random = member
            .and_then(|member| member.child_by_field("property"))
            .is_some_and(|property| property.text() == "random");
        return if CONSTANT_GLOBALS.contains(&name) && !is_random { Ok(()) } else { changes() };
    };
    let symbol = bindings.symbol(id);
    if symbol.reassigned {
        return changes();
    }
    let is_looked_into = is_object(at) || is_callee(at);
    if !is_looked_into && !at.parent().is_some_and(|p| p.is_any(&["spread_element", "arguments"])) {
        return Ok(());
    }
    match symbol.kind {
        SymbolKind::Enum => Ok(()),
        SymbolKind::Function => {
            declaration_of(ctx, symbol.name_span).map_or_else(changes, |f| region(ctx, f, depth))
        }
        SymbolKind::Const | SymbolKind::Let | SymbolKind::Var => {
            let Some(value) = fixed_value(ctx, at).map(unwrapped) else {
                return changes();
            };
            let kinds = ["array", "object", "string", "template_string", "number", "regex"];
            let is_made = value.is("new_expression")
                && ["Map", "Set"].iter().any(|class| is_global_call(ctx, value, class));
            if is_function(value) {
                region(ctx, value, depth)
            } else if (value.is_any(&kinds) || is_made) && change_of_value(ctx, id).is_none() {
                Ok(())
            } else {
                changes()
            }
        }
        _ => changes(),
    }
}

/// All names from outside of a function that it reads.
fn region<'a>(ctx: RuleContext<'a>, function: Node<'a>, depth: u8) -> Result<(), String> {
    let too_deep = || format!("`{}` calls too many others", first_line(function));
    let depth = depth.checked_sub(1).ok_or_else(too_deep)?;
    let bindings = ctx.bindings().ok_or_else(too_deep)?;
    let span = function.span();
    for reference in bindings.all_references() {
        let is_inside = span.contains(reference.span) && reference.usage.is_read();
        let is_own = |id| span.contains(bindings.symbol(id).declaration);
        if is_inside && !reference.symbol.is_some_and(is_own) {
            let at = ctx.file.tree.smallest_containing(reference.span);
            constant(ctx, at, reference.symbol, depth)?;
        }
    }
    Ok(())
}

fn first_line(node: Node<'_>) -> &str {
    node.text().lines().next().unwrap_or_default()
}
