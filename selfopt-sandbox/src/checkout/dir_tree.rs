//! A plain folder as a [`SourceTree`], for commands that only read.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use selfopt_core::{SourceTree, TreeEntry, TreeError};

use super::error::CheckoutError;
use super::open::directory;

/// No file beyond this size is read into memory.
const READ_LIMIT: u64 = 32 * 1024 * 1024;

/// Folders that are never a project's own code.
const SKIPPED: [&str; 2] = ["node_modules", ".git"];

/// The files of a folder as they are now: `.gitignore` is respected, hidden
/// files are included, symbolic links are listed and not followed.
#[derive(Debug)]
pub struct DirTree {
    root: PathBuf,
    entries: Vec<TreeEntry>,
}

impl DirTree {
    /// Lists the folder. Entries that cannot be read are left out.
    pub fn open(path: &Path) -> Result<Self, CheckoutError> {
        let root = directory(path)?;
        let walk = WalkBuilder::new(&root)
            .hidden(false)
            .require_git(false)
            .git_global(false)
            .follow_links(false)
            .filter_entry(|entry| {
                entry.depth() == 0 || !SKIPPED.iter().any(|name| entry.file_name() == *name)
            })
            .build();
        let mut entries: Vec<_> = walk
            .filter_map(Result::ok)
            .filter_map(|entry| tree_entry(&root, entry.path()))
            .collect();
        entries.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        Ok(Self { root, entries })
    }

    /// The folder, absolute and without symbolic links.
    pub fn root(&self) -> &Path {
        &self.root
    }
}

impl SourceTree for DirTree {
    fn entries(&self) -> &[TreeEntry] {
        &self.entries
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, TreeError> {
        let entry = self
            .entries
            .binary_search_by(|entry| entry.path.as_str().cmp(path))
            .ok()
            .and_then(|at| self.entries.get(at))
            .ok_or_else(|| TreeError::NotFound { path: path.to_owned() })?;
        if let Some(target) = &entry.symlink {
            return Ok(target.clone().into_bytes());
        }
        read_at_most(&self.root.join(path)).map_err(|source| TreeError::Unreadable {
            path: path.to_owned(),
            source: Box::new(source),
        })
    }
}

fn tree_entry(root: &Path, path: &Path) -> Option<TreeEntry> {
    let relative = path.strip_prefix(root).ok()?.to_str()?;
    let metadata = fs::symlink_metadata(path).ok()?;
    let symlink = if metadata.is_symlink() {
        Some(fs::read_link(path).ok()?.to_str()?.to_owned())
    } else if metadata.is_file() {
        None
    } else {
        return None;
    };
    Some(TreeEntry {
        path: relative.replace(std::path::MAIN_SEPARATOR, "/"),
        size: metadata.len(),
        executable: symlink.is_none() && is_executable(&metadata),
        symlink,
    })
}

#[cfg(unix)]
fn is_executable(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn is_executable(_metadata: &fs::Metadata) -> bool {
    false
}

fn read_at_most(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(READ_LIMIT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > READ_LIMIT {
        let message = format!("larger than {} MiB", READ_LIMIT / (1024 * 1024));
        return Err(std::io::Error::new(std::io::ErrorKind::FileTooLarge, message));
    }
    Ok(bytes)
}
