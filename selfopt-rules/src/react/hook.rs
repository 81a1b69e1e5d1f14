//! Whether a call is one of React's hooks.

use selfopt_syntax::Node;

use crate::analysis::imports::import_of;
use crate::rule::RuleContext;

/// The name of the hook that a callee is called by: `useState`,
/// `React.useState`. Whose it is, is not looked at.
pub(super) fn called_name(callee: Node<'_>) -> Option<&str> {
    match callee.kind() {
        "identifier" => Some(callee.text()),
        "member_expression" if callee.child_by_field("object")?.is("identifier") => {
            Some(callee.child_by_field("property")?.text())
        }
        _ => None,
    }
}

/// Whether the callee is imported from React under the hook's own name, or read
/// from what React exports.
pub(super) fn is_of_react(ctx: RuleContext<'_>, callee: Node<'_>) -> bool {
    let is_member = callee.is("member_expression");
    let name = if is_member { callee.child_by_field("object") } else { Some(callee) };
    let Some(import) = name.and_then(|name| import_of(ctx, name)) else {
        return false;
    };
    let is_source = ["react", "preact/hooks", "preact/compat"].contains(&import.source.as_str());
    let is_name = match import.export {
        None => is_member,
        Some(export) => !is_member && export == callee.text(),
    };
    is_source && is_name
}

/// Whether a name is a hook's: `use` and a capital.
pub(super) fn is_hook_name(name: &str) -> bool {
    name.strip_prefix("use").is_some_and(|rest| {
        rest.is_empty() || rest.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
    })
}
