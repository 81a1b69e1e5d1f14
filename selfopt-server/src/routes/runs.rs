//! Runs, and what they found.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use selfopt_core::{RepoId, RunFilter, RunId, RunRecord, RunStatus};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::app::App;
use crate::domain::{AttemptPage, BaselineView, OpportunityPage, RunPage, RunView};
use crate::extract::{Id, PageParams, Params};
use crate::problem::{Problem, ProblemBody};

/// Which runs.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RunParams {
    /// Of this repository only.
    repository: Option<Uuid>,
    /// In this state only: `running`, `finished`, `cancelled`, `paused`,
    /// `failed` or `superseded`.
    #[param(value_type = Option<String>)]
    status: Option<RunStatus>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// The most rows to give, 1 to 100; 50 without it.
    limit: Option<u32>,
}

/// The runs.
#[utoipa::path(get, path = "/api/v1/runs", tag = "runs", params(RunParams),
    responses((status = 200, body = RunPage), (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody)))]
pub(crate) async fn list(
    State(app): State<App>,
    Params(params): Params<RunParams>,
) -> Result<Json<RunPage>, Problem> {
    let RunParams { repository, status, cursor, limit } = params;
    let page = PageParams { cursor, limit }.request()?;
    let filter = RunFilter { repo: repository.map(RepoId), status };
    Ok(Json(app.reads.runs(&filter, &page).await?.into()))
}

/// One run.
#[utoipa::path(get, path = "/api/v1/runs/{run}", tag = "runs", params(("run" = Uuid, Path)),
    responses((status = 200, body = RunView), (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
pub(crate) async fn show(
    State(app): State<App>,
    Id(run): Id<Uuid>,
) -> Result<Json<RunView>, Problem> {
    Ok(Json(RunView(known(&app, run).await?)))
}

/// What the run's commands printed; there once the run stopped.
#[utoipa::path(get, path = "/api/v1/runs/{run}/log", tag = "runs", params(("run" = Uuid, Path)),
    responses((status = 200, body = String, content_type = "text/plain"),
        (status = 401, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub(crate) async fn log(State(app): State<App>, Id(run): Id<Uuid>) -> Result<Response, Problem> {
    let record = known(&app, run).await?;
    let path = format!("repos/{}/runs/{}/logs.txt", record.repo, record.id);
    let bytes = app.artifacts.get(&path).await?;
    let bytes = bytes.ok_or_else(|| {
        Problem::not_found("log")
            .hint("it is written when the run stops; its events are there before")
    })?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], bytes).into_response())
}

/// How the unchanged code did on the run's commit: its commands, its noise,
/// its environment.
#[utoipa::path(get, path = "/api/v1/runs/{run}/baseline", tag = "runs",
    params(("run" = Uuid, Path)),
    responses((status = 200, body = BaselineView), (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
pub(crate) async fn baseline(
    State(app): State<App>,
    Id(run): Id<Uuid>,
) -> Result<Json<BaselineView>, Problem> {
    let record = known(&app, run).await?;
    let baseline = app.store.baseline(record.repo, &record.commit).await?;
    baseline.map(|baseline| Json(BaselineView(baseline))).ok_or_else(|| {
        Problem::not_found("baseline").hint("there is one once the commands were green")
    })
}

/// What the run found, in rank order.
#[utoipa::path(get, path = "/api/v1/runs/{run}/opportunities", tag = "runs",
    params(("run" = Uuid, Path), PageParams),
    responses((status = 200, body = OpportunityPage), (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub(crate) async fn opportunities(
    State(app): State<App>,
    Id(run): Id<Uuid>,
    Params(page): Params<PageParams>,
) -> Result<Json<OpportunityPage>, Problem> {
    let record = known(&app, run).await?;
    Ok(Json(app.reads.opportunities(record.id, &page.request()?).await?.into()))
}

/// Every candidate and what became of it: the verdict of each gate, and why it
/// was not proposed.
#[utoipa::path(get, path = "/api/v1/runs/{run}/attempts", tag = "runs",
    params(("run" = Uuid, Path), PageParams),
    responses((status = 200, body = AttemptPage), (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub(crate) async fn attempts(
    State(app): State<App>,
    Id(run): Id<Uuid>,
    Params(page): Params<PageParams>,
) -> Result<Json<AttemptPage>, Problem> {
    let record = known(&app, run).await?;
    Ok(Json(app.reads.attempts(record.id, &page.request()?).await?.into()))
}

/// A run that the user may see.
async fn known(app: &App, run: Uuid) -> Result<RunRecord, Problem> {
    // The journal is not wanted: nothing comes after the greatest number.
    let found = app.reads.run(RunId(run), Some(u64::MAX)).await?;
    found.map(|found| found.run).ok_or_else(|| Problem::not_found("run"))
}
