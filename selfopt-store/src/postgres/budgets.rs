//! Compute minutes: reserved before they are spent.

use async_trait::async_trait;
use selfopt_core::{ComputeBudgets, ComputeReserved, RepoId, RequestId, StoreError};
use sqlx::PgConnection;
use uuid::Uuid;

use super::store::PostgresStore;

#[async_trait]
impl ComputeBudgets for PostgresStore {
    async fn reserve_compute(
        &self,
        request: RequestId,
        month: &str,
        minutes: f64,
        limit: Option<f64>,
    ) -> Result<ComputeReserved, StoreError> {
        let failing = self.failing("reserve compute minutes");
        let mut transaction = self.begin().await.map_err(&failing)?;
        let repo: Uuid =
            sqlx::query_scalar("SELECT repo_id FROM run_requests WHERE id = $1 AND org_id = $2")
                .bind(request.0)
                .bind(self.organization())
                .fetch_one(&mut *transaction)
                .await
                .map_err(&failing)?;
        // Nobody else reserves for the repository between sum and row.
        self.hold_repository(&mut transaction, RepoId(repo)).await.map_err(&failing)?;
        let reserved: Option<f64> = sqlx::query_scalar(
            "SELECT minutes FROM compute_spending
             WHERE request_id = $1 AND org_id = $2 AND NOT settled",
        )
        .bind(request.0)
        .bind(self.organization())
        .fetch_optional(&mut *transaction)
        .await
        .map_err(&failing)?;
        if let Some(minutes) = reserved {
            return Ok(ComputeReserved::Minutes(minutes));
        }
        let mut granted = minutes;
        if let Some(limit) = limit {
            let used = self.used(&mut transaction, repo, month).await.map_err(&failing)?;
            if used >= limit {
                return Ok(ComputeReserved::Nothing { limit, used });
            }
            granted = granted.min(limit - used);
        }
        sqlx::query(
            "INSERT INTO compute_spending AS known
                 (org_id, request_id, repo_id, month, minutes, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (org_id, request_id) DO UPDATE SET
                 month = excluded.month, earlier = known.earlier + known.minutes,
                 minutes = excluded.minutes, settled = false",
        )
        .bind(self.organization())
        .bind(request.0)
        .bind(repo)
        .bind(month)
        .bind(granted)
        .bind(self.now_at())
        .execute(&mut *transaction)
        .await
        .map_err(&failing)?;
        transaction.commit().await.map_err(&failing)?;
        Ok(ComputeReserved::Minutes(granted))
    }

    async fn settle_compute(&self, request: RequestId, minutes: f64) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE compute_spending SET minutes = $3, settled = true
             WHERE request_id = $1 AND org_id = $2",
        )
        .bind(request.0)
        .bind(self.organization())
        .bind(minutes)
        .execute(self.pool())
        .await
        .map_err(self.failing("settle compute minutes"))?;
        Ok(())
    }

    async fn compute_used(&self, repo: RepoId, month: &str) -> Result<f64, StoreError> {
        let failing = self.failing("read what compute minutes were used");
        let mut connection = self.pool().acquire().await.map_err(&failing)?;
        self.used(&mut connection, repo.0, month).await.map_err(failing)
    }
}

impl PostgresStore {
    async fn used(
        &self,
        connection: &mut PgConnection,
        repo: Uuid,
        month: &str,
    ) -> sqlx::Result<f64> {
        sqlx::query_scalar(
            "SELECT coalesce(sum(minutes + earlier), 0) FROM compute_spending
             WHERE org_id = $1 AND repo_id = $2 AND month = $3",
        )
        .bind(self.organization())
        .bind(repo)
        .bind(month)
        .fetch_one(connection)
        .await
    }
}
