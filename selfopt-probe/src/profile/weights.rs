//! How long each sample stands for.

/// A sample stands for no more than this. A longer gap is one in which the
/// thread, or the sampler, did not run: that is the machine's time, not the
/// function's. Twice the longest sampling interval that a request may ask for.
const MOST_US: i64 = 10_000;

/// The microseconds of each of `n` samples of a slice: until the next one, as
/// V8's own tools count. Samples come out of order at times, so they are
/// sorted first.
pub(super) fn weights(n: usize, time_deltas: &[i64], start_time: i64, end_time: i64) -> Vec<u64> {
    let mut at = start_time;
    let mut moments: Vec<(i64, usize)> = Vec::with_capacity(n);
    for (idx, delta) in time_deltas.iter().take(n).enumerate() {
        at = at.saturating_add(*delta);
        moments.push((at, idx));
    }
    moments.sort_unstable();
    let mut weights = vec![0; n];
    let ends = moments.iter().skip(1).map(|(at, _)| *at).chain([end_time]);
    for ((start, idx), end) in moments.iter().zip(ends) {
        weights[*idx] = end.saturating_sub(*start).clamp(0, MOST_US).unsigned_abs();
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(deltas: &[i64], end: i64) -> Vec<u64> {
        weights(deltas.len(), deltas, 1000, end)
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
        assert_eq!(weights(3, &[5], 0, 9), [4, 0, 0]);
    }
}
