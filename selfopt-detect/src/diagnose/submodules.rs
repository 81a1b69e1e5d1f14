//! Git submodules whose files are not there.

use selfopt_core::SourceTree;

use super::Note;
use crate::evidence::quoted;

const FILE: &str = ".gitmodules";
/// The largest file that is read, and how many of its paths are named.
const MAX_BYTES: u64 = 1 << 20;
const MAX_NAMED: usize = 20;

/// One note for each, so that a failing command can be traced to it.
pub(super) fn notes(tree: &dyn SourceTree) -> Vec<Note> {
    let is_small = tree.entry(FILE).is_some_and(|entry| entry.size <= MAX_BYTES);
    let Some(text) = is_small.then(|| tree.text(FILE)).flatten() else {
        return Vec::new();
    };
    text.lines()
        .enumerate()
        .filter_map(|(line_idx, line)| {
            let (key, path) = line.split_once('=')?;
            let path = path.trim().trim_matches('"').trim_end_matches('/');
            (key.trim() == "path" && !path.is_empty() && !has_files(tree, path)).then(|| Note {
                message: format!("the git submodule `{path}` is not checked out"),
                hint: "what needs its files will fail; run `git submodule update --init` and make them part of the commit, or name commands that do without them".to_owned(),
                evidence: quoted(FILE, line_idx, line),
            })
        })
        .take(MAX_NAMED)
        .collect()
}

/// Whether the tree holds a file below this folder.
fn has_files(tree: &dyn SourceTree, folder: &str) -> bool {
    let start = format!("{folder}/");
    let entries = tree.entries();
    let at = entries.partition_point(|entry| entry.path.as_str() < start.as_str());
    entries.get(at).is_some_and(|entry| entry.path.starts_with(&start))
}
