//! Which changed lines the tests execute.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which changed lines the tests execute.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reach {
    /// Changed lines that hold code, in the candidate's files.
    pub lines: Vec<ReachedLine>,
    /// Files whose lines were not reached because no process that was looked
    /// into loaded them.
    #[serde(default)]
    pub not_loaded: Vec<String>,
    /// Why it could not be measured, if so.
    pub not_measured: Option<String>,
}

/// A changed line that holds code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReachedLine {
    /// The file, relative to the project root.
    pub path: String,
    /// 1-based line in the candidate's file.
    pub line: u32,
    /// Whether the tests executed all code that begins on it.
    pub reached: bool,
}
