//! What differs between the working tree and the commit, inside the project's
//! folder: a run measures the commit, so the user must know.

use git2::{Repository, Status, StatusOptions};

use super::error::CheckoutError;
use super::git_tree::LFS_POINTER;

/// Paths relative to the project folder: changed, staged or untracked and not
/// ignored. libgit2 runs no filter program, so files under Git LFS look
/// changed whenever they are checked out; those are left out.
pub(super) fn dirty_paths(
    repository: &Repository,
    subfolder: &str,
) -> Result<Vec<String>, CheckoutError> {
    let mut options = StatusOptions::new();
    options
        .include_untracked(true)
        .recurse_untracked_dirs(true)
        .include_ignored(false)
        .exclude_submodules(true)
        .disable_pathspec_match(true)
        .update_index(false);
    if !subfolder.is_empty() {
        options.pathspec(subfolder);
    }
    let statuses = repository.statuses(Some(&mut options)).map_err(|source| {
        CheckoutError::Git { doing: "compare the working tree with the commit".into(), source }
    })?;
    let head = repository.head().and_then(|head| head.peel_to_tree()).ok();
    let mut paths = Vec::new();
    for entry in statuses.iter() {
        if entry.status() == Status::CURRENT || entry.status().contains(Status::IGNORED) {
            continue;
        }
        let path = String::from_utf8_lossy(entry.path_bytes()).into_owned();
        let is_lfs = entry.status() == Status::WT_MODIFIED
            && head
                .as_ref()
                .and_then(|tree| tree.get_path(std::path::Path::new(&path)).ok())
                .and_then(|found| repository.find_blob(found.id()).ok())
                .is_some_and(|blob| blob.content().starts_with(LFS_POINTER));
        if is_lfs {
            continue;
        }
        let inside = if subfolder.is_empty() {
            Some(path.as_str())
        } else {
            path.strip_prefix(subfolder).and_then(|rest| rest.strip_prefix('/'))
        };
        if let Some(inside) = inside {
            paths.push(inside.to_owned());
        }
    }
    paths.sort_unstable();
    paths.dedup();
    Ok(paths)
}
