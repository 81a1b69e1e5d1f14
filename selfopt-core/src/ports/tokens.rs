//! Tokens for programs, such as a build server. The store knows their hashes
//! alone.

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::StoreError;
use crate::digest::Digest;
use crate::domain::{Timestamp, TokenId};

/// What a token is good for. Neither makes or revokes tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TokenScope {
    /// Reading.
    Read,
    /// Reading, asking for runs, and everything else that changes something.
    Write,
}

/// A token, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ApiToken {
    /// UUIDv7.
    pub id: TokenId,
    /// What it is for.
    pub name: String,
    /// What it is good for.
    pub scope: TokenScope,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was revoked; it is good for nothing since.
    pub revoked_at: Option<Timestamp>,
}

/// Tokens by the hash of their secret.
#[async_trait]
pub trait ApiTokens: Send + Sync {
    /// Keeps a new token.
    async fn keep_token(
        &self,
        name: &str,
        scope: TokenScope,
        hash: &Digest,
    ) -> Result<ApiToken, StoreError>;

    /// The token with this hash, unless it was revoked.
    async fn token(&self, hash: &Digest) -> Result<Option<ApiToken>, StoreError>;

    /// All tokens, newest first, the revoked ones too.
    async fn tokens(&self) -> Result<Vec<ApiToken>, StoreError>;

    /// Revokes a token for good; the first time stays.
    async fn revoke_token(&self, id: TokenId) -> Result<Option<ApiToken>, StoreError>;
}
