//! Rules of the usual shape: compare the best, or the mean, of N times, and accept when it is more
//! than five percent better.

use selfopt_core::FunctionPair;
use selfopt_core::gates::MeasuredWorkload;

/// Gain over the new time from which such a rule accepts.
const MORE_THAN: f64 = 0.05;

/// What the rules say; none where there are no times.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Naive {
    /// The base's times are those of the same pairs: both run in turns.
    pub(super) in_turns: Gains,
    /// The base's times are those of the noise pairs: first the base, then the candidate, as a tool
    /// takes them that measures a change.
    pub(super) base_first: Gains,
}

/// The gains that the rules see.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Gains {
    /// By the best of N elapsed times.
    pub(super) best: Option<f64>,
    /// By the mean of N elapsed times.
    pub(super) mean: Option<f64>,
}

/// The gains of both rules on the samples of a trial. N is the number of blocks: twenty a pair.
pub(super) fn judge(measured: &MeasuredWorkload) -> Naive {
    let base = nanos_a_call(&measured.pairs, Which::Base);
    let candidate = nanos_a_call(&measured.pairs, Which::Candidate);
    let base_before = nanos_a_call(&measured.noise_pairs, Which::Base);
    Naive { in_turns: gains(&base, &candidate), base_first: gains(&base_before, &candidate) }
}

/// Whether the rule accepts.
pub(super) fn accepts(gain: Option<f64>) -> bool {
    gain.is_some_and(|gain| gain > MORE_THAN)
}

#[derive(Clone, Copy)]
enum Which {
    Base,
    Candidate,
}

#[expect(clippy::cast_precision_loss, reason = "times are far below 2^53 nanoseconds")]
fn nanos_a_call(pairs: &[FunctionPair], which: Which) -> Vec<f64> {
    let kept = pairs.iter().filter(|pair| pair.failure.is_none() && pair.calls_per_block > 0);
    kept.flat_map(|pair| {
        pair.blocks.iter().map(|block| {
            let times = match which {
                Which::Base => block.base,
                Which::Candidate => block.candidate,
            };
            times.wall_nanos as f64 / pair.calls_per_block as f64
        })
    })
    .collect()
}

fn gains(base: &[f64], candidate: &[f64]) -> Gains {
    let of = |figure: fn(&[f64]) -> Option<f64>| {
        let (base, candidate) = (figure(base)?, figure(candidate)?);
        (candidate > 0.0).then(|| (base - candidate) / candidate)
    };
    Gains { best: of(best), mean: of(mean) }
}

fn best(times: &[f64]) -> Option<f64> {
    times.iter().copied().reduce(f64::min)
}

#[expect(clippy::cast_precision_loss, reason = "some hundreds of times")]
fn mean(times: &[f64]) -> Option<f64> {
    (!times.is_empty()).then(|| times.iter().sum::<f64>() / times.len() as f64)
}
