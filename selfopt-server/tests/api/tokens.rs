//! Tokens for programs.

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::{Value, json};

use crate::client::{Answer, Client};

async fn make(client: &Client, scope: &str) -> (Value, String) {
    let body = json!({ "name": format!("to {scope}"), "scope": scope });
    let made = client.post("/api/v1/tokens", body).await.is(201);
    (made["token"].clone(), made["secret"].as_str().unwrap().to_owned())
}

async fn send(client: &Client, secret: &str, method: Method, path: &str, body: &str) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", "127.0.0.1:7477")
        .header("authorization", format!("Bearer {secret}"))
        .body(Body::from(body.to_owned()));
    client.answer(request.unwrap()).await
}

#[tokio::test]
async fn a_token_reads_or_writes_as_its_scope_says() {
    let client = Client::new().await;
    let (repository, _project) = client.connected().await;
    let start = format!("/api/v1/repositories/{repository}/requests");
    let (_, reader) = make(&client, "read").await;
    let (_, writer) = make(&client, "write").await;
    for secret in [&reader, &writer] {
        send(&client, secret, Method::GET, &start, "").await.is(200);
    }
    let settings = format!("/api/v1/repositories/{repository}/settings");
    for (method, path) in [(Method::POST, &start), (Method::PUT, &settings)] {
        send(&client, &reader, method, path, "{}").await.is_problem(403, "forbidden");
    }
    send(&client, &writer, Method::POST, &start, "").await.is(202);
    send(&client, &writer, Method::PUT, &settings, "{}").await.is(200);
}

#[tokio::test]
async fn no_token_makes_or_revokes_tokens() {
    let client = Client::new().await;
    let (token, writer) = make(&client, "write").await;
    let path = format!("/api/v1/tokens/{}", token["id"].as_str().unwrap());
    let body = json!({ "name": "more", "scope": "write" }).to_string();
    for (method, path) in [
        (Method::GET, "/api/v1/tokens"),
        (Method::POST, "/api/v1/tokens"),
        (Method::DELETE, path.as_str()),
    ] {
        send(&client, &writer, method, path, &body).await.is_problem(403, "forbidden");
    }
}

#[tokio::test]
async fn a_revoked_token_is_good_for_nothing() {
    let client = Client::new().await;
    let (token, secret) = make(&client, "read").await;
    let path = format!("/api/v1/tokens/{}", token["id"].as_str().unwrap());
    send(&client, &secret, Method::GET, "/api/v1/runs", "").await.is(200);
    let revoked = client.send(client.request(Method::DELETE, &path)).await.is(200);
    assert!(revoked["revoked_at"].is_u64(), "{revoked:#}");
    let refused = send(&client, &secret, Method::GET, "/api/v1/runs", "").await;
    refused.is_problem(401, "unauthorized");
    // Said again, it is as it was.
    assert_eq!(client.send(client.request(Method::DELETE, &path)).await.is(200), revoked);
    assert_eq!(client.get("/api/v1/tokens").await.is(200), json!([revoked]));
}

#[tokio::test]
async fn a_secret_is_kept_nowhere() {
    let client = Client::new().await;
    let (_, secret) = make(&client, "read").await;
    let body = json!({ "name": "kept", "scope": "read" }).to_string();
    let key = [("idempotency-key", "one")];
    let answer = client.send_with(Method::POST, "/api/v1/tokens", &key, body).await;
    answer.is_problem(400, "bad-idempotency-key");
    for entry in std::fs::read_dir(client.data()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            let found = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
            assert!(!found, "{}", path.display());
        }
    }
}

#[tokio::test]
async fn a_token_without_a_name_or_scope_is_refused() {
    let client = Client::new().await;
    let make = |body: Value| client.post("/api/v1/tokens", body);
    make(json!({ "name": " ", "scope": "read" })).await.is_problem(422, "invalid");
    make(json!({ "name": "a", "scope": "all" })).await.is_problem(400, "bad-json");
    make(json!({ "name": "a" })).await.is_problem(400, "bad-json");
}

#[tokio::test]
async fn one_callers_answer_is_nothing_to_another() {
    let client = Client::new().await;
    let (repository, _project) = client.connected().await;
    let (_, writer) = make(&client, "write").await;
    let path = format!("/api/v1/repositories/{repository}/requests");
    let key = [("idempotency-key", "one")];
    client.send_with(Method::POST, &path, &key, "").await.is(202);
    let request = Request::builder()
        .method(Method::POST)
        .uri(&path)
        .header("host", "127.0.0.1:7477")
        .header("authorization", format!("Bearer {writer}"))
        .header("idempotency-key", "one")
        .body(Body::empty());
    let other = client.answer(request.unwrap()).await;
    assert!(!other.headers.contains_key("idempotency-replayed"));
    other.is(200);
}
