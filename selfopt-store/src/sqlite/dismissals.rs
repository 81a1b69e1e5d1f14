//! Proposals that somebody does not want.

use async_trait::async_trait;
use selfopt_core::{Dismissal, DismissalStore, ProposalId, RunId, StoreError};
use sqlx::Row;

use super::{rows, store::SqliteStore};

#[async_trait]
impl DismissalStore for SqliteStore {
    async fn dismiss(
        &self,
        run: RunId,
        proposal: &ProposalId,
        reason: &str,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO dismissals (run_id, proposal_id, reason, created_at) VALUES (?, ?, ?, ?)
             ON CONFLICT (run_id, proposal_id) DO NOTHING",
        )
        .bind(run.to_string())
        .bind(proposal.as_str())
        .bind(reason)
        .bind(rows::integer(self.now().0, "the time")?)
        .execute(&self.pool)
        .await
        .map_err(self.failing(format!("dismiss proposal {proposal}")))?;
        Ok(())
    }

    async fn dismissal(
        &self,
        run: RunId,
        proposal: &ProposalId,
    ) -> Result<Option<Dismissal>, StoreError> {
        let failing = self.failing(format!("read whether proposal {proposal} is dismissed"));
        let row = sqlx::query(
            "SELECT reason, created_at FROM dismissals WHERE run_id = ? AND proposal_id = ?",
        )
        .bind(run.to_string())
        .bind(proposal.as_str())
        .fetch_optional(&self.pool)
        .await
        .map_err(&failing)?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Dismissal {
            reason: row.try_get("reason").map_err(&failing)?,
            at: rows::time(&row, "created_at").map_err(&failing)?,
        }))
    }
}
