//! Proposals: what was proved, why not to take it, and the way to a pull
//! request, which needs an explicit act.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use selfopt_core::pull_request::Subject;
use selfopt_core::{
    Forge, ForgeError, ProposalFilter, ProposalId, ProposalRecord, Publication, PullRequest,
    RepoId, RepositoryRecord, RunId,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::repositories;
use super::settings::Reason;
use crate::app::App;
use crate::domain::{ArtifactView, DismissalView, ProposalPage, ProposalView};
use crate::extract::{Body, Id, PageParams, Params};
use crate::problem::{Problem, ProblemBody};

/// Which proposals.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ProposalParams {
    /// Of this repository only.
    repository: Option<Uuid>,
    /// Of this run only.
    run: Option<Uuid>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// The most rows to give, 1 to 100; 50 without it.
    limit: Option<u32>,
}

/// Which run's proof of a proposal.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ProofParams {
    /// Proved in this run; the newest without it.
    pub(super) run: Option<Uuid>,
}

/// A proposal and what is known around it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProposalDetail {
    /// The proposal.
    proposal: ProposalView,
    /// Its evidence; `GET …/artifacts` gives addresses.
    artifacts: Vec<ArtifactView>,
    /// Why it is not wanted; null when nobody said so.
    dismissal: Option<DismissalView>,
}

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

/// The proposals.
#[utoipa::path(get, path = "/api/v1/proposals", tag = "proposals", params(ProposalParams),
    responses((status = 200, body = ProposalPage), (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody)))]
pub(crate) async fn list(
    State(app): State<App>,
    Params(params): Params<ProposalParams>,
) -> Result<Json<ProposalPage>, Problem> {
    let ProposalParams { repository, run, cursor, limit } = params;
    let page = PageParams { cursor, limit }.request()?;
    let filter = ProposalFilter { repo: repository.map(RepoId), run: run.map(RunId) };
    Ok(Json(app.reads.proposals(&filter, &page).await?.into()))
}

/// One proposal with its figures, and where its evidence is.
#[utoipa::path(get, path = "/api/v1/proposals/{proposal}", tag = "proposals",
    params(("proposal" = String, Path), ProofParams),
    responses((status = 200, body = ProposalDetail), (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
pub(crate) async fn show(
    State(app): State<App>,
    Id(proposal): Id<String>,
    Params(params): Params<ProofParams>,
) -> Result<Json<ProposalDetail>, Problem> {
    Ok(Json(detail(&app, &proposal, params.run).await?))
}

/// The change as a unified diff, for `git apply`.
#[utoipa::path(get, path = "/api/v1/proposals/{proposal}/diff", tag = "proposals",
    params(("proposal" = String, Path), ProofParams),
    responses((status = 200, body = String, content_type = "text/x-diff"),
        (status = 401, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub(crate) async fn diff(
    State(app): State<App>,
    Id(proposal): Id<String>,
    Params(params): Params<ProofParams>,
) -> Result<Response, Problem> {
    let found = detail(&app, &proposal, params.run).await?;
    let diff = found.proposal.0.summary.diff;
    Ok(([(header::CONTENT_TYPE, "text/x-diff; charset=utf-8")], diff).into_response())
}

/// Says that a proposal is not wanted, and why. The first reason stays.
#[utoipa::path(post, path = "/api/v1/proposals/{proposal}/dismiss", tag = "proposals",
    params(("proposal" = String, Path), ProofParams), request_body = Reason,
    responses((status = 200, body = ProposalDetail), (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
pub(crate) async fn dismiss(
    State(app): State<App>,
    Id(proposal): Id<String>,
    Params(params): Params<ProofParams>,
    Body(reason): Body<Reason>,
) -> Result<Json<ProposalDetail>, Problem> {
    let found = known(&app, &proposal, params.run).await?;
    app.store.dismiss(found.run, &found.id, reason.given()?).await?;
    Ok(Json(detail(&app, &proposal, Some(found.run.0)).await?))
}

/// Opens a pull request for a proposal. Said again, it finds the one that is
/// open.
#[utoipa::path(post, path = "/api/v1/proposals/{proposal}/pull-request", tag = "proposals",
    params(("proposal" = String, Path), ProofParams),
    responses((status = 200, body = PullRequestView), (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 502, body = ProblemBody)))]
pub(crate) async fn pull_request(
    State(app): State<App>,
    Id(proposal): Id<String>,
    Params(params): Params<ProofParams>,
) -> Result<Json<PullRequestView>, Problem> {
    let found = known(&app, &proposal, params.run).await?;
    if app.store.dismissal(found.run, &found.id).await?.is_some() {
        return Err(conflict("proposal-dismissed", "the proposal was dismissed"));
    }
    let repository = repositories::known(&app, found.repo.0).await?;
    let no_forge = || {
        conflict("no-forge", "no host of this repository is configured to open pull requests at")
            .hint("docs/guides/github.md says how to make a GitHub App; until then `selfopt proposals apply` writes the change into the working tree")
    };
    let forge = (app.forges)(&repository).ok_or_else(no_forge)?;
    let publication = publish(&app, &*forge, &found, &repository).await?;
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
    Ok(Json(PullRequestView { url, number, outcome: outcome.to_owned() }))
}

async fn publish(
    app: &App,
    forge: &dyn Forge,
    proposal: &ProposalRecord,
    repository: &RepositoryRecord,
) -> Result<Publication, Problem> {
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
    let base = selfopt_core::CommitId::new(proposal.summary.base.as_str());
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
    forge.publish(&subject.draft()).await.map_err(|error: ForgeError| {
        tracing::warn!(error = %error, "no pull request was opened");
        Problem::new(StatusCode::BAD_GATEWAY, "forge-failed", error.to_string()).hint(error.hint())
    })
}

/// Why there is no pull request, as the forge's host has it.
fn not_published(publication: Publication) -> Problem {
    match publication {
        Publication::Suppressed(_) => {
            conflict("suppressed", "a pull request with this change was closed without merging")
        }
        Publication::HandsOff { branch, reason, .. } => {
            conflict("hands-off", format!("the branch `{branch}` is somebody else's: {reason}"))
        }
        Publication::NeedsRevalidation { .. } => {
            conflict("needs-revalidation", "the branch has moved since the proof")
                .hint("start a run: the change is proved on the newest commit")
        }
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

/// A proposal that the user may see.
pub(super) async fn known(
    app: &App,
    proposal: &str,
    run: Option<Uuid>,
) -> Result<ProposalRecord, Problem> {
    Ok(detail(app, proposal, run).await?.proposal.0)
}

async fn detail(app: &App, proposal: &str, run: Option<Uuid>) -> Result<ProposalDetail, Problem> {
    let id = ProposalId::new(proposal);
    let found = app.reads.proposal(&id, run.map(RunId)).await?;
    let found = found.ok_or_else(|| Problem::not_found("proposal"))?;
    let dismissal = app.store.dismissal(found.proposal.run, &id).await?;
    Ok(ProposalDetail {
        proposal: ProposalView(found.proposal),
        artifacts: found.artifacts.into_iter().map(ArtifactView).collect(),
        dismissal: dismissal.map(DismissalView),
    })
}
