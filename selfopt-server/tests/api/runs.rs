//! Requests, runs, and following them.

use axum::http::Method;
use selfopt_core::digest::Digest;
use selfopt_core::{
    ArtifactStore as _, CommitId, FailedTry, JournalEntry, JournalStore as _, Millis, NewRun,
    RepoId, RunRecord, RunStatus, RunStore as _, Timestamp, WorkQueue as _,
};
use selfopt_store::SqliteStore;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::client::Client;

async fn run(store: &SqliteStore, repository: &str) -> RunRecord {
    let run = NewRun {
        repo: RepoId(Uuid::parse_str(repository).unwrap()),
        commit: CommitId::new("ab".repeat(20)),
        seed: 1,
        config_digest: Digest::of(b"configuration"),
    };
    store.create_run(run).await.unwrap()
}

async fn happens(store: &SqliteStore, run: &RunRecord, sequence: u64) {
    let event = json!({ "event": "note", "level": "info", "message": format!("{sequence}") });
    let entry = JournalEntry { sequence, at: Timestamp(1), event };
    store.append(run.id, entry).await.unwrap();
}

#[tokio::test]
async fn a_run_is_asked_for_once_and_can_be_cancelled() {
    let client = Client::new().await;
    let (repository, _project) = client.connected().await;
    let path = format!("/api/v1/repositories/{repository}/requests");
    let first = client.post(&path, json!({})).await.is(202);
    assert_eq!(first["state"], "queued");
    assert_eq!(client.post(&path, json!({})).await.is(200), first);
    let request = format!("/api/v1/requests/{}", first["id"].as_str().unwrap());
    assert_eq!(client.get(&request).await.is(200), first);
    client.post(&format!("{request}/requeue"), json!({})).await.is_problem(409, "request-not-over");
    let cancelled = client.post(&format!("{request}/cancel"), json!({})).await.is(200);
    assert_eq!(cancelled["state"], "cancelled");
    let queued = client.post(&format!("{request}/requeue"), json!({})).await.is(200);
    assert_eq!(queued["state"], "queued");
}

#[tokio::test]
async fn a_dead_request_is_seen_and_queued_again() {
    let client = Client::new().await;
    let (repository, _project) = client.connected().await;
    let path = format!("/api/v1/repositories/{repository}/requests");
    client.post(&path, json!({})).await.is(202);
    let store = client.store().await;
    let claimed = store.claim("worker", Millis(1000)).await.unwrap().unwrap();
    let failed = FailedTry {
        error: "it is gone".to_owned(),
        hint: Some("bring it back".to_owned()),
        again: None,
    };
    store.fail(claimed.id, "worker", failed).await.unwrap();
    let listed = client.get(&path).await.is(200);
    let [dead] = listed["items"].as_array().unwrap().as_slice() else { panic!("{listed:#}") };
    assert_eq!((&dead["state"], &dead["error"]), (&json!("dead"), &json!("it is gone")));
    let request = format!("/api/v1/requests/{}", claimed.id);
    client.post(&format!("{request}/cancel"), json!({})).await.is_problem(409, "request-over");
    let queued = client.post(&format!("{request}/requeue"), json!({})).await.is(200);
    assert_eq!((&queued["state"], &queued["tries"]), (&json!("queued"), &json!(0)));
}

#[tokio::test]
async fn runs_are_listed_and_shown() {
    let client = Client::new().await;
    let (repository, _project) = client.connected().await;
    let store = client.store().await;
    let (first, second) = (run(&store, &repository).await, run(&store, &repository).await);
    store.update_run(first.id, RunStatus::Finished, 1.0).await.unwrap();
    let ids = |page: Value| -> Vec<String> {
        let rows = page["items"].as_array().unwrap().clone();
        rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    };
    let listed = client.get(&format!("/api/v1/runs?repository={repository}")).await.is(200);
    assert_eq!(ids(listed), [second.id.to_string(), first.id.to_string()]);
    let finished = client.get("/api/v1/runs?status=finished").await.is(200);
    assert_eq!(ids(finished), [first.id.to_string()]);
    let none = client.get(&format!("/api/v1/runs?repository={}", Uuid::nil())).await.is(200);
    assert_eq!(ids(none), Vec::<String>::new());
    let page = client.get("/api/v1/runs?limit=1").await.is(200);
    let next = page["next"].as_str().unwrap().to_owned();
    assert_eq!(ids(page), [second.id.to_string()]);
    let rest = client.get(&format!("/api/v1/runs?limit=1&cursor={next}")).await.is(200);
    assert_eq!(ids(rest), [first.id.to_string()]);
    client.get(&format!("/api/v1/repositories?cursor={next}")).await.is_problem(400, "bad-page");
    client.get("/api/v1/runs?status=lost").await.is_problem(400, "bad-query");

    let path = format!("/api/v1/runs/{}", first.id);
    assert_eq!(client.get(&path).await.is(200)["status"], "finished");
    for list in ["opportunities", "attempts"] {
        let page = client.get(&format!("{path}/{list}")).await.is(200);
        assert_eq!(page, json!({ "items": [], "next": null }));
        client.get(&format!("{path}/{list}?limit=0")).await.is_problem(400, "bad-page");
    }
}

#[tokio::test]
async fn the_log_is_there_once_the_run_stopped() {
    let client = Client::new().await;
    let (repository, _project) = client.connected().await;
    let store = client.store().await;
    let run = run(&store, &repository).await;
    let path = format!("/api/v1/runs/{}/log", run.id);
    client.get(&path).await.is_problem(404, "not-found");
    let artifact = format!("repos/{repository}/runs/{}/logs.txt", run.id);
    client.artifacts().put(&artifact, b"$ npm test\n").await.unwrap();
    let log = client.get(&path).await;
    assert_eq!((log.status.as_u16(), log.body.as_str()), (200, "$ npm test\n"));
    assert_eq!(log.headers["content-type"], "text/plain; charset=utf-8");
}

/// The ids of all events, and the data of the last one.
fn events(body: &str) -> (Vec<u64>, String) {
    let field = |line: &str, name: &str| line.strip_prefix(name).map(str::trim).map(str::to_owned);
    let ids = body.lines().filter_map(|line| field(line, "id:")).map(|id| id.parse().unwrap());
    let last = body.lines().rev().find_map(|line| field(line, "data:"));
    (ids.collect(), last.unwrap_or_default())
}

#[tokio::test]
async fn a_run_is_followed_to_its_end_from_anywhere() {
    let client = Client::new().await;
    let (repository, _project) = client.connected().await;
    let store = client.store().await;
    let run = run(&store, &repository).await;
    for sequence in 0..3 {
        happens(&store, &run, sequence).await;
    }
    let path = format!("/api/v1/runs/{}/events", run.id);
    // Followed while it goes on, by another process as far as the service knows.
    let follow = client.get(&path);
    let goes_on = async {
        tokio::task::yield_now().await;
        happens(&store, &run, 3).await;
        store.update_run(run.id, RunStatus::Paused, 0.5).await.unwrap();
    };
    let (followed, ()) = tokio::join!(follow, goes_on);
    assert_eq!(followed.headers["content-type"], "text/event-stream");
    let (ids, last) = events(&followed.body);
    assert_eq!(ids, [0, 1, 2, 3]);
    assert_eq!(last, r#"{"status":"paused"}"#);
    assert!(followed.body.contains("event: note") && followed.body.contains("event: end"));

    for (header, query) in [(Some("1"), ""), (None, "?after=1"), (Some("1"), "?after=0")] {
        let headers: Vec<_> = header.map(|id| ("last-event-id", id)).into_iter().collect();
        let answer = client.send_with(Method::GET, &format!("{path}{query}"), &headers, "").await;
        assert_eq!(events(&answer.body).0, [2, 3]);
    }
    let answer = client.send_with(Method::GET, &path, &[("last-event-id", "x")], "").await;
    answer.is_problem(400, "bad-event-id");
}

#[tokio::test]
async fn who_follows_is_let_go_when_the_service_stops() {
    let client = Client::new().await;
    let (repository, _project) = client.connected().await;
    let store = client.store().await;
    let run = run(&store, &repository).await;
    happens(&store, &run, 0).await;
    client.service.stop().stop();
    let followed = client.get(&format!("/api/v1/runs/{}/events", run.id)).await;
    let (ids, _) = events(&followed.body);
    assert_eq!(ids, [0]);
    assert!(!followed.body.contains("event: end"), "{}", followed.body);
}
