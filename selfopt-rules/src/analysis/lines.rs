//! Statements that can go with their lines.

use selfopt_syntax::{Node, SourceFile, Span};

/// The lines of a declaration of one variable that has them for itself, if
/// nothing is left behind that belongs to it, and what is around it means the
/// same without it. A blank line at the top of a block goes with it.
pub fn own_lines(file: &SourceFile, statement: Node<'_>) -> Option<Span> {
    let in_block = statement.parent().filter(|parent| parent.is("statement_block"));
    let mut items = statement.named_children();
    let declarator = items.next().filter(|item| item.is("variable_declarator"))?;
    let is_alone = items.next().is_none()
        && !declarator.named_children().any(Node::is_comment)
        && statement.is("lexical_declaration");
    let (start, end) = whole_lines(&file.text, statement.span())?;
    let before = || in_block?.children().take_while(|node| *node != statement).last();
    let previous = in_block?
        .children()
        .take_while(|node| *node != statement)
        .filter(|node| !node.is_comment())
        .last()?;
    let is_described = before().is_some_and(|node| {
        node.is_comment()
            && file.line(node.end()) + 1 == file.line(statement.start())
            && whole_lines(&file.text, node.span()).is_some()
    });
    // Without semicolons, the lines around it could become one statement.
    let is_separated = previous.is_token("{")
        || previous.text().ends_with(';')
        || !statement
            .next_sibling()
            .is_some_and(|next| next.text().starts_with(['(', '[', '/', '+', '-', '`']));
    if !is_alone || is_described || !is_separated {
        return None;
    }
    let below = file.text[end..].split_inclusive('\n').next().unwrap_or_default();
    let is_blank = previous.is_token("{") && below.ends_with('\n') && below.trim().is_empty();
    let end = if is_blank { end + below.len() } else { end };
    Some(Span::new(u32::try_from(start).ok()?, u32::try_from(end).ok()?))
}

/// From the start of the first line to the end of the last, if nothing else
/// stands on them.
fn whole_lines(text: &str, span: Span) -> Option<(usize, usize)> {
    let (head, tail) = (&text[..span.start as usize], &text[span.end as usize..]);
    let start = head.rfind('\n')? + 1;
    let rest = tail.split_inclusive('\n').next()?;
    let is_whole = head[start..].trim().is_empty() && rest.trim().is_empty();
    (is_whole && rest.ends_with('\n')).then(|| (start, span.end as usize + rest.len()))
}
