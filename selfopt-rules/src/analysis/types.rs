//! Declared types, as far as one file shows them. A declared type is a promise
//! of the author, not a fact; proofs that rest on it say `MetBy::Type`.

use selfopt_syntax::{Node, Span};

use super::calls::MethodCall;
use super::expressions::{asserted_type, unwrapped};
use super::functions::PlainFunction;
use crate::rule::RuleContext;

/// How far declarations are followed; deeper chains count as unknown.
const MAX_STEPS: u8 = 12;

/// The declared type of an expression.
pub fn type_of<'a>(ctx: RuleContext<'a>, expression: Node<'a>) -> Option<Node<'a>> {
    type_of_expression(ctx, expression, MAX_STEPS)
}

/// The type's declared members named `name`.
pub fn property_type<'a>(
    ctx: RuleContext<'a>,
    type_node: Node<'a>,
    name: &str,
) -> Option<Node<'a>> {
    property(ctx, type_node, name, MAX_STEPS)
}

/// Where the type declares the member `name`.
pub fn property_signature<'a>(
    ctx: RuleContext<'a>,
    type_node: Node<'a>,
    name: &str,
) -> Option<Node<'a>> {
    signature(ctx, type_node, name, MAX_STEPS)
}

/// The declared type of what a parameter's or variable's pattern takes apart.
pub fn type_of_pattern<'a>(ctx: RuleContext<'a>, pattern: Node<'a>) -> Option<Node<'a>> {
    pattern_type(ctx, pattern, MAX_STEPS)
}

/// `T` of `T[]`, `Array<T>`, `readonly T[]`, `ReadonlyArray<T>`.
pub fn element_type<'a>(ctx: RuleContext<'a>, type_node: Node<'a>) -> Option<Node<'a>> {
    element(ctx, type_node, MAX_STEPS)
}

/// What a type name of this file stands for: the type of an alias, otherwise
/// the declaration of the interface, enum or class.
pub fn resolved<'a>(ctx: RuleContext<'a>, type_node: Node<'a>) -> Option<Node<'a>> {
    if !type_node.is_any(&["type_identifier", "identifier"]) {
        return None;
    }
    let bindings = ctx.bindings()?;
    let symbol = bindings.symbol(bindings.symbol_of(type_node)?);
    let declaration = declaration_of(ctx, symbol.name_span)?;
    if declaration.is("type_alias_declaration") {
        return declaration.child_by_field("value");
    }
    let kinds = ["interface_declaration", "enum_declaration", "class_declaration"];
    declaration.is_any(&kinds).then_some(declaration)
}

/// The node that declares the name at `name_span`: the name's parent.
pub fn declaration_of(ctx: RuleContext<'_>, name_span: Span) -> Option<Node<'_>> {
    let name = ctx.file.tree.smallest_containing(name_span);
    (name.span() == name_span).then(|| name.parent())?
}

/// A type in parentheses or with `readonly` in front.
pub fn unwrapped_type(type_node: Node<'_>) -> Node<'_> {
    let mut node = type_node;
    while node.is_any(&["parenthesized_type", "readonly_type"]) {
        match node.items().next() {
            Some(inner) => node = inner,
            None => break,
        }
    }
    node
}

fn type_of_expression<'a>(ctx: RuleContext<'a>, node: Node<'a>, steps: u8) -> Option<Node<'a>> {
    let steps = steps.checked_sub(1)?;
    if let Some(asserted) = asserted_type(node) {
        return Some(asserted);
    }
    let node = unwrapped(node);
    match node.kind() {
        "identifier" | "shorthand_property_identifier" => type_of_name(ctx, node, steps),
        "member_expression" => {
            let object = type_of_expression(ctx, node.child_by_field("object")?, steps)?;
            property(ctx, object, node.child_by_field("property")?.text(), steps)
        }
        "subscript_expression" => {
            let object = type_of_expression(ctx, node.child_by_field("object")?, steps)?;
            element(ctx, object, steps)
        }
        // `[...users]` and `users.filter(…)` hold what `users` holds.
        "array" => {
            let mut items = node.items();
            let only = items.next().filter(|item| item.is("spread_element"))?.items().next()?;
            let whole = type_of_expression(ctx, only, steps)?;
            (items.next().is_none() && element(ctx, whole, steps).is_some()).then_some(whole)
        }
        "call_expression" => {
            let call = MethodCall::of(node)?;
            let keeps = ["slice", "filter", "sort", "reverse", "toSorted", "toReversed"];
            let whole = type_of_expression(ctx, call.receiver, steps)?;
            (keeps.contains(&call.name)
                && !call.is_optional
                && element(ctx, whole, steps).is_some())
            .then_some(whole)
        }
        _ => None,
    }
}

fn type_of_name<'a>(ctx: RuleContext<'a>, identifier: Node<'a>, steps: u8) -> Option<Node<'a>> {
    let bindings = ctx.bindings()?;
    let symbol = bindings.symbol(bindings.symbol_of(identifier)?);
    let name = ctx.file.tree.smallest_containing(symbol.name_span);
    if name.span() != symbol.name_span {
        return None;
    }
    pattern_type(ctx, name, steps)
}

/// The type of a declared name or pattern, by its own annotation, by the
/// pattern around it, or by the array that the callback or loop goes over.
fn pattern_type<'a>(ctx: RuleContext<'a>, pattern: Node<'a>, steps: u8) -> Option<Node<'a>> {
    let steps = steps.checked_sub(1)?;
    let parent = pattern.parent()?;
    let annotation = |node: Node<'a>| {
        node.child_by_field("type").and_then(|annotation| annotation.items().next())
    };
    match parent.kind() {
        "variable_declarator" => annotation(parent).or_else(|| {
            let symbol = ctx.bindings()?.declared_at(pattern.start());
            let is_stable = symbol.is_none_or(|id| {
                ctx.bindings().is_some_and(|bindings| !bindings.symbol(id).reassigned)
            });
            if !is_stable {
                return None;
            }
            type_of_expression(ctx, parent.child_by_field("value")?, steps)
        }),
        "required_parameter" => {
            annotation(parent).or_else(|| type_of_callback_parameter(ctx, parent, steps))
        }
        "formal_parameters" | "arrow_function" => type_of_callback_parameter(ctx, pattern, steps),
        "for_in_statement" if parent.has_token("of") => {
            let iterated = type_of_expression(ctx, parent.child_by_field("right")?, steps)?;
            element(ctx, iterated, steps)
        }
        // `const { id } = user` and `const { id: key } = user`.
        "object_pattern" => {
            let whole = pattern_type(ctx, parent, steps)?;
            property(ctx, whole, pattern.text(), steps)
        }
        "pair_pattern" => {
            let key = parent.child_by_field("key").filter(|key| key.is("property_identifier"))?;
            let whole = pattern_type(ctx, parent.parent()?, steps)?;
            property(ctx, whole, key.text(), steps)
        }
        _ => None,
    }
}

/// The element of the array whose method calls this callback: the first
/// parameter of `map` and kin, the second of `reduce`.
fn type_of_callback_parameter<'a>(
    ctx: RuleContext<'a>,
    parameter: Node<'a>,
    steps: u8,
) -> Option<Node<'a>> {
    let (call, position) = callback_parameter(parameter)?;
    if !is_element(call.name, position) {
        return None;
    }
    element(ctx, type_of_expression(ctx, call.receiver, steps)?, steps)
}

/// The method call whose callback has this parameter, and the parameter's position.
pub fn callback_parameter(parameter: Node<'_>) -> Option<(MethodCall<'_>, usize)> {
    let function = std::iter::once(parameter)
        .chain(parameter.ancestors())
        .find(|node| node.is_any(&["arrow_function", "function_expression"]))?;
    let plain = PlainFunction::of(function)?;
    let position = plain
        .parameters
        .iter()
        .position(|p| parameter.holds(p.pattern) || p.pattern.holds(parameter))?;
    let call =
        function.parent().filter(|p| p.is("arguments"))?.parent().and_then(MethodCall::of)?;
    (call.arguments.first() == Some(&function)).then_some((call, position))
}

/// Which parameter of an array method's callback is the element; the index
/// comes right after it.
pub fn element_position(method: &str) -> Option<usize> {
    match method {
        "map" | "filter" | "forEach" | "some" | "every" | "find" | "findIndex" | "findLast"
        | "findLastIndex" | "flatMap" => Some(0),
        "reduce" | "reduceRight" => Some(1),
        _ => None,
    }
}

/// Whether an array method hands an element to this parameter of its callback.
pub fn is_element(method: &str, position: usize) -> bool {
    let compares = ["sort", "toSorted"].contains(&method) && position < 2;
    compares || element_position(method) == Some(position)
}

fn property<'a>(
    ctx: RuleContext<'a>,
    type_node: Node<'a>,
    name: &str,
    steps: u8,
) -> Option<Node<'a>> {
    signature(ctx, type_node, name, steps)?.child_by_field("type")?.items().next()
}

fn signature<'a>(
    ctx: RuleContext<'a>,
    type_node: Node<'a>,
    name: &str,
    steps: u8,
) -> Option<Node<'a>> {
    let steps = steps.checked_sub(1)?;
    let node = unwrapped_type(type_node);
    match node.kind() {
        "type_identifier" => signature(ctx, resolved(ctx, node)?, name, steps),
        "interface_declaration" | "class_declaration" => {
            signature(ctx, node.child_by_field("body")?, name, steps)
        }
        "object_type" | "interface_body" | "class_body" => {
            let is_it = |member: &Node<'a>| {
                member.is_any(&["property_signature", "public_field_definition"])
                    && member.child_by_field("name").is_some_and(|n| n.text() == name)
            };
            node.items().find(is_it)
        }
        _ => None,
    }
}

fn element<'a>(ctx: RuleContext<'a>, type_node: Node<'a>, steps: u8) -> Option<Node<'a>> {
    let steps = steps.checked_sub(1)?;
    let node = unwrapped_type(type_node);
    match node.kind() {
        "array_type" => node.items().next(),
        "generic_type" if is_array_name(ctx, node) => {
            node.child_by_field("type_arguments")?.items().next()
        }
        "type_identifier" => element(ctx, resolved(ctx, node)?, steps),
        _ => None,
    }
}

/// Whether a generic type is the host's `Array` or `ReadonlyArray`.
fn is_array_name(ctx: RuleContext<'_>, generic: Node<'_>) -> bool {
    generic.child_by_field("name").is_some_and(|name| {
        ctx.bindings().is_some_and(|bindings| {
            bindings.is_global(name, "Array") || bindings.is_global(name, "ReadonlyArray")
        })
    })
}
