//! A check run: what `selfopt prove` says about a pull request, beside its
//! tests. The App needs the permission `checks: write` for it.

use selfopt_core::CommitId;
use serde::Deserialize;
use serde_json::json;

use crate::error::GitHubError;
use crate::repository::Repository;
use crate::transport::{Call, Repeat, encoded};

/// GitHub takes 65,535 bytes.
const LONGEST: usize = 60_000;

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckConclusion {
    /// The claim holds.
    Success,
    /// It was not proved; nothing is blocked.
    Neutral,
    /// It does not hold.
    Failure,
}

impl CheckConclusion {
    const fn word(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Neutral => "neutral",
            Self::Failure => "failure",
        }
    }
}

/// A check that came to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckReport {
    /// Its name in the list: `selfopt prove`.
    pub name: String,
    /// What it is known by: the same run reported again replaces itself.
    pub external_id: String,
    /// How it ended.
    pub conclusion: CheckConclusion,
    /// One line.
    pub title: String,
    /// Markdown.
    pub summary: String,
}

#[derive(Deserialize)]
struct Runs {
    check_runs: Vec<Run>,
}

#[derive(Deserialize)]
struct Run {
    id: u64,
    external_id: Option<String>,
}

impl Repository {
    /// Reports a check of a commit, once; its id. Needs a repository that was
    /// opened with [`crate::Checks::Write`].
    pub async fn report_check(
        &self,
        head: &CommitId,
        report: &CheckReport,
    ) -> Result<u64, GitHubError> {
        let doing = "report the check";
        let name = encoded(&report.name, "");
        let path = format!(
            "/commits/{}/check-runs?check_name={name}&per_page=100",
            encoded(head.as_str(), "")
        );
        let known: Runs = self.send(&Call::get(self.path(&path), doing)).await?.read(doing)?;
        let known = known
            .check_runs
            .iter()
            .find(|run| run.external_id.as_deref() == Some(report.external_id.as_str()));
        let mut body = json!({
            "name": report.name,
            "external_id": report.external_id,
            "status": "completed",
            "conclusion": report.conclusion.word(),
            "output": { "title": shortened(&report.title, 250), "summary": shortened(&report.summary, LONGEST) },
        });
        let call = if let Some(run) = known {
            Call::patch(self.path(&format!("/check-runs/{}", run.id)), body, doing)
        } else {
            body["head_sha"] = json!(head);
            let call = Call::post(self.path("/check-runs"), body, doing);
            // Said again, it is found by its id; made again here, there would
            // be two.
            Call { repeat: Repeat::Never, ..call }
        };
        Ok(self.send(&call).await?.read::<Run>(doing)?.id)
    }
}

fn shortened(text: &str, bytes: usize) -> String {
    let end = text.floor_char_boundary(bytes.min(text.len()));
    text[..end].to_owned()
}
