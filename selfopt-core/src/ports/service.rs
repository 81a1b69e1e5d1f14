//! What a service knows of a repository beside what the pipeline finds out:
//! settings, confirmed commands, pauses, schedule and compute budget.

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ApiTokens, RepositorySettings, RunRequests, Store, StoreError, WorkQueue};
use crate::config::CommandsConfig;
use crate::domain::{ProposalId, RepoId, RequestId, RunId, Timestamp};

/// A schedule, and from when on its times count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// The repository.
    pub repo: RepoId,
    /// The cron expression.
    pub cron: String,
    /// When it was last kept or set: times after this are due.
    pub since: Timestamp,
}

/// Who paused a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PausedBy {
    /// A person.
    Person,
    /// The service, because run after run ended for the same reason.
    Service,
}

/// Why nothing runs for a repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RepoPause {
    /// The reason.
    pub reason: String,
    /// Who paused it.
    pub by: PausedBy,
    /// Since when.
    pub at: Timestamp,
}

/// The commands that a person confirmed or changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConfirmedCommands {
    /// What overrides detection; all absent: detection was right.
    pub commands: CommandsConfig,
    /// When.
    pub at: Timestamp,
}

/// Settings, pauses and confirmed commands.
#[async_trait]
pub trait RepoSettingsStore: Send + Sync {
    /// The settings; the default where nothing was set.
    async fn settings(&self, repo: RepoId) -> Result<RepositorySettings, StoreError>;

    /// Keeps settings. A changed schedule counts from now on.
    async fn set_settings(
        &self,
        repo: RepoId,
        settings: &RepositorySettings,
    ) -> Result<(), StoreError>;

    /// Why the repository is paused, if it is.
    async fn pause(&self, repo: RepoId) -> Result<Option<RepoPause>, StoreError>;

    /// Pauses a repository; one that is paused stays so for its first reason.
    async fn set_pause(&self, repo: RepoId, reason: &str, by: PausedBy) -> Result<(), StoreError>;

    /// Lets a repository run again.
    async fn resume(&self, repo: RepoId) -> Result<(), StoreError>;

    /// What a person confirmed.
    async fn confirmed(&self, repo: RepoId) -> Result<Option<ConfirmedCommands>, StoreError>;

    /// Keeps what a person confirmed.
    async fn confirm(&self, repo: RepoId, commands: &CommandsConfig) -> Result<(), StoreError>;
}

/// Schedules and their ticks.
#[async_trait]
pub trait ScheduleStore: Send + Sync {
    /// The schedules of all repositories that are not paused.
    async fn schedules(&self) -> Result<Vec<Schedule>, StoreError>;

    /// Keeps a tick and asks for its run, in one write. `None` when another
    /// server kept this tick already.
    async fn tick(&self, repo: RepoId, due: Timestamp) -> Result<Option<RequestId>, StoreError>;
}

/// Compute minutes that a run may take.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ComputeReserved {
    /// This many, at most what was asked for.
    Minutes(f64),
    /// The month's budget is used up.
    Nothing {
        /// The budget.
        limit: f64,
        /// What is spent or reserved.
        used: f64,
    },
}

/// Compute budgets: reserved before they are spent.
#[async_trait]
pub trait ComputeBudgets: Send + Sync {
    /// Reserves minutes of a calendar month (`2026-11`) for a request, where
    /// its repository may have `limit` minutes in a month. Asked again for the
    /// same request, it answers the same.
    async fn reserve_compute(
        &self,
        request: RequestId,
        month: &str,
        minutes: f64,
        limit: Option<f64>,
    ) -> Result<ComputeReserved, StoreError>;

    /// What the request really took.
    async fn settle_compute(&self, request: RequestId, minutes: f64) -> Result<(), StoreError>;

    /// Minutes that are spent or reserved in a month.
    async fn compute_used(&self, repo: RepoId, month: &str) -> Result<f64, StoreError>;
}

/// What came of a request with an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeptAnswer {
    /// The key is new and now this caller's.
    New,
    /// The same request was answered with this.
    Answered {
        /// The HTTP status.
        status: u16,
        /// The body.
        body: String,
    },
    /// The same request is being answered.
    InProgress,
    /// The key was used for another request.
    OtherRequest,
}

/// Answers by idempotency key, so that a request that is sent again does
/// nothing again.
#[async_trait]
pub trait IdempotencyStore: Send + Sync {
    /// Takes a key for a request with this digest. An unanswered one that was
    /// taken before `stale` is free again: its server died.
    async fn take_key(
        &self,
        key: &str,
        digest: &str,
        stale: Timestamp,
    ) -> Result<KeptAnswer, StoreError>;

    /// Keeps the answer.
    async fn keep_answer(&self, key: &str, status: u16, body: &str) -> Result<(), StoreError>;

    /// Gives a key back whose request failed for reasons that may pass.
    async fn free_key(&self, key: &str) -> Result<(), StoreError>;

    /// Forgets keys that were taken before a time. How many there were.
    async fn forget_keys(&self, before: Timestamp) -> Result<u64, StoreError>;
}

/// Why a proposal is not wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Dismissal {
    /// The reason that a person gave.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// Proposals that somebody does not want.
#[async_trait]
pub trait DismissalStore: Send + Sync {
    /// Dismisses a proposal; the first reason stays.
    async fn dismiss(
        &self,
        run: RunId,
        proposal: &ProposalId,
        reason: &str,
    ) -> Result<(), StoreError>;

    /// Why a proposal was dismissed, if it was.
    async fn dismissal(
        &self,
        run: RunId,
        proposal: &ProposalId,
    ) -> Result<Option<Dismissal>, StoreError>;
}

/// Everything that a service keeps. Implemented by anything that implements
/// the parts.
pub trait ServiceStore:
    Store
    + RunRequests
    + WorkQueue
    + RepoSettingsStore
    + ScheduleStore
    + ComputeBudgets
    + IdempotencyStore
    + DismissalStore
    + ApiTokens
{
}

impl<T> ServiceStore for T where
    T: Store
        + RunRequests
        + WorkQueue
        + RepoSettingsStore
        + ScheduleStore
        + ComputeBudgets
        + IdempotencyStore
        + DismissalStore
        + ApiTokens
{
}
