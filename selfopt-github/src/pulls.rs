//! Pull requests as GitHub tells of them.

use selfopt_core::pull_request::{BRANCH_PREFIX, Marker};
use selfopt_core::{CommitId, PullRequest, PullRequestDraft, PullRequestState, Timestamp};
use serde::Deserialize;
use serde_json::json;

use crate::error::GitHubError;
use crate::repository::Repository;
use crate::token::timestamp;
use crate::transport::{Call, encoded};

/// Pull requests of a page, the most that GitHub gives.
const PAGE: usize = 100;

/// Pages that are read: who has more open pull requests than this is not
/// given another one.
const PAGES: usize = 10;

#[derive(Deserialize)]
pub(crate) struct PullAnswer {
    number: u64,
    html_url: String,
    state: String,
    #[serde(default)]
    merged_at: Option<String>,
    body: Option<String>,
    created_at: String,
    head: Side,
    base: Side,
}

#[derive(Deserialize)]
struct Side {
    #[serde(rename = "ref")]
    name: String,
    sha: String,
    repo: Option<SideRepo>,
}

#[derive(Deserialize)]
struct SideRepo {
    full_name: String,
}

impl PullAnswer {
    /// Whether its branch is one of this repository: forks have branches of
    /// the same names.
    fn is_of(&self, repository: &Repository) -> bool {
        let name = repository.name.to_string();
        self.head.repo.as_ref().is_some_and(|repo| repo.full_name.eq_ignore_ascii_case(&name))
    }

    fn read(self) -> Result<PullRequest, GitHubError> {
        let state = match (self.state.as_str(), &self.merged_at) {
            (_, Some(_)) => PullRequestState::Merged,
            ("open", None) => PullRequestState::Open,
            _ => PullRequestState::Closed,
        };
        Ok(PullRequest {
            number: self.number,
            url: self.html_url,
            state,
            marker: Marker::find(self.body.as_deref().unwrap_or_default()),
            opened_at: timestamp(&self.created_at)?,
            branch: self.head.name,
            head: CommitId::new(self.head.sha),
            base_branch: self.base.name,
        })
    }
}

/// Ours among the repository's pull requests.
pub(crate) struct Ours {
    pub(crate) open: usize,
    pub(crate) opened: Vec<Timestamp>,
}

impl Repository {
    /// The newest pull request of a branch.
    pub(crate) async fn newest_of(&self, branch: &str) -> Result<Option<PullRequest>, GitHubError> {
        let head = encoded(&format!("{}:{branch}", self.name.owner()), "");
        let query = format!("?state=all&head={head}&sort=created&direction=desc&per_page={PAGE}");
        let all = self.pulls(&query).await?;
        let newest =
            all.into_iter().filter(|one| one.head.name == branch).max_by_key(|one| one.number);
        newest.map(PullAnswer::read).transpose()
    }

    /// A pull request by its number.
    pub(crate) async fn numbered(&self, number: u64) -> Result<Option<PullRequest>, GitHubError> {
        let doing = "read the pull request";
        let answer = self.send(&Call::get(self.path(&format!("/pulls/{number}")), doing)).await?;
        match answer.status.as_u16() {
            404 => Ok(None),
            _ => answer.read::<PullAnswer>(doing)?.read().map(Some),
        }
    }

    /// How many of ours are open, and when the newest were opened.
    pub(crate) async fn ours(&self) -> Result<Ours, GitHubError> {
        let is_ours = |one: &PullAnswer| one.head.name.starts_with(BRANCH_PREFIX);
        let mut open = 0;
        for page in 1..=PAGES {
            let all = self.pulls_page(&format!("?state=open&per_page={PAGE}&page={page}")).await?;
            let is_last = all.len() < PAGE;
            open += all.iter().filter(|one| one.is_of(self) && is_ours(one)).count();
            if is_last {
                break;
            }
            if page == PAGES {
                open = usize::MAX;
            }
        }
        let newest = format!("?state=all&sort=created&direction=desc&per_page={PAGE}");
        let newest = self.pulls(&newest).await?;
        let opened = newest.iter().filter(|one| is_ours(one)).map(|one| timestamp(&one.created_at));
        Ok(Ours { open, opened: opened.collect::<Result<_, _>>()? })
    }

    /// Opens the pull request of a draft. Refused with 422 where the branch has
    /// one that is open.
    pub(crate) async fn open(&self, draft: &PullRequestDraft) -> Result<PullRequest, GitHubError> {
        let doing = "open the pull request";
        let body = json!({
            "title": draft.title,
            "body": draft.body,
            "head": draft.branch,
            "base": draft.base_branch,
            "maintainer_can_modify": true,
        });
        let call = Call::post(self.path("/pulls"), body, doing);
        self.send(&call).await?.read::<PullAnswer>(doing)?.read()
    }

    /// Gives a pull request the title and the body of a draft.
    pub(crate) async fn retitle(
        &self,
        number: u64,
        draft: &PullRequestDraft,
    ) -> Result<PullRequest, GitHubError> {
        let doing = "renew the pull request";
        let body = json!({ "title": draft.title, "body": draft.body });
        let call = Call::patch(self.path(&format!("/pulls/{number}")), body, doing);
        self.send(&call).await?.read::<PullAnswer>(doing)?.read()
    }

    async fn pulls(&self, query: &str) -> Result<Vec<PullAnswer>, GitHubError> {
        let mut all = self.pulls_page(query).await?;
        all.retain(|one| one.is_of(self));
        Ok(all)
    }

    async fn pulls_page(&self, query: &str) -> Result<Vec<PullAnswer>, GitHubError> {
        let doing = "list the pull requests";
        let answer = self.send(&Call::get(self.path(&format!("/pulls{query}")), doing)).await?;
        answer.read(doing)
    }
}
