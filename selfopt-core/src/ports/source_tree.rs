//! A read-only view of a repository's files.

use std::collections::BTreeMap;

use thiserror::Error;

/// The files of a checkout. Paths are relative to the project root, use `/`,
/// and are sorted by byte value.
pub trait SourceTree: Send + Sync {
    /// Every file, sorted by path. Directories are not listed.
    fn entries(&self) -> &[TreeEntry];

    /// The bytes of one file.
    fn read(&self, path: &str) -> Result<Vec<u8>, TreeError>;
}

impl dyn SourceTree + '_ {
    /// Whether the tree holds this path.
    pub fn contains(&self, path: &str) -> bool {
        self.entry(path).is_some()
    }

    /// The entry of this path.
    pub fn entry(&self, path: &str) -> Option<&TreeEntry> {
        let entries = self.entries();
        let at = entries.binary_search_by(|entry| entry.path.as_str().cmp(path)).ok()?;
        entries.get(at)
    }

    /// A file as text; `None` when it is not there or not UTF-8.
    pub fn text(&self, path: &str) -> Option<String> {
        self.entry(path)?;
        String::from_utf8(self.read(path).ok()?).ok()
    }
}

/// One file of a [`SourceTree`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeEntry {
    /// Path relative to the project root, with `/`.
    pub path: String,
    /// Size in bytes.
    pub size: u64,
    /// Whether the file may be executed.
    pub executable: bool,
    /// The target, if the entry is a symbolic link.
    pub symlink: Option<String>,
}

/// A file that could not be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TreeError {
    /// No such file in the tree.
    #[error("`{path}` is not in the tree")]
    NotFound {
        /// The path asked for.
        path: String,
    },
    /// The file is there and could not be read.
    #[error("could not read `{path}`")]
    Unreadable {
        /// The path asked for.
        path: String,
        /// What the adapter said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// A tree in memory, for tests and for embedders that have no files.
#[derive(Debug, Clone, Default)]
pub struct MemoryTree {
    files: BTreeMap<String, Vec<u8>>,
    entries: Vec<TreeEntry>,
}

impl MemoryTree {
    /// From paths and contents.
    pub fn new<P: Into<String>, C: Into<Vec<u8>>>(files: impl IntoIterator<Item = (P, C)>) -> Self {
        let files: BTreeMap<String, Vec<u8>> =
            files.into_iter().map(|(path, content)| (path.into(), content.into())).collect();
        let entries = files
            .iter()
            .map(|(path, content)| TreeEntry {
                path: path.clone(),
                size: content.len() as u64,
                executable: false,
                symlink: None,
            })
            .collect();
        Self { files, entries }
    }
}

impl SourceTree for MemoryTree {
    fn entries(&self) -> &[TreeEntry] {
        &self.entries
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, TreeError> {
        self.files.get(path).cloned().ok_or_else(|| TreeError::NotFound { path: path.to_owned() })
    }
}
