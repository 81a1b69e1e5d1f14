//! Blanks the types of TypeScript, for Node versions that do not.

use selfopt_syntax::{Node, Span};

const TYPES: [&str; 14] = [
    "type_annotation",
    "type_parameters",
    "type_arguments",
    "interface_declaration",
    "type_alias_declaration",
    "function_signature",
    "method_signature",
    "ambient_declaration",
    "accessibility_modifier",
    "override_modifier",
    "implements_clause",
    "type_predicate_annotation",
    "asserts_annotation",
    "abstract_method_signature",
];

/// The text without its types.
pub(crate) fn strip(path: &str, text: &str) -> String {
    let file = selfopt_probe::instrument::source(path, text).expect("the text can be read");
    let mut blanks = Vec::new();
    let mut open = vec![file.tree.root()];
    while let Some(node) = open.pop() {
        let is_type_import = node.is("import_statement") && node.has_token("type");
        if node.is_any(&TYPES) || is_type_import {
            blanks.push(node.span());
        } else if node.is_any(&["as_expression", "satisfies_expression", "non_null_expression"]) {
            let value = node.items().next().expect("a value comes first");
            blanks.push(Span::new(value.end(), node.end()));
            open.push(value);
        } else {
            if let Some(extra) = extra(node) {
                blanks.push(extra);
            }
            open.extend(node.children().filter(|child| !is_this_parameter(*child)));
            blanks.extend(node.children().filter(|child| is_this_parameter(*child)).map(|child| {
                let comma = child.next_sibling().filter(|next| next.is_token(","));
                Span::new(child.start(), comma.map_or(child.end(), Node::end))
            }));
        }
    }
    let mut bytes = text.as_bytes().to_vec();
    for span in blanks {
        for byte in &mut bytes[span.start as usize..span.end as usize] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    }
    String::from_utf8(bytes).expect("whole nodes were blanked")
}

fn is_this_parameter(node: Node<'_>) -> bool {
    node.is("required_parameter")
        && node.child_by_field("pattern").is_some_and(|pattern| pattern.is("this"))
}

/// The `?` of an optional parameter or member, `readonly`, `abstract`.
fn extra(node: Node<'_>) -> Option<Span> {
    let token = |token: &str| node.children().find(|child| child.is_token(token));
    match node.kind() {
        "optional_parameter" | "method_definition" => token("?").map(Node::span),
        "public_field_definition" => token("readonly").or_else(|| token("?")).map(Node::span),
        "abstract_class_declaration" => token("abstract").map(Node::span),
        _ => None,
    }
}
