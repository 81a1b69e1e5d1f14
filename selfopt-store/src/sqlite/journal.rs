//! The run journal: append-only.

use async_trait::async_trait;
use selfopt_core::{JournalEntry, JournalStore, RunId, StoreError};

use super::{rows, store::SqliteStore};
use crate::{json, records};

#[async_trait]
impl JournalStore for SqliteStore {
    async fn append(&self, run: RunId, entry: JournalEntry) -> Result<(), StoreError> {
        let JournalEntry { sequence, at, event } = entry;
        let what = || format!("entry {sequence} of the journal of run {run}");
        // Not `INSERT OR IGNORE`: that would also swallow what a CHECK refuses.
        sqlx::query(
            "INSERT INTO run_journal (run_id, sequence, at, event) VALUES (?, ?, ?, ?)
             ON CONFLICT (run_id, sequence) DO NOTHING",
        )
        .bind(run.to_string())
        .bind(rows::integer(sequence, "a sequence number")?)
        .bind(rows::integer(at.0, "the time")?)
        .bind(json::encode(&event, what)?)
        .execute(&self.pool)
        .await
        .map_err(self.failing(format!("append {}", what())))?;
        Ok(())
    }

    async fn journal(&self, run: RunId) -> Result<Vec<JournalEntry>, StoreError> {
        let failing = self.failing(format!("read the journal of run {run}"));
        let rows = sqlx::query(
            "SELECT sequence, at, event FROM run_journal WHERE run_id = ? ORDER BY sequence",
        )
        .bind(run.to_string())
        .fetch_all(&self.pool)
        .await
        .map_err(&failing)?;
        rows.iter().map(|row| records::journal_entry(row, run, &failing)).collect()
    }
}
