//! Where a probe must stand so that it is hit when a token's code is executed.

use selfopt_syntax::{Node, Span};

use crate::instrument::code::{code_end, code_span};
use crate::instrument::functions::{directives, is_function_kind};
use crate::instrument::splice::Splices;

/// Nodes in which nothing is executed.
const SILENT: [&str; 16] = [
    "import_statement",
    "export_clause",
    "namespace_export",
    "hash_bang_line",
    "type_annotation",
    "type_arguments",
    "type_parameters",
    "interface_declaration",
    "type_alias_declaration",
    "ambient_declaration",
    "function_signature",
    "method_signature",
    "abstract_method_signature",
    "implements_clause",
    "index_signature",
    "type_predicate_annotation",
];

/// Statements whose parts without braces are statements of their own.
const CONTROL: [&str; 7] = [
    "if_statement",
    "else_clause",
    "for_statement",
    "for_in_statement",
    "while_statement",
    "do_statement",
    "with_statement",
];

/// A place for a probe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// Before the statement of a list.
    Before(u32),
    /// At the start of a block, behind its brace and directives.
    Entry(u32),
    /// A statement that must become a block.
    Braced(Span),
    /// An expression that is evaluated only sometimes.
    Expression(Span),
}

impl Place {
    /// Where it starts.
    pub(super) fn start(self) -> u32 {
        match self {
            Self::Before(at) | Self::Entry(at) => at,
            Self::Braced(span) | Self::Expression(span) => span.start,
        }
    }

    /// Puts the probe there.
    pub(super) fn put(self, splices: &mut Splices, hit: &str) {
        match self {
            // What stands before may lack its semicolon.
            Self::Before(at) => splices.before(at, format!(";{hit};")),
            Self::Entry(at) => splices.behind(at, format!(";{hit};")),
            Self::Braced(span) => splices.wrap(span, format!("{{{hit};"), "}"),
            Self::Expression(span) => splices.wrap(span, format!("({hit},"), ")"),
        }
    }
}

/// The innermost place around a token. `None` when the token is nothing that
/// is executed.
pub(super) fn place(token: Node<'_>) -> Option<Place> {
    let mut around = std::iter::once(token).chain(token.ancestors());
    if around.any(|outer| outer.is_any(&SILENT)) || is_directive(token) {
        return None;
    }
    // `export`, `default`, the module that is passed on.
    let is_value = matches!(token.field(), Some("value" | "declaration"));
    if token.parent().is_some_and(|parent| parent.is("export_statement")) && !is_value {
        return None;
    }
    let mut inner = token;
    for outer in token.ancestors() {
        if let Some(place) = place_in(inner, outer) {
            return Some(place);
        }
        inner = outer;
    }
    None
}

/// The place of `inner`, a child of `outer`, if it has one of its own.
fn place_in(inner: Node<'_>, outer: Node<'_>) -> Option<Place> {
    if is_function_kind(outer) {
        return Some(function_place(inner, outer));
    }
    match outer.kind() {
        "program" | "statement_block" if inner.is_named() => Some(Place::Before(inner.start())),
        "switch_case" | "switch_default" if inner.field() == Some("body") => {
            Some(Place::Before(inner.start()))
        }
        "switch_case" | "switch_default" => {
            outer.child_by_field("body").map(|first| Place::Before(first.start()))
        }
        "catch_clause" => outer.child_by_field("body").map(entry),
        "ternary_expression" if matches!(inner.field(), Some("consequence" | "alternative")) => {
            Some(Place::Expression(code_span(inner)))
        }
        "binary_expression" if inner.field() == Some("right") && is_lazy(outer) => {
            Some(Place::Expression(code_span(inner)))
        }
        "assignment_pattern" | "object_assignment_pattern" if inner.field() == Some("right") => {
            conditional_value(inner)
        }
        "required_parameter"
        | "optional_parameter"
        | "field_definition"
        | "public_field_definition"
            if inner.field() == Some("value") =>
        {
            conditional_value(inner)
        }
        "field_definition" | "public_field_definition" => {
            outer.child_by_field("value").and_then(|value| {
                if is_function_kind(value) {
                    Some(function_entry(value))
                } else {
                    conditional_value(value)
                }
            })
        }
        _ if is_branch(inner, outer) => Some(Place::Braced(code_span(inner))),
        _ => None,
    }
}

/// A function's parameters and name count as executed when it is called.
fn function_place(inner: Node<'_>, function: Node<'_>) -> Place {
    if inner.field() == Some("body") && !inner.is("statement_block") {
        return Place::Expression(code_span(inner));
    }
    function_entry(function)
}

fn function_entry(function: Node<'_>) -> Place {
    match function.child_by_field("body") {
        Some(body) if body.is("statement_block") => entry(body),
        Some(body) => Place::Expression(code_span(body)),
        None => Place::Before(function.start()),
    }
}

/// Behind the brace and the directives of a block.
fn entry(block: Node<'_>) -> Place {
    let directive = directives(block).last().and_then(|last| last.parent());
    let brace = block.children().next().map_or(block.start(), Node::end);
    let is_body = block.parent().is_some_and(is_function_kind);
    Place::Entry(directive.filter(|_| is_body).map_or(brace, code_end))
}

/// A default or a field's value. A class without a name would lose the one that
/// its place gives it.
fn conditional_value(value: Node<'_>) -> Option<Place> {
    let is_named_here = value.is("class") && value.child_by_field("name").is_none();
    (!is_named_here).then(|| Place::Expression(code_span(value)))
}

fn is_lazy(binary: Node<'_>) -> bool {
    binary
        .child_by_field("operator")
        .is_some_and(|operator| matches!(operator.kind(), "&&" | "||" | "??"))
}

/// A statement without braces that a condition or loop governs.
fn is_branch(inner: Node<'_>, outer: Node<'_>) -> bool {
    let is_part = match outer.kind() {
        "else_clause" => inner.is_named(),
        "if_statement" => inner.field() == Some("consequence"),
        _ => inner.field() == Some("body"),
    };
    outer.is_any(&CONTROL) && is_part && !inner.is("statement_block") && !inner.is_comment()
}

/// A string that is a directive of its file or function.
fn is_directive(token: Node<'_>) -> bool {
    let statement = token.ancestors().find(|outer| outer.is("expression_statement"));
    let list = statement.and_then(Node::parent);
    let is_body =
        list.filter(|list| list.is("program") || list.parent().is_some_and(is_function_kind));
    is_body.is_some_and(|list| {
        directives(list).iter().any(|directive| directive.span().contains(token.span()))
    })
}
