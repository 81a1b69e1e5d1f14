//! A repository at the fake GitHub, and a service that is its App.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use hmac::{Hmac, KeyInit as _, Mac as _};
use selfopt_core::Timestamp;
use serde_json::{Value, json};
use sha2::Sha256;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use uuid::Uuid;

use crate::fake::{APP_ID, FakeGitHub, INSTALLATION, REPOSITORY};
use crate::git_server::{git, make_bare};
use crate::http::Api;
use crate::program::Serving;
use crate::time::FakeTime;

const SECRET: &str = "canary-secret-of-the-webhooks";
const KEY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/selfopt-github/tests/github/data/app.pem");

/// The branch of the introduction.
pub(crate) const ONBOARDING: &str = "selfopt/onboarding";

/// Where webhooks go.
pub(crate) const HOOK: &str = "/api/v1/webhooks/github";

pub(crate) struct World {
    pub(crate) github: FakeGitHub,
    // After what runs on it.
    runtime: Runtime,
    pub(crate) data: TempDir,
    /// `work`, and `acme/web.git` that is made of it.
    host: TempDir,
}

impl World {
    /// A GitHub with what `fill` writes as the only commit of `acme/web`.
    pub(crate) fn new(fill: impl FnOnce(&Path)) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970");
        let now = Timestamp(u64::try_from(now.as_millis()).expect("a time"));
        let time = Arc::new(FakeTime::at(now));
        let github = runtime.block_on(FakeGitHub::start(&time, &[]));
        let host = tempfile::tempdir().expect("a temporary directory can be made");
        let work = host.path().join("work");
        std::fs::create_dir(&work).expect("a folder");
        fill(&work);
        git(&work, &["init", "--quiet", "--initial-branch=main"]);
        git(&work, &["add", "--all"]);
        git(&work, &["commit", "--quiet", "--message", "first"]);
        make_bare(host.path(), &work);
        github.serve_git(host.path());
        let data = tempfile::tempdir().expect("a temporary directory can be made");
        Self { github, runtime, data, host }
    }

    /// Starts the service, with more variables.
    pub(crate) fn serve(&self, more: &[(&str, &str)]) -> Serving {
        let (app, api) = (APP_ID.to_string(), self.github.url());
        let mut variables = vec![
            ("SELFOPT_GITHUB_APP_ID", app.as_str()),
            ("SELFOPT_GITHUB_PRIVATE_KEY_FILE", KEY),
            ("SELFOPT_GITHUB_WEBHOOK_SECRET", SECRET),
            ("SELFOPT_GITHUB_API_URL", api.as_str()),
        ];
        variables.extend(more);
        Serving::start_as(self.data.path(), &[], &variables)
    }

    /// What the service logged so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.data.path().join("log")).expect("the log is there")
    }

    /// Waits until so many deliveries are handled.
    pub(crate) fn until_handled(&self, count: usize) {
        let handled = || self.log().matches("a delivery of GitHub's is handled").count();
        until(|| (handled() >= count).then_some(()));
    }

    /// Somebody commits a file to `main`; the commit.
    pub(crate) fn push(&self, path: &str, content: &str) -> String {
        let work = self.work();
        std::fs::write(work.join(path), content).expect("files are written");
        git(&work, &["add", "--all"]);
        git(&work, &["commit", "--quiet", "--message", "next"]);
        git(&work, &["push", "--quiet", "../acme/web.git", "main"]);
        self.github.serve_git(self.host.path())
    }

    /// A working tree of `main`.
    pub(crate) fn work(&self) -> PathBuf {
        self.host.path().join("work")
    }

    /// The commit of `main`.
    pub(crate) fn head(&self) -> String {
        self.github.state().objects.branches["main"].clone()
    }

    /// Waits until the fake was asked something that it never answers.
    pub(crate) fn until_hung(&self) {
        self.runtime.block_on(self.github.hung.notified());
    }

    /// Somebody merges the introduction, and GitHub tells so.
    pub(crate) fn merge_introduction(&self, api: &Api) {
        let config = {
            let state = self.github.state();
            state.objects.files(&state.pulls[0].sha)["selfopt.toml"].1.clone()
        };
        self.push("selfopt.toml", &config);
        {
            let mut state = self.github.state();
            state.pulls[0].state = "closed";
            state.pulls[0].merged = true;
        }
        // What an event says is no fact: that it was merged is read from GitHub.
        let closed = pull_request("closed", 1, ONBOARDING, false);
        assert_eq!(deliver(api, "pull_request", &closed).0, 202);
    }

    /// Runs something on the store, behind the service's back.
    pub(crate) fn with_store<T>(
        &self,
        work: impl AsyncFnOnce(&selfopt::store::SqliteStore) -> T,
    ) -> T {
        self.runtime.block_on(async {
            let store = selfopt::store::SqliteStore::open(self.data.path()).await;
            let store = store.expect("the store opens");
            let done = work(&store).await;
            store.close().await;
            done
        })
    }
}

/// GitHub tells that the App was installed; the repository that the service made
/// of it, once it was looked at.
pub(crate) fn install(api: &Api) -> Value {
    let (status, received) = deliver(api, "installation", &installed("created"));
    assert_eq!((status, &received["outcome"]), (202, &json!("kept")), "{received}");
    connected(api)
}

/// Waits for the repository to be looked at.
pub(crate) fn connected(api: &Api) -> Value {
    until(|| {
        let (status, page) = api.get("/api/v1/repositories");
        assert_eq!(status, 200, "{page}");
        let found = &page["items"][0];
        found["project"].is_object().then(|| found.clone())
    })
}

/// Asks until there is something.
pub(crate) fn until<T>(mut ask: impl FnMut() -> Option<T>) -> T {
    loop {
        if let Some(found) = ask() {
            return found;
        }
        std::thread::yield_now();
    }
}

/// What GitHub signs a body with.
pub(crate) fn signature(body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any length");
    mac.update(body.as_bytes());
    let bytes = mac.finalize().into_bytes();
    bytes.iter().fold(String::from("sha256="), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The headers of a delivery.
pub(crate) fn headers(event: &str, id: &str, signature: &str) -> String {
    format!(
        "X-GitHub-Event: {event}\r\nX-GitHub-Delivery: {id}\r\nX-Hub-Signature-256: {signature}\r\n"
    )
}

/// Sends what GitHub would, with a new id.
pub(crate) fn deliver(api: &Api, event: &str, body: &Value) -> (u16, Value) {
    let body = body.to_string();
    let headers = headers(event, &Uuid::now_v7().to_string(), &signature(&body));
    api.post_signed(HOOK, &headers, &body)
}

/// The installation, and what happened to it.
pub(crate) fn installed(action: &str) -> Value {
    json!({
        "action": action,
        "installation": { "id": INSTALLATION, "account": { "login": "acme" } },
        "repositories": [{ "id": REPOSITORY, "full_name": "acme/web" }],
    })
}

/// What happened to a pull request of ours.
pub(crate) fn pull_request(action: &str, number: u64, branch: &str, merged: bool) -> Value {
    json!({
        "action": action,
        "installation": { "id": INSTALLATION },
        "repository": { "id": REPOSITORY, "full_name": "acme/web", "default_branch": "main" },
        "pull_request": {
            "number": number, "body": "", "merged": merged,
            "head": {
                "ref": branch, "sha": "ab".repeat(20),
                "repo": { "id": REPOSITORY, "full_name": "acme/web" },
            },
        },
    })
}

/// A project whose install fails at once: its runs end before they measure.
pub(crate) fn broken(work: &Path) {
    let manifest = json!({
        "name": "web",
        "scripts": { "preinstall": "exit 7", "test": "node --test" },
    });
    std::fs::write(work.join("package.json"), manifest.to_string()).expect("files are written");
    std::fs::write(work.join("has.js"), "export const has = (list, x) => list.indexOf(x) >= 0;\n")
        .expect("files are written");
}
