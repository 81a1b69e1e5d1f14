//! A trial as `selfopt noise --samples` keeps it, and what the gate says of it.

use std::path::Path;

use anyhow::{Context, Result, bail};
use selfopt_core::gates::{WorkloadJudgement, WorkloadsInputs};
use selfopt_core::statistics::{
    Metric, NanoLog, NoiseAssessment, Readiness, Verdict as Statistical, choose_metric,
};
use selfopt_core::{FunctionPair, VerdictOutcome};
use serde::Deserialize;

use super::naive::{self, Naive};

/// A line of a file of samples.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Trial {
    pub(super) kernel: String,
    pub(super) gain_percent: u32,
    pub(super) number: u32,
    pub(super) inputs: WorkloadsInputs,
}

/// How a candidate ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Accepted,
    /// Its effect is too small to propose.
    Rejected,
    /// All pairs were measured and the noise left it open.
    Open,
    /// The base against itself was too noisy, or biased, to begin with.
    TooNoisy,
    /// Too many pairs were lost.
    Lost,
}

/// What is shown of a trial.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Outcome {
    pub(super) kernel: String,
    pub(super) gain_percent: u32,
    pub(super) seed: u64,
    pub(super) number: u32,
    pub(super) answer: Answer,
    /// The base against itself.
    pub(super) noise: Vec<NanoLog>,
    pub(super) sigma: Option<NanoLog>,
    /// The base against the candidate.
    pub(super) values: Vec<NanoLog>,
    pub(super) effect: Option<NanoLog>,
    pub(super) at_least: Option<NanoLog>,
    /// What rules of the usual shape say on the same samples.
    pub(super) naive: Naive,
}

/// All trials of all files in a folder, sorted by what names them.
pub(super) fn read(folder: &Path) -> Result<Vec<Trial>> {
    let mut trials: Vec<Trial> = Vec::new();
    let entries = std::fs::read_dir(folder)
        .with_context(|| format!("there are no samples in `{}`", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "jsonl") {
            continue;
        }
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("failed to read `{}`", path.display()))?;
        for (number, line) in text.lines().enumerate() {
            trials.push(serde_json::from_str(line).with_context(|| {
                format!("line {} of `{}` is no trial", number + 1, path.display())
            })?);
        }
    }
    trials.sort_by(|a, b| a.key().cmp(&b.key()));
    if let Some([twice, _]) = trials.array_windows().find(|[one, other]| one.key() == other.key()) {
        bail!("{:?} is there twice", twice.key());
    }
    Ok(trials)
}

impl Trial {
    /// What names it: kernel, gain, seed, number.
    fn key(&self) -> (&str, u32, u64, u32) {
        (&self.kernel, self.gain_percent, self.inputs.run_seed, self.number)
    }

    /// The gate's judgement on the samples, and that of the naive rules.
    pub(super) fn outcome(&self) -> Result<Outcome> {
        let measured = self.inputs.measured.first().context("a trial without a workload")?;
        let metric = metric(&measured.noise_pairs, &self.inputs);
        let noise = values(&measured.noise_pairs, metric);
        let assessed = NoiseAssessment::from_pairs(&self.inputs.parameters, &noise);
        let judgement = self.inputs.judge();
        let one = judgement.workloads.first();
        Ok(Outcome {
            kernel: self.kernel.clone(),
            gain_percent: self.gain_percent,
            seed: self.inputs.run_seed,
            number: self.number,
            answer: answer(judgement.verdict.outcome, one, assessed.as_ref()),
            noise,
            sigma: assessed.map(|assessed| assessed.sigma),
            values: values(&measured.pairs, metric),
            effect: one.and_then(|one| one.effect),
            at_least: one.and_then(|one| one.at_least),
            naive: naive::judge(measured),
        })
    }
}

fn answer(
    outcome: VerdictOutcome,
    one: Option<&WorkloadJudgement>,
    noise: Option<&NoiseAssessment>,
) -> Answer {
    if outcome == VerdictOutcome::Passed {
        return Answer::Accepted;
    }
    match (one.and_then(|one| one.decision.as_ref()), noise) {
        (Some(decision), _) if decision.verdict == Statistical::Inconclusive => Answer::Open,
        (Some(_), _) => Answer::Rejected,
        (None, Some(noise)) if noise.readiness() != Readiness::Ready => Answer::TooNoisy,
        (None, _) => Answer::Lost,
    }
}

fn metric(noise: &[FunctionPair], inputs: &WorkloadsInputs) -> Metric {
    let blocks: Vec<_> =
        noise.iter().flat_map(|pair| &pair.blocks).map(|block| block.base).collect();
    choose_metric(&blocks, inputs.parameters.noise.cpu_bound_share)
}

fn values(pairs: &[FunctionPair], metric: Metric) -> Vec<NanoLog> {
    pairs.iter().filter_map(|pair| pair.value(metric)).collect()
}
