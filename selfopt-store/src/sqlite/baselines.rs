//! Baselines by commit.

use async_trait::async_trait;
use selfopt_core::{Baseline, BaselineStore, CommitId, RepoId, StoreError};

use super::{rows, store::SqliteStore};
use crate::{ids, json};

#[async_trait]
impl BaselineStore for SqliteStore {
    async fn put_baseline(&self, repo: RepoId, baseline: &Baseline) -> Result<(), StoreError> {
        let commit = &baseline.commit;
        let what = || format!("the baseline of commit {commit}");
        let record = json::encode(baseline, what)?;
        let id = ids::of_baseline(repo, &record);
        sqlx::query(
            "INSERT INTO baselines (id, repo_id, sha, number, record, created_at)
             VALUES (
                 ?1, ?2, ?3,
                 (SELECT coalesce(max(number) + 1, 0) FROM baselines WHERE repo_id = ?2 AND sha = ?3),
                 ?4, ?5
             )
             ON CONFLICT (id) DO NOTHING",
        )
        .bind(id)
        .bind(repo.to_string())
        .bind(commit.as_str())
        .bind(record)
        .bind(rows::integer(self.now().0, "the time")?)
        .execute(&self.pool)
        .await
        .map_err(self.failing(format!("keep {}", what())))?;
        Ok(())
    }

    async fn baseline(
        &self,
        repo: RepoId,
        commit: &CommitId,
    ) -> Result<Option<Baseline>, StoreError> {
        let what = || format!("the baseline of commit {commit}");
        let record: Option<String> = sqlx::query_scalar(
            "SELECT record FROM baselines WHERE repo_id = ? AND sha = ?
             ORDER BY number DESC LIMIT 1",
        )
        .bind(repo.to_string())
        .bind(commit.as_str())
        .fetch_optional(&self.pool)
        .await
        .map_err(self.failing(format!("read {}", what())))?;
        record.map(|record| json::decode(&record, what)).transpose()
    }
}
