//! A repository that was connected: what is in it is detected, and a pull
//! request introduces SelfOpt. Nothing runs before that one is merged; where
//! there is a `selfopt.toml` already, or no introduction is wanted, the first
//! run is asked for at once.

use selfopt_core::config::{CONFIG_FILE, CommandsConfig};
use selfopt_core::pull_request::Onboarding;
use selfopt_core::{
    CommitId, Forge as _, HostedRepository, NewRequest, PausedBy, Project, Publication, RepoId,
    RequestOrigin, SetUp, StoreError,
};
use selfopt_github::Repository;

use super::deliveries::again;
use super::error::HostError;
use super::host::GitHub;
use super::settings::Introduction;
use crate::source::{self, SourceError};
use crate::worker::WorkerParts;

/// What pauses that are ours to end begin with.
const WAITS: &str = "it waits for its introduction to be merged: ";
const REFUSED: &str = "its introduction was closed without merging: ";
const UNFIT: &str = "it could not be set up: ";

/// When runs take place, in the words of the introduction.
const SCHEDULE: &str = "Once this is merged, and later whenever somebody asks for it";

/// Sets a repository up and notes how that ended.
pub(super) async fn run(
    parts: &WorkerParts,
    github: &GitHub,
    hosted: &HostedRepository,
) -> Result<(), StoreError> {
    let done = tokio::select! {
        done = Box::pin(set_up(parts, github, hosted)) => done,
        // It is still wanted at the next start.
        () = parts.stop.ordered() => return Ok(()),
    };
    let Err(error) = done else {
        tracing::info!(repository = hosted.name, "a repository is set up");
        return github.store.end_set_up(hosted.repo).await;
    };
    let tries = match hosted.set_up {
        SetUp::Wanted { tries } => tries,
        _ => 1,
    };
    let again = again(parts, &error, tries);
    tracing::warn!(repository = hosted.name, %error, again = again.is_some(), "no set-up");
    let mut reason = error.to_string();
    if let Some(hint) = error.hint() {
        reason = format!("{reason}; {hint}");
    }
    github.store.fail_set_up(hosted.repo, &reason, again).await?;
    if again.is_none() {
        pause(parts, hosted.repo, &format!("{UNFIT}{reason}")).await?;
    }
    Ok(())
}

async fn set_up(
    parts: &WorkerParts,
    github: &GitHub,
    hosted: &HostedRepository,
) -> Result<(), HostError> {
    let repository = github.reach(hosted)?;
    let (branch, head) = github.newest(hosted, &repository).await?;
    let locator = parts.store.locator(hosted.repo).await?;
    let locator = locator.ok_or_else(|| HostError::Disconnected(hosted.name.clone()))?;
    let source = source::fetch(&repository, &parts.data, locator, &head).await.map_err(boxed)?;
    let tree = source.checkout.tree.clone();
    let is_configured = tree.contains(CONFIG_FILE);
    let project = source::detected(tree, CommandsConfig::default()).await.map_err(boxed)?;
    parts.store.set_project(hosted.repo, &project).await?;
    drop(source);
    if is_configured || github.settings.introduction == Introduction::None {
        return Ok(start(parts, hosted.repo).await?);
    }
    introduce(parts, github, hosted, &repository, (&project, &branch, &head)).await
}

/// Opens the pull request that introduces SelfOpt, or goes by what became of it.
async fn introduce(
    parts: &WorkerParts,
    github: &GitHub,
    hosted: &HostedRepository,
    repository: &Repository,
    (project, branch, head): (&Project, &str, &CommitId),
) -> Result<(), HostError> {
    let config = selfopt_compose::config_file(project).map_err(|_| boxed(SourceError::Defect))?;
    let onboarding = Onboarding {
        project,
        config: &config,
        folder: "",
        base_branch: branch,
        base: head,
        schedule: SCHEDULE,
    };
    let waits = |url: &str| format!("{WAITS}{url}");
    let repo = hosted.repo;
    match repository.publish(&onboarding.draft()).await {
        Ok(
            Publication::Opened(pull)
            | Publication::Found(pull)
            | Publication::Renewed(pull)
            | Publication::HandsOff { pull_request: Some(pull), .. },
        ) => {
            github.store.set_introduction(repo, &pull.url).await?;
            pause(parts, repo, &waits(&pull.url)).await?;
        }
        Ok(Publication::HandsOff { branch, .. }) => {
            pause(parts, repo, &waits(&format!("the branch `{branch}`"))).await?;
        }
        Ok(Publication::Suppressed(pull)) => {
            github.store.set_introduction(repo, &pull.url).await?;
            refused(parts, repo, &pull.url).await?;
        }
        Ok(Publication::Merged(pull)) => {
            github.store.set_introduction(repo, &pull.url).await?;
            start(parts, repo).await?;
        }
        Ok(Publication::NeedsRevalidation { .. } | Publication::Later { .. }) => {
            return Err(HostError::Moved(hosted.name.clone()));
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

/// The introduction was merged, or there is none: runs may begin, and the first
/// is asked for, once for each repository.
pub(super) async fn start(parts: &WorkerParts, repo: RepoId) -> Result<(), StoreError> {
    resume(parts, repo).await?;
    let key = Some(format!("connected:{repo}"));
    parts.store.request_run(NewRequest { repo, origin: RequestOrigin::Person, key }).await?;
    Ok(())
}

/// The introduction was closed: nothing runs.
pub(super) async fn refused(
    parts: &WorkerParts,
    repo: RepoId,
    url: &str,
) -> Result<(), StoreError> {
    pause(parts, repo, &format!("{REFUSED}{url}")).await
}

/// Pauses a repository, in the place of an earlier pause of this kind.
async fn pause(parts: &WorkerParts, repo: RepoId, reason: &str) -> Result<(), StoreError> {
    resume(parts, repo).await?;
    parts.store.set_pause(repo, reason, PausedBy::Service).await
}

/// Ends a pause, if it is one of ours.
async fn resume(parts: &WorkerParts, repo: RepoId) -> Result<(), StoreError> {
    let paused = parts.store.pause(repo).await?;
    let is_ours = paused.is_some_and(|pause| {
        pause.by == PausedBy::Service
            && [WAITS, REFUSED, UNFIT].iter().any(|ours| pause.reason.starts_with(ours))
    });
    if is_ours {
        parts.store.resume(repo).await?;
    }
    Ok(())
}

fn boxed(error: SourceError) -> HostError {
    match error {
        SourceError::Host(error) => error,
        other => Box::new(other).into(),
    }
}
