//! Proposals: what was proved, where it stands, and why not to take it.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use selfopt_core::pull_request::Fingerprint;
use selfopt_core::{ProposalFilter, ProposalId, ProposalRecord, RepoId, RunId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::settings::Reason;
use crate::app::App;
use crate::domain::{
    ArtifactView, DismissalView, ProposalPage, ProposalView, PullRequestRecordView,
};
use crate::extract::{Body, Id, PageParams, Params};
use crate::github::state_word;
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
    /// `proved`, `dismissed`, `pull-request-open`, `merged` or `closed`.
    state: String,
    /// Why it is not wanted; null when nobody said so.
    dismissal: Option<DismissalView>,
    /// The newest pull request with this change, as its host had it when it was
    /// looked at last.
    pull_request: Option<PullRequestRecordView>,
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
    let proposal = &found.proposal;
    let dismissal = app.store.dismissal(proposal.run, &id).await?;
    let pull_request = match &app.github {
        Some(github) => {
            let fingerprint = Fingerprint::of(&proposal.summary);
            github.store.pull_request_of(proposal.repo, &fingerprint).await?
        }
        None => None,
    };
    let state = state_word(proposal, dismissal.as_ref(), pull_request.as_ref());
    Ok(ProposalDetail {
        state: state.to_owned(),
        pull_request: pull_request.map(PullRequestRecordView),
        proposal: ProposalView(found.proposal),
        artifacts: found.artifacts.into_iter().map(ArtifactView).collect(),
        dismissal: dismissal.map(DismissalView),
    })
}
