//! Where a new statement can go, and how it is written there.

use selfopt_syntax::{Edit, Node, Span};

use super::layout::{Layout, indent_at};
use crate::rule::RuleContext;

/// A place for a statement that runs before an expression, in the same function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place<'a> {
    /// Before this statement of a block.
    Before(Node<'a>),
    /// In a block that takes the place of this arrow function's expression.
    Body(Node<'a>),
}

impl<'a> Place<'a> {
    /// The nearest place before `node`. The error is what stands in the way.
    pub fn before(node: Node<'a>) -> Result<Self, Node<'a>> {
        let mut inner = node;
        loop {
            let outer = inner.parent().ok_or(inner)?;
            match outer.kind() {
                "statement_block" | "program" => return Ok(Self::Before(inner)),
                "arrow_function" if inner.field() == Some("body") => return Ok(Self::Body(inner)),
                "switch_case" | "switch_default" => return Err(outer),
                _ if super::functions::is_function(outer) => return Err(outer),
                _ => inner = outer,
            }
        }
    }

    /// The code that runs after the new statement.
    pub fn followed_by(self) -> Node<'a> {
        match self {
            Self::Before(node) | Self::Body(node) => node,
        }
    }

    /// Inserts `statement`, which has no semicolon. `None` where that would
    /// break the text apart.
    pub fn insert(self, ctx: RuleContext<'a>, statement: &str) -> Option<Vec<Edit>> {
        let layout = Layout::of(ctx.file);
        match self {
            Self::Before(next) => Some(vec![insert_before(ctx, &layout, next, statement)]),
            Self::Body(body) => {
                let statement = format!("{statement}{}", layout.semicolon);
                make_block(ctx, &layout, body, &statement)
            }
        }
    }

    /// Inserts whole lines, the last of which closes a block. Deeper lines have
    /// their own indentation already.
    pub fn insert_lines(self, ctx: RuleContext<'a>, lines: &[String]) -> Option<Vec<Edit>> {
        let layout = Layout::of(ctx.file);
        let join = |indent: &str| lines.join(&format!("{}{indent}", layout.newline));
        match self {
            Self::Before(next) => {
                let (first, indent) = line_before(ctx, next)?;
                let text = format!("{}{}{indent}", join(indent), layout.newline);
                Some(vec![Edit::insert(first.start(), text)])
            }
            Self::Body(body) => {
                let arrow = body.parent()?.children().find(|child| child.is_token("=>"))?;
                let inner = format!("{}{}", indent_at(ctx.file, arrow.start()), layout.indent);
                make_block(ctx, &layout, body, &join(&inner))
            }
        }
    }
}

/// Inserts `statement`, which has no semicolon, behind another.
pub fn insert_after(ctx: RuleContext<'_>, previous: Node<'_>, statement: &str) -> Edit {
    let layout = Layout::of(ctx.file);
    let line = ctx
        .file
        .line_index()
        .line_span(ctx.file.line(previous.end().saturating_sub(1)))
        .unwrap_or(previous.span());
    let rest = Span::new(previous.end(), line.end.max(previous.end())).text(&ctx.file.text);
    let rest = rest.trim_end_matches(['\r', '\n']);
    let is_last = rest.trim().is_empty() || rest.trim_start().starts_with("//");
    if !is_last {
        return Edit::insert(previous.end(), format!(" {statement};"));
    }
    let Layout { newline, semicolon, .. } = layout;
    let indent = indent_at(ctx.file, previous.start());
    let at = previous.end() + u32::try_from(rest.len()).unwrap_or(0);
    Edit::insert(at, format!("{newline}{indent}{statement}{semicolon}"))
}

/// The first of the comments right above a statement, or else the statement,
/// and its indentation; `None` where other code stands before it on its line.
fn line_before<'a>(ctx: RuleContext<'a>, next: Node<'a>) -> Option<(Node<'a>, &'a str)> {
    let line = |offset| ctx.file.line(offset);
    let starts_line = |node: Node<'_>| {
        let before = ctx.file.line_index().line_span(line(node.start()));
        before.is_some_and(|span| {
            Span::new(span.start, node.start()).text(&ctx.file.text).trim().is_empty()
        })
    };
    if !starts_line(next) {
        return None;
    }
    let mut first = next;
    while let Some(comment) = first.prev_sibling().filter(|node| {
        node.is_comment() && starts_line(*node) && line(node.end()) + 1 == line(first.start())
    }) {
        first = comment;
    }
    Some((first, indent_at(ctx.file, first.start())))
}

/// Comments right above the statement stay right above it: they may be
/// directives such as `@ts-expect-error`.
fn insert_before(ctx: RuleContext<'_>, layout: &Layout, next: Node<'_>, statement: &str) -> Edit {
    let Some((first, indent)) = line_before(ctx, next) else {
        return Edit::insert(next.start(), format!("{statement}; "));
    };
    // Without a semicolon these would go on with the statement before them.
    let semicolon = if next.text().starts_with(['(', '[', '`', '/', '+', '-']) {
        ";"
    } else {
        layout.semicolon
    };
    let newline = layout.newline;
    Edit::insert(first.start(), format!("{statement}{semicolon}{newline}{indent}"))
}

fn make_block(
    ctx: RuleContext<'_>,
    layout: &Layout,
    body: Node<'_>,
    statement: &str,
) -> Option<Vec<Edit>> {
    let function = body.parent()?;
    let arrow = function.children().find(|child| child.is_token("=>"))?;
    let spans_lines = |node: Node<'_>| {
        node.is_any(&["template_string", "string", "jsx_text", "comment"])
            && node.text().contains('\n')
    };
    if function.children().any(Node::is_comment) || body.subtree().any(spans_lines) {
        return None;
    }
    let Layout { newline, indent: unit, semicolon, .. } = layout;
    let outer = indent_at(ctx.file, arrow.start());
    let inner = format!("{outer}{unit}");
    let mut edits = vec![
        Edit::replace(
            Span::new(arrow.end(), body.start()),
            format!(" {{{newline}{inner}{statement}{newline}{inner}return "),
        ),
        Edit::insert(body.end(), format!("{semicolon}{newline}{outer}}}")),
    ];
    let body_indent = indent_at(ctx.file, body.start());
    if body_indent == outer {
        for number in ctx.file.line(body.start()) + 1..=ctx.file.line(body.end()) {
            let line = ctx.file.line_index().line_span(number)?;
            if !line.text(&ctx.file.text).trim().is_empty() {
                edits.push(Edit::insert(line.start, unit.as_str()));
            }
        }
    } else if body_indent != inner && body.text().contains('\n') {
        return None;
    }
    Some(edits)
}
