//! Runs.

use async_trait::async_trait;
use selfopt_core::{NewRun, RepoId, RunId, RunRecord, RunStatus, RunStore, StoreError};

use super::{rows, store::SqliteStore};
use crate::{errors, records};

#[async_trait]
impl RunStore for SqliteStore {
    async fn create_run(&self, run: NewRun) -> Result<RunRecord, StoreError> {
        let record = records::new_run(self.new_id(), run, self.now());
        sqlx::query(
            "INSERT INTO runs
                 (id, repo_id, sha, status, seed, config_digest, compute_minutes, created_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(record.id.to_string())
        .bind(record.repo.to_string())
        .bind(record.commit.as_str())
        .bind(rows::to_word(&record.status))
        .bind(record.seed.to_string())
        .bind(record.config_digest.as_str())
        .bind(record.compute_minutes)
        .bind(rows::integer(record.created_at.0, "the time")?)
        .execute(&self.pool)
        .await
        .map_err(self.failing("create a run"))?;
        Ok(record)
    }

    async fn update_run(
        &self,
        run: RunId,
        status: RunStatus,
        compute_minutes: f64,
    ) -> Result<(), StoreError> {
        let failing = self.failing(format!("update run {run}"));
        let updated = sqlx::query("UPDATE runs SET status = ?, compute_minutes = ? WHERE id = ?")
            .bind(rows::to_word(&status))
            .bind(compute_minutes)
            .bind(run.to_string())
            .execute(&self.pool)
            .await
            .map_err(&failing)?;
        errors::must_be_there(updated.rows_affected(), failing)
    }

    async fn run(&self, run: RunId) -> Result<Option<RunRecord>, StoreError> {
        let failing = self.failing(format!("read run {run}"));
        let row = sqlx::query("SELECT * FROM runs WHERE id = ?")
            .bind(run.to_string())
            .fetch_optional(&self.pool)
            .await
            .map_err(&failing)?;
        row.as_ref().map(records::run).transpose().map_err(failing)
    }

    async fn runs(&self, repo: RepoId) -> Result<Vec<RunRecord>, StoreError> {
        let failing = self.failing(format!("read the runs of repository {repo}"));
        let rows =
            sqlx::query("SELECT * FROM runs WHERE repo_id = ? ORDER BY created_at DESC, id DESC")
                .bind(repo.to_string())
                .fetch_all(&self.pool)
                .await
                .map_err(&failing)?;
        rows.iter().map(records::run).collect::<sqlx::Result<_>>().map_err(failing)
    }

    async fn finished_runs(&self) -> Result<Vec<RunRecord>, StoreError> {
        let failing = self.failing("read the finished runs");
        let rows = sqlx::query("SELECT * FROM runs WHERE status = ? ORDER BY created_at, id")
            .bind(rows::to_word(&RunStatus::Finished))
            .fetch_all(&self.pool)
            .await
            .map_err(&failing)?;
        rows.iter().map(records::run).collect::<sqlx::Result<_>>().map_err(failing)
    }

    async fn latest_run(&self) -> Result<Option<RunRecord>, StoreError> {
        let failing = self.failing("read the latest run");
        let row = sqlx::query("SELECT * FROM runs ORDER BY created_at DESC, id DESC LIMIT 1")
            .fetch_optional(&self.pool)
            .await
            .map_err(&failing)?;
        row.as_ref().map(records::run).transpose().map_err(failing)
    }
}
