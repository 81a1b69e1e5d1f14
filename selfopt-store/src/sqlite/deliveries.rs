//! What a host sent.

use async_trait::async_trait;
use selfopt_core::{
    Delivered, KeptDelivery, NewDelivery, StoreError, Timestamp, WebhookDeliveries,
};
use sqlx::Row;

use super::{rows, store::SqliteStore};

#[async_trait]
impl WebhookDeliveries for SqliteStore {
    async fn keep_delivery(&self, delivery: &NewDelivery) -> Result<Delivered, StoreError> {
        let NewDelivery { id, event, payload } = delivery;
        let now = rows::integer(self.now().0, "the time")?;
        let kept = sqlx::query(
            "INSERT INTO webhook_deliveries (id, event, payload, tries, not_before, received_at)
             VALUES (?1, ?2, ?3, 0, ?4, ?4)
             ON CONFLICT (id) DO NOTHING",
        )
        .bind(id)
        .bind(event)
        .bind(payload)
        .bind(now)
        .execute(&self.pool)
        .await
        .map_err(self.failing(format!("keep the delivery {id}")))?;
        Ok(if kept.rows_affected() > 0 { Delivered::New } else { Delivered::Again })
    }

    async fn next_delivery(&self) -> Result<Option<KeptDelivery>, StoreError> {
        let failing = self.failing("read what a host sent");
        let row = sqlx::query(
            "UPDATE webhook_deliveries SET tries = tries + 1
             WHERE id = (
                 SELECT id FROM webhook_deliveries
                 WHERE over_at IS NULL AND not_before <= ?
                 ORDER BY received_at, rowid LIMIT 1
             )
             RETURNING id, payload, tries",
        )
        .bind(rows::integer(self.now().0, "the time")?)
        .fetch_optional(&self.pool)
        .await
        .map_err(&failing)?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(KeptDelivery {
            id: row.try_get("id").map_err(&failing)?,
            payload: row.try_get("payload").map_err(&failing)?,
            tries: row.try_get("tries").map_err(&failing)?,
        }))
    }

    async fn end_delivery(&self, id: &str) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE webhook_deliveries SET payload = NULL, over_at = ?, error = NULL WHERE id = ?",
        )
        .bind(rows::integer(self.now().0, "the time")?)
        .bind(id)
        .execute(&self.pool)
        .await
        .map_err(self.failing(format!("end the delivery {id}")))?;
        Ok(())
    }

    async fn fail_delivery(
        &self,
        id: &str,
        error: &str,
        again: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let again = again.map(|at| rows::integer(at.0, "the time")).transpose()?;
        sqlx::query(
            "UPDATE webhook_deliveries SET
                 error = ?2,
                 not_before = coalesce(?3, not_before),
                 payload = CASE WHEN ?3 IS NULL THEN NULL ELSE payload END,
                 over_at = CASE WHEN ?3 IS NULL THEN ?4 END
             WHERE id = ?1",
        )
        .bind(id)
        .bind(error)
        .bind(again)
        .bind(rows::integer(self.now().0, "the time")?)
        .execute(&self.pool)
        .await
        .map_err(self.failing(format!("note why the delivery {id} failed")))?;
        Ok(())
    }

    async fn forget_deliveries(&self, before: Timestamp) -> Result<u64, StoreError> {
        let deleted = sqlx::query("DELETE FROM webhook_deliveries WHERE over_at < ?")
            .bind(rows::integer(before.0, "the time")?)
            .execute(&self.pool)
            .await
            .map_err(self.failing("forget old deliveries"))?;
        Ok(deleted.rows_affected())
    }
}
