//! What a language model was asked in a run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{AttemptStatus, Authorship, Spend};
use crate::gates::names;
use crate::pipeline::RunState;

/// What a language model was asked in a run, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ModelReport {
    /// The model and how it was asked; `calls` is empty.
    pub author: Authorship,
    /// Functions that it was asked about.
    pub targets: usize,
    /// Calls, repairs among them.
    pub calls: usize,
    /// Patches that it wrote.
    pub patches: usize,
    /// Answers, or parts of them, that are no patch, one sentence each.
    pub unusable: Vec<String>,
    /// Patches that broke a limit, before anything of them ran.
    pub over_limits: usize,
    /// Patches that were proved.
    pub accepted: usize,
    /// What was counted against the budget.
    pub spent: Spend,
    /// Why it was not asked further, if so.
    pub stopped: Option<String>,
}

impl ModelReport {
    /// Of a run's state; `None` where no model was asked.
    pub(crate) fn of(author: Authorship, state: &RunState) -> Option<Self> {
        state.model_targets.as_ref()?;
        let rounds = &state.model_rounds;
        let answers = || rounds.iter().map(|round| &round.answer);
        let written = || state.attempts.iter().filter(|attempt| attempt.author.is_some());
        Some(Self {
            author,
            targets: rounds.iter().filter(|round| round.repaired.is_none()).count(),
            calls: answers().map(|answer| answer.transcripts.len()).sum(),
            patches: answers().map(|answer| answer.patches.len()).sum(),
            unusable: answers().flat_map(|answer| answer.unusable.clone()).collect(),
            over_limits: written().filter(|one| one.gate.as_deref() == Some(names::LIMITS)).count(),
            accepted: written().filter(|one| one.status == AttemptStatus::Accepted).count(),
            spent: answers().fold(Spend::default(), |sum, one| sum.plus(one.counted())),
            stopped: answers().find_map(|answer| answer.stop.clone()),
        })
    }
}
