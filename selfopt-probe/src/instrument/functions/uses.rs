//! What of its caller a function uses.

use selfopt_syntax::Node;

use super::Uses;
use super::collect::is_function_kind;

/// What the function's own code uses, with the arrows inside it.
pub(super) fn uses(function: Node<'_>) -> Uses {
    let mut uses = Uses::default();
    let parts = ["parameters", "parameter", "body"];
    for part in parts.iter().filter_map(|field| function.child_by_field(field)) {
        visit(part, &mut uses);
    }
    uses
}

fn visit(root: Node<'_>, uses: &mut Uses) {
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        match node.kind() {
            "this" => uses.this |= node.is_named(),
            "super" => {
                uses.super_ |= node.is_named();
                uses.this = true;
            }
            "identifier" | "shorthand_property_identifier" => {
                uses.arguments |= node.text() == "arguments";
            }
            "meta_property" => uses.new_target |= node.text().starts_with("new"),
            // A class's fields and methods have a `this` of their own; what its
            // heritage and computed names use is the function's.
            "class_body" => {
                let own = node.descendants().filter(|inner| inner.is("computed_property_name"));
                open.extend(
                    own.filter(|name| name.ancestors().find(|a| a.is("class_body")) == Some(node)),
                );
            }
            _ if is_function_kind(node) && !node.is("arrow_function") => {}
            _ => open.extend(node.children()),
        }
    }
}
