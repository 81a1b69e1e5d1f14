//! What models cost: a limit holds whoever asks at once, and what was never
//! settled stays counted.

use selfopt_core::{
    Reservation, Reserved, RunRecord, Spend, SpendingLimit, SpendingLimits, SpendingScope,
};

use crate::backend::{Backend, run_in};

const MUCH: Spend = Spend { tokens: 1_000_000, micro_dollars: 1_000_000 };
const LIMITS: SpendingLimits = SpendingLimits { run: MUCH, repository: MUCH, month: MUCH };

fn reservation(id: &str, run: &RunRecord, month: &str, tokens: u64) -> Reservation {
    let amount = Spend { tokens, micro_dollars: 2 * tokens };
    Reservation { id: id.into(), run: run.id, repo: run.repo, month: month.into(), amount }
}

pub(crate) async fn each_limit_holds_by_itself(backend: &dyn Backend) {
    let (store, spending) = backend.open_with_spending().await;
    let run = run_in(&*store, "/a").await;
    let same_repo = run_in(&*store, "/a").await;
    let other_repo = run_in(&*store, "/b").await;
    let small = Spend { tokens: 10, micro_dollars: 20 };
    let first = reservation("1", &run, "2026-11", 10);
    assert_eq!(spending.reserve(&first, &LIMITS).await.unwrap(), Reserved::Yes);
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
        assert_eq!(spending.reserve(&next, &limits).await.unwrap(), expected, "case {number}");
    }
    // Money counts as tokens do.
    let dear = Spend { tokens: 1_000_000, micro_dollars: 21 };
    let limits = SpendingLimits { run: dear, ..LIMITS };
    let next = reservation("dear", &run, "2027-01", 1);
    let said = spending.reserve(&next, &limits).await.unwrap();
    assert_eq!(said, Reserved::Exceeds(SpendingLimit::Run));
}

pub(crate) async fn what_is_settled_takes_the_place_of_what_was_reserved(backend: &dyn Backend) {
    let (store, spending) = backend.open_with_spending().await;
    let run = run_in(&*store, "/a").await;
    for id in ["1", "2"] {
        spending.reserve(&reservation(id, &run, "2026-11", 100), &LIMITS).await.unwrap();
    }
    spending.settle("1", Spend { tokens: 7, micro_dollars: 1 }).await.unwrap();
    spending.settle("1", Spend { tokens: 7, micro_dollars: 1 }).await.unwrap();
    drop(spending);
    // A process died in the second call: another one counts it in full.
    let (_, spending) = backend.open_with_spending().await;
    let expected = Spend { tokens: 107, micro_dollars: 201 };
    for scope in [
        SpendingScope::Run(run.id),
        SpendingScope::Repository(run.repo, "2026-11".into()),
        SpendingScope::Month("2026-11".into()),
    ] {
        assert_eq!(spending.spent(&scope).await.unwrap(), expected, "{scope:?}");
    }
    let other = SpendingScope::Month("2026-12".into());
    assert_eq!(spending.spent(&other).await.unwrap(), Spend::default());
}

pub(crate) async fn many_that_reserve_at_once_share_one_limit(backend: &dyn Backend) {
    let (store, spending) = backend.open_with_spending().await;
    let run = run_in(&*store, "/a").await;
    let limits = SpendingLimits { month: Spend { tokens: 50, micro_dollars: 1000 }, ..LIMITS };
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..20 {
        // Half of them through a handle of their own, as another process has.
        let handle = match number % 2 {
            0 => spending.clone(),
            _ => backend.open_with_spending().await.1,
        };
        let next = reservation(&number.to_string(), &run, "2026-11", 10);
        tasks.spawn(async move { handle.reserve(&next, &limits).await.unwrap() });
    }
    let said = tasks.join_all().await;
    assert_eq!(said.iter().filter(|one| **one == Reserved::Yes).count(), 5);
    let spent = spending.spent(&SpendingScope::Run(run.id)).await.unwrap();
    assert_eq!(spent.tokens, 50);
}
