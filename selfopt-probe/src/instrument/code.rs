//! Where the code of a node ends.
//!
//! The grammar lets a statement or block without a semicolon reach over the
//! comments behind it, a line comment included. What is inserted behind code
//! must stand before them.

use selfopt_syntax::{Node, Span};

/// The end of the last token inside.
pub(super) fn code_end(node: Node<'_>) -> u32 {
    let mut last = node;
    loop {
        let inner = last.children().filter(|child| !child.is_comment() && !child.span().is_empty());
        match inner.last() {
            // Some text has no token of its own.
            Some(child) if !has_own_text_behind(last, child) => last = child,
            _ => return last.end(),
        }
    }
}

/// From the first token to the last.
pub(super) fn code_span(node: Node<'_>) -> Span {
    Span::new(node.start(), code_end(node).max(node.start()))
}

/// The text from the first token to the last.
pub(super) fn code(node: Node<'_>) -> &str {
    code_span(node).text(node.tree().text())
}

fn has_own_text_behind(outer: Node<'_>, child: Node<'_>) -> bool {
    let mut end = child.end();
    let text = outer.tree().text();
    let is_blank = |from: u32, to: u32| {
        text.get(from as usize..to as usize).is_some_and(|gap| gap.trim().is_empty())
    };
    let behind = outer.children().filter(|comment| comment.start() >= child.end());
    for comment in behind.filter(|node| node.is_comment()) {
        if !is_blank(end, comment.start()) {
            return true;
        }
        end = comment.end();
    }
    !is_blank(end, outer.end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use selfopt_syntax::{Language, parse};

    #[test]
    fn comments_behind_are_left_out() {
        let check = |text: &str, kind: &str, expected: &str| {
            let file = parse("a.js", Language::JavaScript, text);
            let node = file.tree.nodes_of_kind(kind).next().expect("there is one");
            assert_eq!(code(node), expected, "{text}");
        };
        check("function f() {\n} // c\n\nvar a", "function_declaration", "function f() {\n}");
        check("function f() {\n} // c\n\nvar a", "statement_block", "{\n}");
        check("f() // c\n// d\ng()", "expression_statement", "f()");
        check("const t = `a ${b} // c`", "template_string", "`a ${b} // c`");
        check("const a = /x/g // c\n", "lexical_declaration", "const a = /x/g");
    }
}
