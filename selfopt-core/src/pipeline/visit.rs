//! A visit: the project as it is, installed and built in a workspace of its
//! own, in which a command looks around. Nothing is judged or proposed. A
//! profile is taken this way.

use std::sync::Arc;

use super::baseline::{BaselineJob, red};
use super::commands::{benchmark_command, measured_command, step_command};
use super::dispatcher::DispatcherParts;
use super::{Dispatcher, Engine, Observer, RunError, RunEvent, RunInput};
use crate::config::Config;
use crate::digest::Digest;
use crate::domain::{Project, RunStatus, StepResult};
use crate::ports::{
    CollectLimits, CollectedFile, CommandSpec, FileWrite, NewRun, Outcome, Phase, Workspace,
};
use crate::report::PauseReport;
use crate::workspace::focused;

/// A workspace of a project with its dependencies and its build.
pub struct Visit {
    project: Project,
    config: Config,
    workspace: Box<dyn Workspace>,
    dispatcher: Dispatcher,
    tree: Arc<dyn crate::ports::SourceTree>,
}

/// What a command of a visit came to.
#[derive(Debug)]
pub struct Ran {
    /// The command and what it cost.
    pub step: StepResult,
    /// What it printed.
    pub outcome: Outcome,
    /// Why it is red, if it is; the repository is broken then.
    pub red: Option<PauseReport>,
}

impl Engine {
    /// The journal of a run that only looks. It is no beginning of one that
    /// `--resume` could go on with.
    pub(super) async fn aside(
        &self,
        input: &RunInput,
        what: &[u8],
        observer: Arc<dyn Observer>,
    ) -> Result<Dispatcher, RunError> {
        let repo = self.store.repository(&input.locator).await?;
        let isolation = self.sandbox.probe().await?;
        let config_digest = Digest::of_parts([what, input.config.digest().as_str().as_bytes()]);
        let (commit, seed) = (input.commit.clone(), input.seed);
        let run = NewRun { repo, commit: commit.clone(), seed, config_digest };
        let parts = DispatcherParts {
            run: self.store.create_run(run).await?,
            store: self.store.clone(),
            clock: self.clock.clone(),
            observer,
            cancel: input.cancel.clone(),
            budget: input.config.budget.clone(),
        };
        let mut dispatcher = Dispatcher::new(parts, Vec::new())?;
        dispatcher.set_status(RunStatus::Running).await?;
        dispatcher.emit(RunEvent::RunStarted { commit, seed, isolation }).await?;
        Ok(dispatcher)
    }

    /// The project as a run takes it: detected, narrowed to the package that
    /// is asked for, and one project rather than several.
    pub fn project(&self, input: &RunInput) -> Result<Project, RunError> {
        input.config.check()?;
        let project = focused(self.detect(&*input.tree, &input.config), &input.config)?;
        if !project.apart.is_empty() {
            let root = input.locator.clone();
            return Err(RunError::SeveralProjects { root, folders: project.apart });
        }
        Ok(project)
    }

    /// Installs and builds the project for a command of this phase. `Err` in
    /// the result is a red install or build: the repository is broken.
    pub async fn visit(
        &self,
        input: RunInput,
        phase: Phase,
        observer: Arc<dyn Observer>,
    ) -> Result<Result<Visit, PauseReport>, RunError> {
        let project = self.project(&input)?;
        let mut dispatcher = self.aside(&input, b"visit", observer).await?;
        let job = BaselineJob {
            sandbox: &*self.sandbox,
            tree: input.tree.clone(),
            project: project.clone(),
            config: &input.config,
            commit: input.commit.clone(),
            seed: input.seed,
            cancel: input.cancel.clone(),
            judges_functions: false,
        };
        match job.built(&mut dispatcher, phase).await {
            Ok(Ok(workspace)) => {
                let RunInput { tree, config, .. } = input;
                Ok(Ok(Visit { project, config, workspace, dispatcher, tree }))
            }
            Ok(Err(pause)) => {
                dispatcher.set_status(RunStatus::Paused).await?;
                Ok(Err(pause.report))
            }
            Err(error) => Err(ended(&mut dispatcher, error).await),
        }
    }
}

impl Visit {
    /// The project.
    pub fn project(&self) -> &Project {
        &self.project
    }

    /// A command with the limits of a phase.
    pub fn command(&self, phase: Phase, cmd: &str) -> CommandSpec {
        match phase {
            Phase::Benchmark => benchmark_command(&self.project, &self.config, cmd),
            phase => step_command(&self.project, &self.config, phase, cmd),
        }
    }

    /// What a phase of the project runs, the benchmark without its package
    /// manager, as it is measured.
    pub fn project_command(&self, phase: Phase) -> Option<String> {
        match phase {
            Phase::Benchmark => measured_command(&self.project, &*self.tree),
            phase => self.project.command(phase).map(str::to_owned),
        }
    }

    /// Writes files into the workspace.
    pub async fn write(&self, files: &[FileWrite]) -> Result<(), RunError> {
        Ok(self.workspace.apply(files).await?)
    }

    /// Runs a command, which people know by the name of `shown`.
    pub async fn run(&mut self, command: &CommandSpec, shown: &str) -> Result<Ran, RunError> {
        let ran = self.run_step(command, shown).await;
        match ran {
            Ok(ran) => Ok(ran),
            Err(error) => Err(ended(&mut self.dispatcher, error).await),
        }
    }

    /// Takes files out of the workspace.
    pub async fn collect(
        &self,
        globs: &[String],
        limits: CollectLimits,
    ) -> Result<Vec<CollectedFile>, RunError> {
        Ok(self.workspace.collect(globs, limits).await?)
    }

    /// Removes the workspace.
    pub async fn leave(mut self) -> Result<(), RunError> {
        self.dispatcher.set_status(RunStatus::Finished).await?;
        Ok(self.workspace.close().await?)
    }

    async fn run_step(&mut self, command: &CommandSpec, shown: &str) -> Result<Ran, RunError> {
        let Self { project, workspace, dispatcher, .. } = self;
        let started = RunEvent::StepStarted { phase: command.phase, cmd: shown.to_owned() };
        dispatcher.emit(started).await?;
        let (step, outcome) = dispatcher.run_step(&**workspace, command).await?;
        let step = StepResult { cmd: shown.to_owned(), ..step };
        dispatcher.emit(RunEvent::StepFinished { step: step.clone() }).await?;
        let red = (!step.succeeded()).then(|| red(project, &step, &outcome.text()).report);
        Ok(Ran { step, outcome, red })
    }
}

/// Stores that the visit ended early; the first error is the one to report.
async fn ended(dispatcher: &mut Dispatcher, error: RunError) -> RunError {
    let status = match error {
        RunError::Cancelled => RunStatus::Cancelled,
        _ => RunStatus::Failed,
    };
    let _ = dispatcher.set_status(status).await;
    error
}
