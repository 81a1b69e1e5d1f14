//! What can be wrong with a diff.

/// Why a diff cannot be read or applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DiffError {
    /// A line that belongs to no header and no hunk.
    #[error("line {line} of the diff is neither header nor hunk: `{text}`")]
    StrayLine {
        /// Line of the diff, from 1.
        line: usize,
        /// The line.
        text: String,
    },
    /// A hunk with more or fewer lines than its header says.
    #[error("the hunk at line {line} of the diff does not have the lines its header promises")]
    HunkLength {
        /// Line of the diff, from 1.
        line: usize,
    },
    /// Anything else the format does not allow.
    #[error("malformed diff")]
    Malformed {
        /// The reader's complaint.
        #[source]
        source: MalformedDiff,
    },
    /// The same file twice: which part comes first would be a guess.
    #[error("`{path}` occurs twice in the diff")]
    Duplicate {
        /// The path.
        path: String,
    },
    /// A path that leaves the tree it is applied to.
    #[error("`{path}` is not a path inside the project")]
    UnsafePath {
        /// The path.
        path: String,
    },
    /// The diff says nothing about the file.
    #[error("`{path}` is not in the diff")]
    NotInDiff {
        /// The path.
        path: String,
    },
    /// A change without lines, such as a binary one.
    #[error("the change of `{path}` has no text to apply")]
    NotText {
        /// The path.
        path: String,
    },
    /// The file is not the one the diff was made from.
    #[error("line {line} of `{path}` is not what the diff expects")]
    Mismatch {
        /// The path.
        path: String,
        /// Line of the file, from 1.
        line: usize,
        /// Which part of the file's diff, from 1.
        hunk: usize,
        /// The line that the diff expects there, without its end; none when the
        /// file ends before the hunk.
        expected: Option<String>,
        /// The line that is there, without its end; none when the file has ended.
        found: Option<String>,
    },
}

/// The complaint of the diff reader.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct MalformedDiff(pub(super) String);
