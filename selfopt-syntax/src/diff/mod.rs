//! Unified diffs in git's form: written, read, counted and applied.
//!
//! Reading is stricter than `git apply`: every line of the text must belong to
//! a header or a hunk, and a hunk applies at its stated line or not at all. A
//! diff that means two things to two tools cannot be evidence.

mod apply;
mod error;
mod read;
mod write;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use error::DiffError;
pub use write::{FileChange, unified};

/// What happens to a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum ChangeKind {
    /// Its lines change.
    Modified,
    /// Only its mode changes.
    ModeChanged,
    /// It is new.
    Created,
    /// It goes away.
    Deleted,
    /// It moves, perhaps with changed lines.
    Renamed {
        /// Where it was.
        from: String,
    },
    /// It is copied, perhaps with changed lines.
    Copied {
        /// What it is a copy of.
        from: String,
    },
    /// Bytes change that are no text; the diff has no lines to show.
    Binary,
}

/// The part of a diff that is about one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDiff {
    /// The path after the change (before it, when deleted), without `a/` and `b/`.
    pub path: String,
    /// What happens.
    pub kind: ChangeKind,
    /// Lines added.
    pub added: usize,
    /// Lines removed.
    pub removed: usize,
    hunks: Vec<Hunk>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Hunk {
    /// First line of the old text, from 0.
    old_start: usize,
    lines: Vec<Line>,
}

/// A line with its line end, which only a file's last line may lack.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Line {
    Context(String),
    Removed(String),
    Added(String),
}

/// How much a diff changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct DiffStats {
    /// Files touched in any way.
    pub files: usize,
    /// Lines added.
    pub added: usize,
    /// Lines removed.
    pub removed: usize,
}

/// A parsed diff of one or several files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffSet {
    files: Vec<FileDiff>,
}

impl DiffSet {
    /// Parses the text of a diff. The empty text is the empty diff.
    pub fn parse(text: &str) -> Result<Self, DiffError> {
        Ok(Self { files: read::files(text)? })
    }

    /// The files in the order of the text.
    pub fn files(&self) -> &[FileDiff] {
        &self.files
    }

    /// The part about `path`.
    pub fn file(&self, path: &str) -> Option<&FileDiff> {
        self.files.iter().find(|file| file.path == path)
    }

    /// How much changes in all.
    pub fn stats(&self) -> DiffStats {
        self.files.iter().fold(DiffStats::default(), |all, file| DiffStats {
            files: all.files + 1,
            added: all.added + file.added,
            removed: all.removed + file.removed,
        })
    }

    /// Applies the part about `path` to the text it was made from.
    pub fn apply(&self, path: &str, before: &str) -> Result<String, DiffError> {
        let file = self.file(path).ok_or_else(|| DiffError::NotInDiff { path: path.to_owned() })?;
        file.apply(before)
    }
}
