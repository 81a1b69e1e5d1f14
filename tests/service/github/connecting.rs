//! An App is installed, and what follows by itself.

use serde_json::{Value, json};

use super::world::{ONBOARDING, World, broken, deliver, install, installed, pull_request, until};
use crate::asking::{ask_again, over};
use crate::fake::INSTALLATION;
use crate::http::Api;

fn settings(api: &Api, repository: &Value) -> Value {
    let id = repository["id"].as_str().expect("an id");
    let (status, settings) = api.get(&format!("/api/v1/repositories/{id}/settings"));
    assert_eq!(status, 200, "{settings}");
    settings
}

fn requests(api: &Api, repository: &Value) -> Vec<Value> {
    let id = repository["id"].as_str().expect("an id");
    let (status, page) = api.get(&format!("/api/v1/repositories/{id}/requests"));
    assert_eq!(status, 200, "{page}");
    page["items"].as_array().expect("a page").clone()
}

/// Waits for a pause whose reason begins so.
fn paused(api: &Api, repository: &Value, begins: &str) -> String {
    until(|| {
        let reason = settings(api, repository)["pause"]["reason"].clone();
        let reason = reason.as_str().unwrap_or_default();
        reason.starts_with(begins).then(|| reason.to_owned())
    })
}

#[test]
fn nothing_runs_before_the_introduction_is_merged_and_then_it_does() {
    let world = World::new(broken);
    let serving = world.serve(&[]);
    let api = &serving.api;
    let repository = install(api);
    assert_eq!(repository["default_branch"], "main");
    assert_eq!(repository["github_repo_id"], 5);
    assert_eq!(repository["project"]["test_cmd"]["cmd"], "npm test", "{repository:#}");
    let reason = paused(api, &repository, "it waits for its introduction");
    assert!(reason.ends_with("/acme/web/pull/1"), "{reason}");
    assert!(requests(api, &repository).is_empty());

    let pull = world.github.state().pulls[0].clone();
    assert_eq!((pull.branch.as_str(), pull.state), (ONBOARDING, "open"));
    assert!(pull.body.contains("npm test") && pull.body.contains("Nothing runs"), "{}", pull.body);
    world.merge_introduction(api);
    let request = until(|| requests(api, &repository).into_iter().next());
    let id = request["id"].as_str().expect("an id");
    let ended = over(api, id);
    // The commit was fetched and its install ran, and failed as it does.
    assert_eq!((&ended["state"], &ended["exit"]), (&json!("done"), &json!(3)), "{ended:#}");
    let run = ended["run"].as_str().expect("a run");
    let (_, shown) = api.get(&format!("/api/v1/runs/{run}"));
    assert_eq!(shown["commit"], json!(world.head()), "{shown:#}");
    let left = std::fs::read_dir(world.data.path().join("checkouts")).expect("a folder");
    assert_eq!(left.count(), 0, "checkouts are removed");

    // Said again, it asks for no second run.
    assert_eq!(deliver(api, "pull_request", &pull_request("closed", 1, ONBOARDING, true)).0, 202);
    assert_eq!(deliver(api, "installation", &installed("created")).0, 202);
    world.until_handled(4);
    assert_eq!(requests(api, &repository).len(), 1);
    world.github.assert_contract();
    let log = world.log();
    assert!(!log.contains("canary") && !log.contains("ghs_"), "{log}");
}

#[test]
fn an_introduction_that_is_closed_is_a_no() {
    let world = World::new(broken);
    let serving = world.serve(&[]);
    let api = &serving.api;
    let repository = install(api);
    paused(api, &repository, "it waits for its introduction");
    world.github.state().pulls[0].state = "closed";
    assert_eq!(deliver(api, "pull_request", &pull_request("closed", 1, ONBOARDING, false)).0, 202);
    paused(api, &repository, "its introduction was closed");
    assert!(requests(api, &repository).is_empty());
}

#[test]
fn without_an_introduction_the_first_run_is_asked_for_at_once() {
    let world = World::new(broken);
    let serving = world.serve(&[("SELFOPT_GITHUB_INTRODUCTION", "off")]);
    let api = &serving.api;
    let repository = install(api);
    let request = until(|| requests(api, &repository).into_iter().next());
    over(api, request["id"].as_str().expect("an id"));
    assert!(world.github.state().pulls.is_empty());
    assert!(settings(api, &repository)["pause"].is_null());
}

#[test]
fn what_the_app_does_not_reach_any_more_is_said_so() {
    let world = World::new(broken);
    let serving = world.serve(&[("SELFOPT_GITHUB_INTRODUCTION", "off")]);
    let api = &serving.api;
    let repository = install(api);
    let first = until(|| requests(api, &repository).into_iter().next());
    over(api, first["id"].as_str().expect("an id"));
    let removed = json!({
        "action": "removed", "installation": { "id": INSTALLATION }, "repositories_added": [],
        "repositories_removed": [{ "id": 5, "full_name": "acme/web" }],
    });
    assert_eq!(deliver(api, "installation_repositories", &removed).0, 202);
    world.until_handled(2);
    let request = ask_again(api, repository["id"].as_str().expect("an id"));
    let refused = over(api, &request);
    assert_eq!(refused["state"], "dead", "{refused:#}");
    let error = refused["error"].as_str().expect("a reason");
    assert!(error.contains("not installed on `acme/web`"), "{refused:#}");
    assert!(refused["hint"].as_str().is_some_and(|hint| hint.contains("install the App")));
}

#[test]
fn accounts_that_the_operator_did_not_name_are_left_alone() {
    let world = World::new(broken);
    let serving = world.serve(&[("SELFOPT_GITHUB_ACCOUNTS", "umbrella")]);
    let api = &serving.api;
    assert_eq!(deliver(api, "installation", &installed("created")).0, 202);
    until(|| world.log().contains("not among the accounts").then_some(()));
    let (_, page) = api.get("/api/v1/repositories");
    assert_eq!(page["items"], json!([]));
    assert!(world.github.seen().is_empty());
}
