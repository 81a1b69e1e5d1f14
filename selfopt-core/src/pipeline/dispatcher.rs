//! The dispatcher owns a run's state: every event goes through it into the
//! state, the journal and to the observer, in this order.

use std::sync::Arc;

use super::observer::ObserverLog;
use super::{Observer, RunError, RunEvent, RunState};
use crate::config::BudgetConfig;
use crate::domain::{Millis, RunRecord, RunStatus, StepResult};
use crate::ports::{
    CancelFlag, Clock, CommandSpec, JournalEntry, Outcome, Phase, StepStatus, Store, Workspace,
};
use crate::report::BudgetReport;
use crate::test_output::count_tests;

/// The log of the baseline, and of each attempt, is cut at this many bytes; the
/// cut is said in the log.
const LOG_SECTION_LIMIT: usize = 1024 * 1024;

/// Owns the state of one run.
pub struct Dispatcher {
    run: RunRecord,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    observer: Arc<dyn Observer>,
    cancel: CancelFlag,
    budget: BudgetConfig,
    state: RunState,
    sequence: u64,
    started: Millis,
    /// CPU microseconds of all commands, also of earlier processes of this run.
    cpu_us: u64,
    log: String,
    log_section: usize,
    trace: Vec<JournalEntry>,
}

/// What a dispatcher is made of.
pub(super) struct DispatcherParts {
    pub(super) run: RunRecord,
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) observer: Arc<dyn Observer>,
    pub(super) cancel: CancelFlag,
    pub(super) budget: BudgetConfig,
}

impl Dispatcher {
    /// Goes on from what the journal holds; an empty journal is a new run.
    pub(super) fn new(
        parts: DispatcherParts,
        journal: Vec<JournalEntry>,
    ) -> Result<Self, RunError> {
        let DispatcherParts { run, store, clock, observer, cancel, budget } = parts;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "minutes to microseconds of a sum that we wrote"
        )]
        let cpu_us = (run.compute_minutes * 60e6) as u64;
        Ok(Self {
            state: RunState::replay(&journal)?,
            sequence: journal.last().map_or(0, |entry| entry.sequence + 1),
            started: clock.monotonic(),
            run,
            store,
            clock,
            observer,
            cancel,
            budget,
            cpu_us,
            log: String::new(),
            log_section: 0,
            trace: journal,
        })
    }

    /// The run's record.
    pub fn run(&self) -> &RunRecord {
        &self.run
    }

    /// The run's state so far.
    pub fn state(&self) -> &RunState {
        &self.state
    }

    /// The journal so far.
    pub(super) fn trace(&self) -> &[JournalEntry] {
        &self.trace
    }

    /// Everything that was logged so far.
    pub(super) fn logged(&self) -> &str {
        &self.log
    }

    /// Something happened.
    pub(crate) async fn emit(&mut self, event: RunEvent) -> Result<(), RunError> {
        self.state.apply(&event);
        let json = serde_json::to_value(&event)
            .map_err(|source| RunError::Json { what: "an event", source })?;
        let entry = JournalEntry { sequence: self.sequence, at: self.clock.now(), event: json };
        self.store.append(self.run.id, entry.clone()).await?;
        self.sequence += 1;
        self.trace.push(entry);
        self.observer.event(&event);
        Ok(())
    }

    /// Begins a part of the log with a limit of its own; its start is where
    /// the part can be cut out again.
    pub(super) fn begin_log_section(&mut self) -> usize {
        self.log_section = self.log.len();
        self.log_section
    }

    /// Adds a line to the run's log.
    pub(crate) fn log(&mut self, text: &str) {
        let used = self.log.len() - self.log_section;
        if used >= LOG_SECTION_LIMIT {
            return;
        }
        let room = LOG_SECTION_LIMIT - used;
        let end =
            (0..=room.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        self.log.push_str(&text[..end]);
        self.log.push('\n');
        if end < text.len() {
            self.log.push_str("[the log was cut here: it reached its limit]\n");
        }
    }

    /// Runs one of the project's commands to its end.
    pub(crate) async fn run_step(
        &mut self,
        workspace: &dyn Workspace,
        command: &CommandSpec,
    ) -> Result<(StepResult, Outcome), RunError> {
        self.check_cancelled()?;
        let outcome = workspace.run(command.clone(), &ObserverLog(&*self.observer)).await?;
        self.spend(&outcome)?;
        self.log(&format!(
            "$ {}\n{}[{} after {} ms]",
            command.cmd,
            outcome.text(),
            outcome.status,
            outcome.usage.wall_ns / 1_000_000
        ));
        let step = StepResult {
            phase: command.phase,
            cmd: command.cmd.clone(),
            status: outcome.status,
            wall: Millis(outcome.usage.wall_ns / 1_000_000),
            cpu: Millis(outcome.usage.cpu_us / 1000),
            tests: (command.phase == Phase::Test).then(|| count_tests(&outcome.text())).flatten(),
            network: outcome.network.clone(),
        };
        Ok((step, outcome))
    }

    /// Counts what a command took; a cancelled one ends the run.
    pub(crate) fn spend(&mut self, outcome: &Outcome) -> Result<(), RunError> {
        self.cpu_us = self.cpu_us.saturating_add(outcome.usage.cpu_us);
        if outcome.status == StepStatus::Cancelled {
            return Err(RunError::Cancelled);
        }
        self.check_cancelled()
    }

    /// Whether compute minutes or wall clock are used up.
    pub(crate) fn budget_spent(&self) -> bool {
        let budget = self.budget_report(0);
        budget.compute_minutes >= budget.compute_minutes_limit || budget.wall >= budget.wall_limit
    }

    /// Whether the budget still covers a piece of work of this cost, so that
    /// it is reserved before it is spent.
    pub(super) fn can_reserve(&self, cpu_us: u64) -> bool {
        #[expect(
            clippy::cast_precision_loss,
            reason = "microseconds of one run stay far below 2^53"
        )]
        let minutes = cpu_us as f64 / 60e6;
        let budget = self.budget_report(0);
        budget.compute_minutes + minutes <= budget.compute_minutes_limit
            && budget.wall < budget.wall_limit
    }

    pub(crate) fn load_milli(&self) -> Option<u64> {
        self.clock.load_milli()
    }

    /// An error once the user asked to stop.
    pub(super) fn check_cancelled(&self) -> Result<(), RunError> {
        if self.cancel.is_cancelled() { Err(RunError::Cancelled) } else { Ok(()) }
    }

    /// The monotonic clock.
    pub(crate) fn monotonic(&self) -> Millis {
        self.clock.monotonic()
    }

    /// What the run spent so far.
    pub(super) fn budget_report(&self, confirmations_limit: u32) -> BudgetReport {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a limit in minutes, checked to be positive"
        )]
        let wall_limit = Millis((self.budget.wall_minutes * 60_000.0) as u64);
        BudgetReport {
            compute_minutes: self.compute_minutes(),
            compute_minutes_limit: self.budget.compute_minutes,
            wall: self.clock.monotonic().saturating_sub(self.started),
            wall_limit,
            confirmations: self.state.confirmations(),
            confirmations_limit,
        }
    }

    /// Stores where the run stands.
    pub(super) async fn set_status(&mut self, status: RunStatus) -> Result<(), RunError> {
        self.run.status = status;
        self.run.compute_minutes = self.compute_minutes();
        self.store.update_run(self.run.id, status, self.run.compute_minutes).await?;
        Ok(())
    }

    fn compute_minutes(&self) -> f64 {
        #[expect(
            clippy::cast_precision_loss,
            reason = "microseconds of one run stay far below 2^53"
        )]
        let minutes = self.cpu_us as f64 / 60e6;
        minutes
    }
}
