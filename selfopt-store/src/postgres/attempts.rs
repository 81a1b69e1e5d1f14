//! Attempts by run, and by candidate across runs.

use async_trait::async_trait;
use selfopt_core::{Attempt, AttemptStore, CandidateId, RunId, StoreError};
use sqlx::postgres::PgRow;

use super::{nul, store::PostgresStore};
use crate::{columns, json, records};

#[async_trait]
impl AttemptStore for PostgresStore {
    /// Said again, an attempt keeps its place in the order made.
    async fn put_attempt(&self, run: RunId, attempt: &Attempt) -> Result<(), StoreError> {
        let what = || format!("attempt {} of run {run}", attempt.id);
        let record = nul::keep_json(json::encode(attempt, what)?);
        let failing = self.failing(format!("keep {}", what()));
        let mut transaction = self.begin().await.map_err(&failing)?;
        self.hold_run(&mut transaction, run).await.map_err(&failing)?;
        sqlx::query(
            "INSERT INTO attempts (run_id, org_id, id, number, record, created_at)
             VALUES (
                 $1, $2, $3,
                 (SELECT coalesce(max(number) + 1, 0) FROM attempts WHERE run_id = $1),
                 $4::json, $5
             )
             ON CONFLICT (run_id, id) DO UPDATE SET record = excluded.record
             WHERE attempts.record::text <> excluded.record::text",
        )
        .bind(run.0)
        .bind(self.organization())
        .bind(attempt.id.as_str())
        .bind(record)
        .bind(self.now_at())
        .execute(&mut *transaction)
        .await
        .map_err(&failing)?;
        transaction.commit().await.map_err(failing)
    }

    async fn attempts(&self, run: RunId) -> Result<Vec<Attempt>, StoreError> {
        let records: Vec<String> = sqlx::query_scalar(
            "SELECT record::text FROM attempts WHERE run_id = $1 AND org_id = $2 ORDER BY number",
        )
        .bind(run.0)
        .bind(self.organization())
        .fetch_all(self.pool())
        .await
        .map_err(self.failing(format!("read the attempts of run {run}")))?;
        records
            .into_iter()
            .map(nul::read_json)
            .map(|record| json::decode(&record, || format!("an attempt of run {run}")))
            .collect()
    }

    /// One attempt a candidate, by the candidates' ids.
    async fn find_attempts(&self, id_prefix: &str) -> Result<Vec<(RunId, Attempt)>, StoreError> {
        let rows = sqlx::query(
            "SELECT DISTINCT ON (id) run_id, id, record::text FROM attempts
             WHERE org_id = $1 AND id >= $2 AND id < $3
             ORDER BY id, created_at DESC, run_id DESC",
        )
        .bind(self.organization())
        .bind(nul::keep(id_prefix))
        .bind(columns::end_of_prefix(&nul::keep(id_prefix)))
        .fetch_all(self.pool())
        .await
        .map_err(self.failing(format!("look for attempts by `{id_prefix}`")))?;
        self.with_runs(&rows)
    }

    async fn history(&self, candidate: &CandidateId) -> Result<Vec<(RunId, Attempt)>, StoreError> {
        let rows = sqlx::query(
            "SELECT run_id, id, record::text FROM attempts WHERE org_id = $1 AND id = $2
             ORDER BY created_at, run_id",
        )
        .bind(self.organization())
        .bind(nul::keep(candidate.as_str()))
        .fetch_all(self.pool())
        .await
        .map_err(self.failing(format!("read the history of {candidate}")))?;
        self.with_runs(&rows)
    }
}

impl PostgresStore {
    fn with_runs(&self, rows: &[PgRow]) -> Result<Vec<(RunId, Attempt)>, StoreError> {
        let failing = self.failing("read attempts");
        rows.iter().map(|row| records::attempt_and_run(row, &failing)).collect()
    }
}
