use selfopt_core::{AttemptStatus, CandidateId, RunId, Store};

use crate::{
    backend::{Backend, run_in},
    values::{attempt, opportunity},
};

/// A run with the opportunity `o`.
async fn scanned(store: &dyn Store) -> RunId {
    let run = run_in(store, "/a").await.id;
    store.put_opportunities(run, &[opportunity("o", 1)]).await.unwrap();
    run
}

pub(crate) async fn attempts_read_back_in_the_order_made(backend: &dyn Backend) {
    let store = backend.open().await;
    let (run, other) = (scanned(&*store).await, scanned(&*store).await);
    let mut expected = Vec::new();
    for (name, status) in [
        ("z", AttemptStatus::Accepted),
        ("y", AttemptStatus::Rejected),
        ("a", AttemptStatus::Inconclusive),
        ("b", AttemptStatus::SizeDependent),
        ("c", AttemptStatus::Deferred),
    ] {
        let mut attempt = attempt(name, "o", status);
        attempt.gate = (name == "y").then(|| "benchmark".to_owned());
        attempt.made_in = (name == "c").then_some(other);
        store.put_attempt(run, &attempt).await.unwrap();
        expected.push(attempt);
    }
    assert_eq!(store.attempts(run).await.unwrap(), expected);
    assert_eq!(store.attempts(other).await.unwrap(), []);
}

pub(crate) async fn an_attempt_said_again_keeps_its_place(backend: &dyn Backend) {
    let store = backend.open().await;
    let run = scanned(&*store).await;
    let first = attempt("b", "o", AttemptStatus::Deferred);
    let second = attempt("a", "o", AttemptStatus::Rejected);
    store.put_attempt(run, &first).await.unwrap();
    store.put_attempt(run, &second).await.unwrap();
    store.put_attempt(run, &first).await.unwrap();
    assert_eq!(store.attempts(run).await.unwrap(), [first, second.clone()]);
    let tried = attempt("b", "o", AttemptStatus::Accepted);
    store.put_attempt(run, &tried).await.unwrap();
    assert_eq!(store.attempts(run).await.unwrap(), [tried, second]);
}

/// A patch that a person wrote, or one from a bundle, answers no opportunity of
/// the run that tries it.
pub(crate) async fn an_attempt_may_answer_no_opportunity_of_its_run(backend: &dyn Backend) {
    let store = backend.open().await;
    let run = scanned(&*store).await;
    let brought = attempt("a", "of-another-scan", AttemptStatus::Rejected);
    store.put_attempt(run, &brought).await.unwrap();
    assert_eq!(store.attempts(run).await.unwrap(), [brought]);
}

pub(crate) async fn the_history_of_a_candidate_crosses_runs(backend: &dyn Backend) {
    let store = backend.open().await;
    let mut expected = Vec::new();
    for status in [AttemptStatus::Inconclusive, AttemptStatus::Rejected, AttemptStatus::Accepted] {
        let run = scanned(&*store).await;
        let made = attempt("a", "o", status);
        store.put_attempt(run, &made).await.unwrap();
        store.put_attempt(run, &attempt("ab", "o", status)).await.unwrap();
        expected.push((run, made));
    }
    let candidate = CandidateId::new("cand-a");
    assert_eq!(store.history(&candidate).await.unwrap(), expected);
    assert_eq!(store.history(&CandidateId::new("cand-")).await.unwrap(), []);
}

pub(crate) async fn attempts_are_found_by_prefix(backend: &dyn Backend) {
    let store = backend.open().await;
    let older = scanned(&*store).await;
    let newer = scanned(&*store).await;
    let rejected = |name| attempt(name, "o", AttemptStatus::Rejected);
    for run in [older, newer] {
        for name in ["12ab", "12", "13%", "2_", "ü"] {
            store.put_attempt(run, &rejected(name)).await.unwrap();
        }
    }
    store.put_attempt(older, &rejected("12old")).await.unwrap();
    for (prefix, expected) in [
        ("cand-12", vec![(newer, "12"), (newer, "12ab"), (older, "12old")]),
        ("cand-12a", vec![(newer, "12ab")]),
        ("cand-12ab", vec![(newer, "12ab")]),
        ("cand-12abc", vec![]),
        ("cand-2_", vec![(newer, "2_")]),
        ("cand-ü", vec![(newer, "ü")]),
        // Nothing in a prefix means anything but itself.
        ("cand-%", vec![]),
        ("cand-_", vec![]),
        ("cand-*", vec![]),
        ("CAND-12", vec![]),
        ("' OR 1 --", vec![]),
    ] {
        let expected: Vec<_> =
            expected.into_iter().map(|(run, name)| (run, rejected(name))).collect();
        assert_eq!(store.find_attempts(prefix).await.unwrap(), expected, "{prefix}");
    }
    assert_eq!(store.find_attempts("").await.unwrap().len(), 6);
}
