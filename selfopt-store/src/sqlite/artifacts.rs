//! Where the artifacts of a proposal lie.

use selfopt_core::{ArtifactRecord, ProposalId, StoreError, digest::Digest};
use sqlx::{Row, SqlitePool, sqlite::SqliteRow};

use super::{rows, store::SqliteStore};

impl SqliteStore {
    pub(super) async fn insert_artifact(
        &self,
        artifact: &ArtifactRecord,
    ) -> Result<(), StoreError> {
        let ArtifactRecord { proposal, storage_path, kind, created_at } = artifact;
        let digest = Digest::of_parts([proposal.as_str().as_bytes(), storage_path.as_bytes()]);
        sqlx::query(
            "INSERT INTO artifacts (id, proposal_id, storage_path, type, created_at)
             VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (id) DO NOTHING",
        )
        .bind(format!("art-{}", digest.prefix(16)))
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
    rows.iter().map(artifact).collect()
}

fn artifact(row: &SqliteRow) -> sqlx::Result<ArtifactRecord> {
    Ok(ArtifactRecord {
        proposal: ProposalId::new(row.try_get::<String, _>("proposal_id")?),
        storage_path: row.try_get("storage_path")?,
        kind: rows::word(row, "type")?,
        created_at: rows::time(row, "created_at")?,
    })
}
