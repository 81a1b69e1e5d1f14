//! The way of a proposal to a pull request, which needs an explicit act.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use selfopt_core::pull_request::Subject;
use selfopt_core::{
    CommitId, Forge, ForgeError, ProposalRecord, Publication, PullRequest, PullRequestDraft,
    RepositoryRecord,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::proposals::{ProofParams, known};
use super::repositories;
use crate::app::App;
use crate::extract::{Id, Params};
use crate::github::{HostError, keep_published};
use crate::problem::{Problem, ProblemBody};

/// A pull request.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PullRequestView {
    /// Its page.
    url: String,
    /// Its number in the repository.
    number: u64,
    /// `opened`, `found`, `renewed` or `merged`.
    outcome: String,
}

/// A pull request as it would be opened.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PullRequestPreview {
    /// The title.
    title: String,
    /// The description, in Markdown.
    body: String,
    /// The branch that would hold the change.
    branch: String,
    /// The branch that it would change.
    base_branch: String,
    /// The commit of that branch that the change was proved on.
    base: String,
}

/// What a pull request for a proposal would say. Nothing is opened.
#[utoipa::path(get, path = "/api/v1/proposals/{proposal}/pull-request/preview",
    tag = "proposals", params(("proposal" = String, Path), ProofParams),
    responses((status = 200, body = PullRequestPreview), (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub(crate) async fn preview(
    State(app): State<App>,
    Id(proposal): Id<String>,
    Params(params): Params<ProofParams>,
) -> Result<Json<PullRequestPreview>, Problem> {
    let found = known(&app, &proposal, params.run).await?;
    let repository = repositories::known(&app, found.repo.0).await?;
    let PullRequestDraft { title, body, branch, base_branch, base, .. } =
        draft(&app, &found, &repository).await?;
    let base = base.to_string();
    Ok(Json(PullRequestPreview { title, body, branch, base_branch, base }))
}

/// Opens a pull request for a proposal. Said again, it finds the one that is
/// open.
#[utoipa::path(post, path = "/api/v1/proposals/{proposal}/pull-request", tag = "proposals",
    params(("proposal" = String, Path), ProofParams),
    responses((status = 200, body = PullRequestView), (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 502, body = ProblemBody), (status = 503, body = ProblemBody)))]
pub(crate) async fn create(
    State(app): State<App>,
    Id(proposal): Id<String>,
    Params(params): Params<ProofParams>,
) -> Result<Json<PullRequestView>, Problem> {
    let found = known(&app, &proposal, params.run).await?;
    if app.store.dismissal(found.run, &found.id).await?.is_some() {
        return Err(conflict("proposal-dismissed", "the proposal was dismissed"));
    }
    let repository = repositories::known(&app, found.repo.0).await?;
    let forge = forge(&app, &repository).await?;
    let draft = draft(&app, &found, &repository).await?;
    // On a task of its own: what was begun is ended and kept, also when the
    // client goes away.
    let publishing = tokio::spawn(async move { publish(&app, &*forge, &draft, found).await });
    publishing.await.map_err(|_| Problem::internal())?.map(Json)
}

async fn publish(
    app: &App,
    forge: &dyn Forge,
    draft: &PullRequestDraft,
    found: ProposalRecord,
) -> Result<PullRequestView, Problem> {
    let _turn = match &app.github {
        Some(github) => Some(github.publishing.lock().await),
        None => None,
    };
    let publication = forge.publish(draft).await.map_err(|error| failed(&error))?;
    if let Some(github) = &app.github {
        keep_published(github, found.repo, &publication).await?;
    }
    let (outcome, opened) = match publication {
        Publication::Opened(opened) => ("opened", opened),
        Publication::Found(opened) => ("found", opened),
        Publication::Renewed(opened) => ("renewed", opened),
        Publication::Merged(opened) => ("merged", opened),
        other => return Err(not_published(other)),
    };
    let PullRequest { url, number, .. } = opened;
    let noted = ProposalRecord { pr_url: Some(url.clone()), ..found };
    app.store.put_proposal(&noted).await?;
    tracing::info!(proposal = %noted.id, url, outcome, "a pull request");
    app.notify();
    Ok(PullRequestView { url, number, outcome: outcome.to_owned() })
}

/// Where the repository is hosted.
async fn forge(app: &App, repository: &RepositoryRecord) -> Result<Arc<dyn Forge>, Problem> {
    if let Some(github) = &app.github
        && let Some(hosted) = github.store.hosted(repository.id).await?
    {
        let reached = github.reach(&hosted).map_err(|error| unreached(&error))?;
        return Ok(Arc::new(reached));
    }
    (app.forges)(repository).ok_or_else(|| {
        conflict("no-forge", "no host of this repository is configured to open pull requests at")
            .hint("docs/guides/github.md says how to make a GitHub App; until then `selfopt proposals apply` writes the change into the working tree")
    })
}

/// The pull request of a proposal.
async fn draft(
    app: &App,
    proposal: &ProposalRecord,
    repository: &RepositoryRecord,
) -> Result<PullRequestDraft, Problem> {
    let base_branch = repository
        .default_branch
        .as_deref()
        .ok_or_else(|| conflict("no-branch", "it is not known which branch the change is for"))?;
    let attempts = app.store.attempts(proposal.run).await?;
    let candidate = &proposal.summary.candidate;
    let opportunities = app.store.opportunities(proposal.run).await?;
    let answered = attempts.iter().find(|attempt| attempt.id == *candidate);
    let opportunity = answered
        .and_then(|attempt| opportunities.iter().find(|found| found.id == attempt.opportunity));
    let base = CommitId::new(proposal.summary.base.as_str());
    let baseline = app.store.baseline(proposal.repo, &base).await?;
    let subject = Subject {
        proposal: &proposal.summary,
        baseline: baseline.as_ref(),
        opportunity,
        attempts: &attempts,
        folder: "",
        base_branch,
        evidence_url: None,
    };
    Ok(subject.draft())
}

fn failed(error: &ForgeError) -> Problem {
    let cause = std::error::Error::source(error).map(ToString::to_string);
    tracing::warn!(%error, cause, "no pull request was opened");
    let (status, code) = match error {
        ForgeError::RateLimited { .. } => (StatusCode::SERVICE_UNAVAILABLE, "forge-busy"),
        _ => (StatusCode::BAD_GATEWAY, "forge-failed"),
    };
    let hint = match error {
        ForgeError::RateLimited { until } => {
            let seconds = until.0 / 1000;
            format!(
                "try again after {seconds} (seconds since 1970): there is no second pull request"
            )
        }
        _ => error.hint().to_owned(),
    };
    Problem::new(status, code, error.to_string()).hint(hint)
}

/// Why the App does not reach the repository.
fn unreached(error: &HostError) -> Problem {
    let problem = conflict("not-installed", error.to_string());
    match error.hint() {
        Some(hint) => problem.hint(hint),
        None => problem,
    }
}

/// Why there is no pull request, as the forge's host has it.
fn not_published(publication: Publication) -> Problem {
    match publication {
        Publication::Suppressed(pull) => conflict(
            "suppressed",
            format!("a pull request with this change was closed without merging: {}", pull.url),
        )
        .hint("reopen it there, if the change is wanted after all"),
        Publication::HandsOff { branch, reason, .. } => {
            conflict("hands-off", format!("the branch `{branch}` is somebody else's: {reason}"))
        }
        Publication::NeedsRevalidation { head } => conflict(
            "needs-revalidation",
            format!("the branch has moved since the proof, to {head}"),
        )
        .hint("start a run: the change is proved on the newest commit"),
        Publication::Later { reason, .. } => conflict("later", reason),
        Publication::Opened(_)
        | Publication::Found(_)
        | Publication::Renewed(_)
        | Publication::Merged(_) => Problem::internal(),
    }
}

fn conflict(code: &'static str, detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::CONFLICT, code, detail)
}
