//! Repositories: connecting one, and what was detected of it.

use std::path::PathBuf;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use selfopt_core::config::{CommandOverride, CommandsConfig};
use selfopt_core::{RepoId, RepositoryRecord};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::domain::{CommandsView, ConfirmedView, ProjectView, RepositoryPage, RepositoryView};
use crate::extract::{Body, Id, PageParams, Params};
use crate::problem::{Problem, ProblemBody};
use crate::source::{self, SourceError};

/// A repository to connect.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRepository {
    /// The project's folder on this machine, absolute, in a git repository.
    path: String,
}

/// Commands as a person says them; unlike in a file, a key that nothing reads
/// is refused.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewCommands {
    install: Option<CommandOverride>,
    build: Option<CommandOverride>,
    typecheck: Option<CommandOverride>,
    test: Option<CommandOverride>,
    bench: Option<CommandOverride>,
}

impl From<NewCommands> for CommandsConfig {
    fn from(new: NewCommands) -> Self {
        let NewCommands { install, build, typecheck, test, bench } = new;
        Self { install, build, typecheck, test, bench }
    }
}

/// What was detected, and what a person says to that.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Detection {
    /// Every command with its confidence and the lines that say so.
    project: Option<ProjectView>,
    /// Null until a person confirmed it.
    confirmed: Option<ConfirmedView>,
}

/// The repositories.
#[utoipa::path(get, path = "/api/v1/repositories", tag = "repositories", params(PageParams),
    responses((status = 200, body = RepositoryPage), (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody)))]
pub(crate) async fn list(
    State(app): State<App>,
    Params(page): Params<PageParams>,
) -> Result<Json<RepositoryPage>, Problem> {
    Ok(Json(app.reads.repositories(None, &page.request()?).await?.into()))
}

/// Connects a repository on this machine. One that is connected already is
/// detected again.
#[utoipa::path(post, path = "/api/v1/repositories", tag = "repositories",
    request_body = NewRepository,
    responses((status = 201, body = RepositoryView), (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(crate) async fn connect(
    State(app): State<App>,
    Body(new): Body<NewRepository>,
) -> Result<(StatusCode, Json<RepositoryView>), Problem> {
    let path = PathBuf::from(&new.path);
    if !path.is_absolute() {
        return Err(Problem::invalid(format!("`{}` is not an absolute path", new.path))
            .hint("give the project's folder from the root on"));
    }
    let checkout = source::local(path).await.map_err(|error| unusable(&error))?;
    let detected = source::detected(checkout.tree.clone(), CommandsConfig::default());
    let project = detected.await.map_err(|error| unusable(&error))?;
    let repo = app.store.repository(&checkout.locator).await?;
    app.store.set_project(repo, &project).await?;
    Ok((StatusCode::CREATED, Json(RepositoryView(known(&app, repo.0).await?))))
}

/// One repository.
#[utoipa::path(get, path = "/api/v1/repositories/{repository}", tag = "repositories",
    params(("repository" = Uuid, Path)),
    responses((status = 200, body = RepositoryView), (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
pub(crate) async fn show(
    State(app): State<App>,
    Id(repository): Id<Uuid>,
) -> Result<Json<RepositoryView>, Problem> {
    Ok(Json(RepositoryView(known(&app, repository).await?)))
}

/// What was detected, and what was confirmed.
#[utoipa::path(get, path = "/api/v1/repositories/{repository}/detection", tag = "repositories",
    params(("repository" = Uuid, Path)),
    responses((status = 200, body = Detection), (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
pub(crate) async fn detection(
    State(app): State<App>,
    Id(repository): Id<Uuid>,
) -> Result<Json<Detection>, Problem> {
    let record = known(&app, repository).await?;
    detection_of(&app, record).await
}

/// Detects again, on the newest commit.
#[utoipa::path(post, path = "/api/v1/repositories/{repository}/detection", tag = "repositories",
    params(("repository" = Uuid, Path)),
    responses((status = 200, body = Detection), (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(crate) async fn detect(
    State(app): State<App>,
    Id(repository): Id<Uuid>,
) -> Result<Json<Detection>, Problem> {
    let record = known(&app, repository).await?;
    let confirmed = app.store.confirmed(record.id).await?;
    let commands = confirmed.map(|confirmed| confirmed.commands).unwrap_or_default();
    detect_again(&app, &record, commands).await?;
    detection_of(&app, known(&app, repository).await?).await
}

/// Confirms what was detected, and says what is otherwise. A command is a text,
/// or `false` for none; what is left out stays as detected.
#[utoipa::path(put, path = "/api/v1/repositories/{repository}/commands", tag = "repositories",
    params(("repository" = Uuid, Path)), request_body = CommandsView,
    responses((status = 200, body = Detection), (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
pub(crate) async fn confirm(
    State(app): State<App>,
    Id(repository): Id<Uuid>,
    Body(new): Body<NewCommands>,
) -> Result<Json<Detection>, Problem> {
    let commands = CommandsConfig::from(new);
    let record = known(&app, repository).await?;
    detect_again(&app, &record, commands.clone()).await?;
    app.store.confirm(record.id, &commands).await?;
    detection_of(&app, known(&app, repository).await?).await
}

/// A repository that the user may see.
pub(super) async fn known(app: &App, repository: Uuid) -> Result<RepositoryRecord, Problem> {
    let found = app.reads.repository(RepoId(repository)).await?;
    found.ok_or_else(|| Problem::not_found("repository"))
}

async fn detection_of(app: &App, record: RepositoryRecord) -> Result<Json<Detection>, Problem> {
    let confirmed = app.store.confirmed(record.id).await?;
    Ok(Json(Detection {
        project: record.project.map(ProjectView),
        confirmed: confirmed.map(ConfirmedView),
    }))
}

async fn detect_again(
    app: &App,
    record: &RepositoryRecord,
    commands: CommandsConfig,
) -> Result<(), Problem> {
    let opened = source::open(&app.parts, record.id, record.locator.clone(), None);
    let opened = opened.await.map_err(|error| unusable(&error))?;
    let detected = source::detected(opened.checkout.tree.clone(), commands);
    let project = detected.await.map_err(|error| unusable(&error))?;
    Ok(app.store.set_project(record.id, &project).await?)
}

/// Why the files cannot be had, or not be read.
fn unusable(error: &SourceError) -> Problem {
    let code = match error {
        SourceError::Checkout(_) => "not-a-repository",
        SourceError::Compose(_) => "bad-configuration",
        SourceError::NoApp(_) | SourceError::Host(_) => "not-fetched",
        SourceError::Store(_) | SourceError::Folder(_) | SourceError::Defect => {
            tracing::error!(%error, "a repository cannot be opened");
            return Problem::internal();
        }
    };
    let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, error.to_string());
    match error.hint() {
        Some(hint) => problem.hint(hint),
        None => problem,
    }
}
