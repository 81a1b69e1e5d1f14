//! Expressions that build a schema: `z.object({ … }).strict()`.

use selfopt_syntax::Node;

use crate::analysis::calls::MethodCall;
use crate::analysis::expressions::unwrapped;
use crate::analysis::imports::import_of;
use crate::rule::RuleContext;

/// A library of schemas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Library {
    /// `zod`, whose schemas never change.
    Zod,
    /// `joi`, likewise.
    Joi,
    /// `yup`, whose messages are those of the time a schema is built.
    Yup,
}

/// Functions that make a schema of others; alone a schema of these is worth a
/// constant.
const COMPOSITES: [&str; 12] = [
    "alternatives",
    "array",
    "discriminatedUnion",
    "enum",
    "intersection",
    "looseObject",
    "object",
    "record",
    "shape",
    "strictObject",
    "tuple",
    "union",
];

/// The library whose module the name stands for.
pub(super) fn library(ctx: RuleContext<'_>, name: Node<'_>) -> Option<Library> {
    let import = name.is("identifier").then(|| import_of(ctx, name))??;
    let is_export = |known: &str| import.export.is_none_or(|export| export == known);
    match import.source.as_str() {
        "zod" | "zod/v3" | "zod/v4" if is_export("z") => Some(Library::Zod),
        "joi" | "@hapi/joi" if import.export.is_none() => Some(Library::Joi),
        "yup" if import.export.is_none() => Some(Library::Yup),
        _ => None,
    }
}

/// The calls of a chain, from the outermost to the one on the library's name.
pub(super) fn chain<'a>(node: Node<'a>) -> Vec<MethodCall<'a>> {
    let inner = |call: &MethodCall<'a>| MethodCall::of(unwrapped(skip_members(call.receiver)));
    std::iter::successors(MethodCall::of(node), inner).collect()
}

/// `z.coerce.number()`: `coerce` is no call.
fn skip_members(receiver: Node<'_>) -> Node<'_> {
    let object = || receiver.child_by_field("object").filter(|object| !object.is("identifier"));
    if receiver.is("member_expression") { object().unwrap_or(receiver) } else { receiver }
}

/// What a chain of members and calls starts at, of whatever kind they are: the
/// root of every schema, found without reading its calls.
fn leftmost<'a>(node: Node<'a>) -> Node<'a> {
    let inner = |node: Node<'a>| match node.kind() {
        "call_expression" => node.child_by_field("function"),
        "member_expression" => node.child_by_field("object"),
        _ => None,
    };
    let mut node = unwrapped(node);
    while let Some(next) = inner(node) {
        node = unwrapped(next);
    }
    node
}

/// The name that a chain starts at.
pub(super) fn root<'a>(chain: &[MethodCall<'a>]) -> Option<Node<'a>> {
    let first = unwrapped(chain.last()?.receiver);
    let is_coercion = first.is("member_expression")
        && first.child_by_field("property").is_some_and(|p| ["coerce", "iso"].contains(&p.text()));
    let name = if is_coercion { first.child_by_field("object")? } else { first };
    name.is("identifier").then_some(name)
}

/// A whole schema of several parts: the chain that is not continued by a
/// method that builds, and no part of another schema.
pub(super) fn whole_schema<'a>(
    ctx: RuleContext<'a>,
    node: Node<'a>,
) -> Option<(Library, Vec<MethodCall<'a>>)> {
    library(ctx, leftmost(node))?;
    let chain = chain(node);
    let library = library(ctx, root(&chain)?)?;
    if !COMPOSITES.contains(&chain.last()?.name) || is_use(chain.first()?.name) {
        return None;
    }
    let continues = || {
        let member = node.parent().filter(|p| p.is("member_expression"))?;
        let call = member.parent().and_then(MethodCall::of)?;
        (call.receiver == node && !is_use(call.name)).then_some(())
    };
    if continues().is_some() || is_part(ctx, node) {
        return None;
    }
    Some((library, chain))
}

/// Methods that check a value and leave the schema alone.
pub(super) fn is_use(method: &str) -> bool {
    [
        "parse",
        "parseAsync",
        "safeParse",
        "safeParseAsync",
        "spa",
        "validate",
        "validateAsync",
        "validateSync",
        "isValid",
        "isValidSync",
        "cast",
    ]
    .contains(&method)
}

fn is_part(ctx: RuleContext<'_>, node: Node<'_>) -> bool {
    node.ancestors()
        .take_while(|outer| !outer.is("statement_block"))
        .filter(|outer| outer.is("arguments"))
        .filter_map(Node::parent)
        .any(|call| {
            let chain = chain(call);
            let is_build = chain.first().is_some_and(|outermost| !is_use(outermost.name));
            is_build && root(&chain).is_some_and(|name| library(ctx, name).is_some())
        })
}
