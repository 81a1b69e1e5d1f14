//! Opportunities by run.

use async_trait::async_trait;
use selfopt_core::{Opportunity, OpportunityStore, RunId, StoreError};

use super::{nul, store::PostgresStore};
use crate::json;

#[async_trait]
impl OpportunityStore for PostgresStore {
    /// All or none: a run that is resumed sees a whole scan or no scan.
    async fn put_opportunities(
        &self,
        run: RunId,
        opportunities: &[Opportunity],
    ) -> Result<(), StoreError> {
        let ids: Vec<&str> = opportunities.iter().map(|found| found.id.as_str()).collect();
        let records = opportunities
            .iter()
            .map(|found| json::encode(found, || format!("opportunity {}", found.id)))
            .map(|record| record.map(nul::keep_json))
            .collect::<Result<Vec<_>, _>>()?;
        let failing = self.failing(format!("keep the opportunities of run {run}"));
        let mut transaction = self.begin().await.map_err(&failing)?;
        self.hold_run(&mut transaction, run).await.map_err(&failing)?;
        // Of two with one id in a scan the last counts; one statement must not
        // write a row twice.
        sqlx::query(
            "INSERT INTO opportunities (run_id, org_id, id, record)
             SELECT DISTINCT ON (id) $1, $2, id, record::json
             FROM unnest($3::text[], $4::text[]) WITH ORDINALITY AS scan (id, record, place)
             ORDER BY id, place DESC
             ON CONFLICT (run_id, id) DO UPDATE SET record = excluded.record
             WHERE opportunities.record::text <> excluded.record::text",
        )
        .bind(run.0)
        .bind(self.organization())
        .bind(ids)
        .bind(records)
        .execute(&mut *transaction)
        .await
        .map_err(&failing)?;
        transaction.commit().await.map_err(failing)
    }

    async fn opportunities(&self, run: RunId) -> Result<Vec<Opportunity>, StoreError> {
        let records: Vec<String> = sqlx::query_scalar(
            "SELECT record::text FROM opportunities WHERE run_id = $1 AND org_id = $2
             ORDER BY rank, id",
        )
        .bind(run.0)
        .bind(self.organization())
        .fetch_all(self.pool())
        .await
        .map_err(self.failing(format!("read the opportunities of run {run}")))?;
        records
            .into_iter()
            .map(nul::read_json)
            .map(|record| json::decode(&record, || format!("an opportunity of run {run}")))
            .collect()
    }
}
