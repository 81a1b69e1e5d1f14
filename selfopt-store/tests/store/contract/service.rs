//! What a service keeps: requests and their queue, schedules, budgets.

use std::collections::BTreeSet;

use selfopt_core::Clock as _;
use selfopt_core::config::{CommandOverride, CommandsConfig};
use selfopt_core::{
    Beat, ComputeReserved, ExitCode, FailedTry, KeptAnswer, MAX_TRIES, Millis, NewRequest,
    PausedBy, RepoId, RepositorySettings, RequestId, RequestOrigin, RequestState, Requested,
    RunRequest, ServiceStore, Timestamp,
};

use crate::backend::{Backend, run_in};

const LEASE: Millis = Millis::from_secs(60);

/// Of the race.
const N_REPOSITORIES: usize = 8;

async fn ask(store: &dyn ServiceStore, repo: RepoId) -> RunRequest {
    let new = NewRequest { repo, origin: RequestOrigin::Person, key: None };
    store.request_run(new).await.unwrap().into_request()
}

async fn state(store: &dyn ServiceStore, request: &RunRequest) -> RunRequest {
    store.run_request(request.id).await.unwrap().unwrap()
}

pub(crate) async fn one_request_of_a_repository_waits(backend: &dyn Backend) {
    let store = backend.open_service().await;
    let (a, b) = (store.repository("/a").await.unwrap(), store.repository("/b").await.unwrap());
    let keyed =
        |repo| NewRequest { repo, origin: RequestOrigin::Person, key: Some("key".to_owned()) };
    let Requested::New(first) = store.request_run(keyed(a)).await.unwrap() else { panic!("new") };
    assert_eq!(store.request_run(keyed(b)).await.unwrap(), Requested::Same(first.clone()));
    let new = NewRequest { key: None, ..keyed(a) };
    assert_eq!(store.request_run(new).await.unwrap(), Requested::Waiting(first.clone()));
    assert_ne!(ask(&*store, b).await.id, first.id);
    assert_eq!(store.run_requests(a, None, 10).await.unwrap(), [first]);
}

pub(crate) async fn a_repository_has_one_run_at_work(backend: &dyn Backend) {
    let (store, other) = (backend.open_service().await, backend.open_service().await);
    let (a, b) = (store.repository("/a").await.unwrap(), store.repository("/b").await.unwrap());
    let first = ask(&*store, a).await;
    let of_b = ask(&*store, b).await;
    let claimed = store.claim("one", LEASE).await.unwrap().unwrap();
    assert_eq!((claimed.id, claimed.state, claimed.tries), (first.id, RequestState::Running, 1));
    let second = ask(&*store, a).await;
    assert_ne!(second.id, first.id);
    assert_eq!(other.claim("two", LEASE).await.unwrap().unwrap().id, of_b.id);
    assert_eq!(other.claim("two", LEASE).await.unwrap(), None);

    let run = run_in(&*backend.open().await, "/a").await;
    store.attach(first.id, "one", run.id).await.unwrap();
    store.finish(first.id, "one", ExitCode::NothingFound).await.unwrap();
    let ended = state(&*store, &first).await;
    assert_eq!(ended.state, RequestState::Done);
    assert_eq!((ended.run, ended.exit), (Some(run.id), Some(ExitCode::NothingFound)));
    assert!(ended.ended_at.is_some() && ended.worker.is_none());
    assert_eq!(other.claim("two", LEASE).await.unwrap().unwrap().id, second.id);
}

pub(crate) async fn a_paused_repository_waits(backend: &dyn Backend) {
    let store = backend.open_service().await;
    let repo = store.repository("/a").await.unwrap();
    let request = ask(&*store, repo).await;
    store.set_pause(repo, "red tests", PausedBy::Service).await.unwrap();
    store.set_pause(repo, "later", PausedBy::Person).await.unwrap();
    let pause = store.pause(repo).await.unwrap().unwrap();
    assert_eq!((pause.reason.as_str(), pause.by), ("red tests", PausedBy::Service));
    assert_eq!(store.claim("one", LEASE).await.unwrap(), None);
    store.resume(repo).await.unwrap();
    assert_eq!(store.pause(repo).await.unwrap(), None);
    assert_eq!(store.claim("one", LEASE).await.unwrap().unwrap().id, request.id);
}

pub(crate) async fn what_a_dead_worker_had_is_queued_until_it_was_tried_too_often(
    backend: &dyn Backend,
) {
    let store = backend.open_service().await;
    let repo = store.repository("/a").await.unwrap();
    let request = ask(&*store, repo).await;
    for tries in 1..=MAX_TRIES {
        let worker = format!("worker-{tries}");
        assert_eq!(store.claim(&worker, LEASE).await.unwrap().unwrap().tries, tries);
        assert_eq!(store.reclaim(&["another".to_owned()]).await.unwrap(), 0);
        assert_eq!(store.reclaim(&[worker]).await.unwrap(), 1);
    }
    let dead = state(&*store, &request).await;
    assert_eq!(dead.state, RequestState::Dead);
    assert!(dead.error.unwrap().contains("died") && dead.hint.is_some());
    assert_eq!(store.claim("one", LEASE).await.unwrap(), None);

    let again = store.requeue_request(request.id).await.unwrap().unwrap();
    assert_eq!((again.state, again.tries, again.error), (RequestState::Queued, 0, None));
    assert_eq!(store.claim("one", LEASE).await.unwrap().unwrap().id, request.id);
}

pub(crate) async fn a_worker_that_was_silent_too_long_has_lost_its_request(backend: &dyn Backend) {
    let store = backend.open_service().await;
    let repo = store.repository("/a").await.unwrap();
    let request = ask(&*store, repo).await;
    store.claim("slow", LEASE).await.unwrap().unwrap();
    backend.clock().advance_by(LEASE.0 - 1);
    assert_eq!(store.beat(request.id, "slow", LEASE).await.unwrap(), Beat::GoOn);
    backend.clock().advance_by(LEASE.0 - 1);
    assert_eq!(store.reclaim(&[]).await.unwrap(), 0);
    backend.clock().advance_by(1);
    assert_eq!(store.reclaim(&[]).await.unwrap(), 1);
    store.claim("next", LEASE).await.unwrap().unwrap();

    assert_eq!(store.beat(request.id, "slow", LEASE).await.unwrap(), Beat::Lost);
    let before = state(&*store, &request).await;
    store.finish(request.id, "slow", ExitCode::Success).await.unwrap();
    store.give_back(request.id, "slow").await.unwrap();
    let failed = FailedTry { error: "late".to_owned(), hint: None, again: None };
    store.fail(request.id, "slow", failed).await.unwrap();
    assert_eq!(state(&*store, &request).await, before);
    assert_eq!(before.worker.as_deref(), Some("next"));
}

pub(crate) async fn a_failed_try_is_made_again_in_its_time_and_not_for_ever(backend: &dyn Backend) {
    let store = backend.open_service().await;
    let repo = store.repository("/a").await.unwrap();
    let request = ask(&*store, repo).await;
    for tries in 1..=MAX_TRIES {
        assert_eq!(store.claim("one", LEASE).await.unwrap().unwrap().tries, tries);
        let again = Some(Timestamp(backend.clock().now().0 + 1000));
        let failed =
            FailedTry { error: "no disk".to_owned(), hint: Some("free some".to_owned()), again };
        store.fail(request.id, "one", failed).await.unwrap();
        backend.clock().advance_by(999);
        assert_eq!(store.claim("one", LEASE).await.unwrap(), None);
        backend.clock().advance_by(1);
    }
    let dead = state(&*store, &request).await;
    assert_eq!(dead.state, RequestState::Dead);
    assert_eq!((dead.error.as_deref(), dead.hint.as_deref()), (Some("no disk"), Some("free some")));

    let hopeless = ask(&*store, repo).await;
    store.claim("one", LEASE).await.unwrap().unwrap();
    let failed = FailedTry { error: "gone".to_owned(), hint: None, again: None };
    store.fail(hopeless.id, "one", failed).await.unwrap();
    assert_eq!(state(&*store, &hopeless).await.state, RequestState::Dead);
}

pub(crate) async fn giving_back_counts_no_try(backend: &dyn Backend) {
    let store = backend.open_service().await;
    let repo = store.repository("/a").await.unwrap();
    let request = ask(&*store, repo).await;
    for _ in 0..MAX_TRIES + 2 {
        assert_eq!(store.claim("one", LEASE).await.unwrap().unwrap().tries, 1);
        store.give_back(request.id, "one").await.unwrap();
    }
    assert_eq!(state(&*store, &request).await.state, RequestState::Queued);
}

pub(crate) async fn cancelling_ends_what_waits_and_asks_what_is_at_work(backend: &dyn Backend) {
    let store = backend.open_service().await;
    let repo = store.repository("/a").await.unwrap();
    let waiting = ask(&*store, repo).await;
    let cancelled = store.cancel_request(waiting.id).await.unwrap().unwrap();
    assert_eq!(cancelled.state, RequestState::Cancelled);

    let running = ask(&*store, repo).await;
    store.claim("one", LEASE).await.unwrap().unwrap();
    let asked = store.cancel_request(running.id).await.unwrap().unwrap();
    assert_eq!((asked.state, asked.cancel_asked), (RequestState::Running, true));
    assert_eq!(store.beat(running.id, "one", LEASE).await.unwrap(), Beat::Cancelled);
    store.finish(running.id, "one", ExitCode::Interrupted).await.unwrap();
    assert_eq!(state(&*store, &running).await.state, RequestState::Cancelled);

    // Its worker dies before it hears of it: it is not run again.
    let running = ask(&*store, repo).await;
    store.claim("one", LEASE).await.unwrap().unwrap();
    store.cancel_request(running.id).await.unwrap();
    store.reclaim(&["one".to_owned()]).await.unwrap();
    assert_eq!(state(&*store, &running).await.state, RequestState::Cancelled);
}

pub(crate) async fn a_tick_counts_once_however_many_servers_there_are(backend: &dyn Backend) {
    let (store, other) = (backend.open_service().await, backend.open_service().await);
    let repo = store.repository("/a").await.unwrap();
    assert!(store.schedules().await.unwrap().is_empty());
    let settings = RepositorySettings {
        compute_budget_minutes: Some(1.5),
        max_proposals_per_run: Some(3),
        schedule: Some("0 2 * * *".to_owned()),
    };
    store.set_settings(repo, &settings).await.unwrap();
    assert_eq!(store.settings(repo).await.unwrap(), settings);
    let set_at = backend.clock().now();
    assert_eq!(store.schedules().await.unwrap()[0].since, set_at);

    backend.clock().advance_by(1000);
    let due = backend.clock().now();
    let (one, two) = tokio::join!(store.tick(repo, due), other.tick(repo, due));
    let requests: Vec<_> = [one.unwrap(), two.unwrap()].into_iter().flatten().collect();
    assert_eq!(requests.len(), 1);
    assert_eq!(store.schedules().await.unwrap()[0].since, due);
    // An earlier one that a slow server still thinks of.
    assert_eq!(other.tick(repo, Timestamp(due.0 - 1)).await.unwrap(), None);
    // The next one finds the first still waiting.
    assert_eq!(store.tick(repo, Timestamp(due.0 + 1)).await.unwrap(), Some(requests[0]));

    // Another budget does not make the schedule new, another schedule does.
    backend.clock().advance_by(5000);
    let dearer = RepositorySettings { compute_budget_minutes: Some(2.0), ..settings.clone() };
    store.set_settings(repo, &dearer).await.unwrap();
    assert_eq!(store.schedules().await.unwrap()[0].since, Timestamp(due.0 + 1));
    let later = RepositorySettings { schedule: Some("0 3 * * *".to_owned()), ..settings };
    store.set_settings(repo, &later).await.unwrap();
    assert_eq!(store.schedules().await.unwrap()[0].since, backend.clock().now());

    store.set_pause(repo, "holidays", PausedBy::Person).await.unwrap();
    assert!(store.schedules().await.unwrap().is_empty());
}

pub(crate) async fn what_the_service_takes_is_kept(backend: &dyn Backend) {
    let store = backend.open_service().await;
    let repo = store.repository("/a").await.unwrap();
    for schedule in ["0 2 * * *", "0 0 2 * * 1-5", " 0  2 * * MON ", "@daily"] {
        let schedule = Some(schedule.to_owned());
        let settings = RepositorySettings { schedule, ..RepositorySettings::default() };
        store.set_settings(repo, &settings).await.unwrap();
        assert_eq!(store.settings(repo).await.unwrap(), settings);
    }
    // The key that a program may choose at most, behind the program's id.
    let key = "k".repeat(36 + 1 + 255);
    let digest = "d".repeat(64);
    assert_eq!(store.take_key(&key, &digest, Timestamp(0)).await.unwrap(), KeptAnswer::New);
    store.keep_answer(&key, 200, crate::values::TEXT).await.unwrap();
    let kept = KeptAnswer::Answered { status: 200, body: crate::values::TEXT.to_owned() };
    assert_eq!(store.take_key(&key, &digest, Timestamp(0)).await.unwrap(), kept);

    store.set_pause(repo, crate::values::TEXT, PausedBy::Person).await.unwrap();
    assert_eq!(store.pause(repo).await.unwrap().unwrap().reason, crate::values::TEXT);
    store.resume(repo).await.unwrap();
    let request = ask(&*store, repo).await;
    store.claim("one", LEASE).await.unwrap().unwrap();
    let (error, hint) = (crate::values::TEXT.to_owned(), Some(crate::values::TEXT.to_owned()));
    let failed = FailedTry { error: error.clone(), hint: hint.clone(), again: None };
    store.fail(request.id, "one", failed).await.unwrap();
    let dead = state(&*store, &request).await;
    assert_eq!((dead.error, dead.hint), (Some(error), hint));
}

pub(crate) async fn compute_minutes_are_reserved_and_settled(backend: &dyn Backend) {
    let store = backend.open_service().await;
    let (a, b) = (store.repository("/a").await.unwrap(), store.repository("/b").await.unwrap());
    let (of_a, of_b) = (ask(&*store, a).await.id, ask(&*store, b).await.id);
    let minutes = ComputeReserved::Minutes;
    let month = "2026-11";
    let reserve = |id, wanted, limit| store.reserve_compute(id, month, wanted, limit);
    assert_eq!(reserve(of_a, 60.0, Some(100.0)).await.unwrap(), minutes(60.0));
    // After a restart: the same, whatever is asked for.
    assert_eq!(reserve(of_a, 10.0, Some(1.0)).await.unwrap(), minutes(60.0));
    store.cancel_request(of_a).await.unwrap();
    let second = ask(&*store, a).await.id;
    assert_eq!(reserve(second, 60.0, Some(100.0)).await.unwrap(), minutes(40.0));
    assert_eq!(reserve(of_b, 60.0, Some(100.0)).await.unwrap(), minutes(60.0));
    store.cancel_request(second).await.unwrap();
    let third = ask(&*store, a).await.id;
    let nothing = ComputeReserved::Nothing { limit: 100.0, used: 100.0 };
    assert_eq!(reserve(third, 1.0, Some(100.0)).await.unwrap(), nothing);

    store.settle_compute(of_a, 12.5).await.unwrap();
    let used = async |month| minutes(store.compute_used(a, month).await.unwrap());
    assert_eq!(used(month).await, minutes(52.5));
    assert_eq!(used("2026-12").await, minutes(0.0));
    assert_eq!(reserve(third, 60.0, None).await.unwrap(), minutes(60.0));
    // Queued again after it was settled: what it took before still counts.
    assert_eq!(reserve(of_a, 5.0, None).await.unwrap(), minutes(5.0));
    assert_eq!(used(month).await, minutes(117.5));
}

pub(crate) async fn an_answer_is_kept_under_its_key(backend: &dyn Backend) {
    let (store, other) = (backend.open_service().await, backend.open_service().await);
    let never = Timestamp(0);
    let (d, e) = (&*"d".repeat(64), &*"e".repeat(64));
    assert_eq!(store.take_key("k", d, never).await.unwrap(), KeptAnswer::New);
    assert_eq!(other.take_key("k", d, never).await.unwrap(), KeptAnswer::InProgress);
    assert_eq!(other.take_key("k", e, never).await.unwrap(), KeptAnswer::OtherRequest);
    // Its server died.
    let now = Timestamp(backend.clock().now().0 + 1);
    assert_eq!(other.take_key("k", e, now).await.unwrap(), KeptAnswer::OtherRequest);
    assert_eq!(other.take_key("k", d, now).await.unwrap(), KeptAnswer::New);
    store.keep_answer("k", 202, "{}").await.unwrap();
    let kept = KeptAnswer::Answered { status: 202, body: "{}".to_owned() };
    assert_eq!(other.take_key("k", d, now).await.unwrap(), kept);
    store.free_key("k").await.unwrap();
    assert_eq!(other.take_key("k", d, now).await.unwrap(), kept);

    assert_eq!(store.take_key("l", d, never).await.unwrap(), KeptAnswer::New);
    store.free_key("l").await.unwrap();
    assert_eq!(other.take_key("l", d, never).await.unwrap(), KeptAnswer::New);

    assert_eq!(store.forget_keys(backend.clock().now()).await.unwrap(), 0);
    assert_eq!(store.forget_keys(now).await.unwrap(), 2);
    assert_eq!(other.take_key("k", e, never).await.unwrap(), KeptAnswer::New);
}

pub(crate) async fn what_a_person_says_reads_back(backend: &dyn Backend) {
    let store = backend.open_service().await;
    let repo = store.repository("/a").await.unwrap();
    assert_eq!(store.confirmed(repo).await.unwrap(), None);
    let commands = CommandsConfig {
        test: Some(CommandOverride::Command("npm test".to_owned())),
        bench: Some(CommandOverride::Off(false)),
        ..CommandsConfig::default()
    };
    store.confirm(repo, &CommandsConfig::default()).await.unwrap();
    store.confirm(repo, &commands).await.unwrap();
    assert_eq!(store.confirmed(repo).await.unwrap().unwrap().commands, commands);

    let run = run_in(&*backend.open().await, "/a").await;
    let proposal = crate::values::proposal("a", &run, run.created_at);
    store.put_proposal(&proposal).await.unwrap();
    assert_eq!(store.dismissal(run.id, &proposal.id).await.unwrap(), None);
    store.dismiss(run.id, &proposal.id, "too clever").await.unwrap();
    store.dismiss(run.id, &proposal.id, "other").await.unwrap();
    let kept = store.dismissal(run.id, &proposal.id).await.unwrap().unwrap();
    assert_eq!(kept.reason, "too clever");
}

pub(crate) async fn servers_that_ask_at_once_make_one_request(backend: &dyn Backend) {
    let (store, other) = (backend.open_service().await, backend.open_service().await);
    let repo = store.repository("/a").await.unwrap();
    let (one, two) = tokio::join!(ask(&*store, repo), ask(&*other, repo));
    assert_eq!(one.id, two.id);
    assert_eq!(store.run_requests(repo, None, 10).await.unwrap().len(), 1);

    // With one key for two repositories too.
    let more = [store.repository("/b").await.unwrap(), store.repository("/c").await.unwrap()];
    let keyed = more.map(|repo| NewRequest {
        repo,
        origin: RequestOrigin::Person,
        key: Some("key".to_owned()),
    });
    let [one, two] = keyed;
    let (one, two) = tokio::join!(store.request_run(one), other.request_run(two));
    assert_eq!(one.unwrap().into_request().id, two.unwrap().into_request().id);
}

/// Two workers, each with a connection of its own, race for the same work, two
/// requests a repository.
pub(crate) async fn each_request_is_taken_once(backend: &dyn Backend) {
    let (store, other) = (backend.open_service().await, backend.open_service().await);
    let mut made = BTreeSet::new();
    for n in 0..N_REPOSITORIES {
        let repo = store.repository(&format!("/{n}")).await.unwrap();
        made.insert(ask(&*store, repo).await.id);
        // Given back below: then two of a repository wait, one after the other.
        store.claim("before", LEASE).await.unwrap().unwrap();
        made.insert(ask(&*store, repo).await.id);
    }
    assert_eq!(store.reclaim(&["before".to_owned()]).await.unwrap(), N_REPOSITORIES as u64);

    let (one, two) = tokio::join!(work(&*store, "one"), work(&*other, "two"));
    let taken: Vec<_> = one.into_iter().chain(two).collect();
    assert_eq!(taken.len(), 2 * N_REPOSITORIES);
    assert_eq!(taken.into_iter().collect::<BTreeSet<_>>(), made);
}

/// Takes and ends requests until none is left.
async fn work(store: &dyn ServiceStore, worker: &str) -> Vec<RequestId> {
    let mut taken = Vec::new();
    loop {
        let Some(request) = store.claim(worker, LEASE).await.unwrap() else {
            // What is left may wait for the other worker's request of its repository.
            if unended(store).await == 0 {
                return taken;
            }
            tokio::task::yield_now().await;
            continue;
        };
        store.finish(request.id, worker, ExitCode::Success).await.unwrap();
        taken.push(request.id);
    }
}

/// How many requests are not over.
async fn unended(store: &dyn ServiceStore) -> usize {
    let mut unended = 0;
    for n in 0..N_REPOSITORIES {
        let repo = store.repository(&format!("/{n}")).await.unwrap();
        let requests = store.run_requests(repo, None, 10).await.unwrap();
        unended += requests.iter().filter(|request| request.ended_at.is_none()).count();
    }
    unended
}
