//! A file of a git submodule that the checkout lacks.

use super::{Diagnosis, Red, diagnosis};
use crate::domain::Project;

/// The file that names them.
const FILE: &str = ".gitmodules";

pub(super) fn recognize(red: &Red<'_>) -> Option<Diagnosis> {
    let (path, line) = missing_paths(red.step.project).find_map(|path| {
        let line = red.find(|line| {
            let is_missing =
                ["ENOENT", "Cannot find module", "no such file or directory", "MODULE_NOT_FOUND"]
                    .iter()
                    .any(|words| line.contains(words));
            is_missing && holds_path(line, path)
        })?;
        Some((path, line))
    })?;
    Some(diagnosis(
        format!("the git submodule `{path}` is not checked out, and the command needs its files"),
        "run SelfOpt where `git submodule update --init` has been run and its files are part of the commit, or name a command that does without them",
        line,
    ))
}

/// The paths that detection found missing: `path = spec/suite` is its evidence.
fn missing_paths(project: &Project) -> impl Iterator<Item = &str> {
    project.notes.iter().filter_map(|note| {
        let line = note.evidence.as_ref().filter(|line| line.path == FILE)?;
        let (key, path) = line.text.split_once('=')?;
        let path = path.trim();
        (key.trim() == "path" && !path.is_empty()).then_some(path)
    })
}

fn holds_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let is_edge =
            |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '-' && c != '_');
        is_edge(line[..at].chars().next_back()) && is_edge(line[at + path.len()..].chars().next())
    })
}
