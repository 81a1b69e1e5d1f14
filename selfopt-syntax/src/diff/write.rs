//! Writes diffs as `git diff` does.

use std::fmt::Write as _;

use diffy::DiffOptions;

/// A file before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileChange<'a> {
    /// Path from the project's root, with `/`.
    pub path: &'a str,
    /// The text before.
    pub before: &'a str,
    /// The text after.
    pub after: &'a str,
}

/// One unified diff of all changed files, sorted by path, with three lines of
/// context. Files that do not change are left out.
pub fn unified(changes: &[FileChange<'_>]) -> String {
    let mut changes = changes.to_vec();
    changes.sort_by_key(|change| change.path);
    let mut text = String::new();
    for FileChange { path, before, after } in changes.into_iter().filter(|c| c.before != c.after) {
        let old = quoted(&format!("a/{path}"));
        let new = quoted(&format!("b/{path}"));
        // git marks the end of a name that has a space with a tab.
        let tab = if path.contains(' ') && !old.starts_with('"') { "\t" } else { "" };
        // Writing to a `String` cannot fail.
        let _ = write!(text, "diff --git {old} {new}\n--- {old}{tab}\n+++ {new}{tab}\n");
        let patch = DiffOptions::new().set_context_len(3).create_patch(before, after);
        let hunks = patch.to_string();
        text.push_str(hunks.find("@@ ").map_or("", |at| &hunks[at..]));
    }
    text
}

/// A path as git prints it: quoted in the manner of C when it holds a quote, a
/// backslash or a control character. Other characters stay as they are, which
/// git reads whatever its `core.quotePath` is.
fn quoted(path: &str) -> String {
    if !path.chars().any(|c| c.is_ascii_control() || c == '"' || c == '\\') {
        return path.to_owned();
    }
    let mut out = String::from("\"");
    for c in path.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_ascii_control() => {
                let _ = write!(out, "\\{:03o}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
