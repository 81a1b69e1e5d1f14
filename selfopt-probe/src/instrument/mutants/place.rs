//! Where an expression can become `(condition ? other : itself)`.

use selfopt_syntax::Node;

/// Nodes in which expressions mean something that no run decides.
const FIXED: [&str; 16] = [
    "import_statement",
    "enum_declaration",
    "type_annotation",
    "type_arguments",
    "type_parameters",
    "literal_type",
    "interface_declaration",
    "type_alias_declaration",
    "ambient_declaration",
    "template_literal_type",
    "lookup_type",
    "union_type",
    "decorator",
    "import_attribute",
    "satisfies_type",
    "index_signature",
];

/// Whether parentheses and a choice can be put around the expression.
pub(super) fn is_replaceable(node: Node<'_>) -> bool {
    let is_fixed = || node.ancestors().any(|outer| outer.is_any(&FIXED));
    // A parenthesis at the start of a statement may go on with the one before.
    let starts_statement = || {
        node.ancestors()
            .take_while(|outer| outer.start() == node.start())
            .any(|outer| outer.is("expression_statement"))
    };
    !is_fixed() && !starts_statement() && !is_callee(node)
}

/// A call through a member or an optional chain would lose its object or its
/// way out.
fn is_callee(node: Node<'_>) -> bool {
    let is_call =
        node.parent().is_some_and(|parent| parent.is_any(&["call_expression", "new_expression"]));
    is_call && matches!(node.field(), Some("function" | "constructor"))
}

/// Whether a literal is a value, not a key, a module's name or an attribute.
pub(super) fn is_value_literal(node: Node<'_>) -> bool {
    let Some(parent) = node.parent() else {
        return false;
    };
    let is_module = || {
        let call = parent.parent().filter(|_| parent.is("arguments"));
        let callee = call.and_then(|call| call.child_by_field("function"));
        callee.is_some_and(|callee| callee.is("import") || callee.text() == "require")
    };
    let is_key = matches!(node.field(), Some("key" | "name" | "property" | "source"));
    let is_elsewhere = parent.is_any(&[
        "jsx_attribute",
        "expression_statement",
        "export_statement",
        "method_definition",
        "predefined_type",
    ]);
    !is_key && !is_elsewhere && !is_module()
}
