//! Attempts by run, and by candidate across runs.

use async_trait::async_trait;
use selfopt_core::{Attempt, AttemptStore, CandidateId, RunId, StoreError};
use sqlx::sqlite::SqliteRow;

use super::{rows, store::SqliteStore};
use crate::{json, records};

#[async_trait]
impl AttemptStore for SqliteStore {
    /// Said again, an attempt keeps its place in the order made.
    async fn put_attempt(&self, run: RunId, attempt: &Attempt) -> Result<(), StoreError> {
        let what = || format!("attempt {} of run {run}", attempt.id);
        sqlx::query(
            "INSERT INTO attempts (run_id, id, number, record, created_at)
             VALUES (
                 ?1, ?2,
                 (SELECT coalesce(max(number) + 1, 0) FROM attempts WHERE run_id = ?1),
                 ?3, ?4
             )
             ON CONFLICT (run_id, id) DO UPDATE SET record = excluded.record
             WHERE record <> excluded.record",
        )
        .bind(run.to_string())
        .bind(attempt.id.as_str())
        .bind(json::encode(attempt, what)?)
        .bind(rows::integer(self.now().0, "the time")?)
        .execute(&self.pool)
        .await
        .map_err(self.failing(format!("keep {}", what())))?;
        Ok(())
    }

    async fn attempts(&self, run: RunId) -> Result<Vec<Attempt>, StoreError> {
        let records: Vec<String> =
            sqlx::query_scalar("SELECT record FROM attempts WHERE run_id = ? ORDER BY number")
                .bind(run.to_string())
                .fetch_all(&self.pool)
                .await
                .map_err(self.failing(format!("read the attempts of run {run}")))?;
        records
            .iter()
            .map(|record| json::decode(record, || format!("an attempt of run {run}")))
            .collect()
    }

    /// One attempt a candidate, by the candidates' ids.
    async fn find_attempts(&self, id_prefix: &str) -> Result<Vec<(RunId, Attempt)>, StoreError> {
        let rows = sqlx::query(
            "SELECT run_id, id, record
             FROM (
                 SELECT run_id, id, record,
                     row_number() OVER (PARTITION BY id ORDER BY created_at DESC, run_id DESC) AS age
                 FROM attempts
                 WHERE id >= ? AND id < ?
             )
             WHERE age = 1
             ORDER BY id",
        )
        .bind(id_prefix)
        .bind(rows::end_of_prefix(id_prefix))
        .fetch_all(&self.pool)
        .await
        .map_err(self.failing(format!("look for attempts by `{id_prefix}`")))?;
        self.with_runs(&rows)
    }

    async fn history(&self, candidate: &CandidateId) -> Result<Vec<(RunId, Attempt)>, StoreError> {
        let rows = sqlx::query(
            "SELECT run_id, id, record FROM attempts WHERE id = ? ORDER BY created_at, run_id",
        )
        .bind(candidate.as_str())
        .fetch_all(&self.pool)
        .await
        .map_err(self.failing(format!("read the history of {candidate}")))?;
        self.with_runs(&rows)
    }
}

impl SqliteStore {
    fn with_runs(&self, rows: &[SqliteRow]) -> Result<Vec<(RunId, Attempt)>, StoreError> {
        let failing = self.failing("read attempts");
        rows.iter().map(|row| records::attempt_and_run(row, &failing)).collect()
    }
}
