//! Tokens for programs, by the hash of their secret.

use async_trait::async_trait;
use selfopt_core::digest::Digest;
use selfopt_core::{ApiToken, ApiTokens, StoreError, TokenId, TokenScope};

use super::{nul, store::PostgresStore};
use crate::{columns, records};

/// The columns that [`records::token`] reads, after or before the rest of a statement.
macro_rules! token_columns {
    () => {
        "id, name, scopes[1] AS scope, created_at, revoked_at"
    };
}

#[async_trait]
impl ApiTokens for PostgresStore {
    async fn keep_token(
        &self,
        name: &str,
        scope: TokenScope,
        hash: &Digest,
    ) -> Result<ApiToken, StoreError> {
        let failing = self.failing("keep a token");
        let row = sqlx::query(concat!(
            "INSERT INTO api_tokens (id, org_id, name, scopes, token_hash, created_at)
             VALUES ($1, $2, $3, ARRAY[$4::text], $5, $6) RETURNING ",
            token_columns!()
        ))
        .bind(self.new_id())
        .bind(self.organization())
        .bind(nul::keep(name))
        .bind(columns::to_word(&scope))
        .bind(hash.as_str())
        .bind(self.now_at())
        .fetch_one(self.pool())
        .await
        .map_err(&failing)?;
        records::token(&row).map_err(failing)
    }

    async fn token(&self, hash: &Digest) -> Result<Option<ApiToken>, StoreError> {
        let failing = self.failing("look up a token");
        let row = sqlx::query(concat!(
            "SELECT ",
            token_columns!(),
            " FROM api_tokens WHERE org_id = $1 AND token_hash = $2 AND revoked_at IS NULL
                 AND (expires_at IS NULL OR expires_at > $3)"
        ))
        .bind(self.organization())
        .bind(hash.as_str())
        .bind(self.now_at())
        .fetch_optional(self.pool())
        .await
        .map_err(&failing)?;
        row.as_ref().map(records::token).transpose().map_err(failing)
    }

    async fn tokens(&self) -> Result<Vec<ApiToken>, StoreError> {
        let failing = self.failing("read the tokens");
        let rows = sqlx::query(concat!(
            "SELECT ",
            token_columns!(),
            " FROM api_tokens WHERE org_id = $1 ORDER BY id DESC"
        ))
        .bind(self.organization())
        .fetch_all(self.pool())
        .await
        .map_err(&failing)?;
        rows.iter().map(records::token).collect::<sqlx::Result<_>>().map_err(failing)
    }

    async fn revoke_token(&self, id: TokenId) -> Result<Option<ApiToken>, StoreError> {
        let failing = self.failing(format!("revoke token {id}"));
        let row = sqlx::query(concat!(
            "UPDATE api_tokens SET revoked_at = coalesce(revoked_at, $3)
             WHERE id = $1 AND org_id = $2 RETURNING ",
            token_columns!()
        ))
        .bind(id.0)
        .bind(self.organization())
        .bind(self.now_at())
        .fetch_optional(self.pool())
        .await
        .map_err(&failing)?;
        row.as_ref().map(records::token).transpose().map_err(failing)
    }
}
