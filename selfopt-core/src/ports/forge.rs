//! Where a repository is hosted, and pull requests are opened.

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::domain::{CommitId, Timestamp};
use crate::pull_request::Marker;

/// Files that one pull request changes at most.
pub const MAX_PULL_REQUEST_FILES: usize = 5;

/// The host of one repository. Everything can be said again: a call that was
/// cut short is repeated from its beginning, and does nothing twice.
#[async_trait]
pub trait Forge: Send + Sync {
    /// Opens the pull request of a draft, or says why not. Where it is open
    /// already, finds it, and brings it to the draft's commit when it was made
    /// on an earlier one.
    async fn publish(&self, draft: &PullRequestDraft) -> Result<Publication, ForgeError>;

    /// The newest pull request of a branch of ours.
    async fn find(&self, branch: &str) -> Result<Option<PullRequest>, ForgeError>;

    /// A pull request by its number.
    async fn pull_request(&self, number: u64) -> Result<Option<PullRequest>, ForgeError>;
}

/// A pull request that is to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullRequestDraft {
    /// By what it is known again; the body's last line.
    pub marker: Marker,
    /// The branch that it changes.
    pub base_branch: String,
    /// The commit of that branch that the change was proved on.
    pub base: CommitId,
    /// The branch that holds the change.
    pub branch: String,
    /// The title.
    pub title: String,
    /// The description, in Markdown.
    pub body: String,
    /// The commit's message.
    pub message: String,
    /// What changes.
    pub changes: Vec<FileUpdate>,
}

/// A change of one file or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileUpdate {
    /// Lines of files that exist change.
    Patch {
        /// The folder that the diff's paths begin at, empty for the root.
        folder: String,
        /// A unified diff.
        diff: String,
    },
    /// A file that is not there yet.
    Create {
        /// Path from the repository's root.
        path: String,
        /// The content.
        content: String,
    },
}

/// What became of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Publication {
    /// It was opened now.
    Opened(PullRequest),
    /// It was open already.
    Found(PullRequest),
    /// It was open for an earlier commit, and now is for the draft's.
    Renewed(PullRequest),
    /// It was merged before.
    Merged(PullRequest),
    /// Somebody closed it without merging: the change is not wanted.
    Suppressed(PullRequest),
    /// Somebody else's commits are on the branch: it is theirs now.
    HandsOff {
        /// The branch.
        branch: String,
        /// Why it is taken for theirs.
        reason: String,
        /// The pull request, if there is one.
        pull_request: Option<PullRequest>,
    },
    /// The base branch has moved: the change has to be proved on its new head.
    NeedsRevalidation {
        /// The new head.
        head: CommitId,
    },
    /// The repository has as many pull requests as it is to have.
    Later {
        /// Why.
        reason: String,
        /// Not before then, where that is known.
        until: Option<Timestamp>,
    },
}

/// A pull request as the forge knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullRequest {
    /// Its number in the repository.
    pub number: u64,
    /// Its page.
    pub url: String,
    /// Open, merged or closed.
    pub state: PullRequestState,
    /// The branch that holds the change.
    pub branch: String,
    /// That branch's commit.
    pub head: CommitId,
    /// The branch that it changes.
    pub base_branch: String,
    /// What its body says it is.
    pub marker: Option<Marker>,
    /// When it was opened.
    pub opened_at: Timestamp,
}

/// What became of a pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PullRequestState {
    /// Neither merged nor closed.
    Open,
    /// Merged.
    Merged,
    /// Closed without being merged.
    Closed,
}

/// The forge failed, or refused.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ForgeError {
    /// It is asked too often.
    #[error("the forge's rate limit is reached")]
    RateLimited {
        /// When it may be asked again.
        until: Timestamp,
    },
    /// It knows us and says no.
    #[error("the forge refused to {doing}: {reason}")]
    Refused {
        /// What was being done.
        doing: String,
        /// What it said.
        reason: String,
    },
    /// A draft that cannot be a pull request.
    #[error("the change cannot be published: {reason}")]
    Unfit {
        /// What is wrong with it.
        reason: String,
    },
    /// It cannot be reached, or failed by itself. Repeating is safe.
    #[error("failed to {doing}")]
    Unavailable {
        /// What was being done.
        doing: String,
        /// The cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl ForgeError {
    /// What can be done about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::RateLimited { .. } => "it is tried again after that time",
            Self::Refused { .. } => {
                "check that the App is installed on the repository and that its permissions were accepted"
            }
            Self::Unfit { .. } => "prove the change again on the branch's newest commit",
            Self::Unavailable { .. } => {
                "try again: what was done already is found and not repeated"
            }
        }
    }
}
