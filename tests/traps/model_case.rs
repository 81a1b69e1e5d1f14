//! Cases of `model/`: a file a project, changes as edits.

use std::path::Path;

use selfopt::ModelEdit;
use selfopt::syntax::{FileChange, unified};
use serde::Deserialize;

use super::{Case, Expected};

#[derive(Deserialize)]
struct File {
    project: String,
    case: Vec<Written>,
}

#[derive(Deserialize)]
struct Written {
    name: String,
    title: String,
    kills: Vec<String>,
    expect: Expected,
    max_risk: Option<u32>,
    edit: Vec<ModelEdit>,
}

/// The cases of one file.
pub(super) fn cases(root: &Path, path: &Path) -> Vec<Case> {
    let read = |path: &Path| {
        std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    let File { project, case } =
        toml::from_str(&read(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let folder = root.join(project);
    let written = |one: Written| {
        let mut files: Vec<(String, String, String)> = Vec::new();
        for ModelEdit { path, find, replace } in one.edit {
            let at = files.iter().position(|file| file.0 == path).unwrap_or_else(|| {
                let before = read(&folder.join(&path));
                files.push((path, before.clone(), before));
                files.len() - 1
            });
            let after = &mut files[at].2;
            assert_eq!(after.matches(&find).count(), 1, "{}: {find}", one.name);
            *after = after.replacen(&find, &replace, 1);
        }
        files.sort();
        let changes: Vec<FileChange<'_>> =
            files.iter().map(|(path, before, after)| FileChange { path, before, after }).collect();
        Case {
            patch: unified(&changes),
            folder: folder.clone(),
            kind: if one.expect == Expected::Rejected { "wrong" } else { "right" },
            kills: one.kills,
            expect: one.expect,
            title: one.title,
            max_risk: one.max_risk,
            name: one.name,
            by_model: true,
        }
    };
    case.into_iter().map(written).collect()
}
