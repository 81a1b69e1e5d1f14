//! Reads the comments of a file.

use selfopt_syntax::{Node, SourceFile};
use serde::{Deserialize, Serialize};

use super::apply::ScanNote;

/// What every such comment begins with.
const PREFIX: &str = "selfopt-disable";

/// What the comments of a file ask for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Directives {
    /// Comments that can be obeyed, in the order of the file.
    pub(crate) obeyed: Vec<Directive>,
    /// What is wrong with the others.
    pub(crate) refused: Vec<ScanNote>,
}

/// One comment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Directive {
    /// The rules it names, at least one.
    pub(crate) rules: Vec<String>,
    /// Why.
    pub(crate) reason: String,
    /// The comment's first line, from 1.
    pub(crate) line: u32,
    /// The line on which findings begin that it is about; `None` for all.
    pub(crate) target: Option<u32>,
}

/// Reads the comments of a file.
pub(crate) fn read(file: &SourceFile) -> Directives {
    let mut found = Directives::default();
    if !file.text.contains(PREFIX) {
        return found;
    }
    for comment in file.tree.nodes_of_kind("comment") {
        let words = content(comment.text());
        if !words.starts_with(PREFIX) {
            continue;
        }
        match directive(file, comment, words) {
            Ok(directive) => found.obeyed.push(directive),
            Err(problem) => found.refused.push(ScanNote {
                path: file.path.clone(),
                line: file.line(comment.start()),
                message: problem,
            }),
        }
    }
    found
}

/// A comment without its slashes and stars.
fn content(comment: &str) -> &str {
    let inner = comment.strip_prefix("//").or_else(|| {
        let inner = comment.strip_prefix("/*")?;
        Some(inner.strip_suffix("*/").unwrap_or(inner))
    });
    inner.unwrap_or(comment).trim_matches(|c: char| c == '*' || c.is_whitespace())
}

fn directive(file: &SourceFile, comment: Node<'_>, words: &str) -> Result<Directive, String> {
    let (word, rest) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
    let line = file.line(comment.start());
    let target = match word {
        "selfopt-disable-line" => Some(line),
        "selfopt-disable-next-line" => Some(next_line_of_code(file, comment)),
        PREFIX if is_at_the_top(comment) => None,
        PREFIX => {
            return Err(format!(
                "`{PREFIX}` counts only above the file's first statement; \
                 `selfopt-disable-next-line` is for one place"
            ));
        }
        other => {
            return Err(format!(
                "`{other}` is not known; there are `{PREFIX}`, `{PREFIX}-line` and \
                 `{PREFIX}-next-line`"
            ));
        }
    };
    let (names, reason) = match rest.trim().strip_prefix("--") {
        Some(reason) => ("", reason),
        None => rest.split_once(" --").unwrap_or((rest, "")),
    };
    let rules: Vec<String> = names
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect();
    if rules.is_empty() {
        return Err(format!("`{word}` names no rule: `{word} RULE -- reason`"));
    }
    let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    if reason.is_empty() {
        return Err(format!(
            "`{word}` gives no reason, so it changes nothing: `{word} {} -- reason`",
            rules.join(", ")
        ));
    }
    Ok(Directive { rules, reason, line, target })
}

/// The line after a comment, and after all comments that follow it directly.
fn next_line_of_code(file: &SourceFile, comment: Node<'_>) -> u32 {
    let mut line = file.line(comment.end()) + 1;
    for next in file.tree.nodes_of_kind("comment").filter(|next| next.start() > comment.start()) {
        let before = file.text.get(..next.start() as usize).unwrap_or_default();
        let alone = before.rsplit('\n').next().is_some_and(|start| start.trim().is_empty());
        if !alone || file.line(next.start()) != line {
            break;
        }
        line = file.line(next.end()) + 1;
    }
    line
}

/// Whether only comments and directives such as `"use strict"` stand above.
fn is_at_the_top(comment: Node<'_>) -> bool {
    let Some(program) = comment.parent().filter(|parent| parent.parent().is_none()) else {
        return false;
    };
    let mut above = program.named_children().take_while(|child| *child != comment);
    above.all(|child| {
        let is_directive = child.is("expression_statement")
            && child.items().next().is_some_and(|only| only.is("string"));
        child.is_comment() || child.is("hash_bang_line") || is_directive
    })
}
