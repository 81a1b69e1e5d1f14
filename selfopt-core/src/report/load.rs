//! A server under load, before and after.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{HttpLoad, Latency, LoadSample, PairSample, ProcessSample};
use crate::gates::{BenchmarkAnswer, GateInputs, GateRecord};

/// What a request costs and how long its answer takes, as medians over the
/// pairs, before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LoadReport {
    /// The load: where the evidence for the gain comes from.
    pub load: HttpLoad,
    /// The server's CPU time of a request in nanoseconds.
    pub request_ns: [u64; 2],
    /// Latencies in microseconds.
    pub latency_us: [Latency; 2],
}

impl LoadReport {
    /// From the gates' records, where the load carries the gain.
    pub(crate) fn of(records: &[GateRecord]) -> Option<Self> {
        let inputs = records.iter().find_map(|record| match &record.inputs {
            Some(GateInputs::Benchmark(inputs)) => Some(&**inputs),
            _ => None,
        })?;
        let load = inputs.load.as_ref()?.load.clone();
        if inputs.judge().answer != BenchmarkAnswer::Proved {
            return None;
        }
        let kept: Vec<&PairSample> =
            inputs.pairs.iter().filter(|pair| pair.discarded.is_none()).collect();
        let cost = |side: fn(&PairSample) -> Option<ProcessSample>| {
            let cpu = median(kept.iter().filter_map(|pair| side(pair)).map(|one| one.cpu_us))?;
            Some(cpu.saturating_mul(1000) / load.planned().max(1))
        };
        let latency = |side: fn(&PairSample) -> Option<&LoadSample>| {
            let of = |part: fn(&Latency) -> u64| {
                median(kept.iter().filter_map(|pair| side(pair)).map(|one| part(&one.latency_us)))
            };
            Some(Latency {
                p50: of(|one| one.p50)?,
                p90: of(|one| one.p90)?,
                p99: of(|one| one.p99)?,
                max: of(|one| one.max)?,
            })
        };
        Some(Self {
            request_ns: [cost(|pair| pair.base)?, cost(|pair| pair.candidate)?],
            latency_us: [
                latency(|pair| pair.base_load.as_ref())?,
                latency(|pair| pair.candidate_load.as_ref())?,
            ],
            load,
        })
    }
}

fn median(values: impl Iterator<Item = u64>) -> Option<u64> {
    let mut values: Vec<u64> = values.collect();
    values.sort_unstable();
    values.get(values.len() / 2).copied()
}
