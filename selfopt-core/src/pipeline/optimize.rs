//! One run from its beginning, or from where it was interrupted, to its report.

use std::sync::Arc;

use super::baseline::{BaselineJob, BaselineOutcome, Pause, Prepared};
use super::candidates::Scan;
use super::dispatcher::DispatcherParts;
use super::package::{self, ProposalJob};
use super::{Dispatcher, Engine, Ground, Observer, RunError, RunEvent, RunInput};
use crate::digest::Digest;
use crate::domain::{
    Attempt, AttemptStatus, Baseline, Candidate, ExitCode, NoteLevel, Project, RepoId, RunId,
    RunRecord, RunStatus,
};
use crate::gates::GateContext;
use crate::ports::{Isolation, JournalEntry, NewRun};
use crate::report::{
    AttemptReport, BaselineReport, ExitReport, OpportunityReport, ProposalReport, REPORT_SCHEMA,
    Report,
};

/// How far a run goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Goal {
    /// To proved proposals.
    Optimize,
    /// To the baseline.
    Baseline,
}

pub(super) async fn run(
    engine: &Engine,
    input: RunInput,
    observer: Arc<dyn Observer>,
    goal: Goal,
) -> Result<Report, RunError> {
    let project = engine.detect(&*input.tree, &input.config);
    let repo = engine.store.repository(&input.locator).await?;
    engine.store.set_project(repo, &project).await?;
    let isolation = engine.sandbox.probe().await?;
    let (record, journal) = open_run(engine, &input, repo).await?;
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
    let mut job = Job {
        engine,
        input: &input,
        goal,
        repo,
        isolation,
        project,
    };
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

/// The interrupted run to go on with, or a new one.
async fn open_run(
    engine: &Engine,
    input: &RunInput,
    repo: RepoId,
) -> Result<(RunRecord, Vec<JournalEntry>), RunError> {
    let config_digest = input.config.digest();
    if input.resume {
        let resumable = engine.store.runs(repo).await?.into_iter().find(|run| {
            run.commit == input.commit
                && run.seed == input.seed
                && run.config_digest == config_digest
                && matches!(
                    run.status,
                    RunStatus::Running | RunStatus::Cancelled | RunStatus::Failed
                )
        });
        if let Some(run) = resumable {
            let journal = engine.store.journal(run.id).await?;
            return Ok((run, journal));
        }
    }
    let run = NewRun {
        repo,
        commit: input.commit.clone(),
        seed: input.seed,
        config_digest,
    };
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
        };
        let mut outcome = Outcome::default();
        match job.run(dispatcher).await? {
            BaselineOutcome::Paused(pause) => {
                outcome.baseline = dispatcher.state().baseline.clone();
                outcome.pause = Some(pause);
            }
            BaselineOutcome::Green(prepared) => {
                self.engine
                    .store
                    .put_baseline(self.repo, &prepared.baseline)
                    .await?;
                outcome.baseline = Some(prepared.baseline.clone());
                self.project = prepared.project.clone();
                if self.goal == Goal::Optimize {
                    let scan = self.scan(dispatcher).await?;
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
                    .emit(RunEvent::Note {
                        level: NoteLevel::Info,
                        message: message.to_owned(),
                    })
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
        dispatcher
            .emit(RunEvent::ProjectDetected {
                project: Box::new(self.project.clone()),
            })
            .await
    }

    async fn scan(&self, dispatcher: &mut Dispatcher) -> Result<Scan, RunError> {
        let scan = self
            .engine
            .scan(&*self.input.tree, &self.input.commit, &self.input.config)?;
        self.engine
            .store
            .put_opportunities(dispatcher.run().id, &scan.opportunities)
            .await?;
        dispatcher
            .emit(RunEvent::ScanFinished {
                opportunities: scan.reports.clone(),
            })
            .await?;
        Ok(scan)
    }

    async fn try_all(
        &self,
        dispatcher: &mut Dispatcher,
        prepared: &Prepared,
        scan: &Scan,
    ) -> Result<Vec<ProposalReport>, RunError> {
        let ground = Ground {
            project: &prepared.project,
            baseline: &prepared.baseline,
            config: &self.input.config,
            tree: &*self.input.tree,
            seed: self.input.seed,
            base: &*prepared.base,
            snapshot: &prepared.snapshot,
        };
        let context = self.context(&prepared.baseline);
        let mut proposals = Vec::new();
        for (index, candidate) in scan.candidates.iter().enumerate() {
            dispatcher.check_cancelled()?;
            if let Some(attempt) = dispatcher.state().attempt(&candidate.id) {
                if attempt.status == AttemptStatus::Accepted {
                    proposals.extend(self.stored_proposal(candidate, None).await?);
                }
                continue;
            }
            let line = scan
                .opportunities
                .iter()
                .find(|opportunity| opportunity.id == candidate.opportunity)
                .map_or(1, |opportunity| opportunity.line);
            dispatcher
                .emit(RunEvent::AttemptStarted {
                    candidate: candidate.id.clone(),
                    rule: candidate.rule.clone(),
                    path: candidate
                        .files
                        .first()
                        .map(|file| file.path.clone())
                        .unwrap_or_default(),
                    line,
                    number: index + 1,
                    of: scan.candidates.len(),
                })
                .await?;
            let (attempt, proposal) = self
                .attempt(dispatcher, &ground, candidate, &context, index)
                .await?;
            proposals.extend(proposal);
            self.engine
                .store
                .put_attempt(dispatcher.run().id, &attempt)
                .await?;
            dispatcher
                .emit(RunEvent::AttemptFinished {
                    attempt: Box::new(attempt),
                })
                .await?;
        }
        Ok(proposals)
    }

    async fn attempt(
        &self,
        dispatcher: &mut Dispatcher,
        ground: &Ground<'_>,
        candidate: &Candidate,
        context: &Digest,
        index: usize,
    ) -> Result<(Attempt, Option<ProposalReport>), RunError> {
        if let Some(reason) = self.deferred(dispatcher, candidate, index) {
            return Ok((deferred(candidate, context, reason), None));
        }
        if let Some(known) = self.made_before(dispatcher, candidate, context).await? {
            return Ok(known);
        }
        let log_start = dispatcher.logged().len();
        let ctx = GateContext::new(candidate, ground, dispatcher);
        let conclusion = self.engine.gates.run(ctx, context.clone()).await?;
        let Some(accepted) = conclusion.accepted else {
            return Ok((conclusion.attempt, None));
        };
        let job = ProposalJob {
            accepted: &accepted,
            project: ground.project,
            baseline: ground.baseline,
            seed: self.input.seed,
            repo: self.repo,
            store: &*self.engine.store,
            artifacts: &*self.engine.artifacts,
            clock: &*self.engine.clock,
        };
        let proposal = job.store(dispatcher, log_start).await?;
        Ok((conclusion.attempt, Some(proposal)))
    }

    /// Why a candidate is not tried in this run, if so. What was begun before
    /// an interruption is brought to its end.
    fn deferred(
        &self,
        dispatcher: &Dispatcher,
        candidate: &Candidate,
        index: usize,
    ) -> Option<String> {
        let config = &self.input.config;
        if dispatcher.state().pairs.contains_key(&candidate.id) {
            return None;
        }
        if index >= config.budget.max_candidates as usize {
            return Some(format!(
                "the run's {} candidates were used up",
                config.budget.max_candidates
            ));
        }
        if dispatcher.state().confirmations() >= config.benchmark.confirmations {
            return Some(format!(
                "the run's {} confirmations were used up; another run goes on with the rest",
                config.benchmark.confirmations
            ));
        }
        dispatcher
            .budget_spent()
            .then(|| "the run's compute minutes or wall clock were used up".to_owned())
    }

    /// The same candidate in the same context is not tried again.
    async fn made_before(
        &self,
        dispatcher: &Dispatcher,
        candidate: &Candidate,
        context: &Digest,
    ) -> Result<Option<(Attempt, Option<ProposalReport>)>, RunError> {
        let this_run = dispatcher.run().id;
        let history = self.engine.store.history(&candidate.id).await?;
        let known = history.into_iter().rev().find(|(run, attempt)| {
            *run != this_run
                && attempt.context == *context
                && attempt.status != AttemptStatus::Deferred
        });
        let Some((run, mut attempt)) = known else {
            return Ok(None);
        };
        let mut proposal = None;
        if attempt.status == AttemptStatus::Accepted {
            proposal = self.stored_proposal(candidate, Some(this_run)).await?;
            if proposal.is_none() {
                // Its evidence is gone: prove it again.
                return Ok(None);
            }
        }
        attempt.made_in = attempt.made_in.or(Some(run));
        Ok(Some((attempt, proposal)))
    }

    /// The proposal that was stored for this candidate; noted for `run` too.
    async fn stored_proposal(
        &self,
        candidate: &Candidate,
        run: Option<RunId>,
    ) -> Result<Option<ProposalReport>, RunError> {
        let id = package::proposal_id(candidate, &self.input.commit);
        let stored = self.engine.store.find_proposals(id.as_str()).await?;
        let Some(mut record) = stored.into_iter().find(|record| record.repo == self.repo) else {
            return Ok(None);
        };
        if let Some(run) = run {
            record.run = run;
            self.engine.store.put_proposal(&record).await?;
        }
        Ok(Some(record.summary))
    }

    /// What an attempt's result holds for.
    fn context(&self, baseline: &Baseline) -> Digest {
        let commands = baseline.steps.iter().map(|step| step.cmd.as_str());
        let bench = baseline
            .benchmark
            .as_ref()
            .map_or("", |bench| bench.measured_cmd.as_str());
        let fixed = [
            env!("CARGO_PKG_VERSION").to_owned(),
            baseline.environment.fingerprint().to_string(),
            self.input.config.digest().to_string(),
            bench.to_owned(),
        ];
        let commands: std::collections::BTreeSet<&str> = commands.collect();
        Digest::of_parts(
            fixed
                .iter()
                .map(String::as_bytes)
                .chain(commands.into_iter().map(str::as_bytes)),
        )
    }

    async fn finish(
        &self,
        dispatcher: &mut Dispatcher,
        outcome: Outcome,
    ) -> Result<Report, RunError> {
        let code = match (&outcome.pause, self.goal) {
            (Some(pause), _) => pause.exit,
            (None, Goal::Baseline) => ExitCode::Success,
            (None, Goal::Optimize) if outcome.proposals.is_empty() => ExitCode::NothingFound,
            (None, Goal::Optimize) => ExitCode::Success,
        };
        let meaning = ExitCode::TABLE
            .iter()
            .find(|(known, _)| *known == code)
            .map_or("", |(_, meaning)| meaning);
        let exit = ExitReport {
            code,
            meaning: meaning.to_owned(),
        };
        if let Some(pause) = &outcome.pause {
            dispatcher
                .emit(RunEvent::RunPaused {
                    pause: pause.report.clone(),
                })
                .await?;
        }
        dispatcher
            .emit(RunEvent::RunFinished { exit: exit.clone() })
            .await?;
        let status = if outcome.pause.is_some() {
            RunStatus::Paused
        } else {
            RunStatus::Finished
        };
        dispatcher.set_status(status).await?;
        self.store_run_artifacts(dispatcher).await?;
        Ok(self.report(dispatcher, outcome, exit))
    }

    fn report(&self, dispatcher: &Dispatcher, outcome: Outcome, exit: ExitReport) -> Report {
        Report {
            schema: REPORT_SCHEMA.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            run: dispatcher.run().id.to_string(),
            base: self.input.commit.to_string(),
            seed: self.input.seed,
            project: self.project.clone(),
            baseline: outcome.baseline.as_ref().map(baseline_report),
            opportunities: outcome.opportunities,
            attempts: dispatcher
                .state()
                .attempts
                .iter()
                .map(attempt_report)
                .collect(),
            proposals: outcome.proposals,
            budget: dispatcher.budget_report(self.input.config.benchmark.confirmations),
            isolation: self.isolation.clone(),
            paused: outcome.pause.map(|pause| pause.report),
            exit,
        }
    }

    /// Baseline, benchmark samples, logs and trace of the run.
    async fn store_run_artifacts(&self, dispatcher: &Dispatcher) -> Result<(), RunError> {
        let folder = format!("repos/{}/runs/{}", self.repo, dispatcher.run().id);
        let artifacts = &*self.engine.artifacts;
        if let Some(baseline) = &dispatcher.state().baseline {
            artifacts
                .put(
                    &format!("{folder}/baseline.json"),
                    &package::json("the baseline", baseline)?,
                )
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
        artifacts
            .put(
                &format!("{folder}/logs.txt"),
                dispatcher.logged().as_bytes(),
            )
            .await?;
        artifacts
            .put(
                &format!("{folder}/trace.json"),
                &package::json("the trace", &dispatcher.trace())?,
            )
            .await?;
        Ok(())
    }
}

fn deferred(candidate: &Candidate, context: &Digest, reason: String) -> Attempt {
    Attempt {
        id: candidate.id.clone(),
        opportunity: candidate.opportunity.clone(),
        rule: candidate.rule.clone(),
        files: candidate
            .files
            .iter()
            .map(|file| file.path.clone())
            .collect(),
        diff: candidate.diff.clone(),
        status: AttemptStatus::Deferred,
        gate: None,
        reason,
        verdicts: Vec::new(),
        context: context.clone(),
        made_in: None,
    }
}

fn attempt_report(attempt: &Attempt) -> AttemptReport {
    AttemptReport {
        id: attempt.id.clone(),
        opportunity: attempt.opportunity.clone(),
        status: attempt.status,
        gate: attempt.gate.clone(),
        reason: attempt.reason.clone(),
        verdicts: attempt.verdicts.clone(),
        made_in: attempt.made_in,
    }
}

fn baseline_report(baseline: &Baseline) -> BaselineReport {
    let bench = baseline.benchmark.as_ref();
    BaselineReport {
        steps: baseline.steps.clone(),
        metric: bench.map(|bench| bench.metric),
        measured_cmd: bench.map(|bench| bench.measured_cmd.clone()),
        median_cpu_us: bench.map(|bench| bench.median_cpu_us),
        noise: bench.map(|bench| bench.noise.clone()),
        no_benchmark: baseline.no_benchmark.clone(),
        environment: baseline.environment.fingerprint().to_string(),
    }
}
