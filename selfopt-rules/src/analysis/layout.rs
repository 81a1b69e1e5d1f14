//! The file's own style: line ends, indentation, semicolons, quotes.

use selfopt_syntax::{Node, SourceFile};

/// How the file is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// `\n` or `\r\n`.
    pub newline: &'static str,
    /// One level of indentation.
    pub indent: String,
    /// `;` or nothing.
    pub semicolon: &'static str,
    /// `'` or `"`.
    pub quote: char,
}

impl Layout {
    /// Reads the style off the file; where it says nothing, two blanks,
    /// semicolons and single quotes.
    pub fn of(file: &SourceFile) -> Self {
        let newline =
            if file.text.lines().count() > 0 && file.text.contains("\r\n") { "\r\n" } else { "\n" };
        let strings = || file.tree.nodes_of_kind("string");
        let n_double = strings().filter(|string| string.text().starts_with('"')).count();
        let quote = if n_double * 2 > strings().count() { '"' } else { '\'' };
        Self { newline, indent: indent_unit(&file.text), semicolon: semicolon(file), quote }
    }
}

fn semicolon(file: &SourceFile) -> &'static str {
    let (mut n_all, mut n_with) = (0, 0);
    for kind in
        ["expression_statement", "lexical_declaration", "return_statement", "import_statement"]
    {
        for statement in file.tree.nodes_of_kind(kind) {
            n_all += 1;
            n_with += usize::from(statement.text().ends_with(';'));
        }
    }
    if n_with * 2 >= n_all { ";" } else { "" }
}

/// The most frequent step to a deeper line.
fn indent_unit(text: &str) -> String {
    let mut n_by_width = [0_usize; 9];
    let mut n_tabs = 0;
    let mut previous = 0;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let indent = indent_of_line(line);
        if indent.starts_with('\t') {
            n_tabs += 1;
            continue;
        }
        // ` * ` of block comments is no level.
        if line.trim_start().starts_with('*') {
            continue;
        }
        let step = indent.len().saturating_sub(previous);
        if let Some(n) = n_by_width.get_mut(step).filter(|_| step > 1) {
            *n += 1;
        }
        previous = indent.len();
    }
    let (width, n) = (0..)
        .zip(n_by_width)
        .max_by_key(|&(width, n)| (n, std::cmp::Reverse(width)))
        .unwrap_or((2, 0));
    if n_tabs > n {
        return "\t".to_owned();
    }
    " ".repeat(if n == 0 { 2 } else { width })
}

fn indent_of_line(line: &str) -> &str {
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// The indentation of the line that holds the byte at `offset`.
pub fn indent_at(file: &SourceFile, offset: u32) -> &str {
    let line = file.line_index().line_span(file.line(offset));
    indent_of_line(line.map_or("", |span| span.text(&file.text)))
}

/// The text of a node moved from its place to a line indented by `indent`:
/// its further lines move with it. Left as it is when a string spans lines.
pub fn moved(file: &SourceFile, node: Node<'_>, indent: &str) -> String {
    let text = node.text();
    let from = indent_at(file, node.start());
    let spans_lines = |node: Node<'_>| {
        node.is_any(&["template_string", "string", "jsx_text", "comment"])
            && node.text().contains('\n')
    };
    if from == indent || !text.contains('\n') || node.subtree().any(spans_lines) {
        return text.to_owned();
    }
    let mut lines = text.split('\n');
    let mut out = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        out.push('\n');
        match line.strip_prefix(from) {
            Some(rest) if !rest.trim().is_empty() => out.extend([indent, rest]),
            _ => out.push_str(line),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use selfopt_syntax::{Language, parse};

    use super::*;

    fn layout(text: &str) -> Layout {
        Layout::of(&parse("a.ts", Language::TypeScript, text))
    }

    #[test]
    fn the_file_decides() {
        let tabs = layout("function f() {\r\n\treturn \"a\"\r\n}\r\n");
        assert_eq!(
            tabs,
            Layout { newline: "\r\n", indent: "\t".into(), semicolon: "", quote: '"' }
        );
        let four =
            layout("/**\n * x\n */\nif (a) {\n    b('c');\n    if (d) {\n        e();\n    }\n}\n");
        assert_eq!(
            four,
            Layout { newline: "\n", indent: "    ".into(), semicolon: ";", quote: '\'' }
        );
        assert_eq!(layout("").indent, "  ");
    }
}
