//! `selfopt pack tree`: the syntax tree of a file, in the words that rules use.

use std::fmt::Write as _;

use selfopt_core::ExitCode;
use selfopt_syntax::{Language, Node, SourceFile, parse};
use serde_json::{Value, json};

use crate::args::{Common, Format, PackTreeArgs};
use crate::error::CliError;
use crate::render;

/// Deeper nodes are not set in further.
const MAX_INDENT: usize = 60;

/// Characters of a node's text that are shown.
const MAX_TEXT: usize = 60;

pub(super) fn run(common: &Common, args: &PackTreeArgs) -> Result<ExitCode, CliError> {
    let path = args.file.display().to_string();
    let language = Language::from_path(&path).ok_or_else(|| {
        CliError::usage(
            format!("`{path}` is no file that rules see"),
            "its name ends in .ts, .tsx, .mts, .cts, .js, .jsx, .mjs or .cjs, and not in .d.ts",
        )
    })?;
    let text = std::fs::read_to_string(&args.file).map_err(|error| {
        CliError::usage(format!("`{path}` cannot be read: {error}"), "name a file of UTF-8 text")
    })?;
    let file = parse(path, language, text);
    match common.format {
        Format::Json => {
            let nodes: Vec<_> = shown(&file, args.tokens).map(|(d, n)| document(d, n)).collect();
            render::json(&json!({ "nodes": nodes }))?;
        }
        _ => render::text(&tree(&file, args.tokens)),
    }
    Ok(ExitCode::Success)
}

/// The nodes in preorder, with how deep they are.
fn shown(file: &SourceFile, tokens: bool) -> impl Iterator<Item = (usize, Node<'_>)> {
    let mut open: Vec<Node<'_>> = Vec::new();
    let nodes = file.tree.root().subtree().map(move |node| {
        while open.last().is_some_and(|outer| !outer.holds(node)) {
            open.pop();
        }
        open.push(node);
        (open.len() - 1, node)
    });
    nodes.filter(move |(_, node)| tokens || node.is_named() || node.is_error())
}

/// A line a node: `field: kind line:column-line:column text`. Nodes without
/// parts have their text; a token is in quotes.
fn tree(file: &SourceFile, tokens: bool) -> String {
    let mut out = String::new();
    for (depth, node) in shown(file, tokens) {
        let field = node.field().map(|field| format!("{field}: ")).unwrap_or_default();
        let kind =
            if node.is_named() { node.kind().to_owned() } else { format!("{:?}", node.kind()) };
        let (start, end) = (file.position(node.start()), file.position(node.end()));
        let _ = write!(
            out,
            "{:indent$}{field}{kind} {}:{}-{}:{}",
            "",
            start.line,
            start.column,
            end.line,
            end.column,
            indent = 2 * depth.min(MAX_INDENT),
        );
        let has_parts = node.children().any(|child| tokens || child.is_named());
        if node.is_named() && !has_parts {
            let _ = write!(out, " {:?}", clipped(node.text()));
        }
        if node.is_error() {
            out.push_str("  (cannot be read)");
        }
        out.push('\n');
    }
    out
}

fn clipped(text: &str) -> String {
    match text.char_indices().nth(MAX_TEXT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn document(depth: usize, node: Node<'_>) -> Value {
    json!({
        "depth": depth,
        "field": node.field(),
        "kind": node.kind(),
        "is_named": node.is_named(),
        "is_error": node.is_error(),
        "start": node.start(),
        "end": node.end(),
        "text": clipped(node.text()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_have_field_kind_place_and_text() {
        let file = parse("a.ts", Language::TypeScript, "a.at(0);\n");
        assert_eq!(
            tree(&file, false),
            r#"program 1:1-2:1
  expression_statement 1:1-1:9
    call_expression 1:1-1:8
      function: member_expression 1:1-1:5
        object: identifier 1:1-1:2 "a"
        property: property_identifier 1:3-1:5 "at"
      arguments: arguments 1:5-1:8
        number 1:6-1:7 "0"
"#
        );
        assert!(tree(&file, true).contains("\n        \".\" 1:2-1:3\n"), "{}", tree(&file, true));
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let file = parse("a.js", Language::JavaScript, "f( ];\n");
        assert!(tree(&file, false).contains("(cannot be read)"), "{}", tree(&file, false));
        let long = format!("'{}'", "ż".repeat(100));
        assert_eq!(clipped(&long).chars().count(), MAX_TEXT + 1);
    }
}
