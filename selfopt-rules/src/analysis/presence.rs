//! Whether a value is known to be there: neither `null` nor `undefined`, so
//! that reading a property of it does not throw.

use selfopt_syntax::{MetBy, Node, SymbolKind};

use super::calls::{MethodCall, is_global_method};
use super::expressions::{constant_value, unwrapped};
use super::types;
use crate::rule::RuleContext;

/// How far type aliases are followed.
const MAX_STEPS: u8 = 10;

/// How it is known that the expression is neither `null` nor `undefined`. What
/// an assertion says (`x!`, `x as T`) does not count.
pub fn is_present<'a>(ctx: RuleContext<'a>, expression: Node<'a>) -> Option<MetBy> {
    let node = unwrapped(expression);
    match node.kind() {
        "string"
        | "template_string"
        | "number"
        | "true"
        | "false"
        | "array"
        | "object"
        | "regex"
        | "arrow_function"
        | "function_expression"
        | "new_expression" => Some(MetBy::Syntax),
        "identifier" => by_constant(ctx, node)
            .or_else(|| by_callback(ctx, node))
            .or_else(|| by_type(ctx, types::type_of(ctx, declared_whole(ctx, node)?)?)),
        "member_expression" if !is_optional_property(ctx, node) => {
            by_type(ctx, types::type_of(ctx, node)?)
        }
        _ => None,
    }
}

/// How it is known that what a pattern takes apart is there.
pub fn is_pattern_present<'a>(ctx: RuleContext<'a>, pattern: Node<'a>) -> Option<MetBy> {
    by_callback(ctx, pattern).or_else(|| by_type(ctx, types::type_of_pattern(ctx, pattern)?))
}

/// Whether a type declared in this file leaves `null` and `undefined` out.
pub fn is_type_present<'a>(ctx: RuleContext<'a>, type_node: Node<'a>) -> bool {
    excludes_nullish(ctx, type_node, MAX_STEPS)
}

/// Whether the file declares the property with `?`, or does not show how.
pub fn is_optional_property<'a>(ctx: RuleContext<'a>, member: Node<'a>) -> bool {
    let is_shown = || {
        let object = member.child_by_field("object")?;
        let name = member.child_by_field("property")?.text();
        let object_type = types::type_of(ctx, object)?;
        let signature = types::property_signature(ctx, object_type, name)?;
        Some(!signature.has_token("?"))
    };
    is_shown() != Some(true)
}

fn by_type<'a>(ctx: RuleContext<'a>, type_node: Node<'a>) -> Option<MetBy> {
    is_type_present(ctx, type_node).then_some(MetBy::Type)
}

fn by_constant<'a>(ctx: RuleContext<'a>, identifier: Node<'a>) -> Option<MetBy> {
    let bindings = ctx.bindings()?;
    let is_host = ["Math", "Number", "Object", "Array", "Date", "JSON"]
        .iter()
        .any(|name| bindings.is_global(identifier, name));
    if is_host {
        return Some(MetBy::Syntax);
    }
    let symbol = bindings.symbol(bindings.symbol_of(identifier)?);
    match symbol.kind {
        SymbolKind::Enum | SymbolKind::Class | SymbolKind::Function => Some(MetBy::Syntax),
        // What TypeScript lets a module read without asking is there.
        SymbolKind::Import if ctx.file.language.is_typescript() => Some(MetBy::Type),
        _ => {
            let value = unwrapped(constant_value(ctx, identifier)?);
            let is_made = ["string", "template_string", "array", "object", "new_expression"];
            value.is_any(&is_made).then_some(MetBy::Syntax)
        }
    }
}

/// The name, if its own declaration says what it is: the type of `list[0]`, or
/// of what is taken out of an object, does not tell whether it is there.
fn declared_whole<'a>(ctx: RuleContext<'a>, identifier: Node<'a>) -> Option<Node<'a>> {
    let bindings = ctx.bindings()?;
    let symbol = bindings.symbol(bindings.symbol_of(identifier)?);
    let declaration = types::declaration_of(ctx, symbol.name_span)?;
    let is_whole = match declaration.kind() {
        "variable_declarator" => declaration.child_by_field("type").is_some(),
        "required_parameter" | "formal_parameters" | "arrow_function" | "for_in_statement" => true,
        _ => false,
    };
    is_whole.then_some(identifier)
}

/// The elements of `Object.keys` and `Object.entries`.
fn by_callback<'a>(ctx: RuleContext<'a>, name_or_pattern: Node<'a>) -> Option<MetBy> {
    let declaring = if name_or_pattern.is("identifier") {
        let bindings = ctx.bindings()?;
        let symbol = bindings.symbol(bindings.symbol_of(name_or_pattern)?);
        if symbol.kind != SymbolKind::Parameter || symbol.reassigned {
            return None;
        }
        ctx.file.tree.smallest_containing(symbol.name_span)
    } else {
        name_or_pattern
    };
    // The parameter itself, not what stands in its pattern.
    let parent = declaring.parent()?;
    if !parent.is_any(&["formal_parameters", "required_parameter", "arrow_function"]) {
        return None;
    }
    let (call, position) = types::callback_parameter(declaring)?;
    let lists = MethodCall::of(unwrapped(call.receiver)).filter(|list| !list.is_optional)?;
    let is_one = ["keys", "entries", "getOwnPropertyNames"]
        .iter()
        .any(|name| is_global_method(ctx, &lists, "Object", name));
    (is_one && Some(position) == types::element_position(call.name)).then_some(MetBy::Syntax)
}

fn excludes_nullish<'a>(ctx: RuleContext<'a>, type_node: Node<'a>, steps: u8) -> bool {
    let Some(steps) = steps.checked_sub(1) else {
        return false;
    };
    let node = types::unwrapped_type(type_node);
    let holds = |node: Node<'a>| excludes_nullish(ctx, node, steps);
    match node.kind() {
        "predefined_type" => {
            ["string", "number", "boolean", "bigint", "symbol", "object"].contains(&node.text())
        }
        "literal_type" => {
            node.items().next().is_some_and(|item| !item.is_any(&["null", "undefined"]))
        }
        "array_type"
        | "tuple_type"
        | "object_type"
        | "function_type"
        | "template_literal_type"
        | "interface_declaration"
        | "class_declaration"
        | "enum_declaration"
        | "index_type_query"
        // `ns.Type`.
        | "nested_type_identifier" => true,
        "union_type" => node.items().all(holds),
        "intersection_type" => node.items().any(holds),
        "type_identifier" => match types::resolved(ctx, node) {
            Some(meaning) => holds(meaning),
            None => is_named_elsewhere(ctx, node),
        },
        "generic_type" => node.child_by_field("name").is_some_and(|name| {
            let hosts =
                ["Array", "ReadonlyArray", "Map", "Set", "ReadonlyMap", "ReadonlySet", "Record"];
            ctx.bindings().is_some_and(|b| hosts.iter().any(|host| b.is_global(name, host)))
        }),
        _ => false,
    }
}

/// A type that is imported, or the host's. Strict TypeScript would not let a
/// property of it be read if it could be missing.
fn is_named_elsewhere<'a>(ctx: RuleContext<'a>, name: Node<'a>) -> bool {
    let Some(bindings) = ctx.bindings() else {
        return false;
    };
    match bindings.symbol_of(name) {
        Some(id) => bindings.symbol(id).kind == SymbolKind::Import,
        None => true,
    }
}
