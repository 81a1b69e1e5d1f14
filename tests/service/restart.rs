//! A service that dies, or is told to stop, in the middle of a run.

use serde_json::json;

use crate::asking::{ask, begun, over};
use crate::http::{Api, Event};
use crate::program::{Serving, waiting_project};

/// Follows a run until one of its commands begins; the number of that event.
fn at_work(api: &Api, run: &str) -> u64 {
    let event = api.follow(run, None).find(|event| event.kind == "step-started");
    event.and_then(|event| event.id).expect("a command begins")
}

/// What every interrupted run must come to: one run, each event once, and the
/// end that the project's install has.
fn check_the_end(api: &Api, repository: &str, request: &str, run: &str, tries: u64) {
    let all: Vec<Event> = api.follow(run, None).collect();
    let (last, events) = all.split_last().expect("there are events");
    assert_eq!((last.kind.as_str(), &last.data["status"]), ("end", &json!("paused")));
    let ids: Vec<_> = events.iter().map(|event| event.id.expect("numbered")).collect();
    assert_eq!(ids, (0..events.len() as u64).collect::<Vec<_>>());
    let count = |kind: &str| events.iter().filter(|event| event.kind == kind).count();
    assert_eq!((count("run-started"), count("run-resumed")), (1, 1), "{ids:?}");
    assert_eq!((count("run-paused"), count("run-finished")), (1, 1));

    let ended = over(api, request);
    assert_eq!((&ended["state"], &ended["exit"]), (&json!("done"), &json!(3)), "{ended:#}");
    assert_eq!((&ended["run"], &ended["tries"]), (&json!(run), &json!(tries)), "{ended:#}");
    let rows = |path: &str| {
        let (status, page) = api.get(path);
        assert_eq!(status, 200, "{path}: {page}");
        page["items"].as_array().expect("a page").len()
    };
    assert_eq!(rows(&format!("/api/v1/runs?repository={repository}")), 1);
    assert_eq!(rows(&format!("/api/v1/repositories/{repository}/requests")), 1);
    assert_eq!(rows(&format!("/api/v1/runs/{run}/attempts")), 0);
    assert_eq!(rows(&format!("/api/v1/proposals?repository={repository}")), 0);
    let (status, log) = api.get(&format!("/api/v1/runs/{run}/log"));
    assert!(status == 200 && log.as_str().is_some_and(|log| log.contains("npm")), "{log}");
}

#[test]
fn a_killed_service_goes_on_where_it_was() {
    let data = tempfile::tempdir().expect("a temporary directory can be made");
    let go = data.path().join("go");
    let project = waiting_project(&go);
    let serving = Serving::start(data.path());
    let (repository, request) = ask(&serving.api, project.path());
    let run = begun(&serving.api, &request);
    let seen = at_work(&serving.api, &run);
    let token = serving.api.token.clone();
    serving.kill();

    std::fs::write(&go, "").expect("files are written");
    let serving = Serving::start(data.path());
    assert_eq!(serving.api.token, token, "the token outlives the process");
    over(&serving.api, &request);
    // A client that lost its connection hears the rest, and nothing twice.
    let rest: Vec<_> = serving.api.follow(&run, Some(seen)).filter_map(|event| event.id).collect();
    assert_eq!(rest.first(), Some(&(seen + 1)));
    check_the_end(&serving.api, &repository, &request, &run, 2);
}

#[test]
fn a_service_that_is_told_to_stop_leaves_its_run_to_the_next() {
    let data = tempfile::tempdir().expect("a temporary directory can be made");
    let go = data.path().join("go");
    let project = waiting_project(&go);
    let serving = Serving::start(data.path());
    let (repository, request) = ask(&serving.api, project.path());
    let run = begun(&serving.api, &request);
    at_work(&serving.api, &run);
    assert_eq!(serving.terminate(), Some(0));

    std::fs::write(&go, "").expect("files are written");
    let serving = Serving::start(data.path());
    over(&serving.api, &request);
    check_the_end(&serving.api, &repository, &request, &run, 1);
}

#[test]
fn a_cancelled_run_stops() {
    let data = tempfile::tempdir().expect("a temporary directory can be made");
    let project = waiting_project(&data.path().join("never"));
    let serving = Serving::start(data.path());
    let (_, request) = ask(&serving.api, project.path());
    let run = begun(&serving.api, &request);
    at_work(&serving.api, &run);
    let (status, _) = serving.api.post(&format!("/api/v1/requests/{request}/cancel"), &json!({}));
    assert_eq!(status, 200);
    let last = serving.api.follow(&run, None).last().expect("it ends");
    assert_eq!(last.data["status"], "cancelled");
    assert_eq!(over(&serving.api, &request)["state"], "cancelled");
}
