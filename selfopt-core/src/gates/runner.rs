//! The gate runner: the only place where a candidate becomes [`Accepted`].

use super::{Gate, GateContext, GateRecord, after_custom, before_custom};
use crate::digest::Digest;
use crate::domain::{Attempt, AttemptStatus, Candidate, GateTime, VerdictOutcome};
use crate::pipeline::{RunError, RunEvent};

/// A candidate that passed every gate. Its fields are private and the gate
/// runner is its only constructor: nothing unproved can be proposed.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    candidate: Candidate,
    records: Vec<GateRecord>,
}

impl Accepted {
    /// The candidate.
    pub fn candidate(&self) -> &Candidate {
        &self.candidate
    }

    /// Every gate's record, in order.
    pub fn records(&self) -> &[GateRecord] {
        &self.records
    }
}

/// How a candidate came out of the gates.
#[derive(Debug, Clone, PartialEq)]
pub struct Conclusion {
    /// The attempt, as it is stored.
    pub attempt: Attempt,
    /// Proof, if every gate passed.
    pub accepted: Option<Accepted>,
}

/// Runs the built-in gates and those of an embedder, cheapest first, and stops
/// at the first that does not let the candidate through.
pub struct GateRunner {
    gates: Vec<Box<dyn Gate>>,
}

impl Default for GateRunner {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl GateRunner {
    /// The built-in gates; `custom` ones stand after the tests and before the
    /// benchmark. There is no way to leave a built-in gate out.
    pub fn new(custom: Vec<Box<dyn Gate>>) -> Self {
        let gates = before_custom().into_iter().chain(custom).chain(after_custom()).collect();
        Self { gates }
    }

    /// The names of the gates, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.gates.iter().map(|gate| gate.name())
    }

    pub(crate) async fn run(
        &self,
        mut ctx: GateContext<'_>,
        context: Digest,
    ) -> Result<Conclusion, RunError> {
        let candidate = ctx.candidate();
        let mut records: Vec<GateRecord> = Vec::new();
        let mut phases: Vec<GateTime> = Vec::new();
        let mut ended = None;
        for gate in &self.gates {
            let name = gate.name();
            let began = ctx.elapsed();
            ctx.emit(RunEvent::GateStarted {
                candidate: candidate.id.clone(),
                gate: name.to_owned(),
            })
            .await?;
            let verdict = gate.evaluate(&mut ctx).await?;
            ctx.emit(RunEvent::GateFinished {
                candidate: candidate.id.clone(),
                verdict: verdict.clone(),
            })
            .await?;
            phases.push(GateTime {
                gate: name.to_owned(),
                elapsed: ctx.elapsed().saturating_sub(began),
                first_look: ctx.take_first_look(),
            });
            let outcome = verdict.outcome;
            records.push(ctx.close_gate(name, verdict));
            if outcome != VerdictOutcome::Passed {
                ended = Some(outcome);
                break;
            }
        }
        ctx.close().await?;
        let attempt = Attempt { phases, ..attempt(candidate, context, &records, ended) };
        let accepted = ended.is_none().then(|| Accepted { candidate: candidate.clone(), records });
        Ok(Conclusion { attempt, accepted })
    }
}

fn attempt(
    candidate: &Candidate,
    context: Digest,
    records: &[GateRecord],
    ended: Option<VerdictOutcome>,
) -> Attempt {
    let last = records.last();
    let (status, gate) = match ended {
        None | Some(VerdictOutcome::Passed) => (AttemptStatus::Accepted, None),
        Some(VerdictOutcome::Refused) => {
            (AttemptStatus::Rejected, last.map(|record| record.gate.clone()))
        }
        Some(VerdictOutcome::Inconclusive) => {
            (AttemptStatus::Inconclusive, last.map(|record| record.gate.clone()))
        }
        Some(VerdictOutcome::SizeDependent) => {
            (AttemptStatus::SizeDependent, last.map(|record| record.gate.clone()))
        }
    };
    let reason = match status {
        AttemptStatus::Accepted => "every gate passed".to_owned(),
        _ => last.map(|record| record.verdict.reason.clone()).unwrap_or_default(),
    };
    Attempt {
        id: candidate.id.clone(),
        opportunity: candidate.opportunity.clone(),
        rule: candidate.rule.clone(),
        author: candidate.author.clone(),
        files: candidate.files.iter().map(|file| file.path.clone()).collect(),
        diff: candidate.diff.clone(),
        status,
        gate,
        reason,
        verdicts: records.iter().map(|record| record.verdict.clone()).collect(),
        phases: Vec::new(),
        context,
        made_in: None,
    }
}
