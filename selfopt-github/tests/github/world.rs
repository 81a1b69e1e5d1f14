//! A repository, the App on it, and a change to publish.

use std::sync::Arc;
use std::time::Duration;

use selfopt_core::pull_request::{Fingerprint, Marker};
use selfopt_core::{CommitId, FileUpdate, Millis, ProposalId, Publication, PullRequestDraft};
use selfopt_github::{
    App, AppSettings, Checks, Endpoints, InstallationId, Repository, RepositoryName, Secret,
};

use crate::fake::FakeGitHub;
use crate::time::FakeTime;

pub(crate) const KEY: &str = include_str!("data/app.pem");
pub(crate) const SOURCE: &str =
    "export function has(list, x) {\n  return list.indexOf(x) !== -1;\n}\n";
pub(crate) const FASTER: &str = "export function has(list, x) {\n  return list.includes(x);\n}\n";
pub(crate) const DIFF: &str = "diff --git a/src/has.js b/src/has.js\n--- a/src/has.js\n+++ b/src/has.js\n@@ -1,3 +1,3 @@\n export function has(list, x) {\n-  return list.indexOf(x) !== -1;\n+  return list.includes(x);\n }\n";
pub(crate) const FINGERPRINT: &str = "0123456789abcdef";
pub(crate) const BRANCH: &str = "selfopt/some-rule-0123456789abcdef";

/// The files of the repository's first commit.
pub(crate) const FILES: [(&str, &str, &str); 4] = [
    ("packages/web/src/has.js", "100755", SOURCE),
    ("packages/web/link.js", "120000", "src/has.js"),
    ("README.md", "100644", "# web\n"),
    ("src/has.js", "100644", "other\n"),
];

pub(crate) struct World {
    pub(crate) time: Arc<FakeTime>,
    pub(crate) github: FakeGitHub,
}

impl World {
    pub(crate) async fn new() -> Self {
        let time = Arc::new(FakeTime::new());
        let github = FakeGitHub::start(&time, &FILES).await;
        Self { time, github }
    }

    /// The App as a process that starts now has it.
    pub(crate) fn app(&self) -> App {
        self.app_with(Duration::from_mins(1), KEY)
    }

    pub(crate) fn app_with(&self, timeout: Duration, key: &str) -> App {
        App::new(AppSettings {
            app_id: crate::fake::APP_ID,
            key: Secret::new(key),
            endpoints: Endpoints::new(&self.github.url(), &self.github.url()).expect("loopback"),
            clock: self.time.clone(),
            pause: self.time.clone(),
            timeout,
            max_wait: Millis::from_minutes(15),
        })
        .expect("an App")
    }

    pub(crate) fn repository(&self) -> Repository {
        Self::repository_of(&self.app(), Checks::None)
    }

    pub(crate) fn repository_of(app: &App, checks: Checks) -> Repository {
        let name = RepositoryName::parse("acme/web").expect("a name");
        app.repository(InstallationId(crate::fake::INSTALLATION), name, checks)
    }

    pub(crate) fn head(&self, branch: &str) -> Option<String> {
        self.github.state().objects.branches.get(branch).cloned()
    }

    /// A draft for what `main` holds now.
    pub(crate) fn draft(&self) -> PullRequestDraft {
        self.draft_as("prop-0123456789abcdef")
    }

    pub(crate) fn draft_as(&self, id: &str) -> PullRequestDraft {
        let fingerprint = Fingerprint::parse(FINGERPRINT).expect("a fingerprint");
        let marker = Marker::Proposal { id: ProposalId::new(id), fingerprint };
        PullRequestDraft {
            base_branch: "main".into(),
            base: CommitId::new(self.head("main").expect("a branch")),
            branch: BRANCH.into(),
            title: "perf: search with includes".into(),
            body: format!("Faster.\n\n{}\n", marker.line()),
            message: format!("perf: search with includes\n\nSelfOpt-Proposal: {id}\n"),
            changes: vec![FileUpdate::Patch { folder: "packages/web".into(), diff: DIFF.into() }],
            marker,
        }
    }
}

/// The number of the pull request that a publication is about.
pub(crate) fn number(publication: &Publication) -> u64 {
    match publication {
        Publication::Opened(one)
        | Publication::Found(one)
        | Publication::Renewed(one)
        | Publication::Merged(one)
        | Publication::Suppressed(one) => one.number,
        other => panic!("no pull request: {other:?}"),
    }
}
