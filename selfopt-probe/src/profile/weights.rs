//! How long each sample stands for.

/// A sample stands for at most this many sampling intervals. A longer gap is
/// one in which the thread, or the sampler, did not run: that is the machine's
/// time, not the function's.
const MOST_INTERVALS: i64 = 4;
/// The longest that a sample stands for, whatever the interval is said to be.
const MOST_US: i64 = 10_000;

/// When samples were taken, in microseconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times<'a> {
    pub(super) start: i64,
    pub(super) end: i64,
    /// From each sample to the next, the first from the start.
    pub(super) deltas: &'a [i64],
    /// What was asked for; 0 when that is not known.
    pub(super) interval: i64,
}

/// The microseconds of each of `n` samples of a slice: until the next one, as
/// V8's own tools count. Samples come out of order at times, so they are
/// sorted first.
pub(super) fn weights(n: usize, times: Times<'_>) -> Vec<u64> {
    let most = match times.interval.saturating_mul(MOST_INTERVALS) {
        most @ 1..MOST_US => most,
        _ => MOST_US,
    };
    let mut at = times.start;
    let mut moments: Vec<(i64, usize)> = Vec::with_capacity(n);
    for (idx, delta) in times.deltas.iter().take(n).enumerate() {
        at = at.saturating_add(*delta);
        moments.push((at, idx));
    }
    moments.sort_unstable();
    let mut weights = vec![0; n];
    let ends = moments.iter().skip(1).map(|(at, _)| *at).chain([times.end]);
    for ((start, idx), end) in moments.iter().zip(ends) {
        weights[*idx] = end.saturating_sub(*start).clamp(0, most).unsigned_abs();
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(deltas: &[i64], end: i64) -> Vec<u64> {
        weights(deltas.len(), Times { start: 1000, end, deltas, interval: 0 })
    }

    #[test]
    fn a_sample_stands_until_the_next() {
        assert_eq!(of(&[100, 500, 700], 2400), [500, 700, 100]);
    }

    #[test]
    fn samples_out_of_order_are_put_in_order() {
        // At 1600, 1100 and 2000.
        assert_eq!(of(&[600, -500, 900], 2100), [400, 500, 100]);
    }

    #[test]
    fn gaps_are_nobodys_and_nonsense_is_nothing() {
        assert_eq!(of(&[0, 5_000_000, 10], 0), [10_000, 10, 0]);
        assert_eq!(of(&[i64::MAX, i64::MAX, i64::MIN], i64::MIN), [0, 0, 10_000]);
        let times = |deltas, interval| Times { start: 0, end: 9, deltas, interval };
        assert_eq!(weights(3, times(&[5], 0)), [4, 0, 0]);
        assert_eq!(weights(2, times(&[0, 3000], 500)), [2000, 0]);
        assert_eq!(weights(2, times(&[0, 60_000], i64::MAX)), [10_000, 0]);
        assert_eq!(weights(2, times(&[0, 60_000], -1)), [10_000, 0]);
    }
}
