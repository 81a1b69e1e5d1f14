//! Walsh sums of a sample, and what is read off them: estimate, bounds and p-values.
//!
//! A Walsh sum is `x_a + x_b` for `a <= b`; half of it is a Walsh average. The median of the averages
//! is the Hodges–Lehmann estimate, their order statistics are the confidence bounds that belong to the
//! signed-rank test (Hodges & Lehmann 1963; Hollander, Wolfe & Chicken, 3.2 and 3.3).
//!
//! Halves are **rounded down**. For integers `m`, `floor(y) >= m` says the same as `y >= m`, and
//! `floor(y) < m` the same as `y < m`: so the recorded integer decides every comparison exactly as the
//! unrounded number would.

use super::signed_rank::{critical_rank, lower_tail};
use super::{Fraction, Level, MAX_PAIRS, NanoLog};

/// The sorted Walsh sums of between 1 and [`MAX_PAIRS`] pair values.
#[derive(Debug, Clone)]
pub struct WalshSums {
    n_pairs: usize,
    sorted: Vec<i64>,
}

impl WalshSums {
    /// Adds every value to itself and to each other one; `None` when the sample is empty or larger
    /// than [`MAX_PAIRS`].
    pub fn new(sample: &[NanoLog]) -> Option<Self> {
        if sample.is_empty() || sample.len() > MAX_PAIRS {
            return None;
        }
        let mut sorted: Vec<i64> = sample
            .iter()
            .enumerate()
            .flat_map(|(first_idx, first)| {
                sample[first_idx..].iter().map(|second| first.0.saturating_add(second.0))
            })
            .collect();
        sorted.sort_unstable();
        Some(Self { n_pairs: sample.len(), sorted })
    }

    /// The Hodges–Lehmann estimate: half the median of the sums, rounded down.
    pub fn hodges_lehmann(&self) -> NanoLog {
        let n_sums = self.sorted.len();
        let middle_two =
            i128::from(self.sorted[(n_sums - 1) / 2]) + i128::from(self.sorted[n_sums / 2]);
        // Two sums of two values each: a quarter of the total.
        let estimate = i64::try_from(middle_two.div_euclid(4));
        NanoLog(estimate.expect("a quarter of two i64 fits an i64"))
    }

    /// The lower confidence bound with a one-sided error of at most `level`: half the k-th smallest
    /// sum, k = [`critical_rank`]. `None` when the sample is too small for this level.
    pub fn lower_bound(&self, level: Level) -> Option<NanoLog> {
        let rank = critical_rank(self.n_pairs, level)?;
        Some(half(self.sorted[rank - 1]))
    }

    /// The upper confidence bound with a one-sided error of at most `level`: half the k-th largest
    /// sum, k = [`critical_rank`]. `None` when the sample is too small for this level.
    pub fn upper_bound(&self, level: Level) -> Option<NanoLog> {
        let rank = critical_rank(self.n_pairs, level)?;
        Some(half(self.sorted[self.sorted.len() - rank]))
    }

    /// The p-value of "the effect is at most `margin`" against "it is larger", times `multiplier` for
    /// a Bonferroni correction.
    ///
    /// P(T+ <= number of sums at or below `2 margin`). A sum exactly at the margin speaks for the null
    /// hypothesis, so ties only make the p-value larger.
    pub fn p_value_above(&self, margin: NanoLog, multiplier: u32) -> Fraction {
        let limit = margin.0.saturating_mul(2);
        let n_at_most = self.sorted.partition_point(|&sum| sum <= limit);
        lower_tail(self.n_pairs, n_at_most, multiplier).unwrap_or(Fraction::ONE)
    }

    /// The p-value of "the effect is zero" against "it is not": twice the smaller tail, ties with zero
    /// counted in both tails.
    pub fn two_sided_p_value(&self) -> Fraction {
        let n_at_most = self.sorted.partition_point(|&sum| sum <= 0);
        let n_at_least = self.sorted.len() - self.sorted.partition_point(|&sum| sum < 0);
        lower_tail(self.n_pairs, n_at_most.min(n_at_least), 2).unwrap_or(Fraction::ONE)
    }
}

/// One-sided p-value of "the effect is at most `margin`"; 1 for a sample that cannot be tested.
pub fn one_sided_p_value(sample: &[NanoLog], margin: NanoLog) -> Fraction {
    WalshSums::new(sample).map_or(Fraction::ONE, |sums| sums.p_value_above(margin, 1))
}

/// Two-sided p-value of "the effect is zero"; 1 for a sample that cannot be tested.
pub fn two_sided_p_value(sample: &[NanoLog]) -> Fraction {
    WalshSums::new(sample).map_or(Fraction::ONE, |sums| sums.two_sided_p_value())
}

fn half(sum: i64) -> NanoLog {
    NanoLog(sum.div_euclid(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(values: &[i64]) -> WalshSums {
        let sample: Vec<_> = values.iter().copied().map(NanoLog).collect();
        WalshSums::new(&sample).unwrap()
    }

    #[test]
    fn estimate_and_bounds_of_a_worked_example() {
        // Walsh sums of 1, 3, 8: 2 4 6 9 11 16; the median is 7.5, half of it 3.75.
        let three = sums(&[8, 1, 3]);
        assert_eq!(three.sorted, [2, 4, 6, 9, 11, 16]);
        assert_eq!(three.hodges_lehmann(), NanoLog(3));
        let eighth = Level::whole(Fraction::from_billionths(125_000_000));
        assert_eq!(three.lower_bound(eighth), Some(NanoLog(1)));
        assert_eq!(three.upper_bound(eighth), Some(NanoLog(8)));
        let quarter = Level::whole(Fraction::from_percent(25));
        assert_eq!(three.lower_bound(quarter), Some(NanoLog(2)));
        assert_eq!(three.upper_bound(quarter), Some(NanoLog(5)));
        assert_eq!(three.lower_bound(Level::whole(Fraction::from_percent(12))), None);
    }

    #[test]
    fn halves_round_down_on_both_sides_of_zero() {
        assert_eq!(sums(&[1, 2]).hodges_lehmann(), NanoLog(1));
        assert_eq!(sums(&[-1, -2]).hodges_lehmann(), NanoLog(-2));
    }

    #[test]
    fn p_values_of_a_worked_example() {
        // All ten values positive: one of 1,024 sign vectors, two for both tails.
        let ten = sums(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        assert_eq!(ten.p_value_above(NanoLog::ZERO, 1).billionths(), 976_563);
        assert_eq!(ten.p_value_above(NanoLog::ZERO, 3).billionths(), 2_929_688);
        assert_eq!(ten.two_sided_p_value().billionths(), 1_953_125);
        assert_eq!(ten.p_value_above(NanoLog(10), 1), Fraction::ONE);
    }

    #[test]
    fn zeros_prove_nothing() {
        let zeros = sums(&[0; 32]);
        assert_eq!(zeros.two_sided_p_value(), Fraction::ONE);
        assert_eq!(zeros.p_value_above(NanoLog::ZERO, 1), Fraction::ONE);
    }

    #[test]
    fn extreme_values_do_not_overflow() {
        let extreme = sums(&[i64::MIN, i64::MAX, i64::MAX]);
        assert!(extreme.hodges_lehmann() > NanoLog::ZERO);
        assert_eq!(extreme.p_value_above(NanoLog(i64::MAX), 1), Fraction::ONE);
    }

    #[test]
    fn samples_that_cannot_be_tested() {
        assert!(WalshSums::new(&[]).is_none());
        assert!(WalshSums::new(&[NanoLog::ZERO; MAX_PAIRS + 1]).is_none());
        assert_eq!(one_sided_p_value(&[], NanoLog::ZERO), Fraction::ONE);
        assert_eq!(two_sided_p_value(&[]), Fraction::ONE);
    }
}
