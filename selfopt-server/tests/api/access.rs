//! Who is let in, on every route of the document.

use axum::body::Body;
use axum::http::{Method, Request};
use selfopt_server::openapi;
use serde_json::json;

use crate::client::{Answer, Client};

const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

/// Method, path, and whether the token is needed, of every route; ids are those
/// of nothing.
fn routes() -> Vec<(Method, String, bool)> {
    let document = openapi();
    let mut routes = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let mut path = path.replace("{proposal}", "prop-nothing").replace("{*path}", "a/b");
            for id in ["{repository}", "{request}", "{run}", "{token}"] {
                path = path.replace(id, NOBODY);
            }
            assert!(!path.contains('{'), "{path}");
            let method = method.to_uppercase().parse().unwrap();
            routes.push((method, path, operation["security"].is_null()));
        }
    }
    assert!(routes.len() > 25, "{}", routes.len());
    routes
}

async fn ask(client: &Client, method: &Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder().method(method.clone()).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    client.answer(request.body(Body::from("{}")).unwrap()).await
}

#[tokio::test]
async fn nothing_is_told_without_the_token() {
    let client = Client::new().await;
    let here = ("host", "localhost:7477");
    for (method, path, guarded) in routes() {
        for token in ["", "Bearer ", "Bearer wrong", "Basic dXNlcjpwdw=="] {
            let answer = ask(&client, &method, &path, &[here, ("authorization", token)]).await;
            if guarded {
                answer.is_problem(401, "unauthorized");
                assert_eq!(answer.headers["www-authenticate"], "Bearer");
            } else {
                assert_ne!(answer.status, 401, "{method} {path}");
            }
        }
    }
}

#[tokio::test]
async fn a_name_that_was_made_to_point_here_is_refused() {
    let client = Client::new().await;
    let token = format!("Bearer {}", client.service.token());
    for (method, path, _) in routes() {
        if path.contains("/webhooks/") {
            // Hosts know the public name, and sign what they send.
            let answer = ask(&client, &method, &path, &[("host", "selfopt.example")]).await;
            answer.is_problem(404, "no-app");
            continue;
        }
        for host in ["evil.example:7477", "127.0.0.1:80", "localhost.evil.example:7477"] {
            let headers = [("host", host), ("authorization", &token)];
            ask(&client, &method, &path, &headers).await.is_problem(421, "wrong-host");
        }
        ask(&client, &method, &path, &[("authorization", &token)])
            .await
            .is_problem(421, "wrong-host");
    }
}

#[tokio::test]
async fn what_does_not_exist_is_not_found() {
    let client = Client::new().await;
    for (method, path, guarded) in routes() {
        if !guarded || !(path.contains(NOBODY) || path.contains("prop-nothing")) {
            continue;
        }
        let body = if path.ends_with("/pause") || path.ends_with("/dismiss") {
            json!({ "reason": "none" })
        } else {
            json!({})
        };
        let answer = client.send_with(method, &path, &[], body.to_string()).await;
        answer.is_problem(404, "not-found");
    }
    client.get("/api/v1/runs/7").await.is_problem(404, "not-found");
    client.get("/api/v1/nothing").await.is_problem(404, "not-found");
    client
        .send_with(Method::DELETE, "/api/v1/runs", &[], "")
        .await
        .is_problem(405, "method-not-allowed");
}

#[tokio::test]
async fn every_answer_is_safe_to_show_and_to_nobody_else() {
    let client = Client::new().await;
    for path in ["/api/health/live", "/api/v1/repositories", "/api/v1/nothing"] {
        let answer = client
            .send(client.request(Method::GET, path).header("origin", "https://evil.example"))
            .await;
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        assert_eq!(answer.headers["x-frame-options"], "DENY");
        assert!(answer.headers.contains_key("content-security-policy"));
        assert!(!answer.headers.contains_key("access-control-allow-origin"), "{path}");
    }
}

#[tokio::test]
async fn the_service_says_that_it_is_there_and_when_it_is_about_to_go() {
    let client = Client::new().await;
    assert_eq!(client.get("/api/health/live").await.is(200)["status"], "ok");
    assert_eq!(client.get("/api/health/ready").await.is(200)["status"], "ok");
    client.service.stop().stop();
    client.get("/api/health/ready").await.is_problem(503, "not-ready");
    assert_eq!(client.get("/api/health/live").await.is(200)["status"], "ok");
}

#[tokio::test]
async fn the_document_is_served_as_it_is_exported() {
    let client = Client::new().await;
    assert_eq!(client.get("/api/openapi.json").await.is(200), openapi());
}
