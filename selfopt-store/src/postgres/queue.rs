//! Requests for runs, as workers see them. Each call is one statement, so that
//! a worker may die between any two.

use async_trait::async_trait;
use selfopt_core::{
    Beat, ExitCode, FailedTry, MAX_TRIES, Millis, RequestId, RunId, RunRequest, StoreError,
    Timestamp, WorkQueue,
};
use sqlx::{error::DatabaseError, postgres::PgRow};

use super::{at::At, nul, store::PostgresStore};
use crate::records;

/// The index that lets one request of a repository be at work.
const AT_WORK: &str = "run_requests_at_work";

const CLAIM: &str = "
    UPDATE run_requests SET
        state = 'running', worker = $2, lease_until = $3, tries = tries + 1,
        error = NULL, hint = NULL
    WHERE id = (
        SELECT id FROM run_requests AS waiting
        WHERE org_id = $1 AND state = 'queued' AND not_before <= $4
            AND NOT EXISTS (
                SELECT FROM run_requests AS other
                WHERE other.repo_id = waiting.repo_id AND other.state = 'running'
            )
            AND NOT EXISTS (SELECT FROM pauses WHERE pauses.repo_id = waiting.repo_id)
        ORDER BY created_at, id LIMIT 1
        FOR UPDATE SKIP LOCKED
    )
    RETURNING *";

#[async_trait]
impl WorkQueue for PostgresStore {
    async fn claim(&self, worker: &str, lease: Millis) -> Result<Option<RunRequest>, StoreError> {
        let failing = self.failing("take a request for a run");
        loop {
            let row = match self.try_claim(worker, lease).await {
                // Two of one repository wait, and another worker took the other
                // one just now. Its claim is seen the next time.
                Err(error) if is_at_work(&error) => continue,
                row => row.map_err(&failing)?,
            };
            return row.as_ref().map(records::request).transpose().map_err(failing);
        }
    }

    async fn beat(&self, id: RequestId, worker: &str, lease: Millis) -> Result<Beat, StoreError> {
        let cancelled: Option<bool> = sqlx::query_scalar(
            "UPDATE run_requests SET lease_until = $4
             WHERE id = $1 AND org_id = $2 AND worker = $3 RETURNING cancel_asked",
        )
        .bind(id.0)
        .bind(self.organization())
        .bind(worker)
        .bind(self.end_of(lease))
        .fetch_optional(self.pool())
        .await
        .map_err(self.failing(format!("say that request {id} is at work")))?;
        Ok(match cancelled {
            None => Beat::Lost,
            Some(true) => Beat::Cancelled,
            Some(false) => Beat::GoOn,
        })
    }

    async fn attach(&self, id: RequestId, worker: &str, run: RunId) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE run_requests SET run_id = $4 WHERE id = $1 AND org_id = $2 AND worker = $3",
        )
        .bind(id.0)
        .bind(self.organization())
        .bind(worker)
        .bind(run.0)
        .execute(self.pool())
        .await
        .map_err(self.failing(format!("note the run of request {id}")))?;
        Ok(())
    }

    async fn finish(&self, id: RequestId, worker: &str, exit: ExitCode) -> Result<(), StoreError> {
        let state = if exit == ExitCode::Interrupted { "cancelled" } else { "done" };
        sqlx::query(
            "UPDATE run_requests SET state = $4, exit_code = $5, ended_at = $6,
                 worker = NULL, lease_until = NULL
             WHERE id = $1 AND org_id = $2 AND worker = $3",
        )
        .bind(id.0)
        .bind(self.organization())
        .bind(worker)
        .bind(state)
        .bind(i64::from(exit.code()))
        .bind(self.now_at())
        .execute(self.pool())
        .await
        .map_err(self.failing(format!("end request {id}")))?;
        Ok(())
    }

    async fn give_back(&self, id: RequestId, worker: &str) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE run_requests SET state = 'queued', tries = greatest(tries - 1, 0),
                 worker = NULL, lease_until = NULL
             WHERE id = $1 AND org_id = $2 AND worker = $3",
        )
        .bind(id.0)
        .bind(self.organization())
        .bind(worker)
        .execute(self.pool())
        .await
        .map_err(self.failing(format!("give request {id} back")))?;
        Ok(())
    }

    async fn fail(&self, id: RequestId, worker: &str, failed: FailedTry) -> Result<(), StoreError> {
        let FailedTry { error, hint, again } = failed;
        sqlx::query(
            "UPDATE run_requests SET
                 state = CASE WHEN $6 IS NULL OR tries >= $7 THEN 'dead' ELSE 'queued' END,
                 ended_at = CASE WHEN $6 IS NULL OR tries >= $7 THEN $8 END,
                 not_before = coalesce($6, not_before), error = $4, hint = $5,
                 worker = NULL, lease_until = NULL
             WHERE id = $1 AND org_id = $2 AND worker = $3",
        )
        .bind(id.0)
        .bind(self.organization())
        .bind(worker)
        .bind(nul::keep(&error))
        .bind(hint.as_deref().map(nul::keep))
        .bind(again.map(At))
        .bind(i64::from(MAX_TRIES))
        .bind(self.now_at())
        .execute(self.pool())
        .await
        .map_err(self.failing(format!("note why request {id} failed")))?;
        Ok(())
    }

    async fn reclaim(&self, dead_workers: &[String]) -> Result<u64, StoreError> {
        let updated = sqlx::query(
            "UPDATE run_requests SET
                 state = CASE
                     WHEN cancel_asked THEN 'cancelled'
                     WHEN tries >= $3 THEN 'dead'
                     ELSE 'queued'
                 END,
                 ended_at = CASE WHEN cancel_asked OR tries >= $3 THEN $4 END,
                 error = CASE WHEN tries >= $3 THEN 'its worker died, for the last time' END,
                 hint = CASE WHEN tries >= $3
                     THEN 'see what the server logged before it died, then queue the request again'
                 END,
                 worker = NULL, lease_until = NULL
             WHERE org_id = $1 AND state = 'running'
                 AND (lease_until <= $4 OR worker = ANY ($2))",
        )
        .bind(self.organization())
        .bind(dead_workers)
        .bind(i64::from(MAX_TRIES))
        .bind(self.now_at())
        .execute(self.pool())
        .await
        .map_err(self.failing("queue again what dead workers had"))?;
        Ok(updated.rows_affected())
    }
}

impl PostgresStore {
    async fn try_claim(&self, worker: &str, lease: Millis) -> sqlx::Result<Option<PgRow>> {
        sqlx::query(CLAIM)
            .bind(self.organization())
            .bind(worker)
            .bind(self.end_of(lease))
            .bind(self.now_at())
            .fetch_optional(self.pool())
            .await
    }

    fn end_of(&self, lease: Millis) -> At {
        At(Timestamp(self.now().0.saturating_add(lease.0)))
    }
}

fn is_at_work(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(DatabaseError::constraint) == Some(AT_WORK)
}
