//! The API server: the paths that are used, and nothing else.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;

use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::api::networking::v1::NetworkPolicy;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::body::{Body, read};
use super::state::State;
use super::{CLAIM, NAMESPACE, node, validate};

/// What a client shows.
pub(super) const TOKEN: &str = "a-token-of-tests";

type Answer = Result<Response<Body>, Refusal>;

/// A status that is no success.
struct Refusal(StatusCode, String);

/// Serves until it is dropped.
pub(super) async fn serve(listener: TcpListener, state: Arc<State>) {
    while let Ok((stream, _)) = listener.accept().await {
        let state = Arc::clone(&state);
        tokio::spawn(async move {
            let service = service_fn(|request| {
                let state = Arc::clone(&state);
                async move { Ok::<_, Infallible>(answer(request, &state).await) }
            });
            // A client that goes away is none of our concern.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn answer(request: Request<Incoming>, state: &Arc<State>) -> Response<Body> {
    let line = format!("{} {}", request.method(), request.uri());
    route(request, state).await.unwrap_or_else(|Refusal(status, message)| {
        if status == StatusCode::BAD_REQUEST {
            state.violate(format!("{line}: {message}"));
        }
        let body = json!({
            "apiVersion": "v1", "kind": "Status", "metadata": {}, "status": "Failure",
            "message": message, "reason": reason(status), "code": status.as_u16(),
        });
        with_status(status, &body)
    })
}

/// The API's names for what went wrong.
fn reason(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "NotFound",
        StatusCode::CONFLICT => "AlreadyExists",
        StatusCode::UNAUTHORIZED => "Unauthorized",
        _ => "BadRequest",
    }
}

async fn route(request: Request<Incoming>, state: &Arc<State>) -> Answer {
    let shown = request.headers().get("authorization").and_then(|value| value.to_str().ok());
    if shown != Some(&format!("Bearer {TOKEN}")) {
        return Err(Refusal(StatusCode::UNAUTHORIZED, "Unauthorized".to_owned()));
    }
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let query = query(uri.query().unwrap_or_default());
    let body = read(request.into_body()).await;
    let parts: Vec<&str> = uri.path().trim_matches('/').split('/').collect();
    match (&method, parts.as_slice()) {
        (&Method::GET, ["version"]) => Ok(whole(&json!({
            "major": "1", "minor": "33", "gitVersion": "v1.33.0-fake", "gitCommit": "0",
            "gitTreeState": "clean", "buildDate": "1970-01-01T00:00:00Z", "goVersion": "go0",
            "compiler": "gc", "platform": "linux/amd64",
        }))),
        (&Method::GET, ["api", "v1", "namespaces", NAMESPACE, "persistentvolumeclaims", CLAIM]) => {
            let mode = if state.look().is_for_one_node { "ReadWriteOnce" } else { "ReadWriteMany" };
            Ok(whole(&json!({
                "apiVersion": "v1", "kind": "PersistentVolumeClaim",
                "metadata": { "name": CLAIM }, "spec": { "accessModes": [mode] },
            })))
        }
        (&Method::GET, ["apis", "node.k8s.io", "v1", "runtimeclasses", "gvisor"]) => {
            Ok(whole(&json!({
                "apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass",
                "metadata": { "name": "gvisor" }, "handler": "runsc",
            })))
        }
        (
            _,
            [
                "apis",
                "networking.k8s.io",
                "v1",
                "namespaces",
                NAMESPACE,
                "networkpolicies",
                rest @ ..,
            ],
        ) => policies(&method, rest, &query, &body, state),
        (_, ["apis", "batch", "v1", "namespaces", NAMESPACE, "jobs", rest @ ..]) => {
            jobs(&method, rest, &query, &body, state)
        }
        (&Method::GET, ["api", "v1", "namespaces", NAMESPACE, "pods"]) => Ok(pods(&query, state)),
        (&Method::GET, ["api", "v1", "namespaces", NAMESPACE, "pods", name, "log"]) => {
            log(name, &query, state)
        }
        (&Method::GET, [.., _]) => Err(not_found(uri.path())),
        _ => Err(Refusal(StatusCode::BAD_REQUEST, "there is no such path".to_owned())),
    }
}

fn policies(
    method: &Method,
    rest: &[&str],
    query: &BTreeMap<String, String>,
    body: &[u8],
    state: &State,
) -> Answer {
    match (method, rest) {
        (&Method::GET, []) => {
            let found: Vec<_> = state.look().policies.values().cloned().collect();
            let found = selected(found, query, |policy| &policy.metadata);
            Ok(list("networking.k8s.io/v1", "NetworkPolicyList", &found, state))
        }
        (&Method::GET, [name]) => {
            let found = state.look().policies.get(*name).cloned();
            found.map(|found| whole(&found)).ok_or_else(|| not_found(name))
        }
        (&Method::POST, []) | (&Method::PUT, [_]) => {
            let policy: NetworkPolicy = checked(body, validate::policy)?;
            let name = policy.metadata.name.clone().unwrap_or_default();
            let is_there = state.look().policies.contains_key(&name);
            if is_there != (method == Method::PUT) {
                return Err(Refusal(StatusCode::CONFLICT, format!("{name} exists: {is_there}")));
            }
            state.change(|all| all.policies.insert(name, policy.clone()));
            Ok(with_status(StatusCode::CREATED, &policy))
        }
        (&Method::DELETE, [name]) => {
            let removed = state.change(|all| all.policies.remove(*name));
            removed.map(|policy| whole(&policy)).ok_or_else(|| not_found(name))
        }
        _ => Err(Refusal(StatusCode::BAD_REQUEST, "not of policies".to_owned())),
    }
}

fn jobs(
    method: &Method,
    rest: &[&str],
    query: &BTreeMap<String, String>,
    body: &[u8],
    state: &Arc<State>,
) -> Answer {
    match (method, rest) {
        (&Method::GET, []) => {
            let found: Vec<_> = state.look().jobs.values().cloned().collect();
            let found = selected(found, query, |job| &job.metadata);
            Ok(list("batch/v1", "JobList", &found, state))
        }
        (&Method::POST, []) => {
            let job: Job = checked(body, validate::job)?;
            let name = job.metadata.name.clone().unwrap_or_default();
            if state.look().jobs.contains_key(&name) {
                return Err(Refusal(StatusCode::CONFLICT, format!("{name} exists")));
            }
            state.change(|all| {
                all.made.push(job.clone());
                all.jobs.insert(name, job.clone())
            });
            node::run(&job, state);
            Ok(with_status(StatusCode::CREATED, &job))
        }
        (&Method::DELETE, [name]) => {
            let options: Value = serde_json::from_slice(body).unwrap_or_default();
            // Without it the pods of a Job stay.
            if !matches!(options["propagationPolicy"].as_str(), Some("Foreground" | "Background")) {
                return Err(Refusal(
                    StatusCode::BAD_REQUEST,
                    format!("pods would stay: {options}"),
                ));
            }
            let removed = state.change(|all| all.jobs.remove(*name));
            let Some(job) = removed else { return Err(not_found(name)) };
            node::end(name, state);
            Ok(whole(&job))
        }
        _ => Err(Refusal(StatusCode::BAD_REQUEST, "not of Jobs".to_owned())),
    }
}

fn pods(query: &BTreeMap<String, String>, state: &Arc<State>) -> Response<Body> {
    let is_watch = query.get("watch").is_some_and(|value| value == "true" || value == "1");
    if !is_watch {
        let found: Vec<_> = state.look().pods.values().cloned().collect();
        let found = selected(found, query, |pod| &pod.metadata);
        return list("v1", "PodList", &found, state);
    }
    let (pieces, body) = Body::pieces();
    let (state, query) = (Arc::clone(state), query.clone());
    tokio::spawn(async move {
        let mut changes = state.changes();
        let mut known: BTreeMap<String, Pod> = BTreeMap::new();
        loop {
            let all: Vec<_> = state.look().pods.values().cloned().collect();
            let now = selected(all, &query, |pod| &pod.metadata);
            let name = |pod: &Pod| pod.metadata.name.clone().unwrap_or_default();
            let mut events = Vec::new();
            for pod in &now {
                let kind = match known.insert(name(pod), pod.clone()) {
                    None => "ADDED",
                    Some(before) if before != *pod => "MODIFIED",
                    Some(_) => continue,
                };
                events.push(json!({ "type": kind, "object": pod }));
            }
            let names: Vec<_> = now.iter().map(name).collect();
            let gone: Vec<_> = known.keys().filter(|one| !names.contains(one)).cloned().collect();
            for one in gone {
                events.push(json!({ "type": "DELETED", "object": known.remove(&one) }));
            }
            for event in events {
                let line = format!("{event}\n");
                if pieces.send(Bytes::from(line)).await.is_err() {
                    return;
                }
            }
            tokio::select! {
                () = pieces.closed() => return,
                changed = changes.changed() => if changed.is_err() { return },
            }
        }
    });
    Response::new(body)
}

fn log(name: &str, query: &BTreeMap<String, String>, state: &Arc<State>) -> Answer {
    if query.get("container").map(String::as_str) != Some("command") {
        return Err(Refusal(StatusCode::BAD_REQUEST, "a container must be named".to_owned()));
    }
    if !state.look().logs.contains_key(name) {
        return Err(not_found(name));
    }
    let (pieces, body) = Body::pieces();
    let (state, name) = (Arc::clone(state), name.to_owned());
    let cut = state.look().cuts.pop();
    tokio::spawn(async move {
        let mut changes = state.changes();
        let mut sent = 0;
        loop {
            let log = state.look().logs.get(&name).cloned().unwrap_or_default();
            let end = cut.map_or(log.bytes.len(), |cut| cut.min(log.bytes.len()));
            let rest = Bytes::copy_from_slice(&log.bytes[sent..end]);
            sent = end;
            if !rest.is_empty() && pieces.send(rest).await.is_err() {
                return;
            }
            let is_there = state.look().logs.contains_key(&name);
            if log.is_complete || cut == Some(sent) || !is_there {
                return;
            }
            tokio::select! {
                () = pieces.closed() => return,
                changed = changes.changed() => if changed.is_err() { return },
            }
        }
    });
    Ok(Response::new(body))
}

fn checked<T: serde::de::DeserializeOwned + Serialize>(
    body: &[u8],
    check: impl FnOnce(&T) -> Result<(), String>,
) -> Result<T, Refusal> {
    let refused = |message| Refusal(StatusCode::BAD_REQUEST, message);
    let object = validate::read(body).map_err(refused)?;
    check(&object).map_err(refused)?;
    Ok(object)
}

/// Those that a `labelSelector` of names and values finds.
fn selected<T>(
    all: Vec<T>,
    query: &BTreeMap<String, String>,
    metadata: impl Fn(&T) -> &ObjectMeta,
) -> Vec<T> {
    let selector = query.get("labelSelector").cloned().unwrap_or_default();
    let fits = |object: &T| {
        let labels = metadata(object).labels.clone().unwrap_or_default();
        selector.split(',').filter(|part| !part.is_empty()).all(|part| match part.split_once('=') {
            Some((name, value)) => labels.get(name).is_some_and(|it| it == value),
            None => labels.contains_key(part),
        })
    };
    all.into_iter().filter(fits).collect()
}

fn list<T: Serialize>(version: &str, kind: &str, items: &[T], state: &State) -> Response<Body> {
    let at = state.look().version.max(1).to_string();
    whole(&json!({
        "apiVersion": version, "kind": kind,
        "metadata": { "resourceVersion": at }, "items": items,
    }))
}

fn not_found(what: &str) -> Refusal {
    Refusal(StatusCode::NOT_FOUND, format!("\"{what}\" not found"))
}

fn whole(body: &impl Serialize) -> Response<Body> {
    with_status(StatusCode::OK, body)
}

fn with_status(status: StatusCode, body: &impl Serialize) -> Response<Body> {
    let json = serde_json::to_vec(body).expect("a JSON form");
    let mut response = Response::new(Body::Whole(Some(Bytes::from(json))));
    *response.status_mut() = status;
    let kind = hyper::header::HeaderValue::from_static("application/json");
    response.headers_mut().insert(hyper::header::CONTENT_TYPE, kind);
    response
}

fn query(text: &str) -> BTreeMap<String, String> {
    text.split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.to_owned(), decoded(value)))
        .collect()
}

/// `%3D` and its like.
fn decoded(text: &str) -> String {
    let mut out = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = after.get(..2).filter(|_| *first == b'%');
        let byte = hex.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        out.push(byte.unwrap_or(if *first == b'+' { b' ' } else { *first }));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&out).into_owned()
}
