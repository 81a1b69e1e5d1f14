//! Baselines by commit.

use async_trait::async_trait;
use selfopt_core::{Baseline, BaselineStore, CommitId, RepoId, StoreError};

use super::{nul, store::PostgresStore};
use crate::{ids, json};

#[async_trait]
impl BaselineStore for PostgresStore {
    async fn put_baseline(&self, repo: RepoId, baseline: &Baseline) -> Result<(), StoreError> {
        let commit = &baseline.commit;
        let what = || format!("the baseline of commit {commit}");
        let record = json::encode(baseline, what)?;
        let id = ids::of_baseline(repo, &record);
        let failing = self.failing(format!("keep {}", what()));
        let mut transaction = self.begin().await.map_err(&failing)?;
        // Of two that number the baselines of a repository one waits.
        sqlx::query("SELECT id FROM repositories WHERE id = $1 AND org_id = $2 FOR NO KEY UPDATE")
            .bind(repo.0)
            .bind(self.organization())
            .fetch_one(&mut *transaction)
            .await
            .map_err(&failing)?;
        sqlx::query(
            "INSERT INTO baselines (id, org_id, repo_id, sha, number, record, created_at)
             VALUES (
                 $1, $2, $3, $4,
                 (SELECT coalesce(max(number) + 1, 0) FROM baselines WHERE repo_id = $3 AND sha = $4),
                 $5::json, $6
             )
             ON CONFLICT (id) DO NOTHING",
        )
        .bind(id)
        .bind(self.organization())
        .bind(repo.0)
        .bind(commit.as_str())
        .bind(nul::keep_json(record))
        .bind(self.now_at())
        .execute(&mut *transaction)
        .await
        .map_err(&failing)?;
        transaction.commit().await.map_err(failing)
    }

    async fn baseline(
        &self,
        repo: RepoId,
        commit: &CommitId,
    ) -> Result<Option<Baseline>, StoreError> {
        let what = || format!("the baseline of commit {commit}");
        let record: Option<String> = sqlx::query_scalar(
            "SELECT record::text FROM baselines WHERE repo_id = $1 AND org_id = $2 AND sha = $3
             ORDER BY number DESC LIMIT 1",
        )
        .bind(repo.0)
        .bind(self.organization())
        .bind(commit.as_str())
        .fetch_optional(self.pool())
        .await
        .map_err(self.failing(format!("read {}", what())))?;
        record.map(|record| json::decode(&nul::read_json(record), what)).transpose()
    }
}
