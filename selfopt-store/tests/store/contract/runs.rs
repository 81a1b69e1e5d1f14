use selfopt_core::{RepoId, RunId, RunStatus};
use uuid::Uuid;

use crate::{
    backend::{Backend, run_in},
    values,
};

pub(crate) async fn a_run_reads_back(backend: &dyn Backend) {
    let store = backend.open().await;
    let run = run_in(&*store, "/a").await;
    assert_eq!(run.id.0.get_version_num(), 7);
    assert_eq!(run.seed, u64::MAX);
    assert_eq!(run.status, RunStatus::Running);
    assert_eq!(store.run(run.id).await.unwrap(), Some(run));
}

pub(crate) async fn runs_are_listed_newest_first(backend: &dyn Backend) {
    let store = backend.open().await;
    let other = run_in(&*store, "/other").await;
    let other_id = other.id;
    let mut expected = Vec::new();
    for n in 0..20 {
        // Several in one millisecond.
        if n % 5 == 0 {
            backend.clock().advance();
        }
        expected.insert(0, run_in(&*store, "/a").await);
    }
    assert_eq!(store.latest_run().await.unwrap().as_ref(), expected.first());
    let repo = expected[0].repo;
    assert_eq!(store.runs(repo).await.unwrap(), expected);
    assert_eq!(store.runs(other.repo).await.unwrap(), std::slice::from_ref(&other));
    assert_eq!(store.finished_runs().await.unwrap(), []);
    for mut run in [expected[0].clone(), expected[19].clone(), other] {
        run.status = RunStatus::Finished;
        store.update_run(run.id, run.status, run.compute_minutes).await.unwrap();
    }
    let finished: Vec<_> = store.finished_runs().await.unwrap().iter().map(|run| run.id).collect();
    assert_eq!(finished, [other_id, expected[19].id, expected[0].id]);
}

pub(crate) async fn a_run_moves_on(backend: &dyn Backend) {
    let store = backend.open().await;
    let mut run = run_in(&*store, "/a").await;
    let bystander = run_in(&*store, "/a").await;
    for (status, minutes) in [
        (RunStatus::Cancelled, 0.1 + 0.2),
        (RunStatus::Running, 0.1 + 0.2),
        (RunStatus::Paused, 1e9),
        (RunStatus::Failed, 5e-324),
        (RunStatus::Finished, 0.0),
    ] {
        for _ in 0..2 {
            store.update_run(run.id, status, minutes).await.unwrap();
        }
        run.status = status;
        run.compute_minutes = minutes;
        assert_eq!(store.run(run.id).await.unwrap().as_ref(), Some(&run));
    }
    assert_eq!(store.run(bystander.id).await.unwrap(), Some(bystander));
}

pub(crate) async fn what_does_not_exist_is_not_made_up(backend: &dyn Backend) {
    let store = backend.open().await;
    let (repo, run) = (RepoId(Uuid::nil()), RunId(Uuid::nil()));
    assert_eq!(store.run(run).await.unwrap(), None);
    assert_eq!(store.runs(repo).await.unwrap(), []);
    assert_eq!(store.latest_run().await.unwrap(), None);
    assert_eq!(store.locator(repo).await.unwrap(), None);
    assert_eq!(store.journal(run).await.unwrap(), []);
    assert_eq!(store.opportunities(run).await.unwrap(), []);
    assert_eq!(store.attempts(run).await.unwrap(), []);
    assert_eq!(store.proposals(Some(repo)).await.unwrap(), []);
    assert_eq!(store.proposals(None).await.unwrap(), []);
    assert_eq!(store.baseline(repo, &values::commit(1)).await.unwrap(), None);
    store.update_run(run, RunStatus::Finished, 1.0).await.unwrap_err();
    store.create_run(values::new_run(repo)).await.unwrap_err();
    let entry = super::journal::entry(0, "run-started");
    store.append(run, entry).await.unwrap_err();
}
