//! What became of pull requests of ours.

use selfopt_core::pull_request::{BRANCH_PREFIX, Marker};
use selfopt_core::{
    Dismissal, Forge as _, HostedRepository, ProposalRecord, Publication, PullRequest,
    PullRequestRecord, PullRequestState, RepoId, StoreError,
};
use selfopt_github::webhook::PullRequestEvent;

use super::error::HostError;
use super::host::GitHub;
use super::set_up;
use crate::worker::WorkerParts;

/// Looks at a pull request that something happened to.
pub(super) async fn look(
    parts: &WorkerParts,
    github: &GitHub,
    event: &PullRequestEvent,
) -> Result<(), HostError> {
    // Branches of forks may have our names.
    if !event.is_own_branch || !event.branch.starts_with(BRANCH_PREFIX) {
        return Ok(());
    }
    let known = github.known(event.installation, &event.repository).await?;
    let Some(hosted) = known else { return Ok(()) };
    let repository = github.reach(&hosted)?;
    let Some(pull) = repository.pull_request(event.number).await? else { return Ok(()) };
    match &pull.marker {
        Some(Marker::Onboarding) => introduced(parts, github, &hosted, &pull).await?,
        Some(Marker::Proposal { .. }) => {
            let theirs = match pull.state {
                PullRequestState::Open => repository.taken_over(&pull).await?,
                PullRequestState::Merged | PullRequestState::Closed => None,
            };
            keep(github, hosted.repo, &pull, theirs).await?;
        }
        None => {}
    }
    Ok(())
}

/// What became of the introduction.
async fn introduced(
    parts: &WorkerParts,
    github: &GitHub,
    hosted: &HostedRepository,
    pull: &PullRequest,
) -> Result<(), StoreError> {
    match pull.state {
        PullRequestState::Open => {}
        PullRequestState::Merged => {
            github.store.set_introduction(hosted.repo, &pull.url).await?;
            set_up::start(parts, hosted.repo).await?;
        }
        PullRequestState::Closed => set_up::refused(parts, hosted.repo, &pull.url).await?,
    }
    Ok(())
}

/// Keeps what a click on a proposal led to.
pub(crate) async fn keep_published(
    github: &GitHub,
    repo: RepoId,
    publication: &Publication,
) -> Result<(), StoreError> {
    match publication {
        Publication::Opened(pull)
        | Publication::Found(pull)
        | Publication::Renewed(pull)
        | Publication::Merged(pull)
        | Publication::Suppressed(pull) => keep(github, repo, pull, None).await,
        Publication::HandsOff { pull_request: Some(pull), reason, .. } => {
            keep(github, repo, pull, Some(reason)).await
        }
        Publication::HandsOff { .. }
        | Publication::NeedsRevalidation { .. }
        | Publication::Later { .. } => Ok(()),
    }
}

async fn keep(
    github: &GitHub,
    repo: RepoId,
    pull: &PullRequest,
    theirs: Option<&str>,
) -> Result<(), StoreError> {
    let Some(Marker::Proposal { id, fingerprint }) = &pull.marker else { return Ok(()) };
    let record = PullRequestRecord {
        repo,
        number: pull.number,
        url: pull.url.clone(),
        proposal: id.clone(),
        fingerprint: fingerprint.clone(),
        state: pull.state,
        hands_off: theirs.map(str::to_owned),
        opened_at: pull.opened_at,
    };
    github.store.keep_pull_request(&record).await
}

/// Where a proposal stands, in a word.
pub(crate) fn state_word(
    proposal: &ProposalRecord,
    dismissal: Option<&Dismissal>,
    pull: Option<&PullRequestRecord>,
) -> &'static str {
    match pull.map(|pull| pull.state) {
        Some(PullRequestState::Open) => "pull-request-open",
        Some(PullRequestState::Merged) => "merged",
        Some(PullRequestState::Closed) => "closed",
        None if dismissal.is_some() => "dismissed",
        // Opened at a host that tells nothing more.
        None if proposal.pr_url.is_some() => "pull-request-open",
        None => "proved",
    }
}
