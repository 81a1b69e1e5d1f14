//! A GitHub with one repository, on loopback. It keeps state, holds every
//! request and every answer to [`crate::contract`], and fails on request.

mod answers;
mod faults;
mod git;
mod objects;
mod routes;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::contract::Contract;
use crate::time::FakeTime;

pub(crate) use faults::{Fault, Kind};
pub(crate) use objects::Objects;
pub(crate) use routes::{APP_ID, INSTALLATION, REPOSITORY};

/// A pull request.
#[derive(Debug, Clone)]
pub(crate) struct Pull {
    pub(crate) number: u64,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) branch: String,
    /// The branch's commit; kept when the branch is gone.
    pub(crate) sha: String,
    pub(crate) base: String,
    pub(crate) state: &'static str,
    pub(crate) merged: bool,
    pub(crate) created_at: String,
    /// `acme/web`, or a fork.
    pub(crate) from: String,
}

/// A request that was answered, or cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) status: u16,
}

/// Everything that it knows.
pub(crate) struct State {
    pub(crate) time: Arc<FakeTime>,
    pub(crate) objects: Objects,
    pub(crate) pulls: Vec<Pull>,
    pub(crate) checks: Vec<Value>,
    /// Tokens that work, with what they may do.
    pub(crate) tokens: Vec<(String, Value)>,
    pub(crate) granted: usize,
    pub(crate) seen: Vec<Seen>,
    pub(crate) wrong: Vec<String>,
    pub(crate) faults: Vec<Fault>,
    pub(crate) installed: bool,
    /// Where `acme/web.git` is, if its commits are real and can be fetched.
    pub(crate) git: Option<PathBuf>,
}

/// The running fake.
pub(crate) struct FakeGitHub {
    pub(crate) address: SocketAddr,
    state: Arc<Mutex<State>>,
    /// Told when a request was reached that is never answered.
    pub(crate) hung: Arc<Notify>,
    server: tokio::task::JoinHandle<()>,
}

impl Drop for FakeGitHub {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl FakeGitHub {
    /// Starts one whose branch `main` holds these files: path, mode, content.
    pub(crate) async fn start(time: &Arc<FakeTime>, files: &[(&str, &str, &str)]) -> Self {
        let mut objects = Objects::default();
        let tree = objects.tree_of(files);
        let commit = objects.commit("first", &tree, &[]);
        objects.branches.insert("main".into(), commit);
        let state = Arc::new(Mutex::new(State {
            time: Arc::clone(time),
            objects,
            pulls: Vec::new(),
            checks: Vec::new(),
            tokens: Vec::new(),
            granted: 0,
            seen: Vec::new(),
            wrong: Vec::new(),
            faults: Vec::new(),
            installed: true,
            git: None,
        }));
        let hung = Arc::new(Notify::new());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let server = tokio::spawn(serve(listener, Arc::clone(&state), Arc::clone(&hung)));
        Self { address, state, hung, server }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("not poisoned")
    }

    pub(crate) fn fail(&self, fault: Fault) {
        self.state().faults.push(fault);
    }

    /// Requests since the last time this was asked: `POST /pulls 201`.
    pub(crate) fn seen(&self) -> Vec<String> {
        let seen = std::mem::take(&mut self.state().seen);
        let line = |one: &Seen| {
            let path = one.path.replace("/repos/acme/web", "");
            format!("{} {} {}", one.method, path, one.status)
        };
        seen.iter().map(line).collect()
    }

    /// Fails when anything was not as GitHub describes it.
    pub(crate) fn assert_contract(&self) {
        assert_eq!(self.state().wrong, [""; 0]);
    }

    /// What somebody does who commits to a branch.
    pub(crate) fn push(&self, branch: &str, message: &str, files: &[(&str, &str, &str)]) -> String {
        let mut state = self.state();
        let tree = state.objects.tree_of(files);
        let parent = state.objects.branches.get(branch).cloned();
        let parents: Vec<String> = parent.into_iter().collect();
        let commit = state.objects.commit(message, &tree, &parents);
        state.set_branch(branch, &commit);
        commit
    }
}

impl State {
    /// Moves a branch and what is open for it.
    pub(crate) fn set_branch(&mut self, branch: &str, commit: &str) {
        self.objects.branches.insert(branch.into(), commit.into());
        for pull in &mut self.pulls {
            if pull.state == "open" && pull.branch == branch && pull.from == "acme/web" {
                pull.sha = commit.into();
            }
        }
    }
}

async fn serve(listener: TcpListener, state: Arc<Mutex<State>>, hung: Arc<Notify>) {
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let (state, hung) = (Arc::clone(&state), Arc::clone(&hung));
        connections.spawn(async move {
            let service = service_fn(move |request| {
                let (state, hung) = (Arc::clone(&state), Arc::clone(&hung));
                async move { handle(request, &state, &hung).await }
            });
            // A cut connection is an error here, and meant.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

/// An error cuts the connection.
async fn handle(
    request: Request<Incoming>,
    state: &Mutex<State>,
    hung: &Notify,
) -> Result<Response<Full<Bytes>>, String> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(|error| error.to_string())?.to_bytes();
    let method = parts.method.to_string();
    let path = parts.uri.path().to_owned();
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let fault = state.lock().expect("not poisoned").fault(&method, &path);
    let note = |status: u16| {
        let seen = Seen { method: method.clone(), path: path.clone(), status };
        state.lock().expect("not poisoned").seen.push(seen);
    };
    match fault {
        Some(Kind::Cut) => {
            note(0);
            return Err("cut".into());
        }
        Some(Kind::Hang) => {
            note(0);
            hung.notify_one();
            std::future::pending::<()>().await;
        }
        Some(Kind::Answer { status, headers, body }) => {
            note(status);
            let mut answer = Response::builder().status(status);
            for (name, value) in headers {
                answer = answer.header(name, value);
            }
            return answer.body(Full::new(Bytes::from(body))).map_err(|error| error.to_string());
        }
        Some(Kind::CutAfter | Kind::HangAfter) | None => {}
    }
    if path.contains(".git/") {
        let answer = git::serve(state, &parts, &body).await;
        note(answer.status().as_u16());
        return Ok(answer);
    }
    let json: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let (status, answer) = {
        let mut state = state.lock().expect("not poisoned");
        judged(&mut state, &parts, (&method, &path, &query), &json)
    };
    match fault_after(fault.as_ref()) {
        Some(Kind::CutAfter) => {
            note(0);
            return Err("cut".into());
        }
        Some(Kind::HangAfter) => {
            note(0);
            hung.notify_one();
            std::future::pending::<()>().await;
        }
        _ => {}
    }
    note(status.as_u16());
    let answer = Response::builder()
        .status(status)
        .header("content-type", "application/json; charset=utf-8")
        .header("x-ratelimit-remaining", "4999")
        .body(Full::new(Bytes::from(answer.to_string())));
    answer.map_err(|error| error.to_string())
}

fn fault_after(fault: Option<&Kind>) -> Option<&Kind> {
    fault.filter(|kind| matches!(kind, Kind::CutAfter | Kind::HangAfter))
}

/// The answer to a request; both are held to the contract.
fn judged(
    state: &mut State,
    parts: &http::request::Parts,
    (method, path, query): (&str, &str, &str),
    body: &Value,
) -> (StatusCode, Value) {
    let contract = Contract::get();
    for name in ["accept", "user-agent", "x-github-api-version"] {
        if !parts.headers.contains_key(name) {
            state.wrong.push(format!("{method} {path} has no header {name}"));
        }
    }
    let operation = match contract.request(method, path, query, body) {
        Ok(operation) => operation,
        Err(wrong) => {
            state.wrong.extend(wrong);
            return (StatusCode::UNPROCESSABLE_ENTITY, json!({ "message": "Invalid request" }));
        }
    };
    let authorization = parts.headers.get("authorization").and_then(|value| value.to_str().ok());
    let bearer = authorization.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    let (status, answer) = routes::answer(state, method, path, query, body, bearer);
    state.wrong.extend(contract.answer(&operation, status, &answer));
    (StatusCode::from_u16(status).expect("a status"), answer)
}
