//! What can go wrong with GitHub.

use selfopt_core::{ForgeError, Timestamp};
use thiserror::Error;

/// GitHub failed, refused, or was asked for something that it does not do.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum GitHubError {
    /// A setting that cannot be used.
    #[error("{what} {reason}")]
    Settings {
        /// Which one.
        what: String,
        /// Why not.
        reason: &'static str,
    },
    /// The App's private key cannot be used.
    #[error("the App's private key cannot be used")]
    Key {
        /// What is wrong with it.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The rate limit is reached, and the wait is longer than allowed.
    #[error("GitHub's rate limit is reached, {doing} has to wait")]
    RateLimited {
        /// What was being done.
        doing: String,
        /// When it may be asked again.
        until: Timestamp,
    },
    /// GitHub answered with an error.
    #[error("GitHub refused to {doing}: {status}, {message}")]
    Refused {
        /// What was being done.
        doing: String,
        /// The status code.
        status: u16,
        /// What it said, shortened.
        message: String,
    },
    /// GitHub failed by itself, every time.
    #[error("GitHub failed to {doing}: {status}")]
    Failed {
        /// What was being done.
        doing: String,
        /// The status code.
        status: u16,
    },
    /// No answer, every time.
    #[error("GitHub gave no answer to {doing}")]
    Unreachable {
        /// What was being done.
        doing: String,
        /// The cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// An answer that is none.
    #[error("the answer to {doing} cannot be read")]
    Unreadable {
        /// What was being done.
        doing: String,
        /// The cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A change that cannot be published.
    #[error("the change cannot be published: {reason}")]
    Unfit {
        /// What is wrong with it.
        reason: String,
    },
}

impl GitHubError {
    /// What can be done about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Settings { .. } => "see `docs/guides/github.md` for the settings",
            Self::Key { .. } => {
                "give the private key that GitHub made for the App: an RSA key in PEM form"
            }
            Self::RateLimited { .. } => "try again after that time",
            Self::Refused { status: 401, .. } => {
                "check the App's id and private key, and the clock of this machine"
            }
            Self::Refused { .. } => {
                "check that the App is installed on the repository and that its permissions were accepted"
            }
            Self::Failed { .. } | Self::Unreachable { .. } | Self::Unreadable { .. } => {
                "try again: what was done already is found and not repeated"
            }
            Self::Unfit { .. } => "prove the change again on the branch's newest commit",
        }
    }

    /// The same without what the reader of an answer says, which quotes it.
    pub(crate) fn without_source(self) -> Self {
        match self {
            Self::Unreadable { doing, .. } => Self::Unreadable {
                doing,
                source: "it is not shown, since it may hold a token".into(),
            },
            other => other,
        }
    }

    /// Whether GitHub answered with this status.
    pub(crate) fn has_status(&self, wanted: u16) -> bool {
        matches!(self, Self::Refused { status, .. } if *status == wanted)
    }
}

impl From<GitHubError> for ForgeError {
    fn from(error: GitHubError) -> Self {
        match error {
            GitHubError::RateLimited { until, .. } => Self::RateLimited { until },
            GitHubError::Refused { doing, status, message } => {
                Self::Refused { doing, reason: format!("{status}, {message}") }
            }
            GitHubError::Unfit { reason } => Self::Unfit { reason },
            other => Self::Unavailable { doing: "ask GitHub".into(), source: Box::new(other) },
        }
    }
}
