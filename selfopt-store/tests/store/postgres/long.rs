//! How many requests a second the queue hands out. It measures, and so runs
//! with `cargo xtask evidence` or by its name alone.

use std::time::Instant;

use selfopt_core::{
    ExitCode, Millis, NewRequest, RepositoryStore as _, RequestOrigin, RunRequests as _,
    WorkQueue as _,
};
use selfopt_store::PostgresStore;

use super::TempPostgres;

const LEASE: Millis = Millis::from_secs(60);
const N_REQUESTS: usize = 5_000;
const N_WORKERS: usize = 8;

/// What the design asks of a queue on a server.
const LEAST_A_SECOND: f64 = 500.0;

#[expect(clippy::print_stdout, reason = "the figure is what it is for")]
#[tokio::test(flavor = "multi_thread")]
async fn the_queue_hands_out_five_hundred_requests_a_second() {
    let backend = TempPostgres::new();
    let store = backend.store().await;
    for n in 0..N_REQUESTS {
        let repo = store.repository(&format!("/{n}")).await.unwrap();
        let new = NewRequest { repo, origin: RequestOrigin::Person, key: None };
        store.request_run(new).await.unwrap();
    }
    let begun = Instant::now();
    let mut workers = tokio::task::JoinSet::new();
    for n in 0..N_WORKERS {
        workers.spawn(work(store.clone(), format!("worker-{n}")));
    }
    let done: usize = workers.join_all().await.into_iter().sum();
    let seconds = begun.elapsed().as_secs_f64();
    assert_eq!(done, N_REQUESTS);
    let rate = f64::from(u32::try_from(done).unwrap()) / seconds;
    println!("{done} requests, {N_WORKERS} workers: {rate:.0} taken and ended a second");
    assert!(rate >= LEAST_A_SECOND, "{rate:.0} a second");
}

/// Takes and ends requests until none is left.
async fn work(store: PostgresStore, worker: String) -> usize {
    let mut n_done = 0;
    while let Some(request) = store.claim(&worker, LEASE).await.unwrap() {
        store.finish(request.id, &worker, ExitCode::NothingFound).await.unwrap();
        n_done += 1;
    }
    n_done
}
