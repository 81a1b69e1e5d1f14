use std::fmt::Debug;

use selfopt_core::{
    ArtifactKind, AttemptStatus, Clock as _, Cursor, NewRun, OrganizationId, Page, PageError,
    PageRequest, ProposalFilter, ProposalId, RepoId, RunFilter, RunId, RunStatus, StoreError,
};
use uuid::Uuid;

use super::journal::entry;
use crate::{
    backend::{Backend, run_in},
    values::{self, artifact, attempt, opportunity, proposal},
};

fn asked(limit: u32, after: Option<Cursor>) -> PageRequest {
    PageRequest::new(limit, after).unwrap()
}

/// A whole list, in pages of each length; the cursors pass through their text.
async fn in_pages<T: Clone + PartialEq + Debug>(
    expected: &[T],
    page: impl AsyncFn(PageRequest) -> Page<T>,
) {
    for limit in [1, 2, 3, 100] {
        let mut read = Vec::new();
        let mut after = None;
        loop {
            let Page { items, next } = page(asked(limit, after)).await;
            assert!(items.len() <= limit as usize);
            read.extend(items);
            let Some(next) = next else { break };
            after = Some(Cursor::parse(&next.to_string()).unwrap());
        }
        assert_eq!(read, expected, "in pages of {limit}");
    }
}

pub(crate) async fn repositories_are_read_in_pages(backend: &dyn Backend) {
    let (store, user) = backend.open_with_user().await;
    let mut expected = Vec::new();
    for (n, locator) in ["/a", values::TEXT, "/c", "/d", "/e"].into_iter().enumerate() {
        if n % 2 == 0 {
            backend.clock().advance();
        }
        expected.insert(0, store.repository(locator).await.unwrap());
    }
    store.set_project(expected[1], &values::project()).await.unwrap();
    in_pages(&expected, async |page| {
        user.repositories(None, &page).await.unwrap().map(|repo| repo.id)
    })
    .await;
    let one = user.repository(expected[1]).await.unwrap().unwrap();
    assert_eq!(one.project, Some(values::project()));
    assert_eq!(one.locator, "/d");
    assert_eq!(one.created_at.0 + 1, backend.clock().now().0);
    let of = async |organization| {
        user.repositories(Some(organization), &asked(100, None)).await.unwrap().items.len()
    };
    assert_eq!(of(one.organization).await, 5);
    assert_eq!(of(OrganizationId(Uuid::nil())).await, 0);
    assert_eq!(user.repository(RepoId(Uuid::nil())).await.unwrap(), None);
}

pub(crate) async fn runs_are_read_in_pages(backend: &dyn Backend) {
    let (store, user) = backend.open_with_user().await;
    let mut all = Vec::new();
    for n in 0..7 {
        if n % 3 == 0 {
            backend.clock().advance();
        }
        all.insert(0, run_in(&*store, if n == 4 { "/b" } else { "/a" }).await);
    }
    all[1].status = RunStatus::Finished;
    store.update_run(all[1].id, RunStatus::Finished, 0.0).await.unwrap();
    let everything = RunFilter::default();
    in_pages(&all, async |page| user.runs(&everything, &page).await.unwrap()).await;
    let of_a = RunFilter { repo: Some(all[0].repo), status: None };
    let expected: Vec<_> = all.iter().filter(|run| run.repo == all[0].repo).cloned().collect();
    in_pages(&expected, async |page| user.runs(&of_a, &page).await.unwrap()).await;
    let finished = RunFilter { status: Some(RunStatus::Finished), ..of_a };
    in_pages(&all[1..2], async |page| user.runs(&finished, &page).await.unwrap()).await;
}

/// What arrives while somebody turns pages neither shifts nor doubles a row.
pub(crate) async fn a_page_stays_where_its_cursor_is(backend: &dyn Backend) {
    let (store, user) = backend.open_with_user().await;
    let mut expected = Vec::new();
    for _ in 0..4 {
        expected.insert(0, run_in(&*store, "/a").await);
    }
    let filter = RunFilter::default();
    let first = user.runs(&filter, &asked(2, None)).await.unwrap();
    run_in(&*store, "/a").await;
    let second = user.runs(&filter, &asked(2, first.next)).await.unwrap();
    assert_eq!([first.items, second.items].concat(), expected);
    assert_eq!(second.next, None);
}

pub(crate) async fn a_journal_is_read_from_where_one_was(backend: &dyn Backend) {
    let (store, user) = backend.open_with_user().await;
    let run = run_in(&*store, "/a").await;
    for n in 0..5 {
        store.append(run.id, entry(n, "note")).await.unwrap();
    }
    let after = async |sequence| user.run(run.id, sequence).await.unwrap().unwrap();
    let all: Vec<_> = (0..5).map(|n| entry(n, "note")).collect();
    assert_eq!(after(None).await.run, run);
    assert_eq!(after(None).await.journal, all);
    assert_eq!(after(Some(0)).await.journal, all[1..]);
    assert_eq!(after(Some(3)).await.journal, all[4..]);
    assert_eq!(after(Some(u64::MAX)).await.journal, []);
    assert_eq!(user.run(RunId(Uuid::nil()), None).await.unwrap(), None);
}

pub(crate) async fn what_a_run_found_is_read_in_pages(backend: &dyn Backend) {
    let (store, user) = backend.open_with_user().await;
    let run = run_in(&*store, "/a").await.id;
    // Two of one rank, and ten after nine.
    let found = [("z", 1), ("a", 2), ("b", 2), ("c", 9), ("d", 10)]
        .map(|(name, rank)| opportunity(name, rank));
    store.put_opportunities(run, &found).await.unwrap();
    in_pages(&found, async |page| user.opportunities(run, &page).await.unwrap()).await;
    let tried: Vec<_> =
        (0..12).map(|n| attempt(&(20 - n).to_string(), "z", AttemptStatus::Rejected)).collect();
    for made in &tried {
        store.put_attempt(run, made).await.unwrap();
    }
    in_pages(&tried, async |page| user.attempts(run, &page).await.unwrap()).await;
    let unknown = RunId(Uuid::nil());
    assert_eq!(user.opportunities(unknown, &asked(1, None)).await.unwrap().items, []);
    assert_eq!(user.attempts(unknown, &asked(1, None)).await.unwrap().items, []);
}

pub(crate) async fn proposals_are_read_in_pages(backend: &dyn Backend) {
    let (store, user) = backend.open_with_user().await;
    let run = run_in(&*store, "/a").await;
    let other = run_in(&*store, "/b").await;
    let mut all = Vec::new();
    for (n, name) in ["a", "b", "c", "d", "e"].into_iter().enumerate() {
        if n % 2 == 0 {
            backend.clock().advance();
        }
        let made = proposal(name, &run, backend.clock().now());
        store.put_proposal(&made).await.unwrap();
        all.insert(0, made);
    }
    // The same change, proved again elsewhere, and the newest of all.
    backend.clock().advance();
    let again = proposal("a", &other, backend.clock().now());
    store.put_proposal(&again).await.unwrap();
    let of_a = ProposalFilter { repo: Some(run.repo), run: None };
    in_pages(&all, async |page| user.proposals(&of_a, &page).await.unwrap()).await;
    let of_run = ProposalFilter { repo: None, run: Some(run.id) };
    in_pages(&all, async |page| user.proposals(&of_run, &page).await.unwrap()).await;
    let first = all[4].clone();
    all.insert(0, again.clone());
    let everything = ProposalFilter::default();
    in_pages(&all, async |page| user.proposals(&everything, &page).await.unwrap()).await;

    for kind in [("logs.txt", ArtifactKind::Log), ("diff.patch", ArtifactKind::Diff)] {
        store.put_artifact(&artifact("a", kind.0, kind.1)).await.unwrap();
    }
    let newest = user.proposal(&again.id, None).await.unwrap().unwrap();
    assert_eq!(newest.proposal, again);
    let paths: Vec<_> = newest.artifacts.iter().map(|one| &one.storage_path).collect();
    assert_eq!(paths, ["repos/r/proposals/prop-a/diff.patch", "repos/r/proposals/prop-a/logs.txt"]);
    let of_run = user.proposal(&first.id, Some(run.id)).await.unwrap().unwrap();
    assert_eq!(of_run.proposal, first);
    assert_eq!(user.proposal(&ProposalId::new("prop-"), None).await.unwrap(), None);
    assert_eq!(user.proposal(&first.id, Some(RunId(Uuid::nil()))).await.unwrap(), None);
}

pub(crate) async fn a_cursor_of_another_list_is_refused(backend: &dyn Backend) {
    let (store, user) = backend.open_with_user().await;
    let repo = store.repository("/a").await.unwrap();
    for _ in 0..2 {
        let run: NewRun = values::new_run(repo);
        store.create_run(run).await.unwrap();
    }
    let filter = RunFilter::default();
    let cursor = user.runs(&filter, &asked(1, None)).await.unwrap().next.unwrap();
    let forged = Cursor::new("runs", ["soon".to_owned(), "run".to_owned()]);
    for (refused, cursor) in [
        (user.repositories(None, &asked(1, Some(cursor.clone()))).await.err(), &cursor),
        (user.runs(&filter, &asked(1, Some(forged.clone()))).await.err(), &forged),
    ] {
        let Some(StoreError::Page(PageError::Cursor)) = refused else {
            panic!("{cursor} is refused, not {refused:?}")
        };
    }
}
