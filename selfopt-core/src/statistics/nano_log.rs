//! The value of a pair: a natural-log time ratio as an integer.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Fraction;

/// Units in one natural-log unit.
const UNITS: f64 = 1e9;

/// `ln(baseline time / candidate time)` in units of 1e-9; positive means that the candidate is faster.
///
/// One unit is a time difference of one billionth, far below any clock, so rounding to it loses
/// nothing. Being an integer, it is sorted, added and compared alike on every platform.
#[derive(
    Debug,
    Default,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(transparent)]
pub struct NanoLog(pub i64);

impl NanoLog {
    /// No difference.
    pub const ZERO: Self = Self(0);

    /// `round(1e9 * ln(base / candidate))`, both times in the same unit; `None` when one of them is
    /// zero, because a time of zero was not measured.
    ///
    /// The larger time is divided by the smaller and the sign put back afterwards. Exchanging the two
    /// sides therefore negates the value exactly, and the sign of a pair without an effect is an
    /// exactly fair coin. The logarithm is software (`libm`), the same bits everywhere.
    pub fn from_times(base: u64, candidate: u64) -> Option<Self> {
        if base == 0 || candidate == 0 {
            return None;
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "53 bits of a time are far more than a clock resolves"
        )]
        let ratio = base.max(candidate) as f64 / base.min(candidate) as f64;
        let magnitude = Self::from_log(libm::log(ratio));
        Some(if base >= candidate { magnitude } else { -magnitude })
    }

    /// The log ratio of a candidate that takes `improvement` less time: `-ln(1 - improvement)`.
    pub fn from_improvement(improvement: Fraction) -> Self {
        Self::from_log(-libm::log1p(-improvement.as_f64()))
    }

    /// The log ratio of a candidate that takes `slowdown` more time: `-ln(1 + slowdown)`, negative.
    pub fn from_slowdown(slowdown: Fraction) -> Self {
        Self::from_log(-libm::log1p(slowdown.as_f64()))
    }

    /// A natural logarithm rounded to the nearest unit, halves away from zero.
    pub fn from_log(log: f64) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the float is integral; beyond the range the cast saturates"
        )]
        let units = libm::round(log * UNITS) as i64;
        Self(units)
    }

    /// The natural logarithm as a float, for display.
    pub fn as_log(self) -> f64 {
        #[expect(
            clippy::cast_precision_loss,
            reason = "display only; measured values are far below 2^53"
        )]
        let units = self.0 as f64;
        units / UNITS
    }

    /// The share of the time that is saved, `1 - exp(-x)`: 0.05 is "5% less time", negative is slower.
    /// For display, never for a decision.
    pub fn improvement(self) -> f64 {
        -libm::expm1(-self.as_log())
    }

    /// How many times faster the candidate is, `exp(x)`: 2.0 is "twice as fast". For display, never for
    /// a decision.
    pub fn speedup(self) -> f64 {
        libm::exp(self.as_log())
    }

    /// The magnitude.
    #[must_use]
    pub const fn abs(self) -> Self {
        Self(self.0.saturating_abs())
    }

    /// The median; of an even number the midpoint of the middle two, **rounded toward zero** so that
    /// negating all values negates the median. `None` when there is no value.
    pub fn median(values: &[Self]) -> Option<Self> {
        let mut sorted = values.to_vec();
        sorted.sort_unstable();
        let upper = sorted.get(sorted.len() / 2)?;
        let lower = sorted.get((sorted.len() - 1) / 2)?;
        Some(Self(lower.0.midpoint(upper.0)))
    }
}

impl std::ops::Neg for NanoLog {
    type Output = Self;

    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_logarithms() {
        let ln_2 = NanoLog(693_147_181);
        assert_eq!(NanoLog::from_times(200, 100), Some(ln_2));
        assert_eq!(NanoLog::from_times(100, 200), Some(-ln_2));
        assert_eq!(NanoLog::from_times(7, 7), Some(NanoLog::ZERO));
        assert_eq!(NanoLog::from_times(0, 7), None);
        assert_eq!(NanoLog::from_times(7, 0), None);
        assert_eq!(NanoLog::from_improvement(Fraction::from_percent(3)), NanoLog(30_459_207));
        assert_eq!(NanoLog::from_improvement(Fraction::from_percent(1)), NanoLog(10_050_336));
        assert_eq!(NanoLog::from_slowdown(Fraction::from_percent(3)), NanoLog(-29_558_802));
    }

    #[test]
    fn shown_numbers() {
        let half = NanoLog::from_improvement(Fraction::from_percent(50));
        assert!((half.improvement() - 0.5).abs() < 1e-9);
        assert!((half.speedup() - 2.0).abs() < 1e-8);
        assert!(NanoLog(-10_000_000).improvement() < 0.0);
    }

    #[test]
    fn medians() {
        let median = |values: &[i64]| {
            let values: Vec<_> = values.iter().copied().map(NanoLog).collect();
            NanoLog::median(&values).map(|value| value.0)
        };
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[5]), Some(5));
        assert_eq!(median(&[9, 1, 5]), Some(5));
        assert_eq!(median(&[1, 4]), Some(2));
        assert_eq!(median(&[-1, -4]), Some(-2));
        assert_eq!(median(&[i64::MAX, i64::MAX]), Some(i64::MAX));
    }

    proptest! {
        #[test]
        fn exchanging_the_sides_negates_exactly(base in 1_u64.., candidate in 1_u64..) {
            let forward = NanoLog::from_times(base, candidate).unwrap();
            let backward = NanoLog::from_times(candidate, base).unwrap();
            prop_assert_eq!(forward, -backward);
        }

        #[test]
        fn negating_the_values_negates_the_median(values in prop::collection::vec(-1_000_000_i64..1_000_000, 1..40)) {
            let values: Vec<_> = values.into_iter().map(NanoLog).collect();
            let negated: Vec<_> = values.iter().map(|&value| -value).collect();
            prop_assert_eq!(NanoLog::median(&values).unwrap(), -NanoLog::median(&negated).unwrap());
        }
    }
}
