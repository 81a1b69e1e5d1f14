//! Requests that are sent twice.

use axum::http::Method;
use serde_json::json;

use crate::client::Client;

#[tokio::test]
async fn the_same_request_is_answered_again_and_not_done_again() {
    let client = Client::new().await;
    let (repository, _project) = client.connected().await;
    let start = format!("/api/v1/repositories/{repository}/requests");
    let key = [("idempotency-key", "one")];
    let first = client.send_with(Method::POST, &start, &key, "").await;
    let request = first.is(202);
    let id = request["id"].as_str().unwrap();
    client.post(&format!("/api/v1/requests/{id}/cancel"), json!({})).await.is(200);

    let again = client.send_with(Method::POST, &start, &key, "").await;
    assert_eq!(again.is(202), request);
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert!(!first.headers.contains_key("idempotency-replayed"));
    let listed = client.get(&start).await.is(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);

    let other = [("idempotency-key", "two")];
    let second = client.send_with(Method::POST, &start, &other, "").await.is(202);
    assert_ne!(second["id"], request["id"]);
}

#[tokio::test]
async fn a_key_belongs_to_one_request() {
    let client = Client::new().await;
    let (repository, _project) = client.connected().await;
    let key = [("idempotency-key", "one")];
    let pause = format!("/api/v1/repositories/{repository}/pause");
    let reason = |text: &str| json!({ "reason": text }).to_string();
    client.send_with(Method::POST, &pause, &key, reason("a")).await.is(200);
    client
        .send_with(Method::POST, &pause, &key, reason("b"))
        .await
        .is_problem(422, "idempotency-key-reused");
    // A refusal is kept like any answer.
    let empty = [("idempotency-key", "two")];
    for _ in 0..2 {
        let refused = client.send_with(Method::POST, &pause, &empty, reason("")).await;
        refused.is_problem(422, "invalid");
    }
}

#[tokio::test]
async fn a_key_that_is_none_is_refused() {
    let client = Client::new().await;
    let long = "k".repeat(201);
    for key in ["", " ", &long] {
        let headers = [("idempotency-key", key)];
        let answer = client.send_with(Method::POST, "/api/v1/repositories", &headers, "{}").await;
        answer.is_problem(400, "bad-idempotency-key");
    }
}
