//! One run: the same engine as the command line's, in the isolation that the
//! operator configured.

use std::sync::Arc;

use selfopt_compose::{
    ComposeError, Purpose, RunLock, Said, check_rules, check_workloads, equipped, patterns,
    read_config, with_builtins,
};
use selfopt_core::config::{CommandsConfig, Config};
use selfopt_core::payoff::payoffs;
use selfopt_core::pipeline::{Engine, RunError, RunInput};
use selfopt_core::report::Report;
use selfopt_core::{CancelFlag, ComputeReserved, RunRequest, SandboxError, Store, StoreError};
use selfopt_sandbox::{ToolError, ToolsChoice};
use thiserror::Error;

use super::WorkerParts;
use super::watching::Watching;
use crate::isolation::with_server_sandbox;
use crate::source::{self, SourceError};
use crate::timekeeper::month;

/// The seed of all schedules, as the command line's default has it.
const SEED: u64 = 1;

/// Why a request's run did not come to its end.
#[derive(Debug, Error)]
pub(super) enum JobError {
    #[error("the repository is not known any more")]
    NoRepository,
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error(transparent)]
    Compose(#[from] ComposeError),
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    #[error(transparent)]
    Tools(#[from] ToolError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the compute budget of this month is used up: {used:.1} of {limit:.1} CPU minutes")]
    Budget { limit: f64, used: f64 },
    #[error("another run of the repository is at work, outside of the service")]
    Locked,
    #[error("a task of the service stopped at a defect")]
    Defect,
    #[error(transparent)]
    Run(#[from] RunError),
}

impl JobError {
    /// Whether trying again later may help.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::NoRepository | Self::Budget { .. } => false,
            Self::Source(error) => error.may_pass(),
            Self::Compose(error) => matches!(error, ComposeError::Io { .. }),
            Self::Sandbox(error) | Self::Run(RunError::Sandbox(error)) => {
                !matches!(error, SandboxError::BelowPolicy { .. })
            }
            Self::Run(error) => matches!(error, RunError::Store(_) | RunError::Cancelled),
            Self::Tools(_) | Self::Store(_) | Self::Locked | Self::Defect => true,
        }
    }

    /// What to do about it.
    pub(super) fn hint(&self) -> Option<String> {
        match self {
            Self::Source(error) => error.hint(),
            Self::Compose(error) => error.hint().map(str::to_owned),
            Self::Sandbox(error) => error.hint(),
            Self::Tools(error) => error.hint(),
            Self::Store(error) => error.hint().map(str::to_owned),
            Self::Run(error) => error.hint(),
            Self::Budget { .. } => {
                Some("queue the request again next month, or start the server with more".to_owned())
            }
            Self::NoRepository | Self::Locked | Self::Defect => None,
        }
    }
}

/// Runs what a request asks for.
pub(super) async fn run(
    parts: &WorkerParts,
    request: &RunRequest,
    watching: Arc<Watching>,
    cancel: CancelFlag,
) -> Result<Report, JobError> {
    let locator = parts.store.locator(request.repo).await?.ok_or(JobError::NoRepository)?;
    // A run that was interrupted goes on with its commit.
    let begun = match request.run {
        Some(run) => parts.store.run(run).await?,
        None => None,
    };
    let begun = begun.filter(|run| run.status.can_be_resumed()).map(|run| run.commit);
    let source = source::open(parts, request.repo, locator, begun).await?;
    let checkout = source.checkout.clone();
    let confirmed = parts.store.confirmed(request.repo).await?;
    let commands = confirmed.map(|confirmed| confirmed.commands).unwrap_or_default();
    let config = read_config(&*checkout.tree, log)?;
    let mut config = with_server_sandbox(with_confirmed(config, commands));
    config.check().map_err(ComposeError::from)?;
    check_rules(&config, &[])?;
    check_workloads(&config, &*checkout.tree)?;
    config.budget.compute_minutes = reserve(parts, request, &config).await?;

    let _lock = RunLock::take(&parts.data, &checkout.locator).map_err(|error| match error {
        ComposeError::Refused { .. } => JobError::Locked,
        other => other.into(),
    })?;
    let (sandbox, isolation) = parts.isolation.sandbox(&parts.data).await?;
    tracing::info!(backend = isolation.backend, "isolation");
    selfopt_core::Sandbox::reap(&sandbox).await?;
    let tree = checkout.tree.clone();
    let sandbox =
        equipped(sandbox, &*tree, &config, ToolsChoice::Auto, Purpose::Proofs, log).await?;
    let store: Arc<dyn Store> = parts.store.clone();
    let ranking = payoffs(&*store).await?;
    let engine =
        Engine::new(Arc::new(sandbox), store, parts.artifacts.clone(), parts.clock.clone());
    let input = RunInput {
        tree,
        commit: checkout.commit,
        locator: checkout.locator,
        config,
        seed: SEED,
        // Where an earlier worker was interrupted; a new run where none was.
        resume: request.run.is_some() || request.tries > 1,
        cancel,
    };
    let patterns = patterns(&input.config)?;
    let engine = with_builtins(engine).payoffs(ranking).scanner(patterns);
    let settings = parts.store.settings(request.repo).await?;
    let engine = match settings.max_proposals_per_run {
        Some(max) => engine.max_proposals(max),
        None => engine,
    };
    // On a task of its own, so that a defect ends this run and not the worker.
    let running = tokio::spawn(async move { engine.optimize(input, watching).await });
    let report = running.await.map_err(|_| JobError::Defect)??;
    drop(source);
    Ok(report)
}

/// The CPU minutes that the run may take, reserved before it takes any.
async fn reserve(
    parts: &WorkerParts,
    request: &RunRequest,
    config: &Config,
) -> Result<f64, JobError> {
    let settings = parts.store.settings(request.repo).await?;
    let allowed = config.budget.compute_minutes;
    let wanted = settings.compute_budget_minutes.map_or(allowed, |limit| limit.min(allowed));
    let month = month(parts.clock.now());
    let limit = parts.monthly_minutes;
    match parts.store.reserve_compute(request.id, &month, wanted, limit).await? {
        ComputeReserved::Minutes(minutes) => Ok(minutes),
        ComputeReserved::Nothing { limit, used } => Err(JobError::Budget { limit, used }),
    }
}

/// The configuration with the commands that a person confirmed in the service,
/// who outranks the file.
pub(crate) fn with_confirmed(mut config: Config, commands: CommandsConfig) -> Config {
    let CommandsConfig { install, build, typecheck, test, bench } = commands;
    let of_file = &mut config.commands;
    for (confirmed, command) in [
        (install, &mut of_file.install),
        (build, &mut of_file.build),
        (typecheck, &mut of_file.typecheck),
        (test, &mut of_file.test),
        (bench, &mut of_file.bench),
    ] {
        if confirmed.is_some() {
            *command = confirmed;
        }
    }
    config
}

fn log(said: Said<'_>) {
    match said {
        Said::Progress(line) => tracing::info!(line, "preparing"),
        Said::Warning(message) => tracing::warn!(message, "preparing"),
    }
}

/// For what is only looked at.
pub(crate) fn quiet(said: Said<'_>) {
    if let Said::Warning(message) = said {
        tracing::debug!(message, "detecting");
    }
}
