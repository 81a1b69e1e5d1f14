//! Asking the service for runs, and waiting for what comes of it. Asking again
//! and again is the only clock of these tests.

use serde_json::{Value, json};

use crate::http::Api;

/// Connects the project and asks for a run; the ids of repository and request.
pub(crate) fn ask(api: &Api, project: &std::path::Path) -> (String, String) {
    let (status, repository) = api.post("/api/v1/repositories", &json!({ "path": project }));
    assert_eq!(status, 201, "{repository}");
    let repository = repository["id"].as_str().expect("an id").to_owned();
    let request = ask_again(api, &repository);
    (repository, request)
}

/// Asks for a run of a connected repository.
pub(crate) fn ask_again(api: &Api, repository: &str) -> String {
    let path = format!("/api/v1/repositories/{repository}/requests");
    let (status, request) = api.post(&path, &json!({}));
    assert_eq!(status, 202, "{request}");
    request["id"].as_str().expect("an id").to_owned()
}

/// Asks until the request has its run; the worker takes a moment to begin it.
pub(crate) fn begun(api: &Api, request: &str) -> String {
    loop {
        let shown = shown(api, request);
        assert_ne!(shown["state"], "dead", "{shown:#}");
        if let Some(run) = shown["run"].as_str() {
            return run.to_owned();
        }
        std::thread::yield_now();
    }
}

/// Asks until the request is over.
pub(crate) fn over(api: &Api, request: &str) -> Value {
    loop {
        let shown = shown(api, request);
        if !shown["ended_at"].is_null() {
            return shown;
        }
        std::thread::yield_now();
    }
}

pub(crate) fn shown(api: &Api, request: &str) -> Value {
    let (status, shown) = api.get(&format!("/api/v1/requests/{request}"));
    assert_eq!(status, 200, "{shown}");
    shown
}
