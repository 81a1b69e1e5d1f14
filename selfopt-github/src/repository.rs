//! One repository that the App reaches.

use std::fmt;

use async_trait::async_trait;
use selfopt_core::pull_request::PullRequestLimits;
use selfopt_core::{CommitId, Forge, ForgeError, Publication, PullRequest, PullRequestDraft};
use serde::{Deserialize, Serialize};

use crate::app::{App, TokenCell};
use crate::error::GitHubError;
use crate::publish::foreign;
use crate::secret::Secret;
use crate::token::{Checks, InstallationId};
use crate::transport::{Answer, Call};

/// `owner/name`, with nothing in it that means something in a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RepositoryName {
    owner: String,
    name: String,
}

impl RepositoryName {
    /// Takes a name as webhooks give it.
    pub fn parse(full_name: &str) -> Option<Self> {
        let (owner, name) = full_name.split_once('/')?;
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
        let is_name = |part: &str| {
            (1..=100).contains(&part.len()) && part.chars().all(plain) && !part.starts_with('.')
                || part == ".github"
        };
        let is_owner = !owner.starts_with('-') && is_name(owner);
        (is_owner && is_name(name)).then(|| Self { owner: owner.to_owned(), name: name.to_owned() })
    }

    /// The account.
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// The repository.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl TryFrom<String> for RepositoryName {
    type Error = &'static str;

    fn try_from(full_name: String) -> Result<Self, Self::Error> {
        Self::parse(&full_name).ok_or("no name of a repository")
    }
}

impl From<RepositoryName> for String {
    fn from(name: RepositoryName) -> Self {
        name.to_string()
    }
}

impl fmt::Display for RepositoryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

/// What GitHub says about a repository.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct About {
    /// Its number, which stays when it is renamed.
    pub id: u64,
    /// The branch that pull requests are for where nobody says otherwise.
    pub default_branch: String,
    /// Whether it can only be read.
    pub archived: bool,
}

/// One repository, reached with a token for it alone.
#[derive(Clone)]
pub struct Repository {
    pub(crate) app: App,
    installation: InstallationId,
    pub(crate) name: RepositoryName,
    checks: Checks,
    token: TokenCell,
    pub(crate) limits: PullRequestLimits,
}

impl fmt::Debug for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Repository")
            .field("name", &self.name)
            .field("installation", &self.installation)
            .finish_non_exhaustive()
    }
}

impl Repository {
    pub(crate) fn new(
        app: App,
        installation: InstallationId,
        name: RepositoryName,
        checks: Checks,
        token: TokenCell,
    ) -> Self {
        let limits = PullRequestLimits::default();
        Self { app, installation, name, checks, token, limits }
    }

    /// Other limits than the default.
    #[must_use]
    pub fn with_limits(mut self, limits: PullRequestLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Its name.
    pub fn name(&self) -> &RepositoryName {
        &self.name
    }

    /// What GitHub says about it now.
    pub async fn about(&self) -> Result<About, GitHubError> {
        let doing = "read about the repository";
        self.send(&Call::get(self.path(""), doing)).await?.read(doing)
    }

    /// The newest commit of a branch, if there is such a branch.
    pub async fn head(&self, branch: &str) -> Result<Option<CommitId>, GitHubError> {
        self.head_of(branch).await
    }

    /// Why a pull request of ours is somebody else's now, if it is: its newest
    /// commit is not ours.
    pub async fn taken_over(
        &self,
        pull_request: &PullRequest,
    ) -> Result<Option<&'static str>, GitHubError> {
        Ok(foreign(&self.commit(pull_request.head.as_str()).await?))
    }

    /// A token that lasts some minutes more.
    pub(crate) async fn token(&self) -> Result<Secret, GitHubError> {
        let mut cell = self.token.lock().await;
        let now = self.app.transport.pace.clock.now();
        if let Some(token) = cell.as_ref().filter(|token| token.is_fresh(now)) {
            return Ok(token.secret.clone());
        }
        let token = self.app.grant(self.installation, &self.name, self.checks).await?;
        let secret = token.secret.clone();
        *cell = Some(token);
        Ok(secret)
    }

    /// Forgets a token that GitHub no longer takes, unless it was replaced.
    async fn give_up(&self, secret: &Secret) {
        let mut cell = self.token.lock().await;
        if cell.as_ref().is_some_and(|token| token.secret == *secret) {
            *cell = None;
        }
    }

    /// Makes a request with the repository's token; a token that was revoked
    /// is replaced once.
    pub(crate) async fn send(&self, call: &Call<'_>) -> Result<Answer, GitHubError> {
        let token = self.token().await?;
        let answer = self.app.transport.send(call, &token).await?;
        if answer.status.as_u16() != 401 {
            return Ok(answer);
        }
        self.give_up(&token).await;
        let token = self.token().await?;
        self.app.transport.send(call, &token).await
    }

    /// A path below the repository.
    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/repos/{}{rest}", self.name)
    }
}

#[async_trait]
impl Forge for Repository {
    async fn publish(&self, draft: &PullRequestDraft) -> Result<Publication, ForgeError> {
        Ok(Box::pin(self.publish_draft(draft)).await?)
    }

    async fn find(&self, branch: &str) -> Result<Option<PullRequest>, ForgeError> {
        Ok(self.newest_of(branch).await?)
    }

    async fn pull_request(&self, number: u64) -> Result<Option<PullRequest>, ForgeError> {
        Ok(self.numbered(number).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_lead_elsewhere() {
        for good in ["acme/web", "a-b/c.d_e", "acme/.github"] {
            assert_eq!(RepositoryName::parse(good).expect(good).to_string(), good);
        }
        for bad in [
            "",
            "acme",
            "acme/",
            "/web",
            "acme/..",
            "../web",
            "acme/a/b",
            "acme/a?b",
            "acme/a%2f",
            "acme/a b",
            "-a/b",
            "acme/ä",
        ] {
            assert_eq!(RepositoryName::parse(bad), None, "{bad}");
        }
    }
}
