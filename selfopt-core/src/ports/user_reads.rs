//! What a user may read. A handle stands for one user; what belongs to others
//! is absent, not forbidden, so that nothing tells whether it exists.

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ArtifactRecord, JournalEntry, Page, PageRequest, ProposalRecord, StoreError};
use crate::domain::{
    Attempt, Opportunity, OrganizationId, Project, ProposalId, RepoId, RunId, RunRecord, RunStatus,
    Timestamp,
};

/// The reads of one user. Lists of what is unknown to the user are empty.
#[async_trait]
pub trait UserReads: Send + Sync {
    /// The user's repositories, newest first; of all organizations, or of one.
    async fn repositories(
        &self,
        organization: Option<OrganizationId>,
        page: &PageRequest,
    ) -> Result<Page<RepositoryRecord>, StoreError>;

    /// One repository.
    async fn repository(&self, repo: RepoId) -> Result<Option<RepositoryRecord>, StoreError>;

    /// Runs, newest first.
    async fn runs(
        &self,
        filter: &RunFilter,
        page: &PageRequest,
    ) -> Result<Page<RunRecord>, StoreError>;

    /// One run with its journal after an entry (from the first without one), at
    /// most [`MAX_JOURNAL_ENTRIES`] entries: ask again after the last of them.
    async fn run(
        &self,
        run: RunId,
        journal_after: Option<u64>,
    ) -> Result<Option<RunWithJournal>, StoreError>;

    /// What a run found, in rank order.
    async fn opportunities(
        &self,
        run: RunId,
        page: &PageRequest,
    ) -> Result<Page<Opportunity>, StoreError>;

    /// The attempts of a run, in the order made.
    async fn attempts(&self, run: RunId, page: &PageRequest) -> Result<Page<Attempt>, StoreError>;

    /// Proposals, newest first.
    async fn proposals(
        &self,
        filter: &ProposalFilter,
        page: &PageRequest,
    ) -> Result<Page<ProposalRecord>, StoreError>;

    /// One proposal with its artifacts: that of a run, or the newest with this id.
    async fn proposal(
        &self,
        id: &ProposalId,
        run: Option<RunId>,
    ) -> Result<Option<ProposalWithArtifacts>, StoreError>;
}

/// The most entries of a journal in one answer.
pub const MAX_JOURNAL_ENTRIES: u32 = 1000;

/// A repository as the store keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RepositoryRecord {
    /// UUIDv7.
    pub id: RepoId,
    /// Whose it is.
    pub organization: OrganizationId,
    /// An absolute path or a URL.
    pub locator: String,
    /// GitHub's number of it.
    pub github_repo_id: Option<i64>,
    /// The branch that is optimized.
    pub default_branch: Option<String>,
    /// What was detected, once it was.
    pub project: Option<Project>,
    /// What was set by hand.
    pub settings: RepositorySettings,
    /// When it became known.
    pub created_at: Timestamp,
}

/// What a person has set for a repository; what is absent follows the defaults.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RepositorySettings {
    /// CPU minutes that a run may take.
    pub compute_budget_minutes: Option<f64>,
    /// Proposals that a run may make.
    pub max_proposals_per_run: Option<u32>,
    /// A cron expression; never by itself without one.
    pub schedule: Option<String>,
}

/// Which runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RunFilter {
    /// Of this repository only.
    pub repo: Option<RepoId>,
    /// In this state only.
    pub status: Option<RunStatus>,
}

/// Which proposals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ProposalFilter {
    /// Of this repository only.
    pub repo: Option<RepoId>,
    /// Of this run only.
    pub run: Option<RunId>,
}

/// A run and a part of its journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunWithJournal {
    /// The run.
    pub run: RunRecord,
    /// Its entries, in their order.
    pub journal: Vec<JournalEntry>,
}

/// A proposal and where its artifacts lie.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProposalWithArtifacts {
    /// The proposal.
    pub proposal: ProposalRecord,
    /// Its artifacts, by path.
    pub artifacts: Vec<ArtifactRecord>,
}
