//! One pair: base and candidate as fresh processes, in turns or one after the
//! other, the scheduled one first.

use std::time::Duration;

use futures_util::future::join;

use super::load::{Reading, said};
use crate::bench_output::read;
use crate::digest::Digest;
use crate::domain::{Case, HttpLoad, PairSample, Pairing, SideFailure};
use crate::pipeline::{Dispatcher, RunError};
use crate::ports::{CommandSpec, NoLog, Outcome, StepStatus, Turn, Workspace};
use crate::statistics::{PairSchedule, ScheduleKey, Side};

/// What stays the same for all pairs of a measurement.
pub(crate) struct PairPlan<'a> {
    /// The unchanged tree, installed and built.
    pub(crate) base: &'a dyn Workspace,
    /// The changed tree, installed and built.
    pub(crate) candidate: &'a dyn Workspace,
    /// The benchmark command.
    pub(crate) command: &'a CommandSpec,
    /// The load, where the benchmark is a server.
    pub(crate) load: Option<&'a HttpLoad>,
    /// How the two processes share the machine.
    pub(crate) pairing: Pairing,
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
            base_cases: Vec::new(),
            candidate_cases: Vec::new(),
            base_load: None,
            candidate_load: None,
            failure: None,
            load_milli: [dispatcher.load_milli(), None],
            discarded: None,
        };
        match self.pairing {
            Pairing::BackToBack => {
                for side in [first, second] {
                    let outcome = self.tree(side).run(self.command.clone(), &NoLog).await?;
                    self.take(&mut pair, side, &outcome, dispatcher)?;
                    if !outcome.succeeded() {
                        break;
                    }
                }
            }
            Pairing::InTurns { turn_us } => {
                let [one, two] = Turn::pair(Duration::from_micros(turn_us.into()));
                let (one, two) = join(
                    self.tree(first).run_in_turns(self.command.clone(), one, &NoLog),
                    self.tree(second).run_in_turns(self.command.clone(), two, &NoLog),
                )
                .await;
                let (one, two) = (one?, two?);
                let (base, candidate) = if first == Side::Base { (one, two) } else { (two, one) };
                // The base last: when both fail it was not the change.
                self.take(&mut pair, Side::Candidate, &candidate, dispatcher)?;
                self.take(&mut pair, Side::Base, &base, dispatcher)?;
            }
        }
        pair.load_milli[1] = dispatcher.load_milli();
        Ok(pair)
    }

    fn tree(&self, side: Side) -> &dyn Workspace {
        match side {
            Side::Base => self.base,
            Side::Candidate => self.candidate,
        }
    }

    fn take(
        &self,
        pair: &mut PairSample,
        side: Side,
        outcome: &Outcome,
        dispatcher: &mut Dispatcher,
    ) -> Result<(), RunError> {
        dispatcher.spend(outcome)?;
        pair.take(side, outcome, self.load);
        if !outcome.succeeded() {
            dispatcher.log(&format!(
                "benchmark, pair {}, {side:?}: {}\n{}",
                pair.index,
                outcome.status,
                outcome.text()
            ));
        }
        Ok(())
    }
}

impl PairSample {
    fn take(&mut self, side: Side, outcome: &Outcome, load: Option<&HttpLoad>) {
        let reading = if outcome.succeeded() {
            Reading::of(outcome, load)
        } else {
            Err(load.and_then(|_| said(outcome)).unwrap_or_default())
        };
        let reading = match reading {
            Ok(reading) => reading,
            Err(why) => return self.fail(side, outcome, why),
        };
        if let (Side::Base, Some(load), Some(sample)) = (side, load, &reading.load)
            && let Some(failure) = sample.failure(load.planned())
        {
            self.discarded = Some(format!("of the unchanged server, {failure}"));
        }
        // A server's result is never printed twice alike.
        let read = load.is_none().then(|| cases_and_output(outcome));
        let (cases, output) = read.map_or((Vec::new(), None), |(cases, rest)| (cases, Some(rest)));
        match side {
            Side::Base => {
                self.base_cases = cases;
                (self.base, self.base_output) = (Some(reading.usage), output);
                self.base_load = reading.load;
            }
            Side::Candidate => {
                self.candidate_cases = cases;
                (self.candidate, self.candidate_output) = (Some(reading.usage), output);
                self.candidate_load = reading.load;
            }
        }
    }

    fn fail(&mut self, side: Side, outcome: &Outcome, why: String) {
        let said = (!why.is_empty()).then_some(why);
        self.failure = Some(SideFailure { side, status: outcome.status, said });
        if killed_by_the_machine(outcome.status) {
            self.discarded = Some(format!("{side:?} was {}", outcome.status).to_lowercase());
        } else if side == Side::Base {
            self.discarded = Some(format!("the unchanged code ended with {}", outcome.status));
        }
    }
}

/// The cases that a run reports, by name, and the digest of what it prints
/// beside them. Times differ in every run, so where they are known they are no
/// part of what must stay the same.
fn cases_and_output(outcome: &Outcome) -> (Vec<Case>, Digest) {
    match read(&outcome.stdout, outcome.truncated).read {
        Some(read) => {
            let mut cases = read.cases;
            cases.sort_by(|a, b| a.name.cmp(&b.name));
            (cases, Digest::of(read.rest.as_bytes()))
        }
        None => (Vec::new(), Digest::of(&outcome.stdout)),
    }
}

/// Only SIGKILL comes from outside, when the host runs out of memory; a shell
/// reports it as 128 + 9. It says nothing about the candidate. Every other end
/// does: a crash, our own memory limit, a time-out.
fn killed_by_the_machine(status: StepStatus) -> bool {
    matches!(status, StepStatus::Signaled { signal: 9 } | StepStatus::Exited { code: 137 })
}
