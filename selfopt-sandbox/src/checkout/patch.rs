//! Writing an accepted patch into the user's files: all of it or nothing, and
//! only onto exactly what the patch was made for.

use std::fs::{self, File, Metadata};
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};

use tempfile::NamedTempFile;
use thiserror::Error;

/// One file of a patch.
#[derive(Debug, Clone, Copy)]
pub struct PatchFile<'a> {
    /// Path relative to the project's directory, with `/`.
    pub path: &'a str,
    /// What the file must hold now.
    pub before: &'a [u8],
    /// What it holds afterwards.
    pub after: &'a [u8],
}

/// A file that is not what the patch was made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The path.
    pub path: String,
    /// What is different: `changed since the run`.
    pub reason: String,
}

/// A patch that was not applied; the files are as they were.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PatchError {
    /// Some files are not what the patch was made for.
    #[error("the patch does not fit {}", paths(conflicts))]
    Conflicts {
        /// Every file that does not fit.
        conflicts: Vec<Conflict>,
    },
    /// A file could not be written.
    #[error("failed to write `{path}`")]
    Write {
        /// The path.
        path: String,
        /// What the host said.
        #[source]
        source: io::Error,
    },
    /// A file could not be written, and neither could the others be restored.
    #[error("failed to write `{path}`, and to restore {}", quoted(not_restored))]
    NotRestored {
        /// The path that failed first.
        path: String,
        /// The files that hold the patched content.
        not_restored: Vec<String>,
        /// What the host said first.
        #[source]
        source: io::Error,
    },
}

impl PatchError {
    /// What the user can do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Conflicts { .. } => {
                "go to the commit of the run (`git stash`, `git checkout COMMIT`), or run `selfopt optimize` again".into()
            }
            Self::Write { .. } => "check the permissions and the free space; no file was changed".into(),
            Self::NotRestored { not_restored, .. } => format!("restore them: `git checkout -- {}`", not_restored.join(" ")),
        }
    }
}

/// Applies a patch beneath `root`. Nothing is written unless every file holds
/// its `before`; if a write fails, those done before it are undone.
pub fn apply_patch(root: &Path, files: &[PatchFile<'_>]) -> Result<(), PatchError> {
    let conflicts: Vec<_> = files
        .iter()
        .filter_map(|file| {
            let reason = conflict(root, file)?;
            Some(Conflict { path: file.path.to_owned(), reason })
        })
        .collect();
    if !conflicts.is_empty() {
        return Err(PatchError::Conflicts { conflicts });
    }
    let mut staged = Vec::with_capacity(files.len());
    for file in files {
        let target = root.join(file.path);
        let temporary = stage(&target, file.after)
            .map_err(|source| PatchError::Write { path: file.path.to_owned(), source })?;
        staged.push((file, target, temporary));
    }
    let mut done: Vec<(&PatchFile<'_>, PathBuf)> = Vec::with_capacity(files.len());
    for (file, target, temporary) in staged {
        match temporary.persist(&target) {
            Ok(_) => done.push((file, target)),
            Err(error) => return Err(undo(file.path, error.error, &done)),
        }
    }
    Ok(())
}

/// Why a file is not what the patch was made for.
fn conflict(root: &Path, file: &PatchFile<'_>) -> Option<String> {
    let relative = Path::new(file.path);
    let is_plain = relative.components().all(|part| matches!(part, Component::Normal(_)));
    if file.path.is_empty() || !is_plain {
        return Some("leads out of the project".to_owned());
    }
    let mut path = root.to_owned();
    for component in relative.components() {
        path.push(component);
        match fs::symlink_metadata(&path) {
            Ok(metadata) if metadata.is_symlink() => {
                return Some("is reached through a symbolic link".to_owned());
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Some("is not there".to_owned());
            }
            Err(error) => return Some(format!("cannot be read: {error}")),
        }
    }
    if !path.is_file() {
        return Some("is not a regular file".to_owned());
    }
    match fs::read(&path) {
        Ok(content) if content == file.before => None,
        Ok(_) => Some("changed since the run".to_owned()),
        Err(error) => Some(format!("cannot be read: {error}")),
    }
}

/// A file beside the target, with its mode, ready to take its place.
fn stage(target: &Path, content: &[u8]) -> io::Result<NamedTempFile> {
    let parent = target.parent().unwrap_or(Path::new("."));
    let metadata = fs::metadata(target)?;
    let mut temporary = tempfile::Builder::new().prefix(".selfopt-").tempfile_in(parent)?;
    temporary.write_all(content)?;
    keep_owner(temporary.as_file(), &metadata);
    temporary.as_file().set_permissions(metadata.permissions())?;
    temporary.as_file().sync_all()?;
    Ok(temporary)
}

/// Somebody who may give files away keeps them their owner's.
#[cfg(unix)]
fn keep_owner(file: &File, metadata: &Metadata) {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    // Others may not, and then the file was their own to begin with.
    let _ = fchown(file, Some(metadata.uid()), Some(metadata.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_file: &File, _metadata: &Metadata) {}

fn undo(path: &str, source: io::Error, done: &[(&PatchFile<'_>, PathBuf)]) -> PatchError {
    let path = path.to_owned();
    let not_restored: Vec<_> = done
        .iter()
        .filter(|(file, target)| {
            stage(target, file.before).and_then(|old| Ok(old.persist(target)?)).is_err()
        })
        .map(|(file, _)| file.path.to_owned())
        .collect();
    if not_restored.is_empty() {
        PatchError::Write { path, source }
    } else {
        PatchError::NotRestored { path, not_restored, source }
    }
}

fn paths(conflicts: &[Conflict]) -> String {
    let lines: Vec<_> = conflicts
        .iter()
        .map(|conflict| format!("`{}` ({})", conflict.path, conflict.reason))
        .collect();
    lines.join(", ")
}

fn quoted(paths: &[String]) -> String {
    paths.iter().map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ")
}
