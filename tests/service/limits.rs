//! What ends runs before they cost too much.

use serde_json::json;

use crate::asking::{ask, ask_again, over};
use crate::program::{Serving, waiting_project};

#[test]
fn a_repository_that_is_broken_again_and_again_is_paused() {
    let data = tempfile::tempdir().expect("a temporary directory can be made");
    let go = data.path().join("go");
    std::fs::write(&go, "").expect("files are written");
    let project = waiting_project(&go);
    let serving = Serving::start(data.path());
    let api = &serving.api;
    let (repository, first) = ask(api, project.path());
    assert_eq!(over(api, &first)["exit"], 3);
    assert_eq!(over(api, &ask_again(api, &repository))["exit"], 3);
    let settings = format!("/api/v1/repositories/{repository}/settings");
    assert!(api.get(&settings).1["pause"].is_null());
    assert_eq!(over(api, &ask_again(api, &repository))["exit"], 3);

    let (_, shown) = api.get(&settings);
    assert_eq!(shown["pause"]["by"], "service");
    let reason = shown["pause"]["reason"].as_str().expect("a reason");
    assert!(reason.starts_with("3 runs in a row") && reason.contains("npm install"), "{reason}");
    assert!(shown["compute_minutes_this_month"].as_f64().is_some_and(|spent| spent > 0.0));
    let requests = format!("/api/v1/repositories/{repository}/requests");
    assert_eq!(api.post(&requests, &json!({})).0, 409);
    let resume = format!("/api/v1/repositories/{repository}/resume");
    assert_eq!(api.post(&resume, &json!({})).0, 200);
    over(api, &ask_again(api, &repository));
}

#[test]
fn a_used_up_month_refuses_the_next_run_and_says_so() {
    let data = tempfile::tempdir().expect("a temporary directory can be made");
    let go = data.path().join("go");
    std::fs::write(&go, "").expect("files are written");
    let project = waiting_project(&go);
    // Less than one install takes.
    let serving = Serving::start_with(data.path(), &["--monthly-minutes", "0.000001"]);
    let api = &serving.api;
    let (repository, first) = ask(api, project.path());
    assert_eq!(over(api, &first)["state"], "done");
    let refused = over(api, &ask_again(api, &repository));
    assert_eq!(refused["state"], "dead", "{refused:#}");
    let why = refused["error"].as_str().expect("a reason");
    assert!(why.contains("budget of this month is used up"), "{why}");
    assert!(refused["run"].is_null() && refused["hint"].is_string());
}
