//! A service in a folder of its own, and requests to it.

use std::path::Path;
use std::process::Command;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use selfopt_core::Forge;
use selfopt_sandbox::IsolationChoice;
use selfopt_server::{ServerIsolation, Service, ServiceOptions};
use selfopt_store::{LocalArtifacts, SqliteStore};
use serde_json::Value;
use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;
use tempfile::TempDir;
use tower::ServiceExt as _;

const PORT: u16 = 7477;

/// A service that nobody works for: what is asked for waits.
pub(crate) struct Client {
    pub(crate) service: Service,
    /// Made when first asked: it describes itself, which takes a moment.
    router: OnceLock<Router>,
    data: TempDir,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }

    /// The body of an answer with this status.
    #[track_caller]
    pub(crate) fn is(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.json()
    }

    /// That it is a problem with this status and code, said in full.
    #[track_caller]
    pub(crate) fn is_problem(&self, status: u16, code: &str) {
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(self.headers["content-type"], "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["code"], code, "{problem:#}");
        assert_eq!(problem["type"], format!("urn:selfopt:problem:{code}"));
        assert_eq!(problem["status"], status);
        assert!(problem["detail"].as_str().is_some_and(|detail| !detail.is_empty()));
    }
}

impl Client {
    pub(crate) async fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        let options = ServiceOptions {
            data: data.path().to_owned(),
            listen: ([127, 0, 0, 1], PORT).into(),
            isolation: ServerIsolation::new(IsolationChoice::Process),
            monthly_minutes: None,
        };
        Self { service: Service::open(options).await.unwrap(), router: OnceLock::new(), data }
    }

    /// The store, behind the service's back.
    pub(crate) async fn store(&self) -> SqliteStore {
        SqliteStore::open(self.data.path()).await.unwrap()
    }

    /// The folder that everything is in.
    pub(crate) fn data(&self) -> &Path {
        self.data.path()
    }

    /// The artifacts, behind the service's back.
    pub(crate) fn artifacts(&self) -> LocalArtifacts {
        LocalArtifacts::new(self.data.path())
    }

    /// Says which branch of a repository is optimized, as a host would.
    pub(crate) async fn set_branch(&self, repository: &str, branch: &str) {
        let database = self.data.path().join("selfopt.db");
        let mut database = SqliteConnectOptions::new().filename(database).connect().await.unwrap();
        sqlx::query("UPDATE repositories SET default_branch = ? WHERE id = ?")
            .bind(branch)
            .bind(repository)
            .execute(&mut database)
            .await
            .unwrap();
    }

    /// The same with a host of pull requests.
    pub(crate) fn with_forge(self, forge: Arc<dyn Forge>) -> Self {
        let service = self.service.with_forges(move |_| Some(forge.clone()));
        Self { service, router: OnceLock::new(), ..self }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send_with(Method::POST, path, &[], body.to_string()).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        self.send_with(Method::PUT, path, &[], body.to_string()).await
    }

    pub(crate) async fn send_with(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let mut request = self.request(method, path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.answer(request.body(body.into()).unwrap()).await
    }

    /// A request with everything that it needs.
    pub(crate) fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        Request::builder()
            .method(method)
            .uri(path)
            .header("host", format!("127.0.0.1:{PORT}"))
            .header("authorization", format!("Bearer {}", self.service.token()))
    }

    pub(crate) async fn send(&self, request: axum::http::request::Builder) -> Answer {
        self.answer(request.body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn answer(&self, request: Request<Body>) -> Answer {
        let router = self.router.get_or_init(|| self.service.router(PORT)).clone();
        let response = router.oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8(bytes.to_vec()).unwrap();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// A connected project; its id, and the folder that it lives in.
    pub(crate) async fn connected(&self) -> (String, TempDir) {
        let project = project();
        let body = serde_json::json!({ "path": project.path() });
        let repository = self.post("/api/v1/repositories", body).await.is(201);
        (repository["id"].as_str().unwrap().to_owned(), project)
    }
}

/// A project in a git repository, with one commit.
pub(crate) fn project() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let manifest =
        r#"{"name": "shop", "scripts": {"test": "node --test", "build": "node build.js"}}"#;
    std::fs::write(dir.path().join("package.json"), manifest).unwrap();
    git(dir.path(), &["init", "--quiet"]);
    git(dir.path(), &["add", "--all"]);
    let author = ["-c", "user.name=Test", "-c", "user.email=test@example.com"];
    git(dir.path(), &[&author[..], &["commit", "--quiet", "--message", "test"]].concat());
    dir
}

fn git(dir: &Path, args: &[&str]) {
    assert!(Command::new("git").args(args).current_dir(dir).status().unwrap().success());
}
