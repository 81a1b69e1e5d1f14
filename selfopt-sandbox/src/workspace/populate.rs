//! Writing the files of a commit into a new workspace.

use selfopt_core::{CancelFlag, SandboxError, SourceTree};

use super::area::{FileOwner, Place};
use super::beneath::{Beneath, EXECUTABLE, PLAIN};
use crate::failure::other;

/// Writes every file of the tree. A crafted commit may name a path twice, once
/// as a symbolic link and once as a directory, so this too stays beneath.
pub(crate) fn populate(
    place: &Place,
    files: &dyn SourceTree,
    owner: Option<FileOwner>,
    cancel: &CancelFlag,
) -> Result<(), SandboxError> {
    let beneath = Beneath::open(&place.tree(), owner)?;
    for entry in files.entries() {
        if cancel.is_cancelled() {
            return Err(other("cancelled while the files of the commit were written"));
        }
        if let Some(target) = &entry.symlink {
            beneath.symlink(&entry.path, target)?;
            continue;
        }
        let bytes = files.read(&entry.path).map_err(|error| {
            let source = std::error::Error::source(&error)
                .map(|source| format!(": {source}"))
                .unwrap_or_default();
            other(format!("{error}{source}"))
        })?;
        let mode = if entry.executable { EXECUTABLE } else { PLAIN };
        beneath.write(&entry.path, &bytes, Some(mode))?;
    }
    Ok(())
}
