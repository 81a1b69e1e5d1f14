//! Proposals that somebody does not want.

use async_trait::async_trait;
use selfopt_core::{Dismissal, DismissalStore, ProposalId, RunId, StoreError};

use super::{nul, store::PostgresStore};
use crate::records::Columns as _;

#[async_trait]
impl DismissalStore for PostgresStore {
    async fn dismiss(
        &self,
        run: RunId,
        proposal: &ProposalId,
        reason: &str,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO dismissals (run_id, proposal_id, org_id, reason, created_at)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (run_id, proposal_id) DO NOTHING",
        )
        .bind(run.0)
        .bind(proposal.as_str())
        .bind(self.organization())
        .bind(nul::keep(reason))
        .bind(self.now_at())
        .execute(self.pool())
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
            "SELECT reason, created_at FROM dismissals
             WHERE run_id = $1 AND proposal_id = $2 AND org_id = $3",
        )
        .bind(run.0)
        .bind(proposal.as_str())
        .bind(self.organization())
        .fetch_optional(self.pool())
        .await
        .map_err(&failing)?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Dismissal {
            reason: row.text("reason").map_err(&failing)?,
            at: row.time("created_at").map_err(&failing)?,
        }))
    }
}
