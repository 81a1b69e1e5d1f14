//! One pair of a function on recorded calls, in lock-step.

use selfopt_core::pipeline::RunError;
use selfopt_core::statistics::{IterationTimes, Side};
use selfopt_core::{
    Allocated, Block, FunctionPair, Lab, Millis, PairFailure, PairOrder, Phase, Versions, Workload,
};
use serde_json::json;

use super::bundles::Format;
use super::recording::calls_file;
use super::results::{Both, Levels, LockstepResult, Only, Times};
use super::room::{Room, Script};

/// How long a pair may take in its own count, and when it is ended.
const PAIR_MILLIS: u64 = 60_000;
/// Blocks of which the median is a value: the runtime makes no more of calls
/// that are expensive to make or to prepare.
const LEAST_BLOCKS: u32 = 7;
/// The driver's word for a pair that its own limit ended.
const OUT_OF_TIME: &str = "out-of-time";
const LOCKSTEP: Script<'static> = Script {
    name: "lockstep.cjs",
    flags: "",
    phase: Phase::Benchmark,
    limit: Millis::from_secs(120),
};

/// What a pair is measured on.
pub(crate) struct Timed<'a> {
    pub(crate) workload: &'a Workload,
    /// The workload's calls, by the name of their file.
    pub(crate) calls: &'a str,
    /// The class of them that is timed; all when absent.
    pub(crate) only: Option<&'a Only>,
    /// How the values of each call change so that none comes again; they stay
    /// when absent.
    pub(crate) unrepeated: Option<&'a Levels>,
    pub(crate) format: Format,
    /// The folders of base and candidate.
    pub(crate) sides: [&'a str; 2],
    /// Whether one of the versions changes its inputs.
    pub(crate) mutates: bool,
    pub(crate) seed: u64,
}

/// Measures one pair.
pub(crate) async fn pair(
    lab: &mut dyn Lab,
    room: &Room,
    timed: &Timed<'_>,
    order: PairOrder<'_>,
) -> Result<FunctionPair, RunError> {
    let PairOrder { versions, schedule, timing } = order;
    let candidate = match versions {
        Versions::BaseTwice => timed.sides[0],
        Versions::BaseAndCandidate => timed.sides[1],
    };
    let grow = timed
        .workload
        .factor
        .map(|factor| json!({ "factor": factor, "seed": timed.seed & 0xffff_ffff }));
    let request = json!({
        "base": room.absolute(&timed.format.bundle(timed.sides[0])),
        "candidate": room.absolute(&timed.format.bundle(candidate)),
        "function": timed.workload.function,
        "calls": room.absolute(&calls_file(timed.calls, timed.workload.function)),
        "grow": grow,
        "only": timed.only,
        "unrepeated": timed.unrepeated,
        "first": schedule.first_spawned,
        "order": schedule.iteration_order,
        "engineSeed": schedule.engine_seed & 0x7fff_ffff,
        "warmUpCpuMs": timing.warm_up_cpu_millis,
        "warmUpIterations": timing.warm_up_iterations,
        "minBlockCpuMs": timing.min_block_cpu_millis,
        "maxBlockCpuMs": timing.max_block_cpu_millis,
        "mutates": timed.mutates,
        "timeoutMs": PAIR_MILLIS,
    });
    let mut pair = FunctionPair {
        index: schedule.pair,
        first: schedule.first_spawned,
        blocks: Vec::new(),
        calls_per_block: 0,
        rss: None,
        allocated: None,
        load_milli: [lab.load_milli(), None],
        failure: None,
    };
    match room.script::<LockstepResult>(lab, LOCKSTEP, &request).await? {
        Err(error) => pair.failure = Some(PairFailure { side: None, reason: error.0 }),
        Ok(result) => take(&mut pair, result, timing.iterations),
    }
    pair.load_milli[1] = lab.load_milli();
    Ok(pair)
}

fn take(pair: &mut FunctionPair, result: LockstepResult, blocks: u32) {
    pair.calls_per_block = result.rounds.saturating_mul(result.calls_per_round);
    pair.blocks = result
        .blocks
        .iter()
        .map(|both| Block { base: times(both.base), candidate: times(both.candidate) })
        .collect();
    pair.rss = result.rss.and_then(known);
    pair.allocated =
        result.allocated.and_then(known).map(|[base, candidate]| Allocated { base, candidate });
    pair.failure = match result.failure {
        Some(failure) => {
            let side = match failure.side.as_deref() {
                // Whose turn it was when the time was up says nothing.
                _ if failure.reason == OUT_OF_TIME => None,
                Some("base") => Some(Side::Base),
                Some("candidate") => Some(Side::Candidate),
                _ => None,
            };
            let reason = match failure.detail {
                Some(detail) if !detail.is_empty() => format!("{}: {detail}", failure.reason),
                _ => failure.reason,
            };
            Some(PairFailure { side, reason })
        }
        None if pair.blocks.len() < blocks.min(LEAST_BLOCKS) as usize => Some(PairFailure {
            side: None,
            reason: format!("{} of {blocks} blocks were measured", pair.blocks.len()),
        }),
        None => None,
    };
}

fn known(both: Both<Option<u64>>) -> Option<[u64; 2]> {
    Some([both.base?, both.candidate?])
}

fn times(times: Times) -> IterationTimes {
    IterationTimes { cpu_nanos: times.cpu_us.saturating_mul(1000), wall_nanos: times.wall_ns }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::results::LockstepFailure;

    fn failed(side: &str, reason: &str) -> PairFailure {
        let mut pair = FunctionPair {
            index: 0,
            first: Side::Base,
            blocks: Vec::new(),
            calls_per_block: 0,
            rss: None,
            allocated: None,
            load_milli: [None, None],
            failure: None,
        };
        let failure = LockstepFailure {
            side: Some(side.to_owned()),
            reason: reason.to_owned(),
            detail: Some(String::new()),
        };
        let result = LockstepResult {
            rounds: 1,
            calls_per_round: 1,
            blocks: Vec::new(),
            rss: None,
            allocated: None,
            failure: Some(failure),
        };
        take(&mut pair, result, 20);
        pair.failure.unwrap()
    }

    #[test]
    fn a_pair_that_ran_out_of_time_is_nobodys_fault() {
        assert_eq!(failed("candidate", "out-of-time").side, None);
        assert_eq!(failed("candidate", "outcomes-differ").side, Some(Side::Candidate));
        assert_eq!(failed("base", "threw").side, Some(Side::Base));
    }
}
