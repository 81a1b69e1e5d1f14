//! One run from its beginning, or from where it was interrupted, to its report.

mod attempts;
mod model;
mod refusal;
mod run_report;
mod targets;

use std::sync::Arc;

use super::baseline::{BaselineJob, BaselineOutcome, Pause};
use super::candidates::Scan;
use super::dispatcher::DispatcherParts;
use super::{Dispatcher, Engine, Observer, RunError, RunEvent, RunInput, RunState, package};
use crate::digest::Digest;
use crate::domain::{
    Baseline, Candidate, ExitCode, NoteLevel, Project, RepoId, RunRecord, RunStatus,
};
use crate::ports::{Isolation, JournalEntry, NewRun};
use crate::report::{ExitReport, OpportunityReport, ProposalReport, Report};
use crate::suppression::ScanNote;
use crate::workspace::FolderView;

/// How far a run goes.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Goal {
    /// To proved proposals.
    Optimize,
    /// To the baseline.
    Baseline,
    /// To the proof of this one candidate.
    Prove(Box<Candidate>),
}

pub(super) async fn run(
    engine: &Engine,
    input: RunInput,
    observer: Arc<dyn Observer>,
    goal: Goal,
) -> Result<Report, RunError> {
    let project = engine.project(&input)?;
    let repo = engine.store.repository(&input.locator).await?;
    engine.store.set_project(repo, &project).await?;
    let isolation = engine.sandbox.probe().await?;
    let (record, journal) = open_run(engine, &input, repo, &goal).await?;
    observer.opened(&record);
    let resumed = !journal.is_empty();
    let parts = DispatcherParts {
        run: record,
        store: engine.store.clone(),
        clock: engine.clock.clone(),
        observer,
        cancel: input.cancel.clone(),
        budget: input.config.budget.clone(),
    };
    let mut dispatcher = Dispatcher::new(parts, journal)?;
    let mut job = Job { engine, input: &input, goal, repo, isolation, project };
    let result = job.run(&mut dispatcher, resumed).await;
    if let Err(error) = &result {
        let status = if matches!(error, RunError::Cancelled) {
            RunStatus::Cancelled
        } else {
            RunStatus::Failed
        };
        // The first error is the one to report, whatever else fails now.
        let _ = dispatcher.set_status(status).await;
        let _ = job.store_run_artifacts(&dispatcher).await;
    }
    result
}

/// The interrupted run to go on with, or a new one. A new run to proposals
/// takes the place of those that were interrupted before.
async fn open_run(
    engine: &Engine,
    input: &RunInput,
    repo: RepoId,
    goal: &Goal,
) -> Result<(RunRecord, Vec<JournalEntry>), RunError> {
    let version = env!("CARGO_PKG_VERSION");
    let config_digest =
        Digest::of_parts([version.as_bytes(), input.config.digest().as_str().as_bytes()]);
    let mut interrupted = engine.store.runs(repo).await?;
    interrupted.retain(|run| run.status.can_be_resumed());
    if input.resume {
        let same = interrupted.iter().find(|run| {
            run.commit == input.commit
                && run.seed == input.seed
                && run.config_digest == config_digest
        });
        if let Some(run) = same {
            let journal = engine.store.journal(run.id).await?;
            return Ok((run.clone(), journal));
        }
    }
    if *goal == Goal::Optimize {
        for run in interrupted {
            let journal = engine.store.journal(run.id).await?;
            if let Ok(state) = RunState::replay(&journal) {
                for snapshot in state.snapshots() {
                    engine.sandbox.discard(snapshot).await?;
                }
            }
            engine.store.update_run(run.id, RunStatus::Superseded, run.compute_minutes).await?;
        }
    }
    let run = NewRun { repo, commit: input.commit.clone(), seed: input.seed, config_digest };
    Ok((engine.store.create_run(run).await?, Vec::new()))
}

struct Job<'a> {
    engine: &'a Engine,
    input: &'a RunInput,
    goal: Goal,
    repo: RepoId,
    isolation: Isolation,
    project: Project,
}

/// What a run found, for its report.
#[derive(Default)]
struct Outcome {
    baseline: Option<Baseline>,
    opportunities: Vec<OpportunityReport>,
    proposals: Vec<ProposalReport>,
    pause: Option<Pause>,
}

impl Job<'_> {
    async fn run(
        &mut self,
        dispatcher: &mut Dispatcher,
        resumed: bool,
    ) -> Result<Report, RunError> {
        dispatcher.set_status(RunStatus::Running).await?;
        self.announce(dispatcher, resumed).await?;
        let job = BaselineJob {
            sandbox: &*self.engine.sandbox,
            tree: self.input.tree.clone(),
            project: self.project.clone(),
            config: &self.input.config,
            commit: self.input.commit.clone(),
            seed: self.input.seed,
            cancel: self.input.cancel.clone(),
            judges_functions: self.engine.probe.is_some(),
        };
        let mut outcome = Outcome::default();
        match job.run(dispatcher).await? {
            BaselineOutcome::Paused(pause) => {
                outcome.baseline = dispatcher.state().baseline.clone();
                outcome.pause = Some(pause);
            }
            BaselineOutcome::Green(prepared) => {
                self.engine.store.put_baseline(self.repo, &prepared.baseline).await?;
                outcome.baseline = Some(prepared.baseline.clone());
                self.project = prepared.project.clone();
                let scan = match &self.goal {
                    Goal::Optimize => Some(self.scan(dispatcher).await?),
                    Goal::Prove(candidate) => {
                        Some(Scan { candidates: vec![(**candidate).clone()], ..Scan::default() })
                    }
                    Goal::Baseline => None,
                };
                if let Some(scan) = scan {
                    outcome.opportunities.clone_from(&scan.reports);
                    outcome.proposals = self.try_all(dispatcher, &prepared, &scan).await?;
                }
                prepared.close().await?;
            }
        }
        self.finish(dispatcher, outcome).await
    }

    async fn announce(&self, dispatcher: &mut Dispatcher, resumed: bool) -> Result<(), RunError> {
        if resumed {
            let attempts = dispatcher.state().attempts.len();
            dispatcher.emit(RunEvent::RunResumed { attempts }).await?;
        } else {
            if self.input.resume {
                let message = "there is no interrupted run of this commit, seed and configuration: a new run begins";
                dispatcher
                    .emit(RunEvent::Note { level: NoteLevel::Info, message: message.to_owned() })
                    .await?;
            }
            dispatcher
                .emit(RunEvent::RunStarted {
                    commit: self.input.commit.clone(),
                    seed: self.input.seed,
                    isolation: self.isolation.clone(),
                })
                .await?;
        }
        dispatcher.emit(RunEvent::ProjectDetected { project: Box::new(self.project.clone()) }).await
    }

    async fn scan(&self, dispatcher: &mut Dispatcher) -> Result<Scan, RunError> {
        let folder = self.project.package_folder().unwrap_or(".");
        let view = FolderView::new(&*self.input.tree, folder);
        let scan = self.engine.scan(&view, &self.input.commit, &self.input.config)?;
        for ScanNote { path, line, message } in &scan.notes {
            let message = format!("{path}:{line}: {message}");
            dispatcher.emit(RunEvent::Note { level: NoteLevel::Warning, message }).await?;
        }
        self.engine.store.put_opportunities(dispatcher.run().id, &scan.opportunities).await?;
        dispatcher
            .emit(RunEvent::ScanFinished { files: scan.files, opportunities: scan.reports.clone() })
            .await?;
        Ok(scan)
    }

    async fn finish(
        &self,
        dispatcher: &mut Dispatcher,
        outcome: Outcome,
    ) -> Result<Report, RunError> {
        let code = match (&outcome.pause, &self.goal) {
            (Some(pause), _) => pause.exit,
            (None, Goal::Baseline) => ExitCode::Success,
            (None, _) if outcome.proposals.is_empty() => ExitCode::NothingFound,
            (None, _) => ExitCode::Success,
        };
        let meaning = ExitCode::TABLE
            .iter()
            .find(|(known, _)| *known == code)
            .map_or("", |(_, meaning)| meaning);
        let exit = ExitReport { code, meaning: meaning.to_owned() };
        if let Some(pause) = &outcome.pause {
            dispatcher.emit(RunEvent::RunPaused { pause: pause.report.clone() }).await?;
        }
        dispatcher.emit(RunEvent::RunFinished { exit: exit.clone() }).await?;
        let status = if outcome.pause.is_some() { RunStatus::Paused } else { RunStatus::Finished };
        self.store_run_artifacts(dispatcher).await?;
        for snapshot in dispatcher.state().snapshots() {
            self.engine.sandbox.discard(snapshot).await?;
        }
        dispatcher.set_status(status).await?;
        Ok(self.report(dispatcher, outcome, exit))
    }

    /// Baseline, benchmark samples, logs and trace of the run.
    async fn store_run_artifacts(&self, dispatcher: &Dispatcher) -> Result<(), RunError> {
        let folder = format!("repos/{}/runs/{}", self.repo, dispatcher.run().id);
        let artifacts = &*self.engine.artifacts;
        if let Some(baseline) = &dispatcher.state().baseline {
            artifacts
                .put(&format!("{folder}/baseline.json"), &package::json("the baseline", baseline)?)
                .await?;
            if let Some(bench) = &baseline.benchmark {
                artifacts
                    .put(
                        &format!("{folder}/bench_output.json"),
                        &package::json("the benchmark", bench)?,
                    )
                    .await?;
            }
        }
        artifacts.put(&format!("{folder}/logs.txt"), dispatcher.logged().as_bytes()).await?;
        artifacts
            .put(&format!("{folder}/trace.json"), &package::json("the trace", &dispatcher.trace())?)
            .await?;
        Ok(())
    }
}
