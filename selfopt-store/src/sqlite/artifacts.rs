//! Where the artifacts of a proposal lie.

use selfopt_core::{ArtifactRecord, ProposalId, StoreError};
use sqlx::SqlitePool;

use super::{rows, store::SqliteStore};
use crate::{ids, records};

impl SqliteStore {
    pub(super) async fn insert_artifact(
        &self,
        artifact: &ArtifactRecord,
    ) -> Result<(), StoreError> {
        let ArtifactRecord { proposal, storage_path, kind, created_at } = artifact;
        sqlx::query(
            "INSERT INTO artifacts (id, proposal_id, storage_path, type, created_at)
             VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (id) DO NOTHING",
        )
        .bind(ids::of_artifact(artifact))
        .bind(proposal.as_str())
        .bind(storage_path)
        .bind(rows::to_word(kind))
        .bind(rows::integer(created_at.0, "the time")?)
        .execute(&self.pool)
        .await
        .map_err(self.failing(format!("keep where `{storage_path}` lies")))?;
        Ok(())
    }

    /// By path.
    pub(super) async fn artifacts_of(
        &self,
        proposal: &ProposalId,
    ) -> Result<Vec<ArtifactRecord>, StoreError> {
        let failing = self.failing(format!("read the artifacts of {proposal}"));
        of(&self.pool, proposal).await.map_err(failing)
    }
}

/// By path.
pub(super) async fn of(
    pool: &SqlitePool,
    proposal: &ProposalId,
) -> sqlx::Result<Vec<ArtifactRecord>> {
    let rows = sqlx::query(
        "SELECT proposal_id, storage_path, type, created_at FROM artifacts
         WHERE proposal_id = ? ORDER BY storage_path",
    )
    .bind(proposal.as_str())
    .fetch_all(pool)
    .await?;
    rows.iter().map(records::artifact).collect()
}
