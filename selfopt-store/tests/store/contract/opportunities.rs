use std::{
    future::Future as _,
    task::{Context, Waker},
};

use selfopt_core::Opportunity;

use crate::{
    backend::{Backend, run_in},
    values::opportunity,
};

pub(crate) async fn opportunities_read_back_in_rank_order(backend: &dyn Backend) {
    let store = backend.open().await;
    let run = run_in(&*store, "/a").await;
    let other = run_in(&*store, "/a").await;
    let mut plain = opportunity("plain", 2);
    plain.finding.declined = None;
    let ranked = [opportunity("z", 1), plain, opportunity("a", 10)];
    let [first, second, third] = ranked.clone();
    for _ in 0..2 {
        let scanned = [third.clone(), first.clone(), second.clone()];
        store.put_opportunities(run.id, &scanned).await.unwrap();
    }
    store.put_opportunities(other.id, std::slice::from_ref(&first)).await.unwrap();
    assert_eq!(store.opportunities(run.id).await.unwrap(), ranked);
    assert_eq!(store.opportunities(other.id).await.unwrap(), [first]);
    store.put_opportunities(run.id, &[]).await.unwrap();
    assert_eq!(store.opportunities(run.id).await.unwrap(), ranked);
}

pub(crate) async fn a_scan_is_kept_whole_or_not_at_all(backend: &dyn Backend) {
    let store = backend.open().await;
    let run = run_in(&*store, "/a").await;
    let mut broken = opportunity("broken", 2);
    broken.finding.typical_speedup = f64::INFINITY;
    let scanned = [opportunity("a", 1), broken];
    store.put_opportunities(run.id, &scanned).await.unwrap_err();
    assert_eq!(store.opportunities(run.id).await.unwrap(), []);
    store.put_opportunities(run.id, &scanned[..1]).await.unwrap();
    assert_eq!(store.opportunities(run.id).await.unwrap(), scanned[..1]);
}

/// As when a run is cancelled in the middle: the future is dropped after it was
/// polled some times, again and again, a little later each time.
pub(crate) async fn an_abandoned_write_leaves_all_or_nothing(backend: &dyn Backend) {
    let store = backend.open().await;
    let reader = backend.open().await;
    let n_opportunities = 40;
    let scanned: Vec<Opportunity> =
        (0..n_opportunities).map(|n| opportunity(&n.to_string(), n)).collect();
    let mut n_finished = 0;
    for n_polls in 0..60 {
        let run = run_in(&*store, "/a").await;
        {
            let mut write = std::pin::pin!(store.put_opportunities(run.id, &scanned));
            let finished = (0..n_polls).any(|_| {
                std::thread::yield_now();
                let mut context = Context::from_waker(Waker::noop());
                write.as_mut().poll(&mut context).is_ready()
            });
            n_finished += u32::from(finished);
        }
        let kept = reader.opportunities(run.id).await.unwrap();
        assert!(kept.is_empty() || kept == scanned, "{} of {n_opportunities}", kept.len());
        // And the handle still works.
        store.put_opportunities(run.id, &scanned).await.unwrap();
        assert_eq!(reader.opportunities(run.id).await.unwrap(), scanned);
    }
    assert!(n_finished < 60, "some writes were abandoned");
}
