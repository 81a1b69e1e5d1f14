//! Repositories: connecting one, and what was detected of it.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use selfopt_core::config::{CONFIG_FILE, CommandOverride, CommandsConfig, Config};
use selfopt_core::detection::detect as detect_project;
use selfopt_core::{Project, RepoId, RepositoryRecord, SourceTree};
use selfopt_sandbox::checkout::{self, Checkout, CheckoutError, CheckoutOptions, DirtyPolicy};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::domain::{CommandsView, ConfirmedView, ProjectView, RepositoryPage, RepositoryView};
use crate::extract::{Body, Id, PageParams, Params};
use crate::problem::{Problem, ProblemBody};
use crate::worker::{quiet, with_confirmed};

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
    let checkout = open(path).await?;
    let project = detected(checkout.tree.clone(), CommandsConfig::default()).await?;
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
    let checkout = open(PathBuf::from(&record.locator)).await?;
    let project = detected(checkout.tree, commands).await?;
    Ok(app.store.set_project(record.id, &project).await?)
}

/// The checkout of a folder; reading git's files takes its time.
async fn open(path: PathBuf) -> Result<Checkout, Problem> {
    let options = CheckoutOptions { dirty: DirtyPolicy::Allow };
    let opened = tokio::task::spawn_blocking(move || checkout::open(&path, &options)).await;
    opened.map_err(|_| Problem::internal())?.map_err(|error: CheckoutError| {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "not-a-repository", error.to_string())
            .hint(error.hint())
    })
}

async fn detected(tree: Arc<dyn SourceTree>, commands: CommandsConfig) -> Result<Project, Problem> {
    let work = move || {
        let config = selfopt_compose::read_config(&*tree, quiet).map_err(|error| {
            let problem = Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "bad-configuration",
                error.to_string(),
            );
            match error.hint() {
                Some(hint) => problem.hint(hint),
                None => problem,
            }
        })?;
        let config: Config = with_confirmed(config, commands);
        let text = tree.text(CONFIG_FILE).unwrap_or_default();
        Ok(detect_project(&*tree, &selfopt_detect::detectors(), &config, &text))
    };
    tokio::task::spawn_blocking(work).await.map_err(|_| Problem::internal())?
}
