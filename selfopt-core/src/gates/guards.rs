//! What a candidate must not make worse while the benchmark gets faster: the
//! other clock, peak memory, and every figure that the benchmark reports.

use serde_json::{Value, json};

use super::BenchmarkInputs;
use super::load::latency_guards;
use crate::domain::{Case, CasesBaseline, Measure, PairSample, ProcessSample};
use crate::statistics::{
    CaseGuard, GuardLimits, MemoryGuard, Metric, NanoLog, SecondaryGuard, guard_cases,
};

/// The guards of one candidate's measurement.
pub(super) struct Guards {
    primary: SecondaryGuard,
    /// The other clock and peak memory. A benchmark that runs for a time has
    /// none: a faster candidate makes more runs in it, keeps and sorts their
    /// times, and so takes more of both.
    process: Option<(Metric, SecondaryGuard, MemoryGuard)>,
    latencies: Vec<CaseGuard>,
    cases: Vec<CaseGuard>,
}

impl Guards {
    pub(super) fn of(inputs: &BenchmarkInputs, values: &[NanoLog]) -> Self {
        let limits = &inputs.parameters.guards;
        Self {
            primary: SecondaryGuard::new(limits, values),
            process: (inputs.measure() == Measure::Process).then(|| process(inputs, limits)),
            latencies: latency_guards(limits, inputs.kept()),
            cases: inputs
                .cases
                .as_ref()
                .map_or_else(Vec::new, |known| case_guards(limits, known, inputs.kept())),
        }
    }

    /// What got worse, if anything did: then nothing is proved.
    pub(super) fn failure(&self) -> Option<String> {
        let limits = "beyond its limit";
        if let Some((_, time, memory)) = &self.process {
            if !time.passed {
                return Some(format!("the other clock got slower {limits}"));
            }
            if !memory.passed {
                return Some(format!("peak memory grew {limits}"));
            }
        }
        if let Some(guard) = worse(&self.latencies) {
            return Some(format!("the {} got worse {limits}", guard.name));
        }
        worse(&self.cases).map(lost)
    }

    /// How the benchmark got worse by one of its measures, if it is certain:
    /// then no gain of a function makes up for it.
    pub(super) fn loss(&self) -> Option<String> {
        let slower = |guard: &SecondaryGuard| guard.upper_bound.is_some() && !guard.passed;
        let measured = |guards: &[CaseGuard]| worse(guards).is_some_and(|guard| guard.n_pairs > 0);
        let of_process =
            self.process.as_ref().is_some_and(|(_, time, memory)| slower(time) || !memory.passed);
        if slower(&self.primary) || of_process || measured(&self.latencies) {
            return Some(String::new());
        }
        measured(&self.cases).then(|| worse(&self.cases).map(lost).unwrap_or_default())
    }

    /// The guards for the verdict's details.
    pub(super) fn details(&self) -> [(&'static str, Value); 4] {
        let (secondary, memory) = match &self.process {
            Some((metric, time, memory)) => {
                (json!({ "metric": metric, "guard": time }), json!(memory))
            }
            None => (Value::Null, Value::Null),
        };
        [
            ("secondary_metric", secondary),
            ("memory", memory),
            ("latencies", json!(self.latencies)),
            ("cases", json!(self.cases)),
        ]
    }
}

fn process(
    inputs: &BenchmarkInputs,
    limits: &GuardLimits,
) -> (Metric, SecondaryGuard, MemoryGuard) {
    let secondary = if inputs.metric == Metric::Cpu { Metric::Wall } else { Metric::Cpu };
    let memory = |side: fn(&PairSample) -> Option<ProcessSample>| -> Vec<u64> {
        inputs.kept().filter_map(side).map(|sample| sample.max_rss.0).collect()
    };
    (
        secondary,
        SecondaryGuard::new(limits, &inputs.values(secondary)),
        MemoryGuard::new(limits, &memory(|pair| pair.base), &memory(|pair| pair.candidate)),
    )
}

/// Each case on the pairs that count.
fn case_guards<'a>(
    limits: &GuardLimits,
    known: &CasesBaseline,
    pairs: impl Iterator<Item = &'a PairSample>,
) -> Vec<CaseGuard> {
    let pairs: Vec<&PairSample> = pairs.collect();
    let find = |run: &'a [Case], case: &Case| run.iter().find(|one| one.is_same_as(case));
    guard_cases(
        limits,
        known.cases.iter().map(|case| {
            let ratio = |pair: &&'a PairSample| {
                let base = find(&pair.base_cases, case)?;
                Case::log_ratio(base, find(&pair.candidate_cases, case)?)
            };
            (case.name.as_str(), pairs.iter().filter_map(ratio).collect())
        }),
    )
}

fn worse(guards: &[CaseGuard]) -> Option<&CaseGuard> {
    guards.iter().find(|guard| !guard.passed)
}

/// "`sort` lost 7.2 % (10 pairs, adjusted p 0.004)".
fn lost(guard: &CaseGuard) -> String {
    let loss = guard.hodges_lehmann.map_or(0.0, |estimate| -estimate.improvement() * 100.0);
    format!(
        "its case `{}` lost {loss:.1} % ({} pairs, adjusted p {:.3})",
        guard.name,
        guard.n_pairs,
        guard.adjusted_p_value.as_f64()
    )
}
