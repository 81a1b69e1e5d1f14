//! Answers by idempotency key.

use async_trait::async_trait;
use selfopt_core::{IdempotencyStore, KeptAnswer, StoreError, Timestamp};
use sqlx::Row;

use super::{at::At, nul, rows, store::PostgresStore};
use crate::records::Columns as _;

#[async_trait]
impl IdempotencyStore for PostgresStore {
    async fn take_key(
        &self,
        key: &str,
        digest: &str,
        stale: Timestamp,
    ) -> Result<KeptAnswer, StoreError> {
        let failing = self.failing("look up an idempotency key");
        // One statement takes it; whoever comes second finds the row.
        let taken = sqlx::query(
            "INSERT INTO idempotency_keys AS known (org_id, key, request_digest, created_at)
             VALUES ($1, $2, $3, $4)
             ON CONFLICT (org_id, key) DO UPDATE SET created_at = excluded.created_at
             WHERE known.response IS NULL AND known.request_digest = excluded.request_digest
                 AND known.created_at < $5",
        )
        .bind(self.organization())
        .bind(nul::keep(key))
        .bind(digest)
        .bind(self.now_at())
        .bind(At(stale))
        .execute(self.pool())
        .await
        .map_err(&failing)?;
        if taken.rows_affected() > 0 {
            return Ok(KeptAnswer::New);
        }
        let row = sqlx::query(
            "SELECT request_digest, (response ->> 'status')::integer AS status,
                 response ->> 'body' AS body
             FROM idempotency_keys WHERE org_id = $1 AND key = $2",
        )
        .bind(self.organization())
        .bind(nul::keep(key))
        .fetch_optional(self.pool())
        .await
        .map_err(&failing)?;
        // Given back in between: its holder is still about to answer.
        let Some(row) = row else { return Ok(KeptAnswer::InProgress) };
        if row.try_get::<&str, _>("request_digest").map_err(&failing)? != digest {
            return Ok(KeptAnswer::OtherRequest);
        }
        let status: Option<i32> = row.try_get("status").map_err(&failing)?;
        let body = row.optional_text("body").map_err(&failing)?;
        Ok(match status.zip(body) {
            Some((status, body)) => KeptAnswer::Answered {
                status: u16::try_from(status)
                    .map_err(|source| failing(rows::undecodable("status", source.into())))?,
                body,
            },
            None => KeptAnswer::InProgress,
        })
    }

    async fn keep_answer(&self, key: &str, status: u16, body: &str) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE idempotency_keys
             SET response = jsonb_build_object('status', $3::integer, 'body', $4::text)
             WHERE org_id = $1 AND key = $2",
        )
        .bind(self.organization())
        .bind(nul::keep(key))
        .bind(i32::from(status))
        .bind(nul::keep(body))
        .execute(self.pool())
        .await
        .map_err(self.failing("keep an answer"))?;
        Ok(())
    }

    async fn free_key(&self, key: &str) -> Result<(), StoreError> {
        sqlx::query(
            "DELETE FROM idempotency_keys WHERE org_id = $1 AND key = $2 AND response IS NULL",
        )
        .bind(self.organization())
        .bind(nul::keep(key))
        .execute(self.pool())
        .await
        .map_err(self.failing("free an idempotency key"))?;
        Ok(())
    }

    async fn forget_keys(&self, before: Timestamp) -> Result<u64, StoreError> {
        let deleted =
            sqlx::query("DELETE FROM idempotency_keys WHERE org_id = $1 AND created_at < $2")
                .bind(self.organization())
                .bind(At(before))
                .execute(self.pool())
                .await
                .map_err(self.failing("forget idempotency keys"))?;
        Ok(deleted.rows_affected())
    }
}
