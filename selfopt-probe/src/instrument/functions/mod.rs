//! All functions of a file: what they are, how they are named, and how code at
//! the end of the module can get hold of them.

mod collect;
mod names;
mod paths;
mod refusals;
mod uses;

use selfopt_syntax::{Node, SourceFile, Span};
use serde::{Deserialize, Serialize};

use super::code::code_span;
use super::hook::Hook;
use super::refusal::Refusal;

pub(super) use collect::{is_function_kind, runs_at_load};
pub(super) use names::{directives, holder};
pub(super) use paths::{DEFAULT_EXPORT, is_stable, member_path, value_path};

/// How a function is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FunctionKind {
    /// `function f() {}` as a statement or an export.
    Declaration,
    /// `function () {}` as a value.
    Expression,
    /// A method of a class or an object.
    Method,
    /// `() => …`.
    Arrow,
    /// The constructor of a class.
    Constructor,
    /// A getter.
    Getter,
    /// A setter.
    Setter,
}

/// What of its caller a function's own code uses; functions inside count where
/// they share it, as arrows do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "four independent facts")]
pub struct Uses {
    /// `this`.
    pub this: bool,
    /// `super`.
    pub super_: bool,
    /// `arguments`.
    pub arguments: bool,
    /// `new.target`.
    pub new_target: bool,
}

/// One function of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionAt {
    /// Unique in its file: `f`, `A.m`, `outer/inner`, `f/anonymous#2`.
    pub name: String,
    /// The value of its `name` property, where the text tells.
    pub own_name: Option<String>,
    /// How it is written.
    pub kind: FunctionKind,
    /// Whether it is `async`.
    pub is_async: bool,
    /// Whether it is a generator.
    pub is_generator: bool,
    /// The whole function, without decorators and modifiers around it.
    pub span: Span,
    /// The parameters with their parentheses, or an arrow's only name.
    pub parameters: Span,
    /// The block with its braces, or an arrow's expression.
    pub body: Span,
    /// The value of its `length` property.
    pub length: u32,
    /// The first argument that it takes as one of a list: the rest parameter,
    /// or what `arguments` has behind the parameters.
    pub rest: Option<u32>,
    /// What it uses of its caller.
    pub uses: Uses,
    /// An expression that gives the function when its module was loaded, such as
    /// `f`, `A.prototype.m`, `exports.f`; in the scope of the top level or of a
    /// function that is called while the module loads. [`super::expose`] makes
    /// it true for what a default export leaves without a name.
    pub path: Option<String>,
    /// Why it cannot be wrapped.
    pub refusal: Option<Refusal>,
}

/// The functions of a file in document order, outer before inner.
pub fn functions(file: &SourceFile) -> Vec<FunctionAt> {
    let nodes = collect::function_nodes(file);
    let names = names::unique_names(&nodes);
    let paths = paths::paths(file, &nodes);
    let rows = nodes.iter().zip(names).zip(paths);
    let mut all: Vec<_> =
        rows.filter_map(|((&node, name), path)| describe(node, name, path)).collect();
    if let Err(refusal) = Hook::of(file, &[]) {
        for function in &mut all {
            function.refusal = function.refusal.or(Some(refusal));
        }
    }
    all
}

fn describe(node: Node<'_>, name: String, path: Option<String>) -> Option<FunctionAt> {
    let body = node.child_by_field("body")?;
    let parameters =
        node.child_by_field("parameters").or_else(|| node.child_by_field("parameter"))?;
    let kind = collect::kind_of(node);
    let is_value =
        !matches!(kind, FunctionKind::Constructor | FunctionKind::Getter | FunctionKind::Setter);
    let uses = uses::uses(node);
    let function = FunctionAt {
        name,
        own_name: names::inferred_name(node),
        kind,
        is_async: node.has_token("async"),
        is_generator: collect::is_generator(node),
        span: code_span(node),
        parameters: parameters.span(),
        body: code_span(body),
        length: collect::length(parameters),
        rest: collect::rest(parameters, uses.arguments),
        uses,
        path: path.filter(|_| is_value),
        refusal: None,
    };
    let refusal = refusals::refusal(node, &function);
    Some(FunctionAt { refusal, ..function })
}

/// The node of a function that was read from the same text.
pub(super) fn node_of<'a>(file: &'a SourceFile, function: &FunctionAt) -> Option<Node<'a>> {
    collect::function_at(file, function.span)
}
