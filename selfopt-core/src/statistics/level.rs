//! An error level as an exact quotient.

use std::num::NonZeroU32;

use super::Fraction;

/// An error probability `fraction / shares`: what one test may spend when `shares` tests share
/// `fraction` by Bonferroni.
///
/// Held as a quotient because 0.005 / 3 is no finite decimal, and the comparison with a signed-rank
/// tail must come out alike on every platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    fraction: Fraction,
    shares: NonZeroU32,
}

impl Level {
    /// `fraction` spent by one test alone.
    pub const fn whole(fraction: Fraction) -> Self {
        Self { fraction, shares: NonZeroU32::MIN }
    }

    /// This level shared by `shares` tests.
    #[must_use]
    pub const fn split(self, shares: NonZeroU32) -> Self {
        Self { fraction: self.fraction, shares: self.shares.saturating_mul(shares) }
    }

    /// The level as a float, for display.
    pub fn as_f64(self) -> f64 {
        self.fraction.as_f64() / f64::from(self.shares.get())
    }

    /// Whether `count / 2^n_pairs` is at most this level, for `n_pairs <= 63`.
    ///
    /// `count * shares * 1e9 <= billionths * 2^n` in integers: 63 + 32 + 30 bits, which 128 hold.
    pub(super) fn admits(self, count: u64, n_pairs: usize) -> bool {
        let spent = u128::from(count)
            * u128::from(self.shares.get())
            * u128::from(Fraction::ONE.billionths());
        spent <= u128::from(self.fraction.billionths()) << n_pairs
    }
}

impl From<Fraction> for Level {
    fn from(fraction: Fraction) -> Self {
        Self::whole(fraction)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_boundary_is_exact() {
        let quarter = Level::whole(Fraction::from_percent(25));
        assert!(quarter.admits(1, 2));
        assert!(!quarter.admits(2, 2));
        let third_of_it = quarter.split(NonZeroU32::new(3).unwrap());
        assert!(!third_of_it.admits(1, 3));
        assert!(third_of_it.admits(1, 4));
        assert!((third_of_it.as_f64() - 0.25 / 3.0).abs() < 1e-15);
    }

    #[test]
    fn the_largest_sizes_do_not_overflow() {
        let tiny = Level::whole(Fraction::from_billionths(1)).split(NonZeroU32::MAX);
        assert!(!tiny.admits(1 << 63, 63));
        assert!(Level::whole(Fraction::ONE).admits(1 << 63, 63));
    }
}
