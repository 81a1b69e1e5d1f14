//! The baseline: install once, then build, typecheck, tests and benchmark on
//! the unchanged code. Every tree that is measured, of the base, of its A/A
//! twin and of each candidate, is forked from the same installed tree and
//! built by itself.

mod benchmark;
mod built;
mod cases;
mod elsewhere;
mod install;
mod load;
mod pause;
mod plant;
mod throttling;
mod work_tree;

use crate::config::Config;
use crate::domain::{Baseline, CommitId, Environment, NoteLevel, Project, StepResult};
use crate::pipeline::commands::step_command;
use crate::pipeline::{Dispatcher, FrozenTree, RunError, RunEvent};
use crate::ports::{CancelFlag, Phase, Sandbox, SnapshotId, SourceTree, Workspace, WorkspaceSpec};
use crate::statistics::Readiness;
use crate::test_output::failing_tests;
use pause::{broken, counts, tail, too_noisy};

pub(crate) use benchmark::{common_output, metric};
pub(crate) use cases::common_cases;
pub(super) use pause::{Pause, red};

/// How the baseline ended.
pub(super) enum BaselineOutcome {
    /// The project is green; candidates can be tried.
    Green(Box<Prepared>),
    /// It is not, or the machine does not allow to measure.
    Paused(Pause),
}

/// A green project with its trees.
pub(super) struct Prepared {
    /// What was measured.
    pub(super) baseline: Baseline,
    /// The project as it is used from here on: without a typecheck that was
    /// red before any change.
    pub(super) project: Project,
    /// Forks trees; frozen itself.
    pub(super) installed: Box<dyn Workspace>,
    pub(super) trees: Trees,
}

/// The frozen trees that measured ones are forked from.
pub(super) struct Trees {
    /// After install: every candidate's tree starts here.
    pub(super) installed: SnapshotId,
    /// The unchanged code, built and checked, its benchmark run once: what a
    /// candidate's tree has been through when it is measured. Every candidate
    /// is measured against a fresh fork of it, so that neither side has run
    /// more often than the other.
    pub(super) checked: Option<SnapshotId>,
}

impl Prepared {
    /// Removes the trees.
    pub(super) async fn close(self) -> Result<(), RunError> {
        self.installed.close().await?;
        Ok(())
    }
}

/// What a baseline is made of.
pub(super) struct BaselineJob<'a> {
    pub(super) sandbox: &'a dyn Sandbox,
    pub(super) tree: std::sync::Arc<dyn SourceTree>,
    pub(super) project: Project,
    pub(super) config: &'a Config,
    pub(super) commit: CommitId,
    pub(super) seed: u64,
    pub(super) cancel: CancelFlag,
    /// Whether candidates are judged on functions too: then a benchmark that
    /// cannot be used ends nothing.
    pub(super) judges_functions: bool,
}

impl BaselineJob<'_> {
    /// Makes the baseline, or goes on with the one that an interrupted run
    /// completed on the same machine.
    pub(super) async fn run(
        mut self,
        dispatcher: &mut Dispatcher,
    ) -> Result<BaselineOutcome, RunError> {
        let environment = self.sandbox.environment().await?;
        if let Some(prepared) = self.go_on(dispatcher, &environment).await? {
            return Ok(prepared);
        }
        let spec = WorkspaceSpec {
            label: "install".into(),
            files: self.tree.clone(),
            cancel: self.cancel.clone(),
        };
        let installed = self.sandbox.open(spec).await?;
        let mut steps = Vec::new();
        if let Some(pause) = self.install(dispatcher, &*installed, &mut steps).await? {
            return Ok(BaselineOutcome::Paused(pause));
        }
        self.install_benchmark(dispatcher, &*installed, &mut steps).await?;
        let snapshot = installed.freeze().await?;
        let frozen =
            RunEvent::TreeFrozen { tree: FrozenTree::Installed, snapshot: snapshot.clone() };
        dispatcher.emit(frozen).await?;
        let base = installed.fork(&snapshot).await?;
        let paused = self.check_project(dispatcher, &*base, &mut steps).await?;
        if let Some(pause) = paused {
            return Ok(BaselineOutcome::Paused(pause));
        }
        let twin = installed.fork(&snapshot).await?;
        let test_runs = match self.check_again(dispatcher, &*twin, &mut steps).await? {
            Ok(test_runs) => test_runs,
            Err(pause) => return Ok(BaselineOutcome::Paused(pause)),
        };
        let benchmark = self.benchmark(dispatcher, &*base, &*twin).await?;
        base.close().await?;
        twin.close().await?;
        let (benchmark, checked, no_benchmark) = match benchmark {
            Ok((benchmark, checked)) => (Some(benchmark), Some(checked), None),
            Err(reason) => {
                note(dispatcher, &without_benchmark(&reason, self.judges_functions)).await?;
                (None, None, Some(reason))
            }
        };
        let unusable =
            benchmark.as_ref().is_some_and(|bench| bench.noise.readiness() == Readiness::Unusable);
        let baseline = Baseline {
            commit: self.commit.clone(),
            steps,
            test_runs,
            benchmark,
            no_benchmark,
            environment,
        };
        dispatcher
            .emit(RunEvent::BaselineFinished { baseline: Box::new(baseline.clone()) })
            .await?;
        if unusable && !self.judges_functions {
            return Ok(BaselineOutcome::Paused(too_noisy()));
        }
        Ok(BaselineOutcome::Green(Box::new(Prepared {
            baseline,
            project: self.project,
            installed,
            trees: Trees { installed: snapshot, checked },
        })))
    }

    /// The trees of an interrupted run's baseline, when they are still there
    /// and the machine is the same.
    async fn go_on(
        &mut self,
        dispatcher: &mut Dispatcher,
        environment: &Environment,
    ) -> Result<Option<BaselineOutcome>, RunError> {
        let state = dispatcher.state();
        let (Some(baseline), Some(snapshot)) = (state.baseline.clone(), state.installed.clone())
        else {
            return Ok(None);
        };
        let checked = state.checked.clone();
        if baseline.environment.fingerprint() != environment.fingerprint() {
            note(dispatcher, "the machine or its tools changed since the run was interrupted: the baseline is made anew").await?;
            return Ok(None);
        }
        let Some(installed) = self.sandbox.reopen(&snapshot, self.cancel.clone()).await? else {
            return Ok(None);
        };
        if baseline.benchmark.is_some() {
            let there = match &checked {
                Some(checked) => self.sandbox.reopen(checked, self.cancel.clone()).await?,
                None => None,
            };
            if there.is_none() {
                return Ok(None);
            }
        }
        self.drop_red_typecheck(&baseline.steps);
        let unusable = baseline
            .benchmark
            .as_ref()
            .is_some_and(|bench| bench.noise.readiness() == Readiness::Unusable);
        if unusable && !self.judges_functions {
            return Ok(Some(BaselineOutcome::Paused(too_noisy())));
        }
        let project = self.project.clone();
        Ok(Some(BaselineOutcome::Green(Box::new(Prepared {
            baseline,
            project,
            installed,
            trees: Trees { installed: snapshot, checked },
        }))))
    }

    /// Build, typecheck and the first run of the tests.
    async fn check_project(
        &mut self,
        dispatcher: &mut Dispatcher,
        base: &dyn Workspace,
        steps: &mut Vec<StepResult>,
    ) -> Result<Option<Pause>, RunError> {
        for phase in [Phase::Build, Phase::Test] {
            if let Some(pause) = self.step(dispatcher, base, phase, steps).await? {
                return Ok(Some(pause));
            }
            if phase == Phase::Build
                && let Some(pause) = self.step(dispatcher, base, Phase::Typecheck, steps).await?
            {
                let why = pause.report.reason;
                note(
                    dispatcher,
                    &format!(
                        "the type check is red before any change: it is not used as a gate ({why})"
                    ),
                )
                .await?;
            }
        }
        self.drop_red_typecheck(steps);
        self.check_tests(dispatcher, steps).await
    }

    /// More than zero tests must have been seen.
    async fn check_tests(
        &mut self,
        dispatcher: &mut Dispatcher,
        steps: &[StepResult],
    ) -> Result<Option<Pause>, RunError> {
        let Some(cmd) = self.project.command(Phase::Test).map(str::to_owned) else {
            note(dispatcher, "no test command was found: nothing will be proposed until selfopt.toml names one (`[commands]` `test = \"...\"`)").await?;
            return Ok(None);
        };
        match steps.iter().rev().find_map(|step| step.tests) {
            Some(tests) if tests.failed > 0 => Ok(Some(broken(
                format!("`{cmd}` exits with 0 although {} of its tests fail", tests.failed),
                "make the tests green, and let their command say so when they are not",
                None,
            ))),
            Some(tests) if tests.passed == 0 => Ok(Some(broken(
                format!("`{cmd}` is green but ran no test"),
                "name a command that runs the tests in selfopt.toml: `[commands]` `test = \"...\"`",
                None,
            ))),
            Some(_) => Ok(None),
            None => {
                note(dispatcher, &format!("no tests could be counted in the output of `{cmd}`: nothing will be proposed")).await?;
                Ok(None)
            }
        }
    }

    /// The twin is built, and the tests run again there: a test that is green
    /// once and red once is flaky.
    async fn check_again(
        &self,
        dispatcher: &mut Dispatcher,
        twin: &dyn Workspace,
        steps: &mut Vec<StepResult>,
    ) -> Result<Result<u32, Pause>, RunError> {
        if let Some(pause) = self.step(dispatcher, twin, Phase::Build, steps).await? {
            return Ok(Err(pause));
        }
        let Some(cmd) = self.project.command(Phase::Test) else {
            return Ok(Ok(0));
        };
        let first = steps.iter().rev().find_map(|step| step.tests);
        let mut test_runs = 1;
        for _ in 1..self.config.baseline.test_runs {
            let command = step_command(&self.project, self.config, Phase::Test, cmd);
            dispatcher
                .emit(RunEvent::StepStarted { phase: Phase::Test, cmd: cmd.to_owned() })
                .await?;
            let (step, outcome) = dispatcher.run_step(twin, &command).await?;
            let flaky = !step.succeeded() || step.tests != first;
            let now = step.tests;
            let status = step.status;
            dispatcher.emit(RunEvent::StepFinished { step: step.clone() }).await?;
            steps.push(step);
            test_runs += 1;
            if flaky {
                let names = failing_tests(&outcome.text());
                let which = if names.is_empty() {
                    String::new()
                } else {
                    format!(": {}", names.join(", "))
                };
                return Ok(Err(broken(
                    format!(
                        "the tests are flaky: run {test_runs} of the same code ended with {status}, {}{which}",
                        counts(now)
                    ),
                    "make the tests deterministic, or leave the flaky ones out of the command in selfopt.toml: `[commands]` `test = \"...\"`",
                    Some(tail(&outcome.text())),
                )));
            }
        }
        Ok(Ok(test_runs))
    }

    /// Runs a phase if the project has a command for it; a red one pauses.
    async fn step(
        &self,
        dispatcher: &mut Dispatcher,
        workspace: &dyn Workspace,
        phase: Phase,
        steps: &mut Vec<StepResult>,
    ) -> Result<Option<Pause>, RunError> {
        let Some(cmd) = self.project.command(phase) else {
            return Ok(None);
        };
        let command = step_command(&self.project, self.config, phase, cmd);
        dispatcher.emit(RunEvent::StepStarted { phase, cmd: cmd.to_owned() }).await?;
        let (step, outcome) = dispatcher.run_step(workspace, &command).await?;
        dispatcher.emit(RunEvent::StepFinished { step: step.clone() }).await?;
        let pause = (!step.succeeded()).then(|| red(&self.project, &step, &outcome.text()));
        steps.push(step);
        Ok(pause)
    }

    fn drop_red_typecheck(&mut self, steps: &[StepResult]) {
        if steps.iter().any(|step| step.phase == Phase::Typecheck && !step.succeeded()) {
            self.project.typecheck_cmd = None;
        }
    }
}

fn without_benchmark(reason: &str, judges_functions: bool) -> String {
    if judges_functions {
        format!(
            "no benchmark can be used: {reason}; changes are judged on the calls that the tests make. selfopt.toml can name one: `[commands]` `bench = \"...\"`"
        )
    } else {
        format!(
            "no benchmark can be used: {reason}; nothing will be proposed. Make it run, or name another in selfopt.toml: `[commands]` `bench = \"...\"`"
        )
    }
}

pub(super) async fn note(dispatcher: &mut Dispatcher, message: &str) -> Result<(), RunError> {
    dispatcher.emit(RunEvent::Note { level: NoteLevel::Warning, message: message.to_owned() }).await
}
