use selfopt_core::{ArtifactKind, Clock as _, ProposalId, StoreError};

use crate::{
    backend::{Backend, run_in},
    values::{artifact, proposal},
};

pub(crate) async fn proposals_read_back_newest_first(backend: &dyn Backend) {
    let store = backend.open().await;
    let run = run_in(&*store, "/a").await;
    let other = run_in(&*store, "/other").await;
    let mut expected = Vec::new();
    for name in ["b", "c", "a"] {
        // The last two in one millisecond.
        if name != "a" {
            backend.clock().advance();
        }
        let mut made = proposal(name, &run, backend.clock().now());
        made.pr_url = (name == "c").then(|| "https://example.com/pull/1".to_owned());
        for _ in 0..2 {
            store.put_proposal(&made).await.unwrap();
        }
        expected.insert(0, made);
    }
    // The same change proved in another repository.
    backend.clock().advance();
    let elsewhere = proposal("a", &other, backend.clock().now());
    store.put_proposal(&elsewhere).await.unwrap();
    assert_eq!(store.proposals(Some(run.repo)).await.unwrap(), expected);
    assert_eq!(store.proposals(Some(other.repo)).await.unwrap(), std::slice::from_ref(&elsewhere));
    expected.insert(0, elsewhere);
    assert_eq!(store.proposals(None).await.unwrap(), expected);
}

pub(crate) async fn a_pull_request_is_never_forgotten(backend: &dyn Backend) {
    let store = backend.open().await;
    let run = run_in(&*store, "/a").await;
    let proved = proposal("a", &run, run.created_at);
    let mut published = proved.clone();
    published.pr_url = Some("https://example.com/pull/1".to_owned());
    store.put_proposal(&proved).await.unwrap();
    store.put_proposal(&published).await.unwrap();
    // A resumed run knows nothing of it.
    store.put_proposal(&proved).await.unwrap();
    assert_eq!(store.proposals(None).await.unwrap(), [published.clone()]);
    published.pr_url = Some("https://example.com/pull/2".to_owned());
    store.put_proposal(&published).await.unwrap();
    assert_eq!(store.proposals(None).await.unwrap(), [published]);
}

pub(crate) async fn what_was_proved_does_not_change(backend: &dyn Backend) {
    let store = backend.open().await;
    let run = run_in(&*store, "/a").await;
    let proved = proposal("a", &run, run.created_at);
    let mut other = proved.clone();
    other.summary.gain.0 = 0.99;
    store.put_proposal(&proved).await.unwrap();
    store.put_proposal(&other).await.unwrap();
    assert_eq!(store.proposals(None).await.unwrap(), [proved]);
}

pub(crate) async fn what_would_not_read_back_is_refused(backend: &dyn Backend) {
    let store = backend.open().await;
    let run = run_in(&*store, "/a").await;
    let mut proposal = proposal("a", &run, run.created_at);
    // JSON writes it as null, which is no number.
    proposal.summary.gain.0 = f64::NAN;
    let error = store.put_proposal(&proposal).await.unwrap_err();
    assert!(matches!(error, StoreError::Failed { .. }), "{error:?}");
    assert_eq!(store.proposals(None).await.unwrap(), []);
}

pub(crate) async fn proposals_are_found_by_prefix(backend: &dyn Backend) {
    let store = backend.open().await;
    let older = run_in(&*store, "/a").await;
    let newer = run_in(&*store, "/a").await;
    let one = proposal("12ab", &older, older.created_at);
    let again = proposal("12ab", &newer, older.created_at);
    let two = proposal("12", &newer, newer.created_at);
    for made in [&one, &again, &two] {
        store.put_proposal(made).await.unwrap();
    }
    let found = async |prefix: &str| store.find_proposals(prefix).await.unwrap();
    assert_eq!(found("prop-12a").await, [again.clone(), one.clone()]);
    assert_eq!(found("prop-12").await, [two, again, one]);
    assert_eq!(found("prop-%").await, []);
    assert_eq!(found("").await.len(), 3);
}

pub(crate) async fn artifacts_read_back(backend: &dyn Backend) {
    let store = backend.open().await;
    let expected = [
        artifact("a", "bundle.tar", ArtifactKind::Bundle),
        artifact("a", "diff.patch", ArtifactKind::Diff),
        artifact("a", "logs ü.txt", ArtifactKind::Log),
        artifact("a", "trace.json", ArtifactKind::Trace),
        artifact("a", "validation.json", ArtifactKind::Bench),
    ];
    for _ in 0..2 {
        for artifact in expected.iter().rev() {
            store.put_artifact(artifact).await.unwrap();
        }
    }
    store.put_artifact(&artifact("b", "diff.patch", ArtifactKind::Diff)).await.unwrap();
    let of = async |id: &str| store.artifacts(&ProposalId::new(id)).await.unwrap();
    assert_eq!(of("prop-a").await, expected);
    assert_eq!(of("prop-").await, []);
}
