//! What went wrong in one call of a pack.

use std::fmt;

use serde::Serialize;
use thiserror::Error;

/// Which function of the pack was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// The instance was made.
    Start,
    /// `describe`.
    Describe,
    /// `configure`.
    Configure,
    /// `scan`.
    Scan,
    /// `propose`.
    Propose,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Start => "start",
            Self::Describe => "describe",
            Self::Configure => "configure",
            Self::Scan => "scan",
            Self::Propose => "propose",
        })
    }
}

/// What went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// It crashed.
    Trap,
    /// It computed longer than its fuel lasts. The same on every machine.
    Fuel,
    /// It took longer than the deadline. Depends on the machine: the run is incomplete.
    Deadline,
    /// It wanted more memory or table space than there is.
    Memory,
    /// It called itself too deeply.
    Stack,
    /// It answered more than is allowed.
    Flood,
    /// It answered something that does not fit the file or its own description.
    Lie,
    /// It said that it failed.
    Refused,
}

impl fmt::Display for FailureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Trap => "crashed",
            Self::Fuel => "ran out of fuel",
            Self::Deadline => "ran into the deadline",
            Self::Memory => "wanted too much memory",
            Self::Stack => "ran out of stack",
            Self::Flood => "answered too much",
            Self::Lie => "gave a wrong answer",
            Self::Refused => "gave up",
        })
    }
}

/// One call that failed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Error)]
#[error("`{phase}` {kind}: {message}")]
pub struct CallFailure {
    /// The call.
    pub phase: Phase,
    /// What went wrong.
    pub kind: FailureKind,
    /// The particulars, in one line.
    pub message: String,
}

impl CallFailure {
    pub(crate) fn new(phase: Phase, kind: FailureKind, message: impl Into<String>) -> Self {
        Self { phase, kind, message: crate::validate::one_line(&message.into()) }
    }
}
