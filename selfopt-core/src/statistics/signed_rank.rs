//! The exact null distribution of the Wilcoxon signed-rank statistic, and its critical ranks.
//!
//! T+ is the sum of the ranks 1..=n whose sign is positive. Under the null hypothesis each sign is a
//! fair coin, so the number of the 2^n sign vectors with T+ = t is the number of subsets of {1..n}
//! with sum t (Wilcoxon 1945; Hollander, Wolfe & Chicken, *Nonparametric Statistical Methods*, 3.1).

use std::sync::OnceLock;

use super::{Fraction, Level};

/// The most pairs a test may have: up to here the 2^n sign vectors are counted exactly in a `u64`.
pub const MAX_PAIRS: usize = 63;

/// How many Walsh sums, and how many possible ranks, `n_pairs` values have: n(n+1)/2.
pub(super) const fn n_ranks(n_pairs: usize) -> usize {
    n_pairs * (n_pairs + 1) / 2
}

/// The largest k with P(T+ <= k-1) <= `level` for `n_pairs` pairs, at most n(n+1)/2.
///
/// The k-th smallest Walsh sum, halved, is then a lower confidence bound whose one-sided error is at
/// most `level`. `None` when there is no such k: too few pairs for this level, or more than
/// [`MAX_PAIRS`].
pub fn critical_rank(n_pairs: usize, level: Level) -> Option<usize> {
    let below_top = cumulative_counts(n_pairs)?.get(..n_ranks(n_pairs))?;
    let rank = below_top.partition_point(|&count| level.admits(count, n_pairs));
    (rank > 0).then_some(rank)
}

/// P(T+ <= `statistic`) times `multiplier`, rounded up; `None` beyond [`MAX_PAIRS`].
pub(super) fn lower_tail(n_pairs: usize, statistic: usize, multiplier: u32) -> Option<Fraction> {
    let counts = cumulative_counts(n_pairs)?;
    let count = counts.get(statistic).or(counts.last())?;
    Some(Fraction::ratio_rounded_up(u128::from(*count) * u128::from(multiplier), 1_u128 << n_pairs))
}

/// Entry t is the number of sign vectors of `n_pairs` signs with T+ <= t.
///
/// A table of mathematical constants, computed once per process and size.
fn cumulative_counts(n_pairs: usize) -> Option<&'static [u64]> {
    static TABLES: [OnceLock<Vec<u64>>; MAX_PAIRS + 1] = [const { OnceLock::new() }; MAX_PAIRS + 1];
    let table = TABLES.get(n_pairs)?;
    Some(table.get_or_init(|| count_up_to(n_pairs)))
}

/// Counts subsets by their sum, one rank after the other, and adds up.
fn count_up_to(n_pairs: usize) -> Vec<u64> {
    let mut counts = vec![0_u64; n_ranks(n_pairs) + 1];
    counts[0] = 1;
    for rank in 1..=n_pairs {
        // Downwards, so that each rank is used once.
        for sum in (rank..=n_ranks(rank)).rev() {
            counts[sum] += counts[sum - rank];
        }
    }
    let mut total = 0;
    for count in &mut counts {
        total += *count;
        *count = total;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::num::NonZeroU32;

    fn per_mille(level: u32) -> Level {
        Level::whole(Fraction::from_billionths(level * 1_000_000))
    }

    #[test]
    fn critical_ranks_of_the_specification() {
        let accept = per_mille(5).split(NonZeroU32::new(3).unwrap());
        let ranks = [10, 18, 32].map(|n_pairs| critical_rank(n_pairs, accept));
        assert_eq!(ranks, [Some(1), Some(21), Some(111)]);

        let futility =
            [6, 8, 10, 14, 18, 24, 32].map(|n_pairs| critical_rank(n_pairs, per_mille(100)));
        assert_eq!(futility, [4, 9, 15, 32, 56, 105, 195].map(Some));
    }

    #[test]
    fn ten_pairs_are_the_fewest_that_can_accept() {
        let accept = per_mille(5).split(NonZeroU32::new(3).unwrap());
        assert_eq!(critical_rank(9, accept), None);
        assert_eq!(critical_rank(10, accept), Some(1));
    }

    #[test]
    fn sizes_at_the_edges() {
        assert_eq!(critical_rank(0, per_mille(500)), None);
        assert_eq!(critical_rank(MAX_PAIRS + 1, per_mille(500)), None);
        assert_eq!(critical_rank(1, per_mille(500)), Some(1));
        assert_eq!(critical_rank(3, per_mille(1000)), Some(6));
        assert_eq!(lower_tail(MAX_PAIRS, usize::MAX, 1), Some(Fraction::ONE));
        assert_eq!(lower_tail(MAX_PAIRS + 1, 0, 1), None);
    }

    #[test]
    fn the_counts_add_up_to_all_sign_vectors() {
        for n_pairs in 0..=MAX_PAIRS {
            assert_eq!(count_up_to(n_pairs).last(), Some(&(1_u64 << n_pairs)));
        }
    }
}
