//! Proposals.

use async_trait::async_trait;
use selfopt_core::{ArtifactRecord, ProposalId, ProposalRecord, ProposalStore, RepoId, StoreError};

use super::{rows, store::SqliteStore};
use crate::{json, records};

/// Newest first.
macro_rules! select_proposals {
    ($condition:literal) => {
        concat!(
            "SELECT run_id, id, repo_id, record, created_at, pr_url FROM proposals ",
            $condition,
            " ORDER BY created_at DESC, run_id DESC, number DESC"
        )
    };
}

#[async_trait]
impl ProposalStore for SqliteStore {
    /// What was proved stays as it was first written; a pull request may be
    /// added or changed, and is never taken away again by a resumed run that
    /// does not know of it.
    async fn put_proposal(&self, proposal: &ProposalRecord) -> Result<(), StoreError> {
        let ProposalRecord { id, run, repo, summary, created_at, pr_url } = proposal;
        let what = || format!("proposal {id} of run {run}");
        sqlx::query(
            "INSERT INTO proposals (run_id, id, number, repo_id, record, created_at, pr_url)
             VALUES (
                 ?1, ?2,
                 (SELECT coalesce(max(number) + 1, 0) FROM proposals WHERE run_id = ?1),
                 ?3, ?4, ?5, ?6
             )
             ON CONFLICT (run_id, id) DO UPDATE SET pr_url = excluded.pr_url
             WHERE excluded.pr_url IS NOT NULL",
        )
        .bind(run.to_string())
        .bind(id.as_str())
        .bind(repo.to_string())
        .bind(json::encode(summary, what)?)
        .bind(rows::integer(created_at.0, "the time")?)
        .bind(pr_url.as_deref())
        .execute(&self.pool)
        .await
        .map_err(self.failing(format!("keep {}", what())))?;
        Ok(())
    }

    async fn proposals(&self, repo: Option<RepoId>) -> Result<Vec<ProposalRecord>, StoreError> {
        let found = match repo {
            Some(repo) => {
                sqlx::query(select_proposals!("WHERE repo_id = ?"))
                    .bind(repo.to_string())
                    .fetch_all(&self.pool)
                    .await
            }
            None => sqlx::query(select_proposals!("")).fetch_all(&self.pool).await,
        };
        let rows = found.map_err(self.failing("read proposals"))?;
        rows.iter().map(|row| records::proposal(row, self.failing("read proposals"))).collect()
    }

    async fn find_proposals(&self, id_prefix: &str) -> Result<Vec<ProposalRecord>, StoreError> {
        let rows = sqlx::query(select_proposals!("WHERE id >= ? AND id < ?"))
            .bind(id_prefix)
            .bind(rows::end_of_prefix(id_prefix))
            .fetch_all(&self.pool)
            .await
            .map_err(self.failing(format!("look for proposals by `{id_prefix}`")))?;
        rows.iter().map(|row| records::proposal(row, self.failing("read proposals"))).collect()
    }

    async fn put_artifact(&self, artifact: &ArtifactRecord) -> Result<(), StoreError> {
        self.insert_artifact(artifact).await
    }

    async fn artifacts(&self, proposal: &ProposalId) -> Result<Vec<ArtifactRecord>, StoreError> {
        self.artifacts_of(proposal).await
    }
}
