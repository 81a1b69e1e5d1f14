//! Where the artifacts of a proposal lie.

use selfopt_core::{ArtifactRecord, ProposalId, StoreError, digest::Digest};
use sqlx::{PgExecutor, Row, postgres::PgRow};
use uuid::Uuid;

use super::{at::At, nul, rows, store::PostgresStore};
use crate::columns;

impl PostgresStore {
    pub(super) async fn insert_artifact(
        &self,
        artifact: &ArtifactRecord,
    ) -> Result<(), StoreError> {
        let ArtifactRecord { proposal, storage_path, kind, created_at } = artifact;
        let digest = Digest::of_parts([proposal.as_str().as_bytes(), storage_path.as_bytes()]);
        sqlx::query(
            "INSERT INTO artifacts (org_id, id, proposal_id, storage_path, type, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (org_id, id) DO NOTHING",
        )
        .bind(self.organization())
        .bind(format!("art-{}", digest.prefix(16)))
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
    rows.iter().map(artifact).collect()
}

fn artifact(row: &PgRow) -> sqlx::Result<ArtifactRecord> {
    Ok(ArtifactRecord {
        proposal: ProposalId::new(row.try_get::<String, _>("proposal_id")?),
        storage_path: rows::text(row, "storage_path")?,
        kind: rows::word(row, "type")?,
        created_at: rows::time(row, "created_at")?,
    })
}
