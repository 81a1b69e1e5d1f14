//! What a change outside of functions means.

use selfopt_syntax::Node;

use super::walk::Difference;
use crate::instrument::functions::{is_function_kind, runs_at_load};

/// What becomes of a difference that is in no function of both versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Outside {
    /// A declaration was added at the top level.
    AddedStatement,
    /// A declaration without effects was removed from the top level.
    RemovedStatement,
    /// A method, or a field that nobody outside can see, was added to a class.
    AddedMember,
    /// More names are taken out of a module.
    MoreImports,
    /// A class or object has other members: fine for the functions that changed,
    /// but both versions cannot share it.
    Members,
    /// Nothing that runs.
    Nothing,
    /// Anything else.
    Code,
}

const TYPES: [&str; 6] = [
    "interface_declaration",
    "type_alias_declaration",
    "ambient_declaration",
    "function_signature",
    "method_signature",
    "empty_statement",
];

const DECLARATIONS: [&str; 8] = [
    "import_statement",
    "lexical_declaration",
    "variable_declaration",
    "function_declaration",
    "generator_function_declaration",
    "class_declaration",
    "abstract_class_declaration",
    "enum_declaration",
];

/// Classifies a difference without a function around it.
pub(in super::super) fn outside(difference: &Difference<'_>) -> Outside {
    let Some(&(list, _)) = difference.around.last() else {
        return Outside::Code;
    };
    if difference.around.iter().any(|(node, _)| is_type(*node)) {
        return Outside::Nothing;
    }
    match (difference.before, difference.after) {
        (None, Some(added)) if is_type(added) => Outside::Nothing,
        (Some(removed), None) if is_type(removed) => Outside::Nothing,
        (None, Some(added)) if is_top_level(list) && is_declaration(added) => {
            Outside::AddedStatement
        }
        (Some(removed), None) if is_top_level(list) && is_removable(removed) => {
            Outside::RemovedStatement
        }
        (None, Some(added)) if list.is("class_body") => {
            if is_plain_method(added) || is_private_field(added) {
                Outside::AddedMember
            } else {
                Outside::Members
            }
        }
        (Some(_), None) if list.is("class_body") => Outside::Members,
        _ if imports(difference).is_some() => Outside::MoreImports,
        _ => Outside::Code,
    }
}

/// The import or `require` in which names are added or removed.
pub(in super::super) fn imports<'a>(difference: &Difference<'a>) -> Option<(Node<'a>, Node<'a>)> {
    let &(list, _) = difference.around.last()?;
    let statement = |kind: &str| difference.around.iter().copied().find(|(node, _)| node.is(kind));
    match list.kind() {
        "named_imports" => statement("import_statement"),
        "object_pattern" => {
            let (old, new) = statement("variable_declarator")?;
            let value = |node: Node<'a>| node.child_by_field("value").filter(|v| is_require(*v));
            let is_whole = old.child_by_field("name") == Some(list);
            (is_whole && value(old)?.text() == value(new)?.text()).then_some((old, new))
        }
        _ => None,
    }
}

/// The file, or the body of a function that is called while it loads.
fn is_top_level(list: Node<'_>) -> bool {
    list.is("program") || (list.is("statement_block") && list.parent().is_some_and(runs_at_load))
}

fn is_type(node: Node<'_>) -> bool {
    let exported = node.child_by_field("declaration").filter(|_| node.is("export_statement"));
    let is_type_import = node.is("import_statement") && node.has_token("type");
    is_type_import
        || node.is_token(";")
        || exported.unwrap_or(node).is_any(&TYPES)
        || node.is_any(&["type_annotation", "type_arguments", "type_parameters"])
}

fn is_declaration(statement: Node<'_>) -> bool {
    if statement.is("export_statement") {
        return statement.child_by_field("declaration").is_some_and(is_declaration);
    }
    statement.is_any(&DECLARATIONS)
}

fn is_plain_method(method: Node<'_>) -> bool {
    if !method.is("method_definition") {
        return false;
    }
    let is_constructor =
        method.child_by_field("name").is_some_and(|name| name.text() == "constructor");
    !is_constructor && !method.has_token("get") && !method.has_token("set")
}

fn is_private_field(field: Node<'_>) -> bool {
    let name = field.child_by_field("property").or_else(|| field.child_by_field("name"));
    field.is_any(&["field_definition", "public_field_definition"])
        && name.is_some_and(|name| name.is("private_property_identifier"))
}

/// A declaration that does nothing when the module is loaded.
fn is_removable(statement: Node<'_>) -> bool {
    match statement.kind() {
        "import_statement" | "function_declaration" | "generator_function_declaration" => true,
        "lexical_declaration" | "variable_declaration" => statement
            .items()
            .filter_map(|declarator| declarator.child_by_field("value"))
            .all(|value| is_require(value) || is_inert(value)),
        _ => false,
    }
}

fn is_require(value: Node<'_>) -> bool {
    let callee = value.child_by_field("function").filter(|_| value.is("call_expression"));
    callee.is_some_and(|callee| callee.text() == "require")
        || (value.is("member_expression") && value.child_by_field("object").is_some_and(is_require))
}

fn is_inert(value: Node<'_>) -> bool {
    const EFFECTS: [&str; 9] = [
        "call_expression",
        "new_expression",
        "await_expression",
        "yield_expression",
        "assignment_expression",
        "augmented_assignment_expression",
        "update_expression",
        "class",
        "spread_element",
    ];
    // What is inside a function does not run with the declaration; a fresh
    // collection of the language has no effect either.
    let mut open = vec![value];
    while let Some(node) = open.pop() {
        if is_function_kind(node) {
            continue;
        }
        let is_fresh = node.is("new_expression")
            && node.child_by_field("constructor").is_some_and(|name| {
                matches!(name.text(), "Map" | "Set" | "WeakMap" | "WeakSet" | "RegExp" | "Array")
            });
        if node.is_any(&EFFECTS) && !is_fresh {
            return false;
        }
        open.extend(node.children());
    }
    true
}
