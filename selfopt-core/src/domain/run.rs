//! Runs, and the exit codes that CI can trust.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ids::{CommitId, RepoId, RunId};
use super::units::Timestamp;

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RunStatus {
    /// At work, or its process died: `optimize --resume` goes on.
    Running,
    /// Came to its end.
    Finished,
    /// Stopped by the user; can be resumed.
    Cancelled,
    /// The repository is broken, flaky, or the machine too noisy.
    Paused,
    /// Ended by an internal error; can be resumed.
    Failed,
    /// Interrupted, and a newer run of the repository took its place.
    Superseded,
}

impl RunStatus {
    /// Whether `optimize --resume` goes on with such a run.
    pub const fn can_be_resumed(self) -> bool {
        matches!(self, Self::Running | Self::Cancelled | Self::Failed)
    }
}

/// A run as the store keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunRecord {
    /// UUIDv7.
    pub id: RunId,
    /// The repository.
    pub repo: RepoId,
    /// The commit that the run started from.
    pub commit: CommitId,
    /// Where it stands.
    pub status: RunStatus,
    /// The seed of all schedules.
    pub seed: u64,
    /// Digest of selfopt's version and the effective configuration; a run is
    /// only resumed with the same.
    pub config_digest: crate::digest::Digest,
    /// CPU minutes spent in the sandbox so far.
    pub compute_minutes: f64,
    /// When it began.
    pub created_at: Timestamp,
}

/// The exit codes of `selfopt`; part of its public interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(into = "u8", try_from = "u8")]
#[schemars(with = "u8")]
pub enum ExitCode {
    /// At least one proposal was found, or the command did what was asked.
    Success,
    /// The run came to its end and found nothing to propose.
    NothingFound,
    /// Wrong usage: flags, paths, configuration.
    Usage,
    /// The repository is broken: install, build or tests are red.
    RepositoryBroken,
    /// The machine is too noisy to measure on.
    TooNoisy,
    /// The evidence does not hold (`verify`).
    EvidenceInvalid,
    /// Stopped by Ctrl-C; `optimize --resume` goes on.
    Interrupted,
    /// A defect of SelfOpt, or its store or disk failed.
    Internal,
}

impl ExitCode {
    /// Every code with its meaning, for help and docs.
    pub const TABLE: [(Self, &'static str); 8] = [
        (Self::Success, "proposals found, or the command did what was asked"),
        (Self::NothingFound, "the run came to its end, nothing to propose"),
        (Self::Usage, "wrong usage: flags, paths or configuration"),
        (
            Self::RepositoryBroken,
            "the repository is broken: install, build or tests are red or flaky",
        ),
        (Self::TooNoisy, "the machine is too noisy to measure on"),
        (Self::EvidenceInvalid, "`verify`: the evidence does not hold"),
        (Self::Internal, "internal error, or the store or disk failed"),
        (Self::Interrupted, "stopped by Ctrl-C; `optimize --resume` goes on"),
    ];

    /// The number that the process exits with.
    pub const fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Usage => 2,
            Self::RepositoryBroken => 3,
            Self::TooNoisy => 4,
            Self::EvidenceInvalid => 5,
            Self::NothingFound => 10,
            Self::Internal => 70,
            Self::Interrupted => 130,
        }
    }
}

impl From<ExitCode> for u8 {
    fn from(code: ExitCode) -> Self {
        code.code()
    }
}

impl TryFrom<u8> for ExitCode {
    type Error = String;

    fn try_from(code: u8) -> Result<Self, Self::Error> {
        Self::TABLE
            .iter()
            .map(|(known, _)| *known)
            .find(|known| known.code() == code)
            .ok_or_else(|| format!("unknown exit code {code}"))
    }
}

/// How much a note matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NoteLevel {
    /// Good to know.
    Info,
    /// Changes what the result is worth.
    Warning,
}
