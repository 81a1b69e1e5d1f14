//! A candidate on a kernel, as the workloads gate has one: the same samples in
//! the same order, so that the gate's own judgement can be asked.

use selfopt_core::digest::Digest;
use selfopt_core::gates::{BenchmarkAnswer, BenchmarkSaid, MeasuredWorkload, WorkloadsInputs};
use selfopt_core::statistics::{
    Budget, Metric, NanoLog, NoiseAssessment, PairSchedule, Parameters, Readiness, ScheduleKey,
    Side, Verdict, choose_metric, decide,
};
use selfopt_core::{
    FunctionPair, Judged, Provenance, Sizes, TouchedFunction, Touches, Versions, Workload,
    WorkloadRole,
};

/// The file that a kernel is said to be in.
const PATH: &str = "kernels";
/// Pairs of the noise that may be lost.
const LOST_NOISE_PAIRS: usize = 2;

/// What is measured next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// A pair of these versions with this number.
    Pair(Versions, u32),
    /// Nothing: the verdict is there.
    Nothing,
}

/// A candidate of which nothing was measured yet, with the default parameters.
pub(super) fn unmeasured(kernel: &str, seed: u64) -> WorkloadsInputs {
    let workload = Workload {
        id: kernel.to_owned(),
        function: 0,
        role: WorkloadRole::Decides,
        provenance: Provenance::Tests,
        digest: Digest::of(kernel.as_bytes()),
        calls: 1,
        elements: Sizes::default(),
        factor: None,
        in_place: false,
    };
    let function = TouchedFunction {
        id: 0,
        path: PATH.to_owned(),
        name: kernel.to_owned(),
        line: 1,
        judged: Judged::Detached,
    };
    WorkloadsInputs {
        not_needed: None,
        benchmark: BenchmarkSaid {
            answer: BenchmarkAnswer::CannotTell,
            reason: "a kernel has no benchmark".to_owned(),
        },
        touches: Touches { functions: vec![function], outside: None },
        nothing_to_measure: None,
        measured: vec![MeasuredWorkload { workload, noise_pairs: Vec::new(), pairs: Vec::new() }],
        parameters: Parameters::default(),
        run_seed: seed,
        base_sha: String::new(),
        diff_sha: String::new(),
        budget: Budget::Open,
    }
}

/// The order of one pair, as the gate derives it.
pub(super) fn schedule(inputs: &WorkloadsInputs, versions: Versions, index: u32) -> PairSchedule {
    let empty = Digest::of(b"").to_string();
    let id = inputs.measured.first().map_or("", |measured| &measured.workload.id);
    let key = ScheduleKey {
        run_seed: inputs.run_seed,
        base_sha: &inputs.base_sha,
        candidate_diff_sha: match versions {
            Versions::BaseTwice => &empty,
            Versions::BaseAndCandidate => &inputs.diff_sha,
        },
        bench_id: &format!("{PATH}:{id}@{id}"),
    };
    PairSchedule::new(&key, index, inputs.parameters.timing.iterations)
}

/// What the gate would measure next: pairs of the base with itself, then, when
/// the noise allows it, pairs with the candidate until the test has an answer.
pub(super) fn next(inputs: &WorkloadsInputs) -> Step {
    let Some(measured) = inputs.measured.first() else { return Step::Nothing };
    let parameters = &inputs.parameters;
    let of_noise = measured.noise_pairs.len();
    if lost(&measured.noise_pairs) > LOST_NOISE_PAIRS {
        return Step::Nothing;
    }
    // Like the gate: where the first pairs leave it too noisy it gets as many again.
    let is_looked_at = of_noise == parameters.noise.pairs || of_noise == 2 * parameters.noise.pairs;
    let noise = noise(measured, parameters)
        .filter(|noise| is_looked_at && noise.readiness() == Readiness::Ready);
    let Some(noise) = noise else {
        return if of_noise < 2 * parameters.noise.pairs {
            Step::Pair(Versions::BaseTwice, count(of_noise))
        } else {
            Step::Nothing
        };
    };
    let most = parameters.max_pairs + parameters.max_pairs / 4;
    let failed = measured.pairs.iter().any(|pair| {
        pair.failure.as_ref().is_some_and(|failure| failure.side == Some(Side::Candidate))
    });
    if failed || measured.pairs.len() >= most || lost(&measured.pairs) > most / 4 {
        return Step::Nothing;
    }
    let values = values(&measured.pairs, metric(measured, parameters));
    match decide(parameters, noise.floor, &values, Budget::Open).verdict {
        Verdict::Continue => Step::Pair(Versions::BaseAndCandidate, count(measured.pairs.len())),
        _ => Step::Nothing,
    }
}

/// What the base against itself says.
pub(super) fn noise(
    measured: &MeasuredWorkload,
    parameters: &Parameters,
) -> Option<NoiseAssessment> {
    let values = values(&measured.noise_pairs, metric(measured, parameters));
    NoiseAssessment::from_pairs(parameters, &values)
}

/// The clock, chosen by the base's blocks alone.
pub(super) fn metric(measured: &MeasuredWorkload, parameters: &Parameters) -> Metric {
    let blocks: Vec<_> =
        measured.noise_pairs.iter().flat_map(|pair| &pair.blocks).map(|block| block.base).collect();
    choose_metric(&blocks, parameters.noise.cpu_bound_share)
}

/// The values of the pairs that have one.
pub(super) fn values(pairs: &[FunctionPair], metric: Metric) -> Vec<NanoLog> {
    pairs.iter().filter_map(|pair| pair.value(metric)).collect()
}

fn lost(pairs: &[FunctionPair]) -> usize {
    pairs.iter().filter(|pair| pair.failure.is_some()).count()
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use selfopt_core::VerdictOutcome;
    use selfopt_core::statistics::IterationTimes;
    use selfopt_core::{Block, PairFailure};

    use super::*;

    /// A pair whose candidate takes `share` thousandths of the base's time.
    fn pair(inputs: &WorkloadsInputs, versions: Versions, index: u32, share: u64) -> FunctionPair {
        let times = |thousandths| IterationTimes {
            cpu_nanos: 10_000 * thousandths,
            wall_nanos: 10_000 * thousandths,
        };
        FunctionPair {
            index,
            first: schedule(inputs, versions, index).first_spawned,
            blocks: vec![Block { base: times(1000), candidate: times(share) }; 20],
            calls_per_block: 10,
            rss: None,
            allocated: None,
            load_milli: [None, None],
            failure: None,
        }
    }

    /// Measures to the end; `share` of pair `n` of these versions.
    fn measured(share: impl Fn(Versions, u32) -> u64) -> WorkloadsInputs {
        let mut inputs = unmeasured("json", 7);
        inputs.diff_sha = "a candidate".to_owned();
        while let Step::Pair(versions, index) = next(&inputs) {
            let pair = pair(&inputs, versions, index, share(versions, index));
            let measured = &mut inputs.measured[0];
            match versions {
                Versions::BaseTwice => measured.noise_pairs.push(pair),
                Versions::BaseAndCandidate => measured.pairs.push(pair),
            }
        }
        inputs
    }

    fn alternating(percent: u64) -> impl Fn(u32) -> u64 {
        move |index| if index % 2 == 0 { 1000 - 10 * percent } else { 1000 + 10 * percent }
    }

    #[test]
    fn the_gate_judges_what_was_measured_in_its_own_order() {
        let noise = alternating(1);
        let same = measured(|_, index| noise(index));
        assert_eq!((same.measured[0].noise_pairs.len(), same.measured[0].pairs.len()), (10, 6));
        let verdict = same.judge().verdict;
        assert_eq!(verdict.outcome, VerdictOutcome::Refused);
        assert!(verdict.reason.contains("below the 3 %"), "{}", verdict.reason);

        let faster = measured(|versions, index| match versions {
            Versions::BaseTwice => noise(index),
            Versions::BaseAndCandidate => noise(index) * 9 / 10,
        });
        assert_eq!(faster.measured[0].pairs.len(), 10);
        assert_eq!(faster.judge().verdict.outcome, VerdictOutcome::Passed);
    }

    #[test]
    fn noise_without_end_is_measured_no_further() {
        let wild = |index: u32| match index % 2 {
            0 => 200 + 17 * u64::from(index),
            _ => 4000 - 31 * u64::from(index),
        };
        let inputs = measured(|_, index| wild(index));
        assert_eq!((inputs.measured[0].noise_pairs.len(), inputs.measured[0].pairs.len()), (20, 0));
        let verdict = inputs.judge().verdict;
        assert_eq!(verdict.outcome, VerdictOutcome::Inconclusive);
        assert!(verdict.reason.contains("too noisy"), "{}", verdict.reason);
    }

    #[test]
    fn lost_pairs_end_the_measurement() {
        let mut inputs = unmeasured("json", 7);
        for index in 0..3 {
            let mut lost = pair(&inputs, Versions::BaseTwice, index, 1000);
            lost.failure = Some(PairFailure { side: None, reason: "out-of-time".to_owned() });
            inputs.measured[0].noise_pairs.push(lost);
        }
        assert_eq!(next(&inputs), Step::Nothing);
    }
}
