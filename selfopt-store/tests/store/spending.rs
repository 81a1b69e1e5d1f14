//! What models cost: a limit holds whoever asks at once, and what was never
//! settled stays counted.

use std::sync::Arc;

use selfopt_core::{
    Reservation, Reserved, RunRecord, Spend, SpendingLimit, SpendingLimits, SpendingScope,
    SpendingStore as _,
};
use selfopt_store::SqliteStore;

use crate::backend::run_in;

const MUCH: Spend = Spend { tokens: 1_000_000, micro_dollars: 1_000_000 };
const LIMITS: SpendingLimits = SpendingLimits { run: MUCH, repository: MUCH, month: MUCH };

fn reservation(id: &str, run: &RunRecord, month: &str, tokens: u64) -> Reservation {
    let amount = Spend { tokens, micro_dollars: 2 * tokens };
    Reservation { id: id.into(), run: run.id, repo: run.repo, month: month.into(), amount }
}

async fn store() -> (tempfile::TempDir, SqliteStore) {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(dir.path()).await.unwrap();
    (dir, store)
}

#[tokio::test]
async fn each_limit_holds_by_itself() {
    let (_dir, store) = store().await;
    let run = run_in(&store, "/a").await;
    let same_repo = run_in(&store, "/a").await;
    let other_repo = run_in(&store, "/b").await;
    let small = Spend { tokens: 10, micro_dollars: 20 };
    let first = reservation("1", &run, "2026-11", 10);
    assert_eq!(store.reserve(&first, &LIMITS).await.unwrap(), Reserved::Yes);
    let cases = [
        (&run, "2026-11", SpendingLimits { run: small, ..LIMITS }, Some(SpendingLimit::Run)),
        (&same_repo, "2026-11", SpendingLimits { run: small, ..LIMITS }, None),
        (
            &same_repo,
            "2026-11",
            SpendingLimits { repository: small, ..LIMITS },
            Some(SpendingLimit::Repository),
        ),
        (&other_repo, "2026-11", SpendingLimits { repository: small, ..LIMITS }, None),
        (
            &other_repo,
            "2026-11",
            SpendingLimits { month: small, ..LIMITS },
            Some(SpendingLimit::Month),
        ),
        (&other_repo, "2026-12", SpendingLimits { month: small, ..LIMITS }, None),
    ];
    for (number, (run, month, limits, exceeds)) in cases.into_iter().enumerate() {
        let next = reservation(&format!("case {number}"), run, month, 1);
        let expected = exceeds.map_or(Reserved::Yes, Reserved::Exceeds);
        assert_eq!(store.reserve(&next, &limits).await.unwrap(), expected, "case {number}");
    }
    // Money counts as tokens do.
    let dear = Spend { tokens: 1_000_000, micro_dollars: 21 };
    let limits = SpendingLimits { run: dear, ..LIMITS };
    let next = reservation("dear", &run, "2027-01", 1);
    let said = store.reserve(&next, &limits).await.unwrap();
    assert_eq!(said, Reserved::Exceeds(SpendingLimit::Run));
}

#[tokio::test]
async fn what_is_settled_takes_the_place_of_what_was_reserved() {
    let (dir, store) = store().await;
    let run = run_in(&store, "/a").await;
    for id in ["1", "2"] {
        store.reserve(&reservation(id, &run, "2026-11", 100), &LIMITS).await.unwrap();
    }
    store.settle("1", Spend { tokens: 7, micro_dollars: 1 }).await.unwrap();
    store.settle("1", Spend { tokens: 7, micro_dollars: 1 }).await.unwrap();
    store.close().await;
    // A process died in the second call: another one counts it in full.
    let store = SqliteStore::open(dir.path()).await.unwrap();
    let expected = Spend { tokens: 107, micro_dollars: 201 };
    for scope in [
        SpendingScope::Run(run.id),
        SpendingScope::Repository(run.repo, "2026-11".into()),
        SpendingScope::Month("2026-11".into()),
    ] {
        assert_eq!(store.spent(&scope).await.unwrap(), expected, "{scope:?}");
    }
    let other = SpendingScope::Month("2026-12".into());
    assert_eq!(store.spent(&other).await.unwrap(), Spend::default());
}

#[tokio::test]
async fn many_that_reserve_at_once_share_one_limit() {
    let (dir, store) = store().await;
    let run = run_in(&store, "/a").await;
    let store = Arc::new(store);
    let limits = SpendingLimits { month: Spend { tokens: 50, micro_dollars: 1000 }, ..LIMITS };
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..20 {
        let (run, handle) = (run.clone(), store.clone());
        let dir = dir.path().to_owned();
        tasks.spawn(async move {
            // Half of them through a handle of their own, as another process has.
            let next = reservation(&number.to_string(), &run, "2026-11", 10);
            if number % 2 == 0 {
                return handle.reserve(&next, &limits).await.unwrap();
            }
            SqliteStore::open(&dir).await.unwrap().reserve(&next, &limits).await.unwrap()
        });
    }
    let said = tasks.join_all().await;
    assert_eq!(said.iter().filter(|one| **one == Reserved::Yes).count(), 5);
    let spent = store.spent(&SpendingScope::Run(run.id)).await.unwrap();
    assert_eq!(spent.tokens, 50);
}
