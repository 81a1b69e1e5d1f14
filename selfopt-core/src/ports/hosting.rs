//! What a service knows of repositories that a host told it of: where an App is
//! installed, what the host sends, and what became of pull requests.

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{PullRequestState, StoreError};
use crate::domain::{CommitId, ProposalId, RepoId, Timestamp};
use crate::pull_request::Fingerprint;

/// A repository as an installation names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewHosted {
    /// The host's number of it, which stays when it is renamed.
    pub host_id: u64,
    /// `owner/name`.
    pub name: String,
    /// Its address.
    pub locator: String,
}

/// How far a repository is ready for runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SetUp {
    /// It is still to be looked at.
    Wanted {
        /// How often that was tried.
        tries: u32,
    },
    /// It was looked at.
    Done,
    /// It cannot be used.
    Failed {
        /// Why not.
        error: String,
    },
}

/// A repository at a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostedRepository {
    /// Ours.
    pub repo: RepoId,
    /// The host's number of it.
    pub host_id: u64,
    /// `owner/name`.
    pub name: String,
    /// The installation that reaches it; none any more where it was removed.
    pub installation: Option<u64>,
    /// Whether the installation is suspended.
    pub suspended: bool,
    /// The branch that is optimized.
    pub default_branch: Option<String>,
    /// The newest commit of that branch that was heard of.
    pub head: Option<CommitId>,
    /// The pull request that introduces SelfOpt.
    pub introduction: Option<String>,
    /// Whether it was looked at.
    pub set_up: SetUp,
}

/// Installations and the repositories that they reach.
#[async_trait]
pub trait HostedRepositories: Send + Sync {
    /// Keeps an installation, which is not suspended.
    async fn keep_installation(&self, installation: u64, account: &str) -> Result<(), StoreError>;

    /// Suspends an installation from now on.
    async fn suspend_installation(&self, installation: u64) -> Result<(), StoreError>;

    /// Forgets an installation; its repositories are disconnected.
    async fn remove_installation(&self, installation: u64) -> Result<(), StoreError>;

    /// Connects a repository, or notes its new name. One that this installation
    /// did not reach before is to be set up.
    async fn connect(&self, installation: u64, hosted: &NewHosted) -> Result<RepoId, StoreError>;

    /// Disconnects a repository, if this installation still has it. What was
    /// found out about it stays.
    async fn disconnect(&self, installation: u64, host_id: u64) -> Result<(), StoreError>;

    /// The repository with this id, if it is at a host.
    async fn hosted(&self, repo: RepoId) -> Result<Option<HostedRepository>, StoreError>;

    /// The repository with this number at the host.
    async fn hosted_by(&self, host_id: u64) -> Result<Option<HostedRepository>, StoreError>;

    /// Keeps the default branch and its newest commit.
    async fn set_head(&self, repo: RepoId, branch: &str, head: &CommitId)
    -> Result<(), StoreError>;

    /// Keeps the address of the pull request that introduces SelfOpt.
    async fn set_introduction(&self, repo: RepoId, url: &str) -> Result<(), StoreError>;

    /// Asks for a repository to be set up, with all its tries.
    async fn want_set_up(&self, repo: RepoId) -> Result<(), StoreError>;

    /// The oldest repository that is to be set up now; counts a try.
    async fn next_set_up(&self) -> Result<Option<HostedRepository>, StoreError>;

    /// The repository is set up.
    async fn end_set_up(&self, repo: RepoId) -> Result<(), StoreError>;

    /// The repository could not be set up; `None`: it is not tried again.
    async fn fail_set_up(
        &self,
        repo: RepoId,
        error: &str,
        again: Option<Timestamp>,
    ) -> Result<(), StoreError>;
}

/// Something that the host sent, reduced to what is used of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDelivery {
    /// The host's id of it; the same when it is sent again.
    pub id: String,
    /// The event's name.
    pub event: String,
    /// What of it is used.
    pub payload: String,
}

/// A delivery that is to be handled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptDelivery {
    /// The host's id of it.
    pub id: String,
    /// What of it is used.
    pub payload: String,
    /// How often it was tried, this time included.
    pub tries: u32,
}

/// Whether a delivery is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivered {
    /// It is kept now.
    New,
    /// It was kept before.
    Again,
}

/// What the host sent. Each is kept once, and handled after it was answered, so
/// that a process that dies loses none.
#[async_trait]
pub trait WebhookDeliveries: Send + Sync {
    /// Keeps a delivery.
    async fn keep_delivery(&self, delivery: &NewDelivery) -> Result<Delivered, StoreError>;

    /// The oldest delivery that is to be handled now; counts a try. Two that ask
    /// at once may get the same: whatever a delivery leads to can be done twice.
    async fn next_delivery(&self) -> Result<Option<KeptDelivery>, StoreError>;

    /// The delivery was handled; its id alone is kept.
    async fn end_delivery(&self, id: &str) -> Result<(), StoreError>;

    /// The delivery could not be handled; `None`: it is not tried again.
    async fn fail_delivery(
        &self,
        id: &str,
        error: &str,
        again: Option<Timestamp>,
    ) -> Result<(), StoreError>;

    /// Forgets deliveries that were over before a time. How many there were.
    async fn forget_deliveries(&self, before: Timestamp) -> Result<u64, StoreError>;
}

/// A pull request of ours, as the host had it when we last looked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PullRequestRecord {
    /// The repository.
    pub repo: RepoId,
    /// Its number there.
    pub number: u64,
    /// Its page.
    pub url: String,
    /// The proposal that it was last made from.
    pub proposal: ProposalId,
    /// The change, whatever commit it is proved on.
    pub fingerprint: Fingerprint,
    /// Open, merged or closed. A change whose newest pull request was closed is
    /// not proposed again.
    pub state: PullRequestState,
    /// Why it is somebody else's now, if it is: SelfOpt leaves it alone.
    pub hands_off: Option<String>,
    /// When it was opened.
    pub opened_at: Timestamp,
}

/// Pull requests of ours.
#[async_trait]
pub trait PullRequestStore: Send + Sync {
    /// Keeps a pull request as it is now. That it is somebody else's stays.
    async fn keep_pull_request(&self, pull: &PullRequestRecord) -> Result<(), StoreError>;

    /// The newest pull request of a change.
    async fn pull_request_of(
        &self,
        repo: RepoId,
        fingerprint: &Fingerprint,
    ) -> Result<Option<PullRequestRecord>, StoreError>;
}

/// Everything that a service keeps for hosts. Implemented by anything that
/// implements the parts.
pub trait HostingStore: HostedRepositories + WebhookDeliveries + PullRequestStore {}

impl<T> HostingStore for T where T: HostedRepositories + WebhookDeliveries + PullRequestStore {}
