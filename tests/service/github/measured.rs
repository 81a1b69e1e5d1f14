//! The whole path with real measurements; nextest gives it the machine alone.

use std::path::Path;

use serde_json::{Value, json};

use super::world::{World, install, until};
use crate::asking::{ask_again, over};
use crate::git_server::git;
use crate::http::Api;

/// How often a run that found the machine too noisy is made again.
const TRIES: usize = 3;

/// The example as it is in the repository.
fn minimal(work: &Path) {
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/minimal/.");
    let copied = std::process::Command::new("cp").args(["-R", example]).arg(work).status();
    assert!(copied.expect("cp is there").success());
}

fn items(api: &Api, path: &str) -> Vec<Value> {
    let (status, page) = api.get(path);
    assert_eq!(status, 200, "{page}");
    page["items"].as_array().expect("a page").clone()
}

#[test]
fn from_the_installation_to_a_pull_request_with_two_clicks() {
    let world = World::new(minimal);
    let serving = world.serve(&[]);
    let api = &serving.api;
    // Installed, and that is all that anybody configures.
    let repository = install(api);
    let id = repository["id"].as_str().expect("an id");
    until(|| (!world.github.state().pulls.is_empty()).then_some(()));
    world.merge_introduction(api);

    let requests = format!("/api/v1/repositories/{id}/requests");
    let first = until(|| items(api, &requests).into_iter().next());
    let mut request = first["id"].as_str().expect("an id").to_owned();
    let proposals = format!("/api/v1/proposals?repository={id}");
    let mut proposal = None;
    for _ in 0..TRIES {
        let ended = over(api, &request);
        assert_eq!(ended["state"], "done", "{ended:#}");
        let run = ended["run"].as_str().expect("a run");
        let (status, baseline) = api.get(&format!("/api/v1/runs/{run}/baseline"));
        assert_eq!((status, &baseline["commit"]), (200, &json!(world.head())), "{baseline:#}");
        proposal = items(api, &proposals).into_iter().next();
        if proposal.is_some() {
            break;
        }
        request = ask_again(api, id);
    }
    let proposal = proposal.expect(
        "this machine was too noisy in every try: stop other work on it and run the test again",
    );
    assert_eq!(proposal["summary"]["base"], json!(world.head()));

    let path =
        format!("/api/v1/proposals/{}/pull-request", proposal["id"].as_str().expect("an id"));
    let (status, opened) = api.post(&path, &json!({}));
    assert_eq!((status, &opened["outcome"]), (200, &json!("opened")), "{opened}");
    let (status, found) = api.post(&path, &json!({}));
    assert_eq!((status, &found["outcome"]), (200, &json!("found")), "{found}");
    assert_eq!(found["url"], opened["url"]);
    let shown = items(api, &proposals).remove(0);
    assert_eq!(shown["pr_url"], opened["url"]);

    let (body, changed) = {
        let state = world.github.state();
        assert_eq!(state.pulls.len(), 2, "the introduction and one proposal");
        let pull = &state.pulls[1];
        (pull.body.clone(), state.objects.files(&pull.sha)["src/tags.js"].1.clone())
    };
    let before = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/examples/minimal/src/tags.js"
    ));
    assert_ne!(changed, before.expect("the example is there"));
    for asked in
        ["99.5 % confidence", "node bench.js", "`tagNames`", "### What was tried and refused"]
    {
        assert!(body.contains(asked), "no `{asked}` in\n{body}");
    }
    // The change applies to the commit that it was proved on.
    let diff = world.data.path().join("proposal.diff");
    std::fs::write(&diff, shown["summary"]["diff"].as_str().expect("a diff")).expect("written");
    git(&world.work(), &["apply", "--check", &diff.display().to_string()]);
    world.github.assert_contract();
    let log = world.log();
    assert!(!log.contains("canary") && !log.contains("ghs_"), "{log}");
}
