//! The figures that a benchmark reports of itself, before and after.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Better, Case, PairSample, Ratio, Unit};
use crate::gates::{BenchmarkInputs, GateInputs, GateRecord};
use crate::statistics::{NanoLog, WalshSums};

/// One figure of the benchmark, before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CaseReport {
    /// What it is about.
    pub name: String,
    /// The unit of its values.
    pub unit: Unit,
    /// Which way is better.
    pub better: Better,
    /// Medians over the pairs before and after, in steps of the unit.
    pub values: [u64; 2],
    /// Point estimate of the share saved, for a rate of the time of an
    /// operation: 0.03 is 3 %; negative is worse.
    pub gain: Ratio,
}

impl CaseReport {
    /// From the gates' records.
    pub(crate) fn of(records: &[GateRecord]) -> Vec<Self> {
        inputs(records).map_or_else(Vec::new, |inputs| {
            let cases = inputs.cases.iter().flat_map(|known| &known.cases);
            cases.filter_map(|case| report(case, inputs)).collect()
        })
    }
}

/// The geometric mean of an operation's time in nanoseconds, before and after,
/// where the benchmark is judged by its cases.
pub(crate) fn operation_ns(inputs: &BenchmarkInputs) -> Option<[f64; 2]> {
    #[expect(clippy::cast_precision_loss, reason = "53 bits are more than a clock resolves")]
    let nanos = |picos: u64| picos as f64 / 1000.0;
    inputs.operation_picos().map(|picos| picos.map(nanos))
}

fn inputs(records: &[GateRecord]) -> Option<&BenchmarkInputs> {
    records.iter().find_map(|record| match &record.inputs {
        Some(GateInputs::Benchmark(inputs)) => Some(&**inputs),
        _ => None,
    })
}

fn report(case: &Case, inputs: &BenchmarkInputs) -> Option<CaseReport> {
    let find = |run: &[Case]| run.iter().find(|one| one.is_same_as(case)).cloned();
    let pairs: Vec<[Case; 2]> = inputs
        .pairs
        .iter()
        .filter(|pair| pair.discarded.is_none())
        .filter_map(|pair: &PairSample| {
            Some([find(&pair.base_cases)?, find(&pair.candidate_cases)?])
        })
        .collect();
    let ratios: Vec<NanoLog> =
        pairs.iter().filter_map(|[base, candidate]| Case::log_ratio(base, candidate)).collect();
    let gain = WalshSums::new(&ratios)?.hodges_lehmann().improvement();
    let median = |side: usize| {
        let mut values: Vec<u64> = pairs.iter().map(|pair| pair[side].value).collect();
        values.sort_unstable();
        values.get(values.len() / 2).copied()
    };
    Some(CaseReport {
        name: case.name.clone(),
        unit: case.unit,
        better: case.better,
        values: [median(0)?, median(1)?],
        gain: Ratio(gain),
    })
}
