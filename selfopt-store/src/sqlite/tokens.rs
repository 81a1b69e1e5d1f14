//! Tokens for programs, by the hash of their secret.

use async_trait::async_trait;
use selfopt_core::digest::Digest;
use selfopt_core::{ApiToken, ApiTokens, StoreError, TokenId, TokenScope};

use super::{rows, store::SqliteStore};
use crate::records;

#[async_trait]
impl ApiTokens for SqliteStore {
    async fn keep_token(
        &self,
        name: &str,
        scope: TokenScope,
        hash: &Digest,
    ) -> Result<ApiToken, StoreError> {
        let failing = self.failing("keep a token");
        let row = sqlx::query(
            "INSERT INTO api_tokens (id, name, scope, hash, created_at) VALUES (?, ?, ?, ?, ?)
             RETURNING *",
        )
        .bind(self.new_id().to_string())
        .bind(name)
        .bind(rows::to_word(&scope))
        .bind(hash.as_str())
        .bind(rows::integer(self.now().0, "the time")?)
        .fetch_one(&self.pool)
        .await
        .map_err(&failing)?;
        records::token(&row).map_err(failing)
    }

    async fn token(&self, hash: &Digest) -> Result<Option<ApiToken>, StoreError> {
        let failing = self.failing("look up a token");
        let row = sqlx::query("SELECT * FROM api_tokens WHERE hash = ? AND revoked_at IS NULL")
            .bind(hash.as_str())
            .fetch_optional(&self.pool)
            .await
            .map_err(&failing)?;
        row.as_ref().map(records::token).transpose().map_err(failing)
    }

    async fn tokens(&self) -> Result<Vec<ApiToken>, StoreError> {
        let failing = self.failing("read the tokens");
        let rows = sqlx::query("SELECT * FROM api_tokens ORDER BY id DESC")
            .fetch_all(&self.pool)
            .await
            .map_err(&failing)?;
        rows.iter().map(records::token).collect::<sqlx::Result<_>>().map_err(failing)
    }

    async fn revoke_token(&self, id: TokenId) -> Result<Option<ApiToken>, StoreError> {
        let failing = self.failing(format!("revoke token {id}"));
        let row = sqlx::query(
            "UPDATE api_tokens SET revoked_at = coalesce(revoked_at, ?) WHERE id = ? RETURNING *",
        )
        .bind(rows::integer(self.now().0, "the time")?)
        .bind(id.to_string())
        .fetch_optional(&self.pool)
        .await
        .map_err(&failing)?;
        row.as_ref().map(records::token).transpose().map_err(failing)
    }
}
