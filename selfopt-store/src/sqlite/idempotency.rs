//! Answers by idempotency key.

use async_trait::async_trait;
use selfopt_core::{IdempotencyStore, KeptAnswer, StoreError, Timestamp};
use sqlx::Row;

use super::{rows, store::SqliteStore};

#[async_trait]
impl IdempotencyStore for SqliteStore {
    async fn take_key(
        &self,
        key: &str,
        digest: &str,
        stale: Timestamp,
    ) -> Result<KeptAnswer, StoreError> {
        let failing = self.failing("look up an idempotency key");
        // One statement takes it; whoever comes second finds the row.
        let taken = sqlx::query(
            "INSERT INTO idempotency_keys (key, digest, created_at) VALUES (?1, ?2, ?3)
             ON CONFLICT (key) DO UPDATE SET created_at = excluded.created_at
             WHERE status IS NULL AND digest = excluded.digest AND created_at < ?4",
        )
        .bind(key)
        .bind(digest)
        .bind(rows::integer(self.now().0, "the time")?)
        .bind(rows::integer(stale.0, "the time")?)
        .execute(&self.pool)
        .await
        .map_err(&failing)?;
        if taken.rows_affected() > 0 {
            return Ok(KeptAnswer::New);
        }
        let row = sqlx::query("SELECT digest, status, body FROM idempotency_keys WHERE key = ?")
            .bind(key)
            .fetch_optional(&self.pool)
            .await
            .map_err(&failing)?;
        // Given back in between: its holder is still about to answer.
        let Some(row) = row else { return Ok(KeptAnswer::InProgress) };
        if row.try_get::<&str, _>("digest").map_err(&failing)? != digest {
            return Ok(KeptAnswer::OtherRequest);
        }
        let status: Option<u16> = row.try_get("status").map_err(&failing)?;
        let body: Option<String> = row.try_get("body").map_err(&failing)?;
        Ok(match status.zip(body) {
            Some((status, body)) => KeptAnswer::Answered { status, body },
            None => KeptAnswer::InProgress,
        })
    }

    async fn keep_answer(&self, key: &str, status: u16, body: &str) -> Result<(), StoreError> {
        sqlx::query("UPDATE idempotency_keys SET status = ?, body = ? WHERE key = ?")
            .bind(status)
            .bind(body)
            .bind(key)
            .execute(&self.pool)
            .await
            .map_err(self.failing("keep an answer"))?;
        Ok(())
    }

    async fn free_key(&self, key: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM idempotency_keys WHERE key = ? AND status IS NULL")
            .bind(key)
            .execute(&self.pool)
            .await
            .map_err(self.failing("free an idempotency key"))?;
        Ok(())
    }

    async fn forget_keys(&self, before: Timestamp) -> Result<u64, StoreError> {
        let deleted = sqlx::query("DELETE FROM idempotency_keys WHERE created_at < ?")
            .bind(rows::integer(before.0, "the time")?)
            .execute(&self.pool)
            .await
            .map_err(self.failing("forget idempotency keys"))?;
        Ok(deleted.rows_affected())
    }
}
