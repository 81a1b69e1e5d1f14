//! Repositories over HTTP, as GitHub serves them: `git http-backend` behind a
//! server that asks for the token.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;

/// A server of one repository, `acme/web`.
pub(crate) struct GitServer {
    pub(crate) address: SocketAddr,
    /// `Authorization` of every request.
    pub(crate) authorizations: Arc<Mutex<Vec<Option<String>>>>,
    folder: TempDir,
    server: tokio::task::JoinHandle<()>,
}

impl Drop for GitServer {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Runs git for a test, with an author and no configuration of the user.
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=t", "-c", "user.email=t@t.example", "-c", "commit.gpgsign=false"])
        .args(["-c", "protocol.file.allow=always"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .expect("git runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text").trim().to_owned()
}

impl GitServer {
    /// Serves what `fill` commits.
    pub(crate) async fn start(fill: impl FnOnce(&Path)) -> Self {
        let folder = TempDir::new().expect("a folder");
        let work = folder.path().join("work");
        std::fs::create_dir(&work).expect("a folder");
        git(&work, &["init", "--quiet", "--initial-branch=main"]);
        fill(&work);
        make_bare(folder.path(), &work);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let authorizations = Arc::new(Mutex::new(Vec::new()));
        let root = folder.path().to_owned();
        let server = tokio::spawn(serve(listener, root, Arc::clone(&authorizations)));
        Self { address, authorizations, folder, server }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A commit of the served repository.
    pub(crate) fn commit(&self, name: &str) -> String {
        git(&self.folder.path().join("acme/web.git"), &["rev-parse", name])
    }
}

async fn serve(
    listener: TcpListener,
    root: PathBuf,
    authorizations: Arc<Mutex<Vec<Option<String>>>>,
) {
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let (root, authorizations) = (root.clone(), Arc::clone(&authorizations));
        connections.spawn(async move {
            let service = service_fn(move |request: Request<Incoming>| {
                let (root, authorizations) = (root.clone(), Arc::clone(&authorizations));
                async move {
                    let value = request.headers().get("authorization");
                    let value = value.map(|value| value.to_str().expect("text").to_owned());
                    let is_known = value.as_ref().is_some_and(|value| value.starts_with("Basic "));
                    authorizations.lock().expect("not poisoned").push(value);
                    if !is_known {
                        let answer = Response::builder().status(401);
                        let answer = answer.header("www-authenticate", "Basic realm=\"git\"");
                        return answer.body(Full::new(Bytes::new()));
                    }
                    let (parts, body) = request.into_parts();
                    let body = body.collect().await.expect("a body").to_bytes();
                    Ok(backend(&root, &parts, &body).await)
                }
            });
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

/// `acme/web.git` below a folder, from a working tree.
pub(crate) fn make_bare(folder: &Path, work: &Path) -> PathBuf {
    let bare = folder.join("acme/web.git");
    std::fs::create_dir_all(folder.join("acme")).expect("a folder");
    let (from, to) = (work.display().to_string(), bare.display().to_string());
    git(folder, &["clone", "--quiet", "--bare", &from, &to]);
    // GitHub serves any commit of a repository by its id.
    git(&bare, &["config", "uploadpack.allowAnySHA1InWant", "true"]);
    bare
}

/// One request through the CGI program.
pub(crate) async fn backend(
    root: &Path,
    parts: &http::request::Parts,
    body: &Bytes,
) -> Response<Full<Bytes>> {
    let header = |name: &str| {
        parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    };
    let mut child = tokio::process::Command::new("git")
        .arg("http-backend")
        .env("GIT_PROJECT_ROOT", root)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("PATH_INFO", parts.uri.path())
        .env("QUERY_STRING", parts.uri.query().unwrap_or_default())
        .env("REQUEST_METHOD", parts.method.as_str())
        .env("CONTENT_TYPE", header("content-type"))
        .env("CONTENT_LENGTH", body.len().to_string())
        .env("HTTP_CONTENT_ENCODING", header("content-encoding"))
        .env("GIT_PROTOCOL", header("git-protocol"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("git runs");
    let mut input = child.stdin.take().expect("an input");
    input.write_all(body).await.expect("it reads");
    drop(input);
    let output = child.wait_with_output().await.expect("it ends").stdout;
    let end = output.windows(4).position(|four| four == b"\r\n\r\n").expect("a header");
    let mut answer = Response::builder();
    for line in String::from_utf8_lossy(&output[..end]).lines() {
        let (name, value) = line.split_once(": ").expect("a header");
        answer = match name {
            "Status" => answer.status(&value[..3]),
            _ => answer.header(name, value),
        };
    }
    answer.body(Full::new(Bytes::copy_from_slice(&output[end + 4..]))).expect("an answer")
}
