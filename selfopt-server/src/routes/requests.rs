//! Requests for runs: asking for one, and what became of it.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use selfopt_core::{
    Cursor, NewRequest, Page, RequestId, RequestOrigin, RequestState, Requested, RunRequest,
};
use uuid::Uuid;

use super::repositories::known;
use crate::app::App;
use crate::domain::{RequestPage, RequestView};
use crate::extract::{Id, PageParams, Params};
use crate::problem::{Problem, ProblemBody};

const LIST: &str = "requests";

/// The requests of a repository.
#[utoipa::path(get, path = "/api/v1/repositories/{repository}/requests", tag = "runs",
    params(("repository" = Uuid, Path), PageParams),
    responses((status = 200, body = RequestPage), (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub(crate) async fn of_repository(
    State(app): State<App>,
    Id(repository): Id<Uuid>,
    Params(page): Params<PageParams>,
) -> Result<Json<RequestPage>, Problem> {
    let record = known(&app, repository).await?;
    let asked = page.request()?;
    let older_than = match asked.after() {
        Some(cursor) => {
            let [id] = cursor.key(LIST)?;
            Some(RequestId(Uuid::parse_str(id).map_err(|_| selfopt_core::PageError::Cursor)?))
        }
        None => None,
    };
    let rows = app.store.run_requests(record.id, older_than, asked.limit() + 1).await?;
    let cursor = |row: &RunRequest| Cursor::new(LIST, [row.id.to_string()]);
    Ok(Json(Page::of(rows, &asked, cursor).into()))
}

/// Asks for a run of the newest commit. When one waits already, that is the
/// answer (200).
#[utoipa::path(post, path = "/api/v1/repositories/{repository}/requests", tag = "runs",
    params(("repository" = Uuid, Path)),
    responses((status = 202, body = RequestView), (status = 200, body = RequestView),
        (status = 401, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody)))]
pub(crate) async fn start(
    State(app): State<App>,
    Id(repository): Id<Uuid>,
) -> Result<(StatusCode, Json<RequestView>), Problem> {
    let record = known(&app, repository).await?;
    if let Some(pause) = app.store.pause(record.id).await? {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "repository-paused",
            format!("the repository is paused: {}", pause.reason),
        )
        .hint(format!("POST /api/v1/repositories/{repository}/resume lets it run again")));
    }
    let new = NewRequest { repo: record.id, origin: RequestOrigin::Person, key: None };
    let requested = app.store.request_run(new).await?;
    app.notify();
    let status = match requested {
        Requested::New(_) => StatusCode::ACCEPTED,
        _ => StatusCode::OK,
    };
    Ok((status, Json(RequestView(requested.into_request()))))
}

/// One request; its `run` is there once a worker began.
#[utoipa::path(get, path = "/api/v1/requests/{request}", tag = "runs",
    params(("request" = Uuid, Path)),
    responses((status = 200, body = RequestView), (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
pub(crate) async fn show(
    State(app): State<App>,
    Id(request): Id<Uuid>,
) -> Result<Json<RequestView>, Problem> {
    Ok(Json(RequestView(visible(&app, request).await?)))
}

/// Cancels a request: one that waits at once, one at work as soon as its
/// worker heard of it.
#[utoipa::path(post, path = "/api/v1/requests/{request}/cancel", tag = "runs",
    params(("request" = Uuid, Path)),
    responses((status = 200, body = RequestView), (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub(crate) async fn cancel(
    State(app): State<App>,
    Id(request): Id<Uuid>,
) -> Result<Json<RequestView>, Problem> {
    let found = visible(&app, request).await?;
    if matches!(found.state, RequestState::Done | RequestState::Dead) {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "request-over",
            "the request is over: there is nothing to cancel",
        ));
    }
    let cancelled = app.store.cancel_request(found.id).await?;
    app.notify();
    cancelled.map(|request| Json(RequestView(request))).ok_or_else(|| Problem::not_found("request"))
}

/// Queues a dead or cancelled request again.
#[utoipa::path(post, path = "/api/v1/requests/{request}/requeue", tag = "runs",
    params(("request" = Uuid, Path)),
    responses((status = 200, body = RequestView), (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub(crate) async fn requeue(
    State(app): State<App>,
    Id(request): Id<Uuid>,
) -> Result<Json<RequestView>, Problem> {
    let found = visible(&app, request).await?;
    if !matches!(found.state, RequestState::Dead | RequestState::Cancelled) {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "request-not-over",
            "only a dead or cancelled request can be queued again",
        ));
    }
    let queued = app.store.requeue_request(found.id).await?;
    app.notify();
    queued.map(|request| Json(RequestView(request))).ok_or_else(|| Problem::not_found("request"))
}

/// A request of a repository that the user may see.
async fn visible(app: &App, request: Uuid) -> Result<RunRequest, Problem> {
    let missing = || Problem::not_found("request");
    let found = app.store.run_request(RequestId(request)).await?.ok_or_else(missing)?;
    let repository = app.reads.repository(found.repo).await?;
    repository.map(|_| found).ok_or_else(missing)
}
