//! Opportunities by run.

use async_trait::async_trait;
use selfopt_core::{Opportunity, OpportunityStore, RunId, StoreError};

use super::store::SqliteStore;
use crate::json;

#[async_trait]
impl OpportunityStore for SqliteStore {
    /// All or none: a run that is resumed sees a whole scan or no scan.
    async fn put_opportunities(
        &self,
        run: RunId,
        opportunities: &[Opportunity],
    ) -> Result<(), StoreError> {
        let records = opportunities
            .iter()
            .map(|found| json::encode(found, || format!("opportunity {}", found.id)))
            .collect::<Result<Vec<_>, _>>()?;
        let failing = self.failing(format!("keep the opportunities of run {run}"));
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(&failing)?;
        for (opportunity, record) in opportunities.iter().zip(records) {
            sqlx::query(
                "INSERT INTO opportunities (run_id, id, record) VALUES (?, ?, ?)
                 ON CONFLICT (run_id, id) DO UPDATE SET record = excluded.record
                 WHERE record <> excluded.record",
            )
            .bind(run.to_string())
            .bind(opportunity.id.as_str())
            .bind(record)
            .execute(&mut *transaction)
            .await
            .map_err(&failing)?;
        }
        transaction.commit().await.map_err(failing)
    }

    async fn opportunities(&self, run: RunId) -> Result<Vec<Opportunity>, StoreError> {
        let records: Vec<String> = sqlx::query_scalar(
            "SELECT record FROM opportunities WHERE run_id = ? ORDER BY rank, id",
        )
        .bind(run.to_string())
        .fetch_all(&self.pool)
        .await
        .map_err(self.failing(format!("read the opportunities of run {run}")))?;
        records
            .iter()
            .map(|record| json::decode(record, || format!("an opportunity of run {run}")))
            .collect()
    }
}
