//! A run's state: the sum of its events. A resumed run starts from the same sum.

use std::collections::{BTreeMap, BTreeSet};

use super::{FrozenTree, FunctionPairKey, RunError, RunEvent};
use crate::domain::{
    Attempt, AttemptStatus, Baseline, CandidateId, FunctionPair, Heat, ModelRound, ModelTarget,
    PairSample,
};
use crate::ports::{JournalEntry, SnapshotId};

/// What a candidate was measured on. Either could have accepted it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MeasuredOn {
    /// The repository's own benchmark.
    Benchmark,
    /// The workloads of its functions.
    Workloads,
}

/// What is known of a run so far.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RunState {
    /// The installed tree, once frozen.
    pub installed: Option<SnapshotId>,
    /// The checked tree, once frozen.
    pub checked: Option<SnapshotId>,
    /// The baseline, once complete.
    pub baseline: Option<Baseline>,
    /// Where the project's own CPU time goes, once measured.
    pub heat: Option<Heat>,
    /// What a language model is asked about, once chosen.
    pub model_targets: Option<Vec<ModelTarget>>,
    /// What it was asked and said, in order.
    pub model_rounds: Vec<ModelRound>,
    /// Attempts that came to their end, in order.
    pub attempts: Vec<Attempt>,
    /// Measured pairs by candidate, in order.
    pub pairs: BTreeMap<CandidateId, Vec<PairSample>>,
    /// Measured pairs of changed functions by candidate and workload, in order.
    pub function_pairs: BTreeMap<CandidateId, BTreeMap<FunctionPairKey, Vec<FunctionPair>>>,
    /// Every candidate that was ever measured in this run, and on what, also
    /// against a baseline that was made anew since: each spent a confirmation.
    pub measured: BTreeSet<(CandidateId, MeasuredOn)>,
}

impl RunState {
    /// The state after the journal's entries.
    pub fn replay(entries: &[JournalEntry]) -> Result<Self, RunError> {
        let mut state = Self::default();
        for entry in entries {
            let event: RunEvent = serde_json::from_value(entry.event.clone())
                .map_err(|source| RunError::Journal { sequence: entry.sequence, source })?;
            state.apply(&event);
        }
        Ok(state)
    }

    /// Adds one event.
    pub fn apply(&mut self, event: &RunEvent) {
        match event {
            RunEvent::TreeFrozen { tree: FrozenTree::Installed, snapshot } => {
                self.installed = Some(snapshot.clone());
            }
            RunEvent::TreeFrozen { tree: FrozenTree::Checked, snapshot } => {
                self.checked = Some(snapshot.clone());
            }
            RunEvent::BaselineFinished { baseline } => self.begin_anew(baseline),
            RunEvent::PairMeasured { candidate, pair } => {
                self.measured.insert((candidate.clone(), MeasuredOn::Benchmark));
                let pairs = self.pairs.entry(candidate.clone()).or_default();
                if pairs.len() == pair.index as usize {
                    pairs.push(pair.clone());
                }
            }
            RunEvent::ModelTargets { targets } => self.model_targets = Some(targets.clone()),
            RunEvent::ModelAnswered { round, .. } => self.model_rounds.push((**round).clone()),
            RunEvent::HeatMeasured { heat } => self.heat = Some(heat.clone()),
            RunEvent::FunctionPairMeasured { candidate, key, pair } => {
                self.measured.insert((candidate.clone(), MeasuredOn::Workloads));
                let workloads = self.function_pairs.entry(candidate.clone()).or_default();
                let pairs = workloads.entry(key.clone()).or_default();
                if pairs.len() == pair.index as usize {
                    pairs.push(pair.clone());
                }
            }
            RunEvent::AttemptFinished { attempt } => {
                self.attempts.retain(|known| known.id != attempt.id);
                self.attempts.push((**attempt).clone());
            }
            _ => {}
        }
    }

    /// A second baseline means that the trees of the first are gone, or the
    /// machine is another: pairs measured against the first do not count.
    fn begin_anew(&mut self, baseline: &Baseline) {
        if let Some(old) = &self.baseline {
            if old.environment.fingerprint() != baseline.environment.fingerprint() {
                self.attempts.clear();
            }
            let ended = |id: &CandidateId| self.attempts.iter().any(|attempt| attempt.id == *id);
            self.pairs.retain(|id, _| ended(id));
            self.function_pairs.retain(|id, _| ended(id));
        }
        self.baseline = Some(baseline.clone());
    }

    /// The attempt on this candidate, if it came to its end.
    pub fn attempt(&self, candidate: &CandidateId) -> Option<&Attempt> {
        self.attempts.iter().find(|attempt| attempt.id == *candidate)
    }

    /// Candidates that were tried in this run.
    pub fn tried(&self) -> u32 {
        let tried = self.attempts.iter().filter(|attempt| {
            attempt.made_in.is_none() && attempt.status != AttemptStatus::Deferred
        });
        u32::try_from(tried.count()).unwrap_or(u32::MAX)
    }

    /// Whether this candidate was measured in this run.
    pub fn is_measured(&self, candidate: &CandidateId) -> bool {
        self.measured.iter().any(|(measured, _)| measured == candidate)
    }

    /// Measurements that could have accepted a candidate: each has the error
    /// rate of one.
    pub fn confirmations(&self) -> u32 {
        u32::try_from(self.measured.len()).unwrap_or(u32::MAX)
    }

    /// The frozen trees.
    pub fn snapshots(&self) -> impl Iterator<Item = &SnapshotId> {
        self.installed.iter().chain(&self.checked)
    }
}
