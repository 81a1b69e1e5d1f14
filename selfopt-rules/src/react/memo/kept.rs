//! Whether a value is the same object from one render to the next while its
//! data is.

use selfopt_syntax::{Node, SymbolId, SymbolKind};

use super::component::Component;
use super::imported::is_reacts;
use crate::analysis::expressions::unwrapped;
use crate::analysis::functions::is_function;
use crate::analysis::primitives::is_primitive;
use crate::react::hook::{called_name, is_hook_name};
use crate::rule::RuleContext;

/// How far names are followed.
const MAX_STEPS: u8 = 6;

/// What a name of a component stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// The object of all props: a new one in every render, with kept parts.
    Props,
    /// One prop, or a part of one.
    Prop,
    /// Of React's `useState`, or another of its hooks that give data.
    State,
    /// Of React's that never changes: a setter, a dispatcher.
    Setter,
    /// Of React's `useRef`.
    Ref,
    /// Of a hook that is not React's.
    Hook,
    /// A primitive, or a part of something kept.
    Part,
    /// An object or function that the component makes in every render.
    Fresh,
}

/// Whether the value of an expression is kept from render to render while its
/// data stays.
pub(in crate::react) fn is_kept<'a>(
    ctx: RuleContext<'a>,
    component: Component<'a>,
    expression: Node<'a>,
) -> bool {
    expression_is_kept(ctx, component, expression, MAX_STEPS)
}

fn expression_is_kept<'a>(
    ctx: RuleContext<'a>,
    component: Component<'a>,
    expression: Node<'a>,
    steps: u8,
) -> bool {
    let Some(steps) = steps.checked_sub(1) else {
        return false;
    };
    let node = unwrapped(expression);
    let field = |name| node.child_by_field(name);
    let is_field_kept =
        |name| field(name).is_some_and(|part| expression_is_kept(ctx, component, part, steps));
    if is_primitive(ctx, node).is_some() {
        return true;
    }
    match node.kind() {
        "identifier" => {
            let Some(bindings) = ctx.bindings() else {
                return false;
            };
            let Some(id) = bindings.symbol_of(node) else {
                return ["undefined", "NaN", "Infinity"].contains(&node.text());
            };
            let symbol = bindings.symbol(id);
            if !component.function.span().contains(symbol.declaration) {
                return !symbol.reassigned;
            }
            !matches!(origin_of(ctx, component, id, steps), Origin::Props | Origin::Fresh)
        }
        "member_expression" => root_is_kept(ctx, component, node, steps),
        "subscript_expression" => {
            let is_constant = field("index").is_some_and(|i| is_primitive(ctx, i).is_some());
            is_constant && root_is_kept(ctx, component, node, steps)
        }
        "binary_expression" if ["&&", "||", "??"].iter().any(|op| node.has_token(op)) => {
            is_field_kept("left") && is_field_kept("right")
        }
        // All other operators give primitives.
        "binary_expression" | "template_string" | "update_expression" => true,
        "ternary_expression" => is_field_kept("consequence") && is_field_kept("alternative"),
        _ => false,
    }
}

/// A part of something that is kept, or of the props.
fn root_is_kept<'a>(
    ctx: RuleContext<'a>,
    component: Component<'a>,
    member: Node<'a>,
    steps: u8,
) -> bool {
    let Some(object) = member.child_by_field("object").map(unwrapped) else {
        return false;
    };
    let is_props = || {
        let bindings = ctx.bindings()?;
        let id = bindings.symbol_of(object).filter(|_| object.is("identifier"))?;
        Some(origin_of(ctx, component, id, steps) == Origin::Props)
    };
    is_props() == Some(true) || expression_is_kept(ctx, component, object, steps)
}

/// What a name that is declared in the component stands for.
pub(super) fn origin<'a>(ctx: RuleContext<'a>, component: Component<'a>, id: SymbolId) -> Origin {
    origin_of(ctx, component, id, MAX_STEPS)
}

fn origin_of<'a>(
    ctx: RuleContext<'a>,
    component: Component<'a>,
    id: SymbolId,
    steps: u8,
) -> Origin {
    let read = || {
        let steps = steps.checked_sub(1)?;
        let symbol = ctx.bindings()?.symbol(id);
        let name = ctx.file.tree.smallest_containing(symbol.name_span);
        if symbol.reassigned {
            return None;
        }
        match symbol.kind {
            SymbolKind::Parameter => parameter(ctx, component, name),
            SymbolKind::Const | SymbolKind::Let | SymbolKind::Var => {
                let declarator = name.ancestors().find(|node| node.is("variable_declarator"))?;
                component
                    .owns(declarator)
                    .then(|| variable(ctx, component, declarator, name, steps))?
            }
            _ => None,
        }
    };
    read().unwrap_or(Origin::Fresh)
}

/// A parameter of the component itself.
fn parameter<'a>(ctx: RuleContext<'a>, component: Component<'a>, name: Node<'a>) -> Option<Origin> {
    let owner = name.ancestors().find(|node| is_function(*node))?;
    if owner != component.function {
        return None;
    }
    let around = || name.ancestors().take_while(|node| *node != owner);
    let list = owner.child_by_field("parameters");
    let is_first = list.is_none_or(|list| list.items().next().is_some_and(|p| p.holds(name)));
    if !is_first {
        return name
            .parent()
            .is_some_and(|p| p == owner || !p.is("rest_pattern"))
            .then_some(Origin::Prop);
    }
    if around().any(|node| node.is("rest_pattern")) {
        return None;
    }
    if !around().any(|node| node.is("object_pattern")) {
        return Some(Origin::Props);
    }
    let default_of = |node: Node<'a>| {
        let kinds = ["assignment_pattern", "object_assignment_pattern"];
        node.is_any(&kinds).then(|| node.child_by_field("right"))?
    };
    around()
        .filter_map(default_of)
        .all(|default| is_module_constant(ctx, component, default))
        .then_some(Origin::Prop)
}

/// A default that is the same in every render.
fn is_module_constant<'a>(
    ctx: RuleContext<'a>,
    component: Component<'a>,
    default: Node<'a>,
) -> bool {
    let node = unwrapped(default);
    let is_outer_name = || {
        let bindings = ctx.bindings()?;
        let symbol = bindings.symbol(bindings.symbol_of(node)?);
        Some(!symbol.reassigned && !component.function.span().contains(symbol.declaration))
    };
    is_primitive(ctx, node).is_some() || (node.is("identifier") && is_outer_name() == Some(true))
}

fn variable<'a>(
    ctx: RuleContext<'a>,
    component: Component<'a>,
    declarator: Node<'a>,
    name: Node<'a>,
    steps: u8,
) -> Option<Origin> {
    let value = unwrapped(declarator.child_by_field("value")?);
    let pattern = declarator.child_by_field("name")?;
    let is_plain = pattern == name;
    let has_default_or_rest = pattern
        .subtree()
        .any(|n| n.is_any(&["assignment_pattern", "object_assignment_pattern", "rest_pattern"]));
    if has_default_or_rest {
        return None;
    }
    if value.is("call_expression") {
        let callee = value.child_by_field("function")?;
        let is_hook = |names: &[&str]| names.iter().any(|hook| is_reacts(ctx, callee, hook));
        let is_second = || pattern.is("array_pattern") && pattern.items().nth(1) == Some(name);
        if is_hook(&["useState", "useReducer", "useTransition"]) && is_second() {
            return Some(Origin::Setter);
        }
        if is_hook(&["useRef"]) && is_plain {
            return Some(Origin::Ref);
        }
        let gives_data =
            ["useState", "useReducer", "useMemo", "useCallback", "useDeferredValue", "useId"];
        if is_hook(&gives_data) && (is_plain || pattern.is("array_pattern")) {
            let is_whole = is_plain && is_hook(&["useState", "useReducer"]);
            return (!is_whole).then_some(Origin::State);
        }
        let is_hook = called_name(callee).is_some_and(is_hook_name);
        return if is_hook {
            Some(Origin::Hook)
        } else {
            (is_plain && is_primitive(ctx, value).is_some()).then_some(Origin::Part)
        };
    }
    if is_plain {
        return expression_is_kept(ctx, component, value, steps).then_some(Origin::Part);
    }
    // Taken apart: its parts are kept if it is, or if it is the props.
    let is_props = || {
        let id = ctx.bindings()?.symbol_of(value).filter(|_| value.is("identifier"))?;
        Some(origin_of(ctx, component, id, steps) == Origin::Props)
    };
    let is_part = pattern.is("object_pattern")
        && (is_props() == Some(true) || expression_is_kept(ctx, component, value, steps));
    is_part.then_some(Origin::Part)
}
