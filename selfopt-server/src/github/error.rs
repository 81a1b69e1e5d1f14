//! What keeps a service from working on a repository at GitHub.

use selfopt_core::{ForgeError, StoreError, Timestamp};
use selfopt_github::GitHubError;
use selfopt_github::checkout::CheckoutError as FetchError;
use thiserror::Error;

use crate::source::SourceError;

/// GitHub, or what it has, cannot be worked with.
#[derive(Debug, Error)]
pub(crate) enum HostError {
    #[error("the App is not installed on `{0}` any more")]
    Disconnected(String),
    #[error("the App's installation on `{0}` is suspended")]
    Suspended(String),
    #[error("`{0}` is another repository now")]
    Replaced(String),
    #[error("`{0}` is archived")]
    Archived(String),
    #[error("`{name}` has no branch `{branch}`")]
    NoBranch { name: String, branch: String },
    #[error("the base branch of `{0}` moved while it was looked at")]
    Moved(String),
    #[error(transparent)]
    GitHub(#[from] GitHubError),
    #[error(transparent)]
    Forge(#[from] ForgeError),
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Source(#[from] Box<SourceError>),
    #[error("what was kept of the delivery cannot be read")]
    Delivery(#[source] serde_json::Error),
}

impl HostError {
    /// Whether trying again later may help.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::Disconnected(_)
            | Self::Suspended(_)
            | Self::Replaced(_)
            | Self::Archived(_)
            | Self::NoBranch { .. }
            | Self::Delivery(_) => false,
            Self::GitHub(error) => passes(error),
            Self::Forge(error) => {
                matches!(error, ForgeError::RateLimited { .. } | ForgeError::Unavailable { .. })
            }
            Self::Fetch(error) => match error {
                FetchError::Token(error) => passes(error),
                FetchError::Io { .. } | FetchError::Git { .. } => true,
                _ => false,
            },
            Self::Source(error) => error.may_pass(),
            Self::Moved(_) | Self::Store(_) => true,
        }
    }

    /// Not before then, where that is known.
    pub(crate) fn until(&self) -> Option<Timestamp> {
        match self {
            Self::GitHub(GitHubError::RateLimited { until, .. })
            | Self::Fetch(FetchError::Token(GitHubError::RateLimited { until, .. }))
            | Self::Forge(ForgeError::RateLimited { until }) => Some(*until),
            _ => None,
        }
    }

    /// What to do about it.
    pub(crate) fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Disconnected(_) => "install the App on the repository again".to_owned(),
            Self::Suspended(_) => {
                "let the App work again, in the settings of the account".to_owned()
            }
            Self::Replaced(_) | Self::Archived(_) | Self::Delivery(_) => return None,
            Self::NoBranch { .. } => "push a first commit to it".to_owned(),
            Self::Moved(_) => "it is tried again".to_owned(),
            Self::GitHub(error) => error.hint().to_owned(),
            Self::Forge(error) => error.hint().to_owned(),
            Self::Fetch(error) => error.hint().to_owned(),
            Self::Store(error) => return error.hint().map(str::to_owned),
            Self::Source(error) => return error.hint(),
        })
    }
}

/// Whether GitHub may answer otherwise later. What it refuses may have been
/// taken too early: an installation takes GitHub a moment.
fn passes(error: &GitHubError) -> bool {
    matches!(
        error,
        GitHubError::RateLimited { .. }
            | GitHubError::Failed { .. }
            | GitHubError::Unreachable { .. }
            | GitHubError::Unreadable { .. }
            | GitHubError::Refused { .. }
    )
}
