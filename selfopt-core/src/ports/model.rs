//! A language model that proposes patches. It only proposes: what it says goes
//! through the same gates as every other candidate, and through narrower
//! limits.

use async_trait::async_trait;
use thiserror::Error;

use super::{CancelFlag, SourceTree};
use crate::config::Config;
use crate::domain::{
    Authorship, FailedPatch, ModelAnswer, ModelTarget, RepoId, RunId, Spend, SpendingAccount,
};
use crate::ports::StoreError;

/// Proposes patches of functions.
#[async_trait]
pub trait PatchModel: Send + Sync {
    /// Which model it is and how it is asked; no calls yet.
    fn author(&self) -> Authorship;

    /// The targets of the run that is replayed, with what was measured of them
    /// then; `None` when the model is asked anew and targets are to be measured.
    fn recorded_targets(&self) -> Option<Vec<ModelTarget>>;

    /// Asks about one target. A model that gives no answer, or a budget that is
    /// spent, is an answer without patches.
    async fn propose(&self, ask: &PatchAsk<'_>) -> Result<ModelAnswer, ModelError>;
}

/// What a model is asked.
#[derive(Clone, Copy)]
pub struct PatchAsk<'a> {
    /// On whose account.
    pub account: SpendingAccount,
    /// The project's files.
    pub tree: &'a dyn SourceTree,
    /// The effective configuration.
    pub config: &'a Config,
    /// The function.
    pub target: &'a ModelTarget,
    /// Its 0-based place among the run's targets.
    pub number: u32,
    /// The patch to repair, in a second round.
    pub repair: Option<&'a FailedPatch>,
    /// Raised when everything must stop.
    pub cancel: &'a CancelFlag,
}

/// A model could not be asked at all.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The replayed run did not make this call.
    #[error("the replayed transcripts hold no answer to request {hash} about `{target}`")]
    NotRecorded {
        /// The digest of the request.
        hash: String,
        /// The function.
        target: String,
    },
    /// A transcript does not read, or is not what its name says.
    #[error("the transcript `{path}` cannot be used: {what}")]
    Transcript {
        /// The file.
        path: String,
        /// What is wrong.
        what: String,
    },
    /// The settings of the model cannot be used.
    #[error("{what}")]
    Settings {
        /// What is wrong.
        what: String,
        /// What to do.
        hint: String,
    },
    /// What was spent could not be kept.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The run was asked to stop.
    #[error("the run was interrupted")]
    Cancelled,
}

impl ModelError {
    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotRecorded { .. } => Some(
                "replay on the commit, configuration and version of selfopt that the transcripts were made with, or ask the model anew with `--model`".to_owned(),
            ),
            Self::Transcript { .. } => {
                Some("restore the file, or record the run anew with `--model-record`".to_owned())
            }
            Self::Settings { hint, .. } => Some(hint.clone()),
            Self::Store(error) => error.hint().map(str::to_owned),
            Self::Cancelled => None,
        }
    }
}

/// What models cost: reserved before a call, settled after it. What was
/// reserved and never settled stays counted in full, so that a process that
/// dies in a call makes no gap.
#[async_trait]
pub trait SpendingStore: Send + Sync {
    /// Reserves an amount, unless that would exceed one of the limits; checked
    /// and written at once, so that no two processes share what is left.
    async fn reserve(
        &self,
        reservation: &Reservation,
        limits: &SpendingLimits,
    ) -> Result<Reserved, StoreError>;

    /// Writes what a call took in the place of what was reserved for it.
    async fn settle(&self, id: &str, spend: Spend) -> Result<(), StoreError>;

    /// What is counted.
    async fn spent(&self, scope: &SpendingScope) -> Result<Spend, StoreError>;
}

/// An amount to reserve for one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    /// Unique in the store.
    pub id: String,
    /// The run.
    pub run: RunId,
    /// The repository.
    pub repo: RepoId,
    /// The calendar month in UTC: `2026-11`.
    pub month: String,
    /// The most that the call can take.
    pub amount: Spend,
}

/// Whether an amount was reserved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reserved {
    /// It was.
    Yes,
    /// It would exceed this limit.
    Exceeds(SpendingLimit),
}

/// Whose limit it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpendingLimit {
    /// The run's.
    Run,
    /// The repository's in this month.
    Repository,
    /// That of all repositories in this month.
    Month,
}

impl std::fmt::Display for SpendingLimit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Run => "run",
            Self::Repository => "repository",
            Self::Month => "month",
        })
    }
}

/// What may be spent at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpendingLimits {
    /// In one run.
    pub run: Spend,
    /// On one repository in a calendar month.
    pub repository: Spend,
    /// On all repositories in a calendar month.
    pub month: Spend,
}

/// What to add up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpendingScope {
    /// One run.
    Run(RunId),
    /// One repository in a month.
    Repository(RepoId, String),
    /// All repositories in a month.
    Month(String),
}
