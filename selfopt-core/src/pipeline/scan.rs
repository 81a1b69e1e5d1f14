//! Which files are scanned.

use globset::{Glob, GlobSet, GlobSetBuilder};
use selfopt_syntax::Language;

use crate::config::{ConfigError, PathsConfig};
use crate::paths::{PathClass, classify, looks_generated};
use crate::ports::{SourceTree, TreeEntry};

/// Larger files are not scanned: no person wrote them.
const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// A file of the project that is scanned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScannedFile {
    /// Path relative to the project root.
    pub path: String,
    /// The grammar to read it with.
    pub language: Language,
}

/// The files that scanners see, sorted by path: the project's own source, and
/// no tests, benchmarks, fixtures, generated, vendored or configuration files.
pub fn scannable_files(
    tree: &dyn SourceTree,
    paths: &PathsConfig,
) -> Result<Vec<ScannedFile>, ConfigError> {
    let include = globs(&paths.include)?;
    let exclude = globs(&paths.exclude)?;
    let wanted = |entry: &&TreeEntry| {
        entry.symlink.is_none()
            && entry.size <= MAX_FILE_BYTES
            && classify(&entry.path) == PathClass::Source
            && (include.is_empty() || include.is_match(&entry.path))
            && !exclude.is_match(&entry.path)
    };
    Ok(tree
        .entries()
        .iter()
        .filter(wanted)
        .filter_map(|entry| {
            let language = Language::from_path(&entry.path)?;
            Some(ScannedFile { path: entry.path.clone(), language })
        })
        .collect())
}

/// Reads a file; `None` when it is not text or a tool wrote it.
pub(super) fn read(tree: &dyn SourceTree, file: &ScannedFile) -> Option<String> {
    tree.text(&file.path).filter(|text| !looks_generated(text))
}

pub(super) fn globs(patterns: &[String]) -> Result<GlobSet, ConfigError> {
    let bad = |pattern: &str| ConfigError::OutOfRange {
        key: "paths",
        found: format!("`{pattern}`"),
        allowed: "a list of valid globs, such as `src/**/*.ts`",
    };
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(Glob::new(pattern).map_err(|_| bad(pattern))?);
    }
    set.build().map_err(|_| bad("all of them together"))
}
