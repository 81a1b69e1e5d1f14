//! Connecting repositories, what is detected, settings and pauses.

use axum::http::Method;
use serde_json::json;

use crate::client::{Client, project};

#[tokio::test]
async fn a_project_is_connected_once() {
    let client = Client::new().await;
    let (id, project) = client.connected().await;
    let shown = client.get(&format!("/api/v1/repositories/{id}")).await.is(200);
    assert_eq!(shown["project"]["name"], "shop");
    assert_eq!(shown["locator"], json!(project.path().canonicalize().unwrap()));
    let body = json!({ "path": project.path() });
    assert_eq!(client.post("/api/v1/repositories", body).await.is(201)["id"], id.as_str());
    let listed = client.get("/api/v1/repositories").await.is(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_no_project_is_refused_with_advice() {
    let client = Client::new().await;
    let empty = tempfile::tempdir().unwrap();
    let connect = |body: serde_json::Value| client.post("/api/v1/repositories", body);
    connect(json!({ "path": "relative" })).await.is_problem(422, "invalid");
    let refused = connect(json!({ "path": empty.path() })).await;
    refused.is_problem(422, "not-a-repository");
    assert!(refused.json()["hint"].as_str().is_some());
    connect(json!({ "path": "/no/such/path" })).await.is_problem(422, "not-a-repository");
    for body in [json!({}), json!({ "path": 1 }), json!({ "path": "/a", "more": 1 }), json!([])] {
        connect(body).await.is_problem(400, "bad-json");
    }
    let answer = client.send_with(Method::POST, "/api/v1/repositories", &[], "{").await;
    answer.is_problem(400, "bad-json");
    let huge = format!("{{\"path\": \"/{}\"}}", "a".repeat(300_000));
    let answer = client.send_with(Method::POST, "/api/v1/repositories", &[], huge).await;
    answer.is_problem(413, "too-large");
}

#[tokio::test]
async fn a_bad_selfopt_toml_is_named() {
    let client = Client::new().await;
    let project = project();
    std::fs::write(project.path().join("selfopt.toml"), "[budget]\ncompute_minutes = -1\n")
        .unwrap();
    for args in [
        &["add", "--all"][..],
        &["-c", "user.name=T", "-c", "user.email=t@example.com", "commit", "-q", "-m", "c"],
    ] {
        let git = std::process::Command::new("git").args(args).current_dir(project.path()).status();
        assert!(git.unwrap().success());
    }
    let answer = client.post("/api/v1/repositories", json!({ "path": project.path() })).await;
    answer.is_problem(422, "bad-configuration");
    assert!(answer.body.contains("budget.compute_minutes"), "{}", answer.body);
}

#[tokio::test]
async fn commands_are_confirmed_or_said_otherwise() {
    let client = Client::new().await;
    let (id, _project) = client.connected().await;
    let path = format!("/api/v1/repositories/{id}/detection");
    let detected = client.get(&path).await.is(200);
    assert_eq!(detected["project"]["build_cmd"]["cmd"], "npm run build");
    assert!(detected["confirmed"].is_null());
    let commands = format!("/api/v1/repositories/{id}/commands");
    let said = json!({ "build": false, "test": "node --test a.test.mjs" });
    let confirmed = client.put(&commands, said).await.is(200);
    assert_eq!(confirmed["confirmed"]["commands"]["build"], false);
    for shown in [confirmed, client.post(&path, json!({})).await.is(200)] {
        assert!(shown["project"]["build_cmd"].is_null(), "{shown:#}");
        assert_eq!(shown["project"]["test_cmd"]["cmd"], "node --test a.test.mjs");
    }
    client.put(&commands, json!({ "test": "" })).await.is_problem(400, "bad-json");
    client.put(&commands, json!({ "test": true })).await.is_problem(400, "bad-json");
    client.put(&commands, json!({ "tests": "x" })).await.is_problem(400, "bad-json");
}

#[tokio::test]
async fn settings_are_checked_and_kept() {
    let client = Client::new().await;
    let (id, _project) = client.connected().await;
    let path = format!("/api/v1/repositories/{id}/settings");
    let fresh = client.get(&path).await.is(200);
    assert_eq!(fresh["schedule"], json!(null));
    assert_eq!(fresh["next_times"], json!([]));
    let set = client
        .put(
            &path,
            json!({
                "compute_budget_minutes": 12.5,
                "max_proposals_per_run": 3,
                "schedule": "30 2 * * *"
            }),
        )
        .await
        .is(200);
    let kept = client.get(&path).await.is(200);
    assert_eq!(
        (&kept["compute_budget_minutes"], &kept["max_proposals_per_run"]),
        (&json!(12.5), &json!(3))
    );
    let times: Vec<u64> = serde_json::from_value(set["next_times"].clone()).unwrap();
    assert_eq!(times.len(), 3);
    assert!(times.iter().all(|at| at % 86_400_000 == 9_000_000), "half past two: {times:?}");
    for bad in [
        json!({ "schedule": "every night" }),
        json!({ "schedule": "0 0 31 2 *" }),
        json!({ "compute_budget_minutes": 0 }),
    ] {
        client.put(&path, bad).await.is_problem(422, "invalid");
    }
    client.put(&path, json!({ "shedule": null })).await.is_problem(400, "bad-json");
}

#[tokio::test]
async fn a_paused_repository_says_why_and_how_to_go_on() {
    let client = Client::new().await;
    let (id, _project) = client.connected().await;
    let path = |what: &str| format!("/api/v1/repositories/{id}/{what}");
    let paused = client.post(&path("pause"), json!({ "reason": " holidays " })).await.is(200);
    assert_eq!(paused["pause"]["reason"], "holidays");
    assert_eq!(paused["pause"]["by"], "person");
    let refused = client.post(&path("requests"), json!({})).await;
    refused.is_problem(409, "repository-paused");
    assert!(refused.body.contains("holidays") && refused.body.contains("/resume"));
    assert!(client.post(&path("resume"), json!({})).await.is(200)["pause"].is_null());
    client.post(&path("requests"), json!({})).await.is(202);
    client.post(&path("pause"), json!({ "reason": "  " })).await.is_problem(422, "invalid");
}

#[tokio::test]
async fn repositories_are_read_page_by_page() {
    let client = Client::new().await;
    let mut connected = Vec::new();
    for _ in 0..3 {
        connected.insert(0, client.connected().await);
    }
    let mut seen = Vec::new();
    let mut path = "/api/v1/repositories?limit=2".to_owned();
    loop {
        let page = client.get(&path).await.is(200);
        for row in page["items"].as_array().unwrap() {
            seen.push(row["id"].as_str().unwrap().to_owned());
        }
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/repositories?limit=2&cursor={next}");
    }
    let expected: Vec<_> = connected.iter().map(|(id, _)| id.clone()).collect();
    assert_eq!(seen, expected);
    for query in ["limit=0", "limit=101", "cursor=zz", "cursor=5b5d"] {
        let answer = client.get(&format!("/api/v1/repositories?{query}")).await;
        answer.is_problem(400, "bad-page");
    }
    client.get("/api/v1/repositories?limit=x").await.is_problem(400, "bad-query");
}
