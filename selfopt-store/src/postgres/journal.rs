//! The run journal: append-only.

use async_trait::async_trait;
use selfopt_core::{JournalEntry, JournalStore, RunId, StoreError};

use super::{at::At, nul, store::PostgresStore};
use crate::{columns, json, records};

#[async_trait]
impl JournalStore for PostgresStore {
    async fn append(&self, run: RunId, entry: JournalEntry) -> Result<(), StoreError> {
        let JournalEntry { sequence, at, event } = entry;
        let what = || format!("entry {sequence} of the journal of run {run}");
        sqlx::query(
            "INSERT INTO run_journal (run_id, org_id, sequence, at, event)
             VALUES ($1, $2, $3, $4, $5::json)
             ON CONFLICT (run_id, sequence) DO NOTHING",
        )
        .bind(run.0)
        .bind(self.organization())
        .bind(columns::integer(sequence, "a sequence number")?)
        .bind(At(at))
        .bind(nul::keep_json(json::encode(&event, what)?))
        .execute(self.pool())
        .await
        .map_err(self.failing(format!("append {}", what())))?;
        Ok(())
    }

    async fn journal(&self, run: RunId) -> Result<Vec<JournalEntry>, StoreError> {
        let failing = self.failing(format!("read the journal of run {run}"));
        let rows = sqlx::query(
            "SELECT sequence, at, event::text FROM run_journal
             WHERE run_id = $1 AND org_id = $2 ORDER BY sequence",
        )
        .bind(run.0)
        .bind(self.organization())
        .fetch_all(self.pool())
        .await
        .map_err(&failing)?;
        rows.iter().map(|row| records::journal_entry(row, run, &failing)).collect()
    }
}
