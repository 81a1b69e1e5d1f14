//! Compute minutes: reserved before they are spent.

use async_trait::async_trait;
use selfopt_core::{ComputeBudgets, ComputeReserved, RepoId, RequestId, StoreError};
use sqlx::SqliteConnection;

use super::store::SqliteStore;

#[async_trait]
impl ComputeBudgets for SqliteStore {
    async fn reserve_compute(
        &self,
        request: RequestId,
        month: &str,
        minutes: f64,
        limit: Option<f64>,
    ) -> Result<ComputeReserved, StoreError> {
        let failing = self.failing("reserve compute minutes");
        // The write lock comes first: nobody else reserves between sum and row.
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(&failing)?;
        let reserved: Option<f64> = sqlx::query_scalar(
            "SELECT minutes FROM compute_spending WHERE request_id = ? AND settled = 0",
        )
        .bind(request.to_string())
        .fetch_optional(&mut *transaction)
        .await
        .map_err(&failing)?;
        if let Some(minutes) = reserved {
            return Ok(ComputeReserved::Minutes(minutes));
        }
        let repo: String = sqlx::query_scalar("SELECT repo_id FROM run_requests WHERE id = ?")
            .bind(request.to_string())
            .fetch_one(&mut *transaction)
            .await
            .map_err(&failing)?;
        let mut granted = minutes;
        if let Some(limit) = limit {
            let used = used(&mut transaction, &repo, month).await.map_err(&failing)?;
            if used >= limit {
                return Ok(ComputeReserved::Nothing { limit, used });
            }
            granted = granted.min(limit - used);
        }
        sqlx::query(
            "INSERT INTO compute_spending (request_id, repo_id, month, minutes, settled)
             VALUES (?, ?, ?, ?, 0)
             ON CONFLICT (request_id) DO UPDATE SET
                 month = excluded.month, earlier = earlier + minutes,
                 minutes = excluded.minutes, settled = 0",
        )
        .bind(request.to_string())
        .bind(&repo)
        .bind(month)
        .bind(granted)
        .execute(&mut *transaction)
        .await
        .map_err(&failing)?;
        transaction.commit().await.map_err(&failing)?;
        Ok(ComputeReserved::Minutes(granted))
    }

    async fn settle_compute(&self, request: RequestId, minutes: f64) -> Result<(), StoreError> {
        sqlx::query("UPDATE compute_spending SET minutes = ?, settled = 1 WHERE request_id = ?")
            .bind(minutes)
            .bind(request.to_string())
            .execute(&self.pool)
            .await
            .map_err(self.failing("settle compute minutes"))?;
        Ok(())
    }

    async fn compute_used(&self, repo: RepoId, month: &str) -> Result<f64, StoreError> {
        let failing = self.failing("read what compute minutes were used");
        let mut connection = self.pool.acquire().await.map_err(&failing)?;
        used(&mut connection, &repo.to_string(), month).await.map_err(failing)
    }
}

async fn used(connection: &mut SqliteConnection, repo: &str, month: &str) -> sqlx::Result<f64> {
    sqlx::query_scalar(
        "SELECT coalesce(sum(minutes + earlier), 0.0) FROM compute_spending
         WHERE repo_id = ? AND month = ?",
    )
    .bind(repo)
    .bind(month)
    .fetch_one(connection)
    .await
}
