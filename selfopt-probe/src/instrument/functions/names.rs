//! Names of functions: unique ones for people, and the `name` property.

use std::collections::BTreeMap;

use selfopt_syntax::Node;

use super::collect::{is_function_kind, runs_at_load};
use super::paths::member_path;

/// Expressions that give the value inside them, a function's name included.
const AROUND: [&str; 5] = [
    "parenthesized_expression",
    "as_expression",
    "satisfies_expression",
    "non_null_expression",
    "type_assertion",
];

/// A name for each function, in the order of `nodes`. Equal names are numbered
/// from the second on.
pub(super) fn unique_names(nodes: &[Node<'_>]) -> Vec<String> {
    let mut full = BTreeMap::new();
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let mut names = Vec::with_capacity(nodes.len());
    for &node in nodes {
        let is_around = |outer: &Node<'_>| is_function_kind(*outer) && !runs_at_load(*outer);
        let outer = node.ancestors().find(is_around);
        let own = shown_name(node);
        let name = match outer.and_then(|outer| full.get(&outer.id())) {
            Some(outer) => format!("{outer}/{own}"),
            None => own,
        };
        let count = seen.entry(name.clone()).or_default();
        *count += 1;
        let name = if *count == 1 { name } else { format!("{name}#{count}") };
        full.insert(node.id(), name.clone());
        names.push(name);
    }
    names
}

/// What people call the function: its own name behind those of the class, the
/// objects and the namespaces around it, up to the next function.
fn shown_name(node: Node<'_>) -> String {
    let mut parts = vec![own_part(node)];
    for outer in node.ancestors() {
        if is_function_kind(outer) {
            break;
        }
        let part = match outer.kind() {
            "class" | "class_declaration" | "abstract_class_declaration" => {
                Some(class_name(outer).unwrap_or_else(|| "class".to_owned()))
            }
            "object" => target_of(outer),
            "internal_module" | "module" => {
                outer.child_by_field("name").map(|name| name.text().to_owned())
            }
            _ => None,
        };
        parts.extend(part);
    }
    parts.reverse();
    parts.join(".")
}

fn own_part(node: Node<'_>) -> String {
    if let Some(name) = node.child_by_field("name") {
        return shorten(name.text());
    }
    let holder = holder(node);
    let target = holder.and_then(|holder| match holder.kind() {
        "variable_declarator" | "public_field_definition" => holder.child_by_field("name"),
        "assignment_expression" => holder.child_by_field("left"),
        "pair" => holder.child_by_field("key"),
        "field_definition" => holder.child_by_field("property"),
        _ => None,
    });
    if let Some(target) = target {
        return member_path(target)
            .map_or_else(|| shorten(target.text()), |path| without_prototype(&path));
    }
    if holder.is_some_and(|holder| holder.is("export_statement")) {
        return "default".to_owned();
    }
    "anonymous".to_owned()
}

/// `A.m` for `A.prototype.m`, as the method of a class would be called.
fn without_prototype(path: &str) -> String {
    path.replace(".prototype.", ".")
}

/// Long computed names and patterns are cut; the name only has to tell apart.
fn shorten(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).take(60).collect();
    text.replace('/', "|")
}

fn class_name(class: Node<'_>) -> Option<String> {
    if let Some(name) = class.child_by_field("name") {
        return Some(name.text().to_owned());
    }
    let target = target_of(class)?;
    Some(target)
}

/// The name of the variable, member or key that a value is given to.
fn target_of(value: Node<'_>) -> Option<String> {
    let holder = holder(value)?;
    let target = match holder.kind() {
        "variable_declarator" => holder.child_by_field("name"),
        "assignment_expression" => holder.child_by_field("left"),
        "pair" => holder.child_by_field("key"),
        "export_statement" => return Some("default".to_owned()),
        _ => None,
    }?;
    Some(member_path(target).unwrap_or_else(|| shorten(target.text())))
}

/// The node that a value is given to, through parentheses and type assertions.
pub(in super::super) fn holder(value: Node<'_>) -> Option<Node<'_>> {
    value.ancestors().find(|outer| !outer.is_any(&AROUND))
}

/// The `name` property that the language gives the function, where the text
/// tells. `None` for computed names.
pub(super) fn inferred_name(node: Node<'_>) -> Option<String> {
    if let Some(name) = node.child_by_field("name") {
        let prefix = ["get", "set"].iter().find(|token| node.has_token(token));
        let name = key_name(name)?;
        return Some(prefix.map_or_else(|| name.clone(), |prefix| format!("{prefix} {name}")));
    }
    let Some(holder) = named_by(node) else {
        return Some(String::new());
    };
    match holder.kind() {
        "variable_declarator" => identifier_name(holder.child_by_field("name")),
        "assignment_expression"
        | "augmented_assignment_expression"
        | "assignment_pattern"
        | "object_assignment_pattern" => identifier_name(holder.child_by_field("left")),
        "required_parameter" | "optional_parameter" => {
            identifier_name(holder.child_by_field("pattern"))
        }
        "pair" => key_name(holder.child_by_field("key")?),
        "public_field_definition" => key_name(holder.child_by_field("name")?),
        "field_definition" => key_name(holder.child_by_field("property")?),
        "export_statement" => Some("default".to_owned()),
        _ => Some(String::new()),
    }
}

/// The node that gives an anonymous function its name, if its kind can.
fn named_by(value: Node<'_>) -> Option<Node<'_>> {
    let mut inner = value;
    for outer in value.ancestors() {
        // Type assertions are gone when the code runs.
        if outer.is_any(&AROUND) {
            inner = outer;
            continue;
        }
        let is_value = matches!(inner.field(), Some("value" | "right"));
        return is_value.then_some(outer);
    }
    None
}

fn identifier_name(target: Option<Node<'_>>) -> Option<String> {
    let target = target?;
    let is_name = target.is_any(&["identifier", "shorthand_property_identifier_pattern"]);
    Some(if is_name { target.text().to_owned() } else { String::new() })
}

/// The string of a property key.
fn key_name(key: Node<'_>) -> Option<String> {
    match key.kind() {
        "string" => plain_string(key),
        "number" => key.text().parse::<u32>().ok().map(|number| number.to_string()),
        "computed_property_name" => {
            let inner = key.items().next()?;
            inner.is("string").then(|| plain_string(inner))?
        }
        _ => Some(key.text().to_owned()),
    }
}

/// The value of a string literal without escapes.
pub(super) fn plain_string(literal: Node<'_>) -> Option<String> {
    let text = literal.text();
    let inner = text.get(1..text.len().checked_sub(1)?)?;
    (!inner.contains(['\\', '\n'])).then(|| inner.to_owned())
}

/// The strings at the start of a body or file that are directives.
pub(in super::super) fn directives(body: Node<'_>) -> Vec<Node<'_>> {
    let strings = body.items().skip_while(|item| item.is("hash_bang_line")).map_while(|item| {
        let only = item.items().next().filter(|_| item.is("expression_statement"))?;
        only.is("string").then_some(only)
    });
    strings.collect()
}
