//! Why an engine could not be put together.

use selfopt_core::config::ConfigError;
use thiserror::Error;

/// An engine could not be put together.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ComposeError {
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// What was asked for cannot be done.
    #[error("{what}")]
    Refused {
        /// What, and why.
        what: String,
        /// What to do.
        hint: String,
    },
    /// The host failed.
    #[error("failed to {doing}")]
    Io {
        /// What was being done.
        doing: String,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
}

impl ComposeError {
    /// What to do about it.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Config(_) => Some("`selfopt schema config` prints what is allowed"),
            Self::Refused { hint, .. } => Some(hint),
            Self::Io { .. } => None,
        }
    }
}
