//! Events, with the few fields of them that are used. Fields that GitHub adds
//! are passed over; events that are not used are named and nothing more. An
//! event can be kept as JSON, to be handled after GitHub has its answer.

use selfopt_core::CommitId;
use serde::{Deserialize, Serialize};

use crate::repository::RepositoryName;
use crate::token::InstallationId;

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Event {
    /// GitHub tries the address.
    Ping,
    /// The App was installed, removed, suspended or taken back.
    Installation(AccountEvent),
    /// Repositories were added to an installation or removed from it.
    Repositories(RepositoriesEvent),
    /// A branch was pushed to.
    Push(PushEvent),
    /// Something happened to a pull request.
    PullRequest(PullRequestEvent),
    /// Somebody asks for a check again.
    CheckRequested(CheckEvent),
    /// Something that is not used: its name.
    Other(String),
}

/// What happened to an installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum InstallationAction {
    /// Installed.
    Created,
    /// Removed: its tokens are gone.
    Deleted,
    /// Suspended.
    Suspended,
    /// Taken back from suspension.
    Resumed,
    /// New permissions were accepted.
    PermissionsAccepted,
}

/// A repository as events name it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RepositoryRef {
    /// GitHub's id, which stays when the repository is renamed.
    pub id: u64,
    /// Its name now.
    pub name: RepositoryName,
}

/// An installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountEvent {
    /// Which one.
    pub installation: InstallationId,
    /// What happened to it.
    pub action: InstallationAction,
    /// The account that it belongs to.
    pub account: String,
    /// The repositories that it reaches, when it was made.
    pub repositories: Vec<RepositoryRef>,
}

/// A change of an installation's repositories.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepositoriesEvent {
    /// Which installation.
    pub installation: InstallationId,
    /// Added.
    pub added: Vec<RepositoryRef>,
    /// Removed.
    pub removed: Vec<RepositoryRef>,
}

/// A push.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushEvent {
    /// Through which installation it is told.
    pub installation: InstallationId,
    /// Where.
    pub repository: RepositoryRef,
    /// The branch; pushes of tags are [`Event::Other`].
    pub branch: String,
    /// Whether it is the repository's default branch.
    pub is_default_branch: bool,
    /// The branch's commit, unless it was deleted.
    pub head: Option<CommitId>,
}

/// What happened to a pull request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PullRequestAction {
    /// Opened or reopened.
    Opened,
    /// Commits were pushed to its branch.
    Synchronized,
    /// Closed.
    Closed {
        /// Whether it was merged.
        merged: bool,
    },
    /// Title, body or base were changed.
    Edited,
    /// Anything else, by GitHub's name.
    Other(String),
}

/// A pull request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullRequestEvent {
    /// Through which installation it is told.
    pub installation: InstallationId,
    /// Where.
    pub repository: RepositoryRef,
    /// What happened.
    pub action: PullRequestAction,
    /// Its number.
    pub number: u64,
    /// Its branch.
    pub branch: String,
    /// That branch's commit.
    pub head: CommitId,
    /// Whether its branch is in this repository and not in a fork.
    pub is_own_branch: bool,
    /// The proposal or onboarding that its body names.
    pub marker: Option<selfopt_core::pull_request::Marker>,
}

/// A check that is asked for again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckEvent {
    /// Through which installation it is told.
    pub installation: InstallationId,
    /// Where.
    pub repository: RepositoryRef,
    /// The commit.
    pub head: CommitId,
}

#[derive(Deserialize)]
struct Installed {
    id: InstallationId,
    account: Option<Account>,
}

#[derive(Deserialize)]
struct Account {
    login: Option<String>,
}

#[derive(Deserialize)]
struct Repo {
    id: u64,
    full_name: String,
    default_branch: Option<String>,
}

#[derive(Deserialize)]
struct Branch {
    #[serde(rename = "ref")]
    name: String,
    sha: String,
    repo: Option<Repo>,
}

#[derive(Deserialize)]
struct Pull {
    number: u64,
    body: Option<String>,
    merged: Option<bool>,
    head: Branch,
}

#[derive(Deserialize)]
struct Check {
    head_sha: String,
}

/// The fields of all events together.
#[derive(Deserialize)]
struct Payload {
    action: Option<String>,
    installation: Option<Installed>,
    repository: Option<Repo>,
    #[serde(default)]
    repositories: Vec<Repo>,
    #[serde(default)]
    repositories_added: Vec<Repo>,
    #[serde(default)]
    repositories_removed: Vec<Repo>,
    #[serde(rename = "ref")]
    name: Option<String>,
    after: Option<String>,
    #[serde(default)]
    deleted: bool,
    pull_request: Option<Pull>,
    check_run: Option<Check>,
    check_suite: Option<Check>,
}

/// Reads an event by its name.
pub(super) fn parse(name: &str, body: &[u8]) -> Result<Event, serde_json::Error> {
    let other = || Ok(Event::Other(super::short(name)));
    let used = [
        "installation",
        "installation_repositories",
        "push",
        "pull_request",
        "check_run",
        "check_suite",
    ];
    if name == "ping" {
        return Ok(Event::Ping);
    }
    if !used.contains(&name) {
        return other();
    }
    let payload: Payload = serde_json::from_slice(body)?;
    let action = payload.action.as_deref().unwrap_or_default();
    let installation = payload.installation.as_ref().map(|one| one.id);
    let installation = installation.ok_or_else(|| missing("installation"))?;
    let repository =
        || payload.repository.as_ref().and_then(known).ok_or_else(|| missing("repository"));
    Ok(match name {
        "installation" => {
            let action = match action {
                "created" => InstallationAction::Created,
                "deleted" => InstallationAction::Deleted,
                "suspend" => InstallationAction::Suspended,
                "unsuspend" => InstallationAction::Resumed,
                "new_permissions_accepted" => InstallationAction::PermissionsAccepted,
                _ => return other(),
            };
            let account = payload.installation.and_then(|one| one.account?.login);
            Event::Installation(AccountEvent {
                installation,
                action,
                account: account.unwrap_or_default(),
                repositories: payload.repositories.iter().filter_map(known).collect(),
            })
        }
        "installation_repositories" => Event::Repositories(RepositoriesEvent {
            installation,
            added: payload.repositories_added.iter().filter_map(known).collect(),
            removed: payload.repositories_removed.iter().filter_map(known).collect(),
        }),
        "push" => {
            let name = payload.name.as_deref().ok_or_else(|| missing("ref"))?;
            let Some(branch) = name.strip_prefix("refs/heads/") else { return other() };
            let default =
                payload.repository.as_ref().and_then(|repo| repo.default_branch.as_deref());
            let head = payload.after.as_deref().filter(|_| !payload.deleted);
            Event::Push(PushEvent {
                installation,
                repository: repository()?,
                branch: branch.to_owned(),
                is_default_branch: default == Some(branch),
                head: head.map(commit).transpose()?,
            })
        }
        "pull_request" => {
            let pull = payload.pull_request.as_ref().ok_or_else(|| missing("pull_request"))?;
            let repository = repository()?;
            let action = match action {
                "opened" | "reopened" => PullRequestAction::Opened,
                "synchronize" => PullRequestAction::Synchronized,
                "closed" => PullRequestAction::Closed { merged: pull.merged.unwrap_or(false) },
                "edited" => PullRequestAction::Edited,
                other => PullRequestAction::Other(super::short(other)),
            };
            let from = pull.head.repo.as_ref().map(|repo| repo.id);
            Event::PullRequest(PullRequestEvent {
                installation,
                action,
                number: pull.number,
                branch: pull.head.name.clone(),
                head: commit(&pull.head.sha)?,
                is_own_branch: from == Some(repository.id),
                marker: selfopt_core::pull_request::Marker::find(
                    pull.body.as_deref().unwrap_or_default(),
                ),
                repository,
            })
        }
        _ => {
            let check = payload.check_run.as_ref().or(payload.check_suite.as_ref());
            let check = check.ok_or_else(|| missing("check"))?;
            if !["rerequested", "requested_action"].contains(&action) {
                return other();
            }
            let head = commit(&check.head_sha)?;
            Event::CheckRequested(CheckEvent { installation, repository: repository()?, head })
        }
    })
}

fn known(repo: &Repo) -> Option<RepositoryRef> {
    Some(RepositoryRef { id: repo.id, name: RepositoryName::parse(&repo.full_name)? })
}

fn commit(sha: &str) -> Result<CommitId, serde_json::Error> {
    let is_commit =
        [40, 64].contains(&sha.len()) && sha.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_commit.then(|| CommitId::new(sha)).ok_or_else(|| missing("commit"))
}

fn missing(field: &str) -> serde_json::Error {
    serde::de::Error::custom(format!("no usable `{field}`"))
}
