//! A share between zero and one, held as an integer so that it is recorded and compared exactly.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Billionths in a whole.
const WHOLE: u32 = 1_000_000_000;

/// A share from 0 to 1 in steps of 1e-9: a threshold, an error level or a p-value.
///
/// Written in JSON and TOML as a plain decimal (`0.03`). Nine decimals fit the part of a float that
/// every parser reads back exactly, so a recorded value never moves by a rounding error.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(into = "f64", try_from = "f64")]
#[schemars(with = "f64", extend("minimum" = 0, "maximum" = 1))]
pub struct Fraction(u32);

/// A number that is not a share between zero and one with at most nine decimals.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("`{0}` is not a fraction between 0 and 1 with at most nine decimals")]
pub struct InvalidFraction(pub f64);

impl Fraction {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The whole.
    pub const ONE: Self = Self(WHOLE);

    /// A share given in units of 1e-9; more than the whole is cut to the whole.
    pub const fn from_billionths(billionths: u32) -> Self {
        if billionths > WHOLE { Self::ONE } else { Self(billionths) }
    }

    /// A share given in per cent; more than the whole is cut to the whole.
    pub const fn from_percent(percent: u32) -> Self {
        Self::from_billionths(percent.saturating_mul(WHOLE / 100))
    }

    /// `numerator / denominator`, rounded **up** to the next 1e-9 and cut to the whole.
    ///
    /// Rounding up keeps a p-value from ever looking smaller than it is. A zero denominator gives the
    /// whole, the value that proves nothing.
    pub(super) fn ratio_rounded_up(numerator: u128, denominator: u128) -> Self {
        let billionths = numerator.saturating_mul(u128::from(WHOLE));
        if denominator == 0 {
            return Self::ONE;
        }
        u32::try_from(billionths.div_ceil(denominator)).map_or(Self::ONE, Self::from_billionths)
    }

    /// This share in units of 1e-9.
    pub const fn billionths(self) -> u32 {
        self.0
    }

    /// This share as a float, for display and for logarithms.
    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / f64::from(WHOLE)
    }

    /// This share `times` over, cut to the whole.
    #[must_use]
    pub fn saturating_mul(self, times: u32) -> Self {
        Self::from_billionths(self.0.saturating_mul(times))
    }

    /// Whether `part` is more than this share of `whole`, compared without rounding.
    pub fn is_exceeded_by(self, part: u64, whole: u64) -> bool {
        u128::from(part) * u128::from(WHOLE) > u128::from(self.0) * u128::from(whole)
    }
}

impl From<Fraction> for f64 {
    fn from(fraction: Fraction) -> Self {
        fraction.as_f64()
    }
}

impl TryFrom<f64> for Fraction {
    type Error = InvalidFraction;

    fn try_from(value: f64) -> Result<Self, Self::Error> {
        let billionths = libm::round(value * f64::from(WHOLE));
        if !(0.0..=f64::from(WHOLE)).contains(&billionths) {
            return Err(InvalidFraction(value));
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "an integer between 0 and 1e9, checked above"
        )]
        let fraction = Self(billionths as u32);
        // A tenth decimal would be dropped in silence, and then the record would differ from the
        // input.
        if (fraction.as_f64() - value).abs() > f64::EPSILON {
            return Err(InvalidFraction(value));
        }
        Ok(fraction)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_survives_the_round_trip() {
        for billionths in [0, 1, 3, 999, 1_666_667, 5_000_000, 30_000_000, 123_456_789, WHOLE] {
            let fraction = Fraction::from_billionths(billionths);
            let json = serde_json::to_string(&fraction).unwrap();
            assert_eq!(serde_json::from_str::<Fraction>(&json).unwrap(), fraction);
            let toml =
                toml::to_string(&std::collections::BTreeMap::from([("x", fraction)])).unwrap();
            let back: std::collections::BTreeMap<String, Fraction> = toml::from_str(&toml).unwrap();
            assert_eq!(back["x"], fraction);
        }
        assert_eq!(serde_json::to_string(&Fraction::from_percent(3)).unwrap(), "0.03");
    }

    #[test]
    fn what_is_no_fraction_is_refused() {
        for text in ["-0.1", "1.1", "0.00000000051", "1e300"] {
            assert!(serde_json::from_str::<Fraction>(text).is_err(), "{text}");
        }
        assert!(Fraction::try_from(f64::NAN).is_err());
    }

    #[test]
    fn ratios_round_up() {
        assert_eq!(Fraction::ratio_rounded_up(1, 3).billionths(), 333_333_334);
        assert_eq!(Fraction::ratio_rounded_up(1, 1 << 60).billionths(), 1);
        assert_eq!(Fraction::ratio_rounded_up(5, 4), Fraction::ONE);
        assert_eq!(Fraction::ratio_rounded_up(0, 4), Fraction::ZERO);
    }

    #[test]
    fn shares_compare_without_rounding() {
        let fifth = Fraction::from_percent(20);
        assert!(!fifth.is_exceeded_by(2, 10));
        assert!(fifth.is_exceeded_by(3, 14));
    }
}
