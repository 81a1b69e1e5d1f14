//! What a person sets for a repository: budget, schedule, and pauses.

use axum::Json;
use axum::extract::State;
use selfopt_core::{PausedBy, RepoId, RepositorySettings, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::repositories::known;
use crate::app::App;
use crate::domain::PauseView;
use crate::extract::{Body, Id};
use crate::problem::{Problem, ProblemBody};
use crate::timekeeper::{month, next_times};

/// How many of the schedule's next times are shown.
const SHOWN_TIMES: usize = 3;

/// The longest reason, in bytes.
const MAX_REASON: usize = 2000;

/// What may be set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewSettings {
    /// CPU minutes that a run may take; null: what `selfopt.toml` says.
    compute_budget_minutes: Option<f64>,
    /// Proposals that a run may make; null: as many as it proves. Candidates
    /// beyond are left to the next run.
    max_proposals_per_run: Option<u32>,
    /// A cron expression of five fields in UTC, such as `30 2 * * *`; null:
    /// never by itself.
    schedule: Option<String>,
}

/// What is set.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Settings {
    /// CPU minutes that a run may take; null: what `selfopt.toml` says.
    compute_budget_minutes: Option<f64>,
    /// Proposals that a run may make; null: as many as it proves.
    max_proposals_per_run: Option<u32>,
    /// A cron expression of five fields in UTC; null: never by itself.
    schedule: Option<String>,
    /// When the schedule's next runs are due, in milliseconds since
    /// 1970-01-01 UTC.
    next_times: Vec<u64>,
    /// CPU minutes spent or reserved in this calendar month (UTC).
    compute_minutes_this_month: f64,
    /// Why nothing runs; null when it does.
    pause: Option<PauseView>,
}

/// A reason, for whoever wonders later.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reason {
    /// The reason.
    reason: String,
}

impl Reason {
    /// The reason, if one is given.
    pub(super) fn given(&self) -> Result<&str, Problem> {
        let reason = self.reason.trim();
        match reason.len() {
            1..=MAX_REASON => Ok(reason),
            _ => Err(Problem::invalid(format!("a reason has 1 to {MAX_REASON} bytes"))),
        }
    }
}

/// The settings of a repository.
#[utoipa::path(get, path = "/api/v1/repositories/{repository}/settings", tag = "settings",
    params(("repository" = Uuid, Path)),
    responses((status = 200, body = Settings), (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
pub(crate) async fn show(
    State(app): State<App>,
    Id(repository): Id<Uuid>,
) -> Result<Json<Settings>, Problem> {
    let record = known(&app, repository).await?;
    Ok(Json(settings_of(&app, record.id).await?))
}

/// Sets all settings of a repository.
#[utoipa::path(put, path = "/api/v1/repositories/{repository}/settings", tag = "settings",
    params(("repository" = Uuid, Path)), request_body = NewSettings,
    responses((status = 200, body = Settings), (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
pub(crate) async fn set(
    State(app): State<App>,
    Id(repository): Id<Uuid>,
    Body(new): Body<NewSettings>,
) -> Result<Json<Settings>, Problem> {
    let record = known(&app, repository).await?;
    if new.compute_budget_minutes.is_some_and(|minutes| !minutes.is_finite() || minutes <= 0.0) {
        return Err(Problem::invalid("`compute_budget_minutes` must be above 0"));
    }
    if let Some(cron) = &new.schedule {
        next_times(cron, app.clock.now(), 1).map_err(|error| {
            Problem::invalid(format!("`{cron}` is no schedule: {error}"))
                .hint("five fields: minute, hour, day of month, month, day of week; in UTC")
        })?;
    }
    let settings = RepositorySettings {
        compute_budget_minutes: new.compute_budget_minutes,
        max_proposals_per_run: new.max_proposals_per_run,
        schedule: new.schedule,
    };
    app.store.set_settings(record.id, &settings).await?;
    Ok(Json(settings_of(&app, record.id).await?))
}

/// Pauses a repository: what waits stays waiting, and nothing is added by its
/// schedule.
#[utoipa::path(post, path = "/api/v1/repositories/{repository}/pause", tag = "settings",
    params(("repository" = Uuid, Path)), request_body = Reason,
    responses((status = 200, body = Settings), (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
pub(crate) async fn pause(
    State(app): State<App>,
    Id(repository): Id<Uuid>,
    Body(reason): Body<Reason>,
) -> Result<Json<Settings>, Problem> {
    let record = known(&app, repository).await?;
    app.store.set_pause(record.id, reason.given()?, PausedBy::Person).await?;
    Ok(Json(settings_of(&app, record.id).await?))
}

/// Lets a repository run again.
#[utoipa::path(post, path = "/api/v1/repositories/{repository}/resume", tag = "settings",
    params(("repository" = Uuid, Path)),
    responses((status = 200, body = Settings), (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
pub(crate) async fn resume(
    State(app): State<App>,
    Id(repository): Id<Uuid>,
) -> Result<Json<Settings>, Problem> {
    let record = known(&app, repository).await?;
    app.store.resume(record.id).await?;
    app.notify();
    Ok(Json(settings_of(&app, record.id).await?))
}

async fn settings_of(app: &App, repo: RepoId) -> Result<Settings, Problem> {
    let RepositorySettings { compute_budget_minutes, max_proposals_per_run, schedule } =
        app.store.settings(repo).await?;
    let now = app.clock.now();
    // A schedule that another version kept and this one cannot read has no times.
    let times = schedule.as_deref().and_then(|cron| next_times(cron, now, SHOWN_TIMES).ok());
    Ok(Settings {
        compute_budget_minutes,
        max_proposals_per_run,
        next_times: times.unwrap_or_default().into_iter().map(|Timestamp(at)| at).collect(),
        schedule,
        compute_minutes_this_month: app.store.compute_used(repo, &month(now)).await?,
        pause: app.store.pause(repo).await?.map(PauseView),
    })
}
