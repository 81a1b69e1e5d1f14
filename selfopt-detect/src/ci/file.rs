//! A YAML file of the CI with its text, for the lines.

use std::sync::Arc;

use selfopt_core::{EvidenceLine, SourceTree};
use serde_yaml_ng::Value;

use super::Ci;
use crate::evidence::{find_line, note, quoted, whole_file};

/// Bytes of a file that are as much work as a step.
const BYTES_PER_WORK: usize = 256;

/// A parsed file.
#[derive(Debug)]
pub(super) struct File {
    pub(super) path: String,
    pub(super) text: String,
    pub(super) root: Value,
}

impl File {
    /// Reads a file once; jobs and matrices come back to it. What is broken
    /// ends in a note.
    pub(super) fn read(tree: &dyn SourceTree, path: &str, ci: &mut Ci) -> Option<Arc<Self>> {
        if let Some(known) = ci.files.get(path) {
            return known.clone();
        }
        let file = Self::parse(tree, path, ci).map(Arc::new);
        ci.files.insert(path.to_owned(), file.clone());
        file
    }

    fn parse(tree: &dyn SourceTree, path: &str, ci: &mut Ci) -> Option<Self> {
        let text = tree.text(path)?;
        if !ci.work(1 + text.len() / BYTES_PER_WORK) {
            return None;
        }
        let parsed = serde_yaml_ng::from_str::<Value>(&text).and_then(|mut root| {
            root.apply_merge()?;
            Ok(root)
        });
        match parsed {
            Ok(root) => Some(Self { path: path.to_owned(), text, root }),
            Err(error) => {
                let line = error.location().map_or_else(
                    || whole_file(path),
                    |at| {
                        let line_idx = at.line().saturating_sub(1);
                        quoted(path, line_idx, text.lines().nth(line_idx).unwrap_or_default())
                    },
                );
                ci.add_note(note(
                    format!("`{path}` could not be read: {error}"),
                    "repair the file; until then its commands are not used as evidence",
                    line,
                ));
                None
            }
        }
    }

    /// The line where a command stands.
    pub(super) fn line_of(&self, command: &str) -> EvidenceLine {
        let found = self.text.lines().enumerate().find(|(_, line)| {
            line.find(command).is_some_and(|at| {
                let before = line[..at].trim_end();
                before.is_empty()
                    || before.ends_with([':', '\'', '"', '-', '{', ','])
                    || before.ends_with("&&")
            })
        });
        found.map_or_else(
            || whole_file(&self.path),
            |(line_idx, line)| quoted(&self.path, line_idx, line),
        )
    }

    /// The first line with this text in it.
    pub(super) fn line_containing(&self, part: &str) -> EvidenceLine {
        find_line(&self.path, &self.text, |line| line.contains(part))
    }
}

/// A scalar as text.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(on) => Some(on.to_string()),
        _ => None,
    }
}
