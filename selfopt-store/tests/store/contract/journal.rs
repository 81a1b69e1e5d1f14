use selfopt_core::{JournalEntry, Timestamp};
use serde_json::json;

use crate::{
    backend::{Backend, run_in},
    values,
};

pub(crate) fn entry(sequence: u64, event: &str) -> JournalEntry {
    JournalEntry {
        sequence,
        at: Timestamp(1_700_000_000_000),
        event: json!({ "event": event, "exact": 0.1 + 0.2, "text": values::TEXT, "none": null }),
    }
}

pub(crate) async fn entries_read_back_in_their_order(backend: &dyn Backend) {
    let store = backend.open().await;
    let run = run_in(&*store, "/a").await;
    let other = run_in(&*store, "/a").await;
    store.append(other.id, entry(0, "of another run")).await.unwrap();
    let entries: Vec<_> = (0..12).map(|n| entry(n, "note")).collect();
    for entry in entries.iter().rev() {
        store.append(run.id, entry.clone()).await.unwrap();
    }
    assert_eq!(store.journal(run.id).await.unwrap(), entries);
}

pub(crate) async fn the_first_entry_of_a_number_stays(backend: &dyn Backend) {
    let store = backend.open().await;
    let run = run_in(&*store, "/a").await;
    store.append(run.id, entry(0, "first")).await.unwrap();
    store.append(run.id, entry(0, "second")).await.unwrap();
    assert_eq!(store.journal(run.id).await.unwrap(), [entry(0, "first")]);
}
