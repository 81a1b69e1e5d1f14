//! Proposals.

use async_trait::async_trait;
use selfopt_core::{ArtifactRecord, ProposalId, ProposalRecord, ProposalStore, RepoId, StoreError};

use super::{artifacts, at::At, nul, store::PostgresStore};
use crate::{columns, json, records};

/// Newest first.
macro_rules! select_proposals {
    ($condition:literal) => {
        concat!(
            "SELECT run_id, id, repo_id, record::text, created_at, pr_url FROM proposals ",
            "WHERE org_id = $1",
            $condition,
            " ORDER BY created_at DESC, run_id DESC, number DESC"
        )
    };
}

#[async_trait]
impl ProposalStore for PostgresStore {
    /// What was proved stays as it was first written; a pull request may be
    /// added or changed, and is never taken away again by a resumed run that
    /// does not know of it.
    async fn put_proposal(&self, proposal: &ProposalRecord) -> Result<(), StoreError> {
        let ProposalRecord { id, run, repo, summary, created_at, pr_url } = proposal;
        let what = || format!("proposal {id} of run {run}");
        let record = nul::keep_json(json::encode(summary, what)?);
        let failing = self.failing(format!("keep {}", what()));
        let mut transaction = self.begin().await.map_err(&failing)?;
        self.hold_run(&mut transaction, *run).await.map_err(&failing)?;
        sqlx::query(
            "INSERT INTO proposals (run_id, org_id, id, number, repo_id, record, created_at, pr_url)
             VALUES (
                 $1, $2, $3,
                 (SELECT coalesce(max(number) + 1, 0) FROM proposals WHERE run_id = $1),
                 $4, $5::json, $6, $7
             )
             ON CONFLICT (run_id, id) DO UPDATE SET pr_url = excluded.pr_url
             WHERE excluded.pr_url IS NOT NULL",
        )
        .bind(run.0)
        .bind(self.organization())
        .bind(id.as_str())
        .bind(repo.0)
        .bind(record)
        .bind(At(*created_at))
        .bind(pr_url.as_deref())
        .execute(&mut *transaction)
        .await
        .map_err(&failing)?;
        transaction.commit().await.map_err(failing)
    }

    async fn proposals(&self, repo: Option<RepoId>) -> Result<Vec<ProposalRecord>, StoreError> {
        let query = match repo {
            Some(repo) => sqlx::query(select_proposals!(" AND repo_id = $2"))
                .bind(self.organization())
                .bind(repo.0),
            None => sqlx::query(select_proposals!("")).bind(self.organization()),
        };
        let failing = self.failing("read proposals");
        let rows = query.fetch_all(self.pool()).await.map_err(&failing)?;
        rows.iter().map(|row| records::proposal(row, &failing)).collect()
    }

    async fn find_proposals(&self, id_prefix: &str) -> Result<Vec<ProposalRecord>, StoreError> {
        let failing = self.failing(format!("look for proposals by `{id_prefix}`"));
        let rows = sqlx::query(select_proposals!(" AND id >= $2 AND id < $3"))
            .bind(self.organization())
            .bind(nul::keep(id_prefix))
            .bind(columns::end_of_prefix(&nul::keep(id_prefix)))
            .fetch_all(self.pool())
            .await
            .map_err(&failing)?;
        rows.iter().map(|row| records::proposal(row, &failing)).collect()
    }

    async fn put_artifact(&self, artifact: &ArtifactRecord) -> Result<(), StoreError> {
        self.insert_artifact(artifact).await
    }

    async fn artifacts(&self, proposal: &ProposalId) -> Result<Vec<ArtifactRecord>, StoreError> {
        let failing = self.failing(format!("read the artifacts of {proposal}"));
        artifacts::of(self.pool(), self.organization(), proposal).await.map_err(failing)
    }
}
