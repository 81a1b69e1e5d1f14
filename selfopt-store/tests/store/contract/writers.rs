use std::collections::BTreeSet;

use selfopt_core::{AttemptStatus, Store};

use super::journal::entry;
use crate::{
    backend::{Backend, run_in},
    values::{attempt, opportunity},
};

const N_WRITES: u64 = 25;

async fn write(store: &dyn Store, run: selfopt_core::RunId, side: &str) {
    for n in 0..N_WRITES {
        // Both say the same entries, and each its own attempts.
        store.append(run, entry(n, "note")).await.unwrap();
        let name = format!("{side}-{n}");
        let made = attempt(&name, "o", AttemptStatus::Rejected);
        store.put_attempt(run, &made).await.unwrap();
    }
}

pub(crate) async fn two_handles_write_at_once(backend: &dyn Backend) {
    let (left, right) = (backend.open().await, backend.open().await);
    let run = run_in(&*left, "/a").await.id;
    left.put_opportunities(run, &[opportunity("o", 1)]).await.unwrap();
    tokio::join!(write(&*left, run, "left"), write(&*right, run, "right"));
    let journal: Vec<_> = (0..N_WRITES).map(|n| entry(n, "note")).collect();
    assert_eq!(left.journal(run).await.unwrap(), journal);
    let attempts = right.attempts(run).await.unwrap();
    let ids: BTreeSet<_> = attempts.iter().map(|attempt| attempt.id.as_str()).collect();
    let expected: BTreeSet<_> =
        (0..N_WRITES).flat_map(|n| [format!("cand-left-{n}"), format!("cand-right-{n}")]).collect();
    assert_eq!(ids, expected.iter().map(String::as_str).collect());
    for side in ["cand-left-", "cand-right-"] {
        let numbers: Vec<u64> = attempts
            .iter()
            .filter_map(|attempt| attempt.id.as_str().strip_prefix(side)?.parse().ok())
            .collect();
        assert!(numbers.is_sorted(), "each side's own order is kept: {numbers:?}");
    }
}

pub(crate) async fn what_one_handle_wrote_another_reads(backend: &dyn Backend) {
    let (left, right) = (backend.open().await, backend.open().await);
    let run = run_in(&*left, "/a").await;
    assert_eq!(right.run(run.id).await.unwrap(), Some(run));
    assert_eq!(left.repository("/b").await.unwrap(), right.repository("/b").await.unwrap());
}
