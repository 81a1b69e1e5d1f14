//! What turns a request into text.

use std::time::Duration;

use async_trait::async_trait;
use selfopt_core::TokenUsage;
use thiserror::Error;

use crate::request::ChatRequest;

/// Answers requests. Makes one try and waits for nothing else.
#[async_trait]
pub trait Provider: Send + Sync {
    /// One call.
    async fn complete(&self, request: &ChatRequest) -> Result<Completion, ProviderError>;
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// Its text.
    pub text: String,
    /// What the provider counted, where it says so.
    pub usage: Option<TokenUsage>,
}

/// There is no answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ProviderError {
    /// The provider turned the request down before it did any work: nothing is
    /// counted.
    #[error("the provider refused with status {status}: {message}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The beginning of what it said.
        message: String,
        /// How long it asks to wait.
        retry_after: Option<Duration>,
    },
    /// The request did not reach the provider: nothing is counted.
    #[error("the provider was not reached: {message}")]
    Unreached {
        /// Why.
        message: String,
    },
    /// The call was made and no answer can be read: what it cost is not known.
    #[error("the provider gave no readable answer: {message}")]
    Broken {
        /// What happened.
        message: String,
    },
}

impl ProviderError {
    /// Whether another try may help.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Refused { status, .. } => matches!(status, 408 | 409 | 425 | 429 | 500..=599),
            Self::Unreached { .. } | Self::Broken { .. } => true,
        }
    }

    /// Whether the call may have cost something.
    pub fn may_have_cost(&self) -> bool {
        match self {
            // An error inside of the provider may come after its work.
            Self::Refused { status, .. } => *status >= 500,
            Self::Unreached { .. } => false,
            Self::Broken { .. } => true,
        }
    }

    /// How long the provider asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}
