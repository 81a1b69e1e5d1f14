//! Runs.

use async_trait::async_trait;
use selfopt_core::{NewRun, RepoId, RunId, RunRecord, RunStatus, RunStore, StoreError};

use super::{at::At, store::PostgresStore};
use crate::{columns, errors, records};

/// The columns that [`records::run`] reads, with a condition and an order.
macro_rules! select_runs {
    ($rest:literal) => {
        concat!(
            "SELECT id, repo_id, sha, status::text, seed::text, config_digest, compute_minutes, ",
            "created_at FROM runs WHERE ",
            $rest
        )
    };
}
pub(super) use select_runs;

#[async_trait]
impl RunStore for PostgresStore {
    async fn create_run(&self, run: NewRun) -> Result<RunRecord, StoreError> {
        let record = records::new_run(self.new_id(), run, self.now());
        sqlx::query(
            "INSERT INTO runs
                 (id, org_id, repo_id, sha, status, seed, config_digest, compute_minutes, created_at)
             VALUES ($1, $2, $3, $4, $5::text::run_status, $6::text::numeric, $7, $8, $9)",
        )
        .bind(record.id.0)
        .bind(self.organization())
        .bind(record.repo.0)
        .bind(record.commit.as_str())
        .bind(columns::to_word(&record.status))
        .bind(record.seed.to_string())
        .bind(record.config_digest.as_str())
        .bind(record.compute_minutes)
        .bind(At(record.created_at))
        .execute(self.pool())
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
        let updated = sqlx::query(
            "UPDATE runs SET status = $1::text::run_status, compute_minutes = $2
             WHERE id = $3 AND org_id = $4",
        )
        .bind(columns::to_word(&status))
        .bind(compute_minutes)
        .bind(run.0)
        .bind(self.organization())
        .execute(self.pool())
        .await
        .map_err(&failing)?;
        errors::must_be_there(updated.rows_affected(), failing)
    }

    async fn run(&self, run: RunId) -> Result<Option<RunRecord>, StoreError> {
        let failing = self.failing(format!("read run {run}"));
        let row = sqlx::query(select_runs!("id = $1 AND org_id = $2"))
            .bind(run.0)
            .bind(self.organization())
            .fetch_optional(self.pool())
            .await
            .map_err(&failing)?;
        row.as_ref().map(records::run).transpose().map_err(failing)
    }

    async fn runs(&self, repo: RepoId) -> Result<Vec<RunRecord>, StoreError> {
        let failing = self.failing(format!("read the runs of repository {repo}"));
        let rows = sqlx::query(select_runs!(
            "repo_id = $1 AND org_id = $2 ORDER BY created_at DESC, id DESC"
        ))
        .bind(repo.0)
        .bind(self.organization())
        .fetch_all(self.pool())
        .await
        .map_err(&failing)?;
        rows.iter().map(records::run).collect::<sqlx::Result<_>>().map_err(failing)
    }

    async fn finished_runs(&self) -> Result<Vec<RunRecord>, StoreError> {
        let failing = self.failing("read the finished runs");
        let rows = sqlx::query(select_runs!(
            "org_id = $1 AND status = 'finished' ORDER BY created_at, id"
        ))
        .bind(self.organization())
        .fetch_all(self.pool())
        .await
        .map_err(&failing)?;
        rows.iter().map(records::run).collect::<sqlx::Result<_>>().map_err(failing)
    }

    async fn latest_run(&self) -> Result<Option<RunRecord>, StoreError> {
        let failing = self.failing("read the latest run");
        let row =
            sqlx::query(select_runs!("org_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1"))
                .bind(self.organization())
                .fetch_optional(self.pool())
                .await
                .map_err(&failing)?;
        row.as_ref().map(records::run).transpose().map_err(failing)
    }
}
