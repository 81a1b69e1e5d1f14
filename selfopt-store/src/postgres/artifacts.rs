//! Where the artifacts of a proposal lie.

use selfopt_core::{ArtifactRecord, ProposalId, StoreError};
use sqlx::PgExecutor;
use uuid::Uuid;

use super::{at::At, nul, store::PostgresStore};
use crate::{columns, ids, records};

impl PostgresStore {
    pub(super) async fn insert_artifact(
        &self,
        artifact: &ArtifactRecord,
    ) -> Result<(), StoreError> {
        let ArtifactRecord { proposal, storage_path, kind, created_at } = artifact;
        sqlx::query(
            "INSERT INTO artifacts (org_id, id, proposal_id, storage_path, type, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (org_id, id) DO NOTHING",
        )
        .bind(self.organization())
        .bind(ids::of_artifact(artifact))
        .bind(proposal.as_str())
        .bind(nul::keep(storage_path))
        .bind(columns::to_word(kind))
        .bind(At(*created_at))
        .execute(self.pool())
        .await
        .map_err(self.failing(format!("keep where `{storage_path}` lies")))?;
        Ok(())
    }
}

/// By path.
pub(super) async fn of(
    executor: impl PgExecutor<'_>,
    organization: Uuid,
    proposal: &ProposalId,
) -> sqlx::Result<Vec<ArtifactRecord>> {
    let rows = sqlx::query(
        "SELECT proposal_id, storage_path, type, created_at FROM artifacts
         WHERE org_id = $1 AND proposal_id = $2 ORDER BY storage_path",
    )
    .bind(organization)
    .bind(nul::keep(proposal.as_str()))
    .fetch_all(executor)
    .await?;
    rows.iter().map(records::artifact).collect()
}
