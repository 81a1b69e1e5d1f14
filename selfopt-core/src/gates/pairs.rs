//! One pair: base and candidate as fresh processes, one after the other, in
//! the scheduled order.

use crate::digest::Digest;
use crate::domain::{PairSample, SideFailure};
use crate::pipeline::{Dispatcher, RunError};
use crate::ports::{CommandSpec, NoLog, Outcome, StepStatus, Workspace};
use crate::statistics::{PairSchedule, ScheduleKey, Side};

/// What stays the same for all pairs of a measurement.
pub(crate) struct PairPlan<'a> {
    /// The unchanged tree, installed and built.
    pub(crate) base: &'a dyn Workspace,
    /// The changed tree, installed and built.
    pub(crate) candidate: &'a dyn Workspace,
    /// The benchmark command.
    pub(crate) command: &'a CommandSpec,
    /// What the order is derived from.
    pub(crate) key: ScheduleKey<'a>,
}

impl PairPlan<'_> {
    /// Runs pair `index`.
    pub(crate) async fn measure(
        &self,
        index: u32,
        dispatcher: &mut Dispatcher,
    ) -> Result<PairSample, RunError> {
        let first = PairSchedule::new(&self.key, index, 0).first_spawned;
        let second = if first == Side::Base { Side::Candidate } else { Side::Base };
        let mut pair = PairSample {
            index,
            first,
            base: None,
            candidate: None,
            base_output: None,
            candidate_output: None,
            failure: None,
            load_milli: [dispatcher.load_milli(), None],
            discarded: None,
        };
        for side in [first, second] {
            let workspace = if side == Side::Base { self.base } else { self.candidate };
            let outcome = workspace.run(self.command.clone(), &NoLog).await?;
            dispatcher.spend(&outcome)?;
            pair.take(side, &outcome);
            if !outcome.succeeded() {
                dispatcher.log(&format!(
                    "benchmark, pair {index}, {side:?}: {}\n{}",
                    outcome.status,
                    outcome.text()
                ));
                break;
            }
        }
        pair.load_milli[1] = dispatcher.load_milli();
        Ok(pair)
    }
}

impl PairSample {
    fn take(&mut self, side: Side, outcome: &Outcome) {
        if !outcome.succeeded() {
            self.failure = Some(SideFailure { side, status: outcome.status });
            if killed_by_the_machine(outcome.status) {
                self.discarded = Some(format!("{side:?} was {}", outcome.status).to_lowercase());
            } else if side == Side::Base {
                self.discarded = Some(format!("the unchanged code ended with {}", outcome.status));
            }
            return;
        }
        let output = Some(Digest::of(&outcome.stdout));
        match side {
            Side::Base => (self.base, self.base_output) = (Some(outcome.usage), output),
            Side::Candidate => {
                (self.candidate, self.candidate_output) = (Some(outcome.usage), output);
            }
        }
    }
}

/// Only SIGKILL comes from outside, when the host runs out of memory; a shell
/// reports it as 128 + 9. It says nothing about the candidate. Every other end
/// does: a crash, our own memory limit, a time-out.
fn killed_by_the_machine(status: StepStatus) -> bool {
    matches!(status, StepStatus::Signaled { signal: 9 } | StepStatus::Exited { code: 137 })
}
