//! What a gate is given: the candidate, the project, and a tree that holds the
//! candidate's change.

use super::lab::GateLab;
use super::pairs::PairPlan;
use super::{GateInputs, GateRecord};
use crate::config::Config;
use crate::domain::{
    Baseline, Candidate, FunctionPair, Millis, PairSample, Pairing, Project, StepResult, Verdict,
    Workload,
};
use crate::pipeline::{
    Dispatcher, FunctionPairKey, Ground, MeasuredOn, RunError, RunEvent, step_command,
};
use crate::ports::{
    CommandSpec, FileWrite, NoLog, PairOrder, Phase, SourceTree, Study, Versions, Workspace,
};
use crate::statistics::ScheduleKey;

/// One candidate in front of the gates.
pub struct GateContext<'a> {
    candidate: &'a Candidate,
    ground: &'a Ground<'a>,
    dispatcher: &'a mut Dispatcher,
    workspace: Option<Box<dyn Workspace>>,
    base: Option<Box<dyn Workspace>>,
    inputs: Option<GateInputs>,
    study: Option<Box<dyn Study>>,
    /// What earlier gates recorded about the candidate.
    earlier: Vec<GateInputs>,
    /// When the attempt began, by the monotonic clock.
    began: Millis,
    first_look: FirstLook,
}

/// When pairs of the candidate were first looked at.
#[derive(Clone, Copy)]
enum FirstLook {
    Not,
    Now(Millis),
    Told,
}

impl<'a> GateContext<'a> {
    pub(crate) fn new(
        candidate: &'a Candidate,
        ground: &'a Ground<'a>,
        dispatcher: &'a mut Dispatcher,
    ) -> Self {
        let study = ground.probe.map(|probe| probe.study(candidate, ground.seed));
        let began = dispatcher.monotonic();
        Self {
            candidate,
            ground,
            dispatcher,
            workspace: None,
            base: None,
            inputs: None,
            study,
            earlier: Vec::new(),
            began,
            first_look: FirstLook::Not,
        }
    }

    /// The candidate.
    pub fn candidate(&self) -> &'a Candidate {
        self.candidate
    }

    /// The project and its commands.
    pub fn project(&self) -> &'a Project {
        self.ground.project
    }

    /// The baseline on this machine.
    pub fn baseline(&self) -> &'a Baseline {
        self.ground.baseline
    }

    /// The effective configuration.
    pub fn config(&self) -> &'a Config {
        self.ground.config
    }

    /// The unchanged files.
    pub fn tree(&self) -> &'a dyn SourceTree {
        self.ground.tree
    }

    /// The seed of all schedules.
    pub fn seed(&self) -> u64 {
        self.ground.seed
    }

    /// A tree with the candidate's change, forked from the installed base on
    /// first use. Later gates see what earlier ones built in it.
    pub async fn workspace(&mut self) -> Result<&dyn Workspace, RunError> {
        if self.workspace.is_none() {
            let fork = self.ground.forks.fork(self.ground.installed).await?;
            let files: Vec<FileWrite> = self
                .candidate
                .files
                .iter()
                .map(|file| FileWrite {
                    path: file.path.clone(),
                    bytes: file.after.clone().into_bytes(),
                })
                .collect();
            fork.apply(&files).await?;
            self.workspace = Some(fork);
        }
        self.workspace.as_deref().ok_or(RunError::NoWorkspace)
    }

    /// Runs one of the project's commands in the candidate's tree.
    pub async fn run_step(&mut self, phase: Phase, cmd: &str) -> Result<StepResult, RunError> {
        let command = step_command(self.ground.project, self.ground.config, phase, cmd);
        self.workspace().await?;
        let workspace = self.workspace.as_deref().ok_or(RunError::NoWorkspace)?;
        let (step, _) = self.dispatcher.run_step(workspace, &command).await?;
        Ok(step)
    }

    /// The study of the candidate's functions and what it may use; `None`
    /// where no probe looks into functions.
    pub(super) fn study(&mut self) -> Option<(&mut dyn Study, GateLab<'a, '_>)> {
        let study = self.study.as_deref_mut()?;
        Some((study, GateLab { ground: self.ground, dispatcher: self.dispatcher }))
    }

    /// Whether a probe looks into the candidate's functions.
    pub(super) fn has_study(&self) -> bool {
        self.study.is_some()
    }

    /// What the gates before this one recorded.
    pub(super) fn earlier(&self) -> &[GateInputs] {
        &self.earlier
    }

    /// Records what the gate saw and gives the verdict that follows from it.
    pub(super) fn judge(&mut self, inputs: GateInputs) -> Verdict {
        let verdict = inputs.judge();
        self.inputs = Some(inputs);
        verdict
    }

    /// The candidate's pairs that an interrupted run already measured.
    pub(super) fn measured_pairs(&self) -> Vec<PairSample> {
        self.dispatcher.state().pairs.get(&self.candidate.id).cloned().unwrap_or_default()
    }

    /// A pair of this workload that an interrupted run already measured, on
    /// the same calls.
    pub(super) fn measured_function_pair(
        &self,
        workload: &Workload,
        bench_id: &str,
        versions: Versions,
        index: u32,
    ) -> Option<FunctionPair> {
        let pairs = self.dispatcher.state().function_pairs.get(&self.candidate.id)?;
        pairs.get(&FunctionPairKey::new(workload, bench_id, versions))?.get(index as usize).cloned()
    }

    /// Measures one pair of a workload.
    pub(super) async fn measure_function_pair(
        &mut self,
        workload: &Workload,
        bench_id: &str,
        order: PairOrder<'_>,
    ) -> Result<FunctionPair, RunError> {
        let candidate = self.candidate.id.clone();
        let (study, mut lab) = self.study().ok_or(RunError::NoWorkspace)?;
        let pair = study.pair(&mut lab, workload, order).await?;
        let key = FunctionPairKey::new(workload, bench_id, order.versions);
        self.dispatcher
            .emit(RunEvent::FunctionPairMeasured { candidate, key, pair: pair.clone() })
            .await?;
        Ok(pair)
    }

    /// Whether the run's error rate still covers a measurement of the
    /// candidate's functions, or one of them was begun.
    pub(super) fn may_measure_functions(&self) -> bool {
        let state = self.dispatcher.state();
        state.measured.contains(&(self.candidate.id.clone(), MeasuredOn::Workloads))
            || state.confirmations() < self.config().benchmark.confirmations
    }

    /// Whether the run may measure no more.
    pub(super) fn budget_spent(&self) -> bool {
        self.dispatcher.budget_spent()
    }

    /// Runs the benchmark once in the candidate's tree; its cost is not used.
    pub(super) async fn warm_up(&mut self, command: &CommandSpec) -> Result<(), RunError> {
        let outcome = self.workspace().await?.run(command.clone(), &NoLog).await?;
        self.dispatcher.spend(&outcome)
    }

    /// Measures one pair of base and candidate.
    pub(super) async fn measure_pair(
        &mut self,
        command: &CommandSpec,
        pairing: Pairing,
        key: &ScheduleKey<'_>,
        index: u32,
    ) -> Result<PairSample, RunError> {
        self.workspace().await?;
        if self.base.is_none() {
            let checked = self.ground.checked.ok_or(RunError::NoWorkspace)?;
            self.base = Some(self.ground.forks.fork(checked).await?);
        }
        let candidate = self.workspace.as_deref().ok_or(RunError::NoWorkspace)?;
        let base = self.base.as_deref().ok_or(RunError::NoWorkspace)?;
        let load = self.ground.project.load();
        let plan = PairPlan { base, candidate, command, load, pairing, key: *key };
        let pair = plan.measure(index, self.dispatcher).await?;
        self.dispatcher
            .emit(RunEvent::PairMeasured {
                candidate: self.candidate.id.clone(),
                pair: pair.clone(),
            })
            .await?;
        Ok(pair)
    }

    /// The time since the attempt began.
    pub(super) fn elapsed(&self) -> Millis {
        self.dispatcher.monotonic().saturating_sub(self.began)
    }

    /// Pairs of the candidate were looked at.
    pub(super) fn looked(&mut self) {
        if matches!(self.first_look, FirstLook::Not) {
            self.first_look = FirstLook::Now(self.elapsed());
        }
    }

    /// When that was the first time, for the gate that made it.
    pub(super) fn take_first_look(&mut self) -> Option<Millis> {
        let FirstLook::Now(at) = self.first_look else { return None };
        self.first_look = FirstLook::Told;
        Some(at)
    }

    /// Ends a gate: its record, with the inputs if it recorded any.
    pub(super) fn close_gate(&mut self, gate: &str, verdict: Verdict) -> GateRecord {
        let inputs = self.inputs.take();
        self.earlier.extend(inputs.clone());
        GateRecord { gate: gate.to_owned(), inputs, verdict }
    }

    pub(super) async fn emit(&mut self, event: RunEvent) -> Result<(), RunError> {
        self.dispatcher.emit(event).await
    }

    /// Removes the trees.
    pub(super) async fn close(self) -> Result<(), RunError> {
        for tree in [self.workspace, self.base].into_iter().flatten() {
            tree.close().await?;
        }
        if let Some(study) = self.study {
            study.close().await?;
        }
        Ok(())
    }
}
