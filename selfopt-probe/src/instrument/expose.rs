//! Makes functions reachable from outside of their module, for bundles.

use selfopt_syntax::{Node, SourceFile};

use super::classes::registering_call;
use super::code::{code_end, code_span};
use super::functions::{DEFAULT_EXPORT, directives, is_function_kind, node_of};
use super::hook::Hook;
use super::record::Target;
use super::refusal::Refusal;
use super::source::append_line;
use super::splice::Splices;

/// A file that hands out its functions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exposed {
    /// Its text, with the registration of its classes as well.
    pub text: String,
    /// The numbers that are handed out.
    pub ids: Vec<u32>,
    /// What cannot be, and why.
    pub refused: Vec<(u32, Refusal)>,
}

/// Adds what tells the hook how to get each target that has a path, and which
/// classes there are. The getters are asked when the module was loaded.
pub fn expose(file: &SourceFile, targets: &[Target<'_>]) -> Exposed {
    let hook = match Hook::of(file, &[]) {
        Ok(hook) => hook,
        Err(refusal) => {
            let refused = targets.iter().map(|target| (target.id, refusal)).collect();
            return Exposed { text: file.text.to_string(), ids: Vec::new(), refused };
        }
    };
    let mut splices = Splices::default();
    let mut ids = Vec::new();
    let mut refused = Vec::new();
    let (h, any) = (hook.name("h"), hook.any());
    let default = hook.name("default");
    let mut statements = Vec::new();
    let mut names_default = false;
    for target in targets {
        let Some(path) = &target.function.path else {
            refused.push((target.id, Refusal::NotExposable));
            continue;
        };
        let path = match path.strip_prefix(DEFAULT_EXPORT) {
            Some(rest) => {
                names_default = true;
                format!("{default}{rest}")
            }
            None => path.clone(),
        };
        let getter = format!("{h}.expose({},function(){{return {path}}});", target.id);
        match scope_start(file, target) {
            Some(start) => {
                let expression = &hook.expression;
                let call = format!(";(function({h}{any}){{if({h}){{{getter}}}}})({expression});");
                splices.behind(start, call);
            }
            None => statements.push(getter),
        }
        ids.push(target.id);
    }
    let named = if names_default { name_default(&mut splices, file, &hook) } else { String::new() };
    statements.extend(registering_call(file, &hook));
    let text = splices.apply(&file.text);
    if statements.is_empty() {
        return Exposed { text, ids, refused };
    }
    let (statements, expression) = (statements.concat(), &hook.expression);
    let line = format!(";{named}(function({h}{any}){{if({h}){{{statements}}}}})({expression});");
    Exposed { text: append_line(&text, &line), ids, refused }
}

/// Where the function can be named, when that is not the file's top level: the
/// start of the function around it that is called while the module loads.
fn scope_start(file: &SourceFile, target: &Target<'_>) -> Option<u32> {
    let node = node_of(file, target.function)?;
    let outer = node.ancestors().find(|outer| is_function_kind(*outer))?;
    let body = outer.child_by_field("body").filter(|body| body.is("statement_block"))?;
    let first = body.children().next().map_or(body.start(), Node::end);
    let directive = directives(body).last().and_then(|last| last.parent());
    Some(directive.map_or(first, code_end))
}

/// Gives the default export a name that the file can use, and returns what must
/// be said at its end.
fn name_default(splices: &mut Splices, file: &SourceFile, hook: &Hook) -> String {
    let name = hook.name("default");
    let exports = file.tree.nodes_of_kind("export_statement");
    let value = exports.filter(|export| export.has_token("default")).find_map(|export| {
        export.child_by_field("value").or_else(|| export.child_by_field("declaration"))
    });
    let Some(value) = value else {
        return String::new();
    };
    let is_anonymous = value.child_by_field("name").is_none() && !value.is("arrow_function");
    if is_anonymous && (is_function_kind(value) || value.is("class")) {
        declare_default(splices, file, value, &name);
        return String::new();
    }
    let inner =
        value.subtree().find(|node| node.is_named() && !node.is("parenthesized_expression"));
    let is_named_by_export = inner.is_some_and(|inner| {
        (is_function_kind(inner) || inner.is("class")) && inner.child_by_field("name").is_none()
    });
    let (open, close) =
        if is_named_by_export { ("{[\"default\"]:", "}[\"default\"]") } else { ("", "") };
    splices.wrap(code_span(value), format!("({name}={open}"), format!("{close})"));
    format!("var {name}{};", hook.any())
}

/// Names an anonymous default function or class. It is a declaration, hoisted
/// as ever; its `name` property stays what it was.
fn declare_default(splices: &mut Splices, file: &SourceFile, value: Node<'_>, name: &str) {
    let rest = ["formal_parameters", "type_parameters", "class_body", "class_heritage"];
    let keywords = value.children().take_while(|child| !child.is_any(&rest));
    splices.behind(keywords.last().map_or(value.start(), Node::end), format!(" {name} "));
    let named =
        format!("Object.defineProperty({name},\"name\",{{value:\"default\",configurable:true}});");
    if is_function_kind(value) {
        let mut statements = file.tree.root().items();
        let first = statements.find(|statement| !statement.is("hash_bang_line"));
        splices.before(first.map_or(0, Node::start), named);
    } else if !has_static_name(value) {
        splices.behind(code_end(value), format!(";{named}"));
    }
}

/// Whether a class says itself what its `name` is.
fn has_static_name(class: Node<'_>) -> bool {
    let members = class.child_by_field("body").into_iter().flat_map(Node::items);
    let mut statics = members.filter(|member| member.has_token("static"));
    statics.any(|member| {
        let key = ["name", "property"].iter().find_map(|field| member.child_by_field(field));
        key.is_some_and(|key| key.text() == "name")
    })
}
