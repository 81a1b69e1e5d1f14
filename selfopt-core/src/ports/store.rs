//! Where state lives. Split by noun; every write is idempotent, because a run
//! that is resumed may say the same thing again.

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::PageError;
use crate::domain::{
    Attempt, Baseline, CandidateId, CommitId, Opportunity, Project, ProposalId, RepoId, RunId,
    RunRecord, RunStatus, Timestamp,
};

/// All state. Implemented by anything that implements the parts.
pub trait Store:
    RepositoryStore
    + RunStore
    + JournalStore
    + BaselineStore
    + OpportunityStore
    + AttemptStore
    + ProposalStore
{
}

impl<T> Store for T where
    T: RepositoryStore
        + RunStore
        + JournalStore
        + BaselineStore
        + OpportunityStore
        + AttemptStore
        + ProposalStore
{
}

/// Repositories by where they are.
#[async_trait]
pub trait RepositoryStore: Send + Sync {
    /// The repository with this locator (an absolute path or a URL), created
    /// with a new id if it is not known yet.
    async fn repository(&self, locator: &str) -> Result<RepoId, StoreError>;

    /// The locator that a repository was created with.
    async fn locator(&self, repo: RepoId) -> Result<Option<String>, StoreError>;

    /// Keeps what was detected.
    async fn set_project(&self, repo: RepoId, project: &Project) -> Result<(), StoreError>;
}

/// Runs.
#[async_trait]
pub trait RunStore: Send + Sync {
    /// A new run; the store gives it its id.
    async fn create_run(&self, run: NewRun) -> Result<RunRecord, StoreError>;

    /// Moves a run on.
    async fn update_run(
        &self,
        run: RunId,
        status: RunStatus,
        compute_minutes: f64,
    ) -> Result<(), StoreError>;

    /// One run.
    async fn run(&self, run: RunId) -> Result<Option<RunRecord>, StoreError>;

    /// The newest run of any repository.
    async fn latest_run(&self) -> Result<Option<RunRecord>, StoreError>;

    /// The runs of all repositories that came to their end, oldest first.
    async fn finished_runs(&self) -> Result<Vec<RunRecord>, StoreError>;

    /// The runs of a repository, newest first.
    async fn runs(&self, repo: RepoId) -> Result<Vec<RunRecord>, StoreError>;
}

/// What a new run starts from.
#[derive(Debug, Clone, PartialEq)]
pub struct NewRun {
    /// The repository.
    pub repo: RepoId,
    /// The commit.
    pub commit: CommitId,
    /// The seed of all schedules.
    pub seed: u64,
    /// Digest of selfopt's version and the effective configuration.
    pub config_digest: crate::digest::Digest,
}

/// The run journal: append-only, the trace of a run.
#[async_trait]
pub trait JournalStore: Send + Sync {
    /// Appends one entry; an entry with the same sequence number is kept as it
    /// is and not replaced.
    async fn append(&self, run: RunId, entry: JournalEntry) -> Result<(), StoreError>;

    /// All entries in their order.
    async fn journal(&self, run: RunId) -> Result<Vec<JournalEntry>, StoreError>;
}

/// One line of the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct JournalEntry {
    /// 0-based, without gaps.
    pub sequence: u64,
    /// When.
    pub at: Timestamp,
    /// The event, as [`crate::pipeline::RunEvent`] writes it.
    pub event: serde_json::Value,
}

/// Baselines by commit.
#[async_trait]
pub trait BaselineStore: Send + Sync {
    /// Keeps a baseline.
    async fn put_baseline(&self, repo: RepoId, baseline: &Baseline) -> Result<(), StoreError>;

    /// The newest baseline of a commit.
    async fn baseline(
        &self,
        repo: RepoId,
        commit: &CommitId,
    ) -> Result<Option<Baseline>, StoreError>;
}

/// Opportunities by run.
#[async_trait]
pub trait OpportunityStore: Send + Sync {
    /// Keeps what a scan found.
    async fn put_opportunities(
        &self,
        run: RunId,
        opportunities: &[Opportunity],
    ) -> Result<(), StoreError>;

    /// What a run found, in rank order.
    async fn opportunities(&self, run: RunId) -> Result<Vec<Opportunity>, StoreError>;
}

/// Attempts by run.
#[async_trait]
pub trait AttemptStore: Send + Sync {
    /// Keeps how an attempt ended.
    async fn put_attempt(&self, run: RunId, attempt: &Attempt) -> Result<(), StoreError>;

    /// The attempts of a run, in the order made.
    async fn attempts(&self, run: RunId) -> Result<Vec<Attempt>, StoreError>;

    /// The newest attempt on a candidate whose id starts with this text, with
    /// its run.
    async fn find_attempts(&self, id_prefix: &str) -> Result<Vec<(RunId, Attempt)>, StoreError>;

    /// Every earlier attempt on exactly this candidate, oldest first.
    async fn history(&self, candidate: &CandidateId) -> Result<Vec<(RunId, Attempt)>, StoreError>;
}

/// Proposals.
#[async_trait]
pub trait ProposalStore: Send + Sync {
    /// Keeps a proposal.
    async fn put_proposal(&self, proposal: &ProposalRecord) -> Result<(), StoreError>;

    /// The proposals of a repository, or of all, newest first.
    async fn proposals(&self, repo: Option<RepoId>) -> Result<Vec<ProposalRecord>, StoreError>;

    /// Proposals whose id starts with this text, newest first.
    async fn find_proposals(&self, id_prefix: &str) -> Result<Vec<ProposalRecord>, StoreError>;

    /// Keeps where an artifact lies.
    async fn put_artifact(&self, artifact: &ArtifactRecord) -> Result<(), StoreError>;

    /// The artifacts of a proposal.
    async fn artifacts(&self, proposal: &ProposalId) -> Result<Vec<ArtifactRecord>, StoreError>;
}

/// A proposal as the store keeps it. Only the pipeline makes new ones.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProposalRecord {
    /// Derived from base commit, rule, path and diff.
    pub id: ProposalId,
    /// The run that proved it.
    pub run: RunId,
    /// The repository.
    pub repo: RepoId,
    /// The rest, as the report shows it.
    pub summary: crate::report::ProposalReport,
    /// When it was proved.
    pub created_at: Timestamp,
    /// The pull request, once a person asked for one.
    pub pr_url: Option<String>,
}

/// Where an artifact of a proposal lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ArtifactRecord {
    /// The proposal.
    pub proposal: ProposalId,
    /// Path in the artifact store.
    pub storage_path: String,
    /// What it is.
    pub kind: ArtifactKind,
    /// When it was written.
    pub created_at: Timestamp,
}

/// What an artifact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ArtifactKind {
    /// Output of commands.
    Log,
    /// The run journal.
    Trace,
    /// Measurements.
    Bench,
    /// The patch.
    Diff,
    /// The evidence bundle.
    Bundle,
}

/// Where artifacts lie. Paths use `/`, are relative, and follow
/// `repos/{repo_id}/runs/{run_id}/…` and `repos/{repo_id}/proposals/{proposal_id}/…`.
#[async_trait]
pub trait ArtifactStore: Send + Sync {
    /// Writes an artifact, all or nothing. Evidence bundles (`*.tar`) and
    /// patches (`*.patch`) are written once: other bytes under the same path
    /// are refused. Everything else is replaced.
    async fn put(&self, path: &str, bytes: &[u8]) -> Result<(), StoreError>;

    /// Reads an artifact.
    async fn get(&self, path: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// Where a person finds the artifact: a path or a URL.
    fn location(&self, path: &str) -> String;
}

/// Where a store is, and so what can be done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StorePlace {
    /// A directory of this machine.
    Directory(String),
    /// A database on a server: `host:port/name`, without user and password.
    Server(String),
}

impl std::fmt::Display for StorePlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (Self::Directory(place) | Self::Server(place)) = self;
        f.write_str(place)
    }
}

/// The store failed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The store was written by a newer version.
    #[error(
        "the store at `{place}` was written by a newer version of selfopt (migration {found}, this version knows {known})"
    )]
    TooNew {
        /// Where the store is.
        place: StorePlace,
        /// The newest migration found in it.
        found: i64,
        /// The newest migration known here.
        known: i64,
    },
    /// The store cannot be written.
    #[error("the store at `{place}` cannot be written")]
    ReadOnly {
        /// Where the store is.
        place: StorePlace,
        /// The cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The disk is full.
    #[error("no space left for the store at `{place}`")]
    DiskFull {
        /// Where the store is.
        place: StorePlace,
        /// The cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// An artifact of a proposal exists with other content.
    #[error("artifact `{path}` exists with other content")]
    Conflict {
        /// The path in the artifact store.
        path: String,
    },
    /// What is stored does not read back.
    #[error("{what} in the store does not read back")]
    Corrupt {
        /// Which record.
        what: String,
        /// The cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The page asked for cannot be given.
    #[error(transparent)]
    Page(#[from] PageError),
    /// The store failed otherwise.
    #[error("failed to {doing}")]
    Failed {
        /// What was being done.
        doing: String,
        /// The cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl StoreError {
    /// What the user can do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::TooNew { place: StorePlace::Directory(_), .. } => {
                Some("upgrade selfopt, or choose another store with `--store DIR`")
            }
            Self::TooNew { place: StorePlace::Server(_), .. } => {
                Some("upgrade selfopt wherever it uses this database, or name another database")
            }
            Self::ReadOnly { place: StorePlace::Directory(_), .. } => {
                Some("make the directory writable, or choose another with `--store DIR`")
            }
            Self::ReadOnly { place: StorePlace::Server(_), .. } => Some(
                "connect to the server that takes writes: a standby, and a role with `default_transaction_read_only`, refuse them",
            ),
            Self::DiskFull { place: StorePlace::Directory(_), .. } => Some(
                "free some space, or choose another place with `--store DIR`; then `selfopt optimize --resume` goes on",
            ),
            Self::DiskFull { place: StorePlace::Server(_), .. } => {
                Some("give the database's server more disk, or free some there; then try again")
            }
            Self::Conflict { .. } => Some(
                "the evidence of a proposal never changes: move the old file away if you know why it differs",
            ),
            Self::Corrupt { .. } => Some(
                "restore the store from a backup, or start a new one: another database, or another directory with `--store DIR`",
            ),
            Self::Page(error) => Some(error.hint()),
            Self::Failed { .. } => None,
        }
    }
}
