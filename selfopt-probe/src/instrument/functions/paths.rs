//! Paths: expressions that give a function at the end of its module.
//!
//! Only code that runs when the module loads is followed, through classes,
//! objects, `exports` and prototypes. A path is dropped when something else is assigned to it, or
//! when a binding or a member on its way is assigned twice.

use std::collections::BTreeMap;

use selfopt_syntax::{Node, SourceFile, SymbolId};

use super::collect::runs_at_load;
use super::names::{holder, plain_string};

/// The name under which [`super::super::expose`] makes an anonymous default
/// export reachable; it stands for a name that the file does not use.
pub(in super::super) const DEFAULT_EXPORT: &str = "$default";

/// What gives a name a value.
const DECLARATIONS: [&str; 6] = [
    "function_declaration",
    "generator_function_declaration",
    "class_declaration",
    "abstract_class_declaration",
    "variable_declarator",
    "enum_declaration",
];

/// A path for each function that has one.
pub(super) fn paths(file: &SourceFile, nodes: &[Node<'_>]) -> Vec<Option<String>> {
    let found: Vec<_> = nodes.iter().map(|&node| value_path(file, node)).collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for path in found.iter().flatten() {
        *counts.entry(path).or_default() += 1;
    }
    let assigned = assigned_paths(file);
    let times = |path: &str| assigned.get(path).copied().unwrap_or(0);
    let is_sure = |node: Node<'_>, path: &str| {
        let is_assigned = holder(node).is_some_and(|h| h.is("assignment_expression"));
        counts[path] == 1
            && times(path) == usize::from(is_assigned)
            && prefixes(path).all(|prefix| times(prefix) <= 1)
    };
    let rows = nodes.iter().zip(&found);
    rows.map(|(&node, path)| path.clone().filter(|path| is_sure(node, path))).collect()
}

/// The path of a function, class or object at the place where it is written.
pub(in super::super) fn value_path(file: &SourceFile, value: Node<'_>) -> Option<String> {
    match value.kind() {
        "function_declaration"
        | "generator_function_declaration"
        | "class_declaration"
        | "abstract_class_declaration" => declaration_path(file, value),
        "method_definition" => member_of(file, value, value.child_by_field("name")?),
        _ => held_path(file, value),
    }
}

fn declaration_path(file: &SourceFile, declaration: Node<'_>) -> Option<String> {
    if !is_top_level(declaration) {
        return None;
    }
    match declaration.child_by_field("name") {
        Some(name) => binding_path(file, name),
        None => Some(DEFAULT_EXPORT.to_owned()),
    }
}

fn held_path(file: &SourceFile, value: Node<'_>) -> Option<String> {
    let holder = holder(value)?;
    match holder.kind() {
        "variable_declarator" => {
            let name = holder.child_by_field("name").filter(|name| name.is("identifier"))?;
            is_top_level(holder.parent()?).then(|| binding_path(file, name))?
        }
        "assignment_expression" => {
            let left = holder.child_by_field("left").filter(|left| !left.is("identifier"))?;
            is_top_level_assignment(holder).then(|| member_path(left))?
        }
        "pair" => {
            let object = holder.parent().filter(|object| object.is("object"))?;
            join(file, &value_path(file, object)?, holder.child_by_field("key")?)
        }
        "public_field_definition" | "field_definition" if holder.has_token("static") => {
            let name = holder.child_by_field("name").or_else(|| holder.child_by_field("property"));
            member_of(file, holder, name?)
        }
        "export_statement" if holder.has_token("default") => Some(DEFAULT_EXPORT.to_owned()),
        "arguments" if value.is("object") => assigned_to(file, holder, value),
        _ => None,
    }
}

/// A method or static field: the path of its class or object, and its key.
fn member_of(file: &SourceFile, member: Node<'_>, key: Node<'_>) -> Option<String> {
    let around = member.parent()?;
    if around.is("object") {
        return join(file, &value_path(file, around)?, key);
    }
    let mut class = value_path(file, around.parent()?)?;
    if !member.has_token("static") {
        class.push_str(".prototype");
    }
    join(file, &class, key)
}

/// `Object.assign(A.prototype, { m() {} })` at the top level.
fn assigned_to(file: &SourceFile, arguments: Node<'_>, object: Node<'_>) -> Option<String> {
    let call = arguments.parent().filter(|call| call.is("call_expression"))?;
    let callee = call.child_by_field("function")?;
    let object_name = callee.child_by_field("object")?;
    let statement = call.parent().filter(|statement| statement.is("expression_statement"))?;
    let is_assign = callee.text() == "Object.assign"
        && file.bindings.as_ref()?.is_global(object_name, "Object")
        && is_top_level(statement);
    let target = arguments.items().next().filter(|target| *target != object)?;
    is_assign.then(|| member_path(target))?
}

/// The name of a binding that nothing writes to again.
fn binding_path(file: &SourceFile, name: Node<'_>) -> Option<String> {
    let symbol = file.bindings.as_ref()?.symbol_of(name)?;
    is_stable(file, symbol).then(|| name.text().to_owned())
}

/// Whether a binding keeps its first value. Overloads and merged interfaces
/// declare a name again and change nothing.
pub(in super::super) fn is_stable(file: &SourceFile, id: SymbolId) -> bool {
    let Some(bindings) = &file.bindings else {
        return false;
    };
    if !bindings.symbol(id).reassigned {
        return true;
    }
    let declares = |node: &Node<'_>| {
        let name = node.child_by_field("name");
        name.and_then(|name| bindings.declared_at(name.start())) == Some(id)
    };
    let declarations = DECLARATIONS.iter().flat_map(|kind| file.tree.nodes_of_kind(kind));
    bindings.references(id).all(|reference| !reference.usage.is_write())
        && declarations.filter(declares).count() == 1
}

/// A statement of the file, or of a function that is called while it loads.
fn is_top_level(statement: Node<'_>) -> bool {
    statement.parent().is_some_and(|outer| {
        outer.is("program")
            || (outer.is("statement_block") && outer.parent().is_some_and(runs_at_load))
            || (outer.is("export_statement") && outer.parent().is_some_and(|p| p.is("program")))
    })
}

/// `a.b = value;`, `a.b = c.d = value;`, `const x = a.b = value;`.
fn is_top_level_assignment(assignment: Node<'_>) -> bool {
    let outer = assignment.ancestors().find(|outer| !outer.is("assignment_expression"));
    outer.is_some_and(|outer| match outer.kind() {
        "expression_statement" => is_top_level(outer),
        "variable_declarator" => outer.parent().is_some_and(is_top_level),
        _ => false,
    })
}

/// The text of `a.b.c` and `a["b"]` without anything that must be computed.
pub(in super::super) fn member_path(node: Node<'_>) -> Option<String> {
    match node.kind() {
        "identifier" => Some(node.text().to_owned()),
        "member_expression" => {
            let object = member_path(node.child_by_field("object")?)?;
            let property = node.child_by_field("property")?;
            let is_plain = property.is("property_identifier")
                && node.child_by_field("optional_chain").is_none();
            is_plain.then(|| format!("{object}.{}", property.text()))
        }
        "subscript_expression" => {
            let object = member_path(node.child_by_field("object")?)?;
            let index = node.child_by_field("index").filter(|index| index.is("string"))?;
            Some(with_key(&object, &plain_string(index)?))
        }
        _ => None,
    }
}

fn join(file: &SourceFile, object: &str, key: Node<'_>) -> Option<String> {
    match key.kind() {
        "property_identifier" if key.text() == "__proto__" => None,
        "property_identifier" => Some(with_key(object, key.text())),
        "string" => Some(with_key(object, &plain_string(key)?)),
        "number" => {
            let index = key.text().parse::<u32>().ok()?;
            Some(format!("{object}[{index}]"))
        }
        "computed_property_name" => {
            let inner = key.items().next()?;
            if inner.is("string") {
                return Some(with_key(object, &plain_string(inner)?));
            }
            let is_symbol = inner.is("member_expression")
                && file.bindings.as_ref()?.is_global(inner.child_by_field("object")?, "Symbol");
            is_symbol.then(|| format!("{object}[{}]", inner.text()))
        }
        _ => None,
    }
}

fn with_key(object: &str, key: &str) -> String {
    let is_name = key.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$')
        && !key.starts_with(|c: char| c.is_numeric())
        && !key.is_empty();
    if is_name {
        format!("{object}.{key}")
    } else {
        let quoted = serde_json::Value::from(key);
        format!("{object}[{quoted}]")
    }
}

/// How often each path is the target of an assignment, anywhere in the file.
fn assigned_paths(file: &SourceFile) -> BTreeMap<String, usize> {
    let mut times = BTreeMap::new();
    let assignments = file.tree.nodes_of_kind("assignment_expression");
    let lefts = assignments.filter_map(|node| node.child_by_field("left"));
    for path in lefts.filter_map(member_path) {
        *times.entry(path).or_default() += 1;
    }
    times
}

/// `a` and `a.b` of `a.b.c`.
fn prefixes(path: &str) -> impl Iterator<Item = &str> {
    path.char_indices().filter(|&(_, c)| c == '.' || c == '[').map(|(at, _)| &path[..at])
}
