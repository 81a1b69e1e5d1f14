//! Requests for runs, as workers see them. Each call is one statement, so that
//! a worker may die between any two.

use async_trait::async_trait;
use selfopt_core::{
    Beat, ExitCode, FailedTry, MAX_TRIES, Millis, RequestId, RunId, RunRequest, StoreError,
    Timestamp, WorkQueue,
};
use sqlx::Row;

use super::{rows, store::SqliteStore};
use crate::{json, records};

#[async_trait]
impl WorkQueue for SqliteStore {
    async fn claim(&self, worker: &str, lease: Millis) -> Result<Option<RunRequest>, StoreError> {
        let failing = self.failing("take a request for a run");
        let now = self.now();
        let row = sqlx::query(
            "UPDATE run_requests SET
                 state = 'running', worker = ?1, lease_until = ?2, tries = tries + 1,
                 error = NULL, hint = NULL
             WHERE id = (
                 SELECT id FROM run_requests AS waiting
                 WHERE state = 'queued' AND not_before <= ?3
                     AND NOT EXISTS (
                         SELECT 1 FROM run_requests AS other
                         WHERE other.repo_id = waiting.repo_id AND other.state = 'running'
                     )
                     AND NOT EXISTS (SELECT 1 FROM pauses WHERE pauses.repo_id = waiting.repo_id)
                 ORDER BY created_at, id LIMIT 1
             )
             RETURNING *",
        )
        .bind(worker)
        .bind(rows::integer(now.0.saturating_add(lease.0), "the time")?)
        .bind(rows::integer(now.0, "the time")?)
        .fetch_optional(&self.pool)
        .await
        .map_err(&failing)?;
        row.as_ref().map(records::request).transpose().map_err(failing)
    }

    async fn beat(&self, id: RequestId, worker: &str, lease: Millis) -> Result<Beat, StoreError> {
        let failing = self.failing(format!("say that request {id} is at work"));
        let until = Timestamp(self.now().0.saturating_add(lease.0));
        let row = sqlx::query(
            "UPDATE run_requests SET lease_until = ?3 WHERE id = ?1 AND worker = ?2
             RETURNING cancel_asked",
        )
        .bind(id.to_string())
        .bind(worker)
        .bind(rows::integer(until.0, "the time")?)
        .fetch_optional(&self.pool)
        .await
        .map_err(&failing)?;
        let Some(row) = row else { return Ok(Beat::Lost) };
        let cancelled: bool = row.try_get("cancel_asked").map_err(failing)?;
        Ok(if cancelled { Beat::Cancelled } else { Beat::GoOn })
    }

    async fn attach(&self, id: RequestId, worker: &str, run: RunId) -> Result<(), StoreError> {
        sqlx::query("UPDATE run_requests SET run_id = ?3 WHERE id = ?1 AND worker = ?2")
            .bind(id.to_string())
            .bind(worker)
            .bind(run.to_string())
            .execute(&self.pool)
            .await
            .map_err(self.failing(format!("note the run of request {id}")))?;
        Ok(())
    }

    async fn finish(&self, id: RequestId, worker: &str, exit: ExitCode) -> Result<(), StoreError> {
        let state = if exit == ExitCode::Interrupted { "cancelled" } else { "done" };
        sqlx::query(
            "UPDATE run_requests SET state = ?3, exit_code = ?4, ended_at = ?5,
                 worker = NULL, lease_until = NULL
             WHERE id = ?1 AND worker = ?2",
        )
        .bind(id.to_string())
        .bind(worker)
        .bind(state)
        .bind(exit.code())
        .bind(rows::integer(self.now().0, "the time")?)
        .execute(&self.pool)
        .await
        .map_err(self.failing(format!("end request {id}")))?;
        Ok(())
    }

    async fn give_back(&self, id: RequestId, worker: &str) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE run_requests SET state = 'queued', tries = max(tries - 1, 0),
                 worker = NULL, lease_until = NULL
             WHERE id = ?1 AND worker = ?2",
        )
        .bind(id.to_string())
        .bind(worker)
        .execute(&self.pool)
        .await
        .map_err(self.failing(format!("give request {id} back")))?;
        Ok(())
    }

    async fn fail(&self, id: RequestId, worker: &str, failed: FailedTry) -> Result<(), StoreError> {
        let FailedTry { error, hint, again } = failed;
        let again = again.map(|at| rows::integer(at.0, "the time")).transpose()?;
        sqlx::query(
            "UPDATE run_requests SET
                 state = CASE WHEN ?5 IS NULL OR tries >= ?6 THEN 'dead' ELSE 'queued' END,
                 ended_at = CASE WHEN ?5 IS NULL OR tries >= ?6 THEN ?7 END,
                 not_before = coalesce(?5, not_before), error = ?3, hint = ?4,
                 worker = NULL, lease_until = NULL
             WHERE id = ?1 AND worker = ?2",
        )
        .bind(id.to_string())
        .bind(worker)
        .bind(error)
        .bind(hint)
        .bind(again)
        .bind(MAX_TRIES)
        .bind(rows::integer(self.now().0, "the time")?)
        .execute(&self.pool)
        .await
        .map_err(self.failing(format!("note why request {id} failed")))?;
        Ok(())
    }

    async fn reclaim(&self, dead_workers: &[String]) -> Result<u64, StoreError> {
        let dead = json::encode(&dead_workers.to_vec(), || "the dead workers".to_owned())?;
        let updated = sqlx::query(
            "UPDATE run_requests SET
                 state = CASE
                     WHEN cancel_asked = 1 THEN 'cancelled'
                     WHEN tries >= ?2 THEN 'dead'
                     ELSE 'queued'
                 END,
                 ended_at = CASE WHEN cancel_asked = 1 OR tries >= ?2 THEN ?3 END,
                 error = CASE WHEN tries >= ?2 THEN 'its worker died, for the last time' END,
                 hint = CASE WHEN tries >= ?2
                     THEN 'see what the server logged before it died, then queue the request again'
                 END,
                 worker = NULL, lease_until = NULL
             WHERE state = 'running'
                 AND (lease_until <= ?3 OR worker IN (SELECT value FROM json_each(?1)))",
        )
        .bind(dead)
        .bind(MAX_TRIES)
        .bind(rows::integer(self.now().0, "the time")?)
        .execute(&self.pool)
        .await
        .map_err(self.failing("queue again what dead workers had"))?;
        Ok(updated.rows_affected())
    }
}
