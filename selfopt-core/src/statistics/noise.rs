//! The baseline measured against itself: how noisy a benchmark is and what can be proven on it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Fraction, Level, NanoLog, Parameters, WalshSums};

/// The half-width of the 80% signed-rank interval of ten pairs, times this, estimates the standard
/// deviation of one pair: 1 / (1.28 · sqrt(π/3) / sqrt(10)) = 2.41 for large samples, 2.47 with the
/// discrete rank 15 of ten pairs. In hundredths.
const SIGMA_FACTOR_HUNDREDTHS: u128 = 247;

/// The number of pairs that the factor belongs to.
const SIGMA_FACTOR_PAIRS: u128 = 10;

/// One-sided error of each end of the interval that sigma is read from.
const SIGMA_LEVEL: Level = Level::whole(Fraction::from_percent(10));

/// What measuring the baseline against itself says about a benchmark on a machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NoiseAssessment {
    /// Pairs measured.
    pub n_pairs: usize,
    /// The Hodges–Lehmann estimate of the difference between identical programs.
    pub hodges_lehmann: NanoLog,
    /// Its magnitude: no smaller effect is provable here.
    pub floor: NanoLog,
    /// A robust estimate of the standard deviation of one pair.
    pub sigma: NanoLog,
    /// What sigma means for the measurement.
    pub class: NoiseClass,
    /// Two-sided signed-rank p-value of "identical programs do not differ".
    pub p_value: Fraction,
    /// Whether identical programs differ both significantly and by more than the margin.
    pub biased: bool,
}

/// How noisy a benchmark is, by the standard deviation of one pair.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum NoiseClass {
    /// Up to 2%.
    Good,
    /// Up to 4%.
    Fair,
    /// Up to 8%.
    Noisy,
    /// Up to 20%.
    VeryNoisy,
    /// More: nothing is measured.
    Unusable,
}

/// Whether candidates may be measured on a benchmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Readiness {
    /// They may.
    Ready,
    /// Identical programs differ: the gate refuses the benchmark.
    Biased,
    /// Too noisy: the verdict is inconclusive without spending budget.
    Unusable,
}

impl NoiseAssessment {
    /// Assesses A/A pair values; `None` with fewer than four of them or more than
    /// [`MAX_PAIRS`](super::MAX_PAIRS), because then there is no 80% interval.
    pub fn from_pairs(parameters: &Parameters, pairs: &[NanoLog]) -> Option<Self> {
        let sums = WalshSums::new(pairs)?;
        let width = sums.upper_bound(SIGMA_LEVEL)?.0.abs_diff(sums.lower_bound(SIGMA_LEVEL)?.0);
        let hodges_lehmann = sums.hodges_lehmann();
        let floor = hodges_lehmann.abs();
        let sigma = sigma_from_width(width, pairs.len());
        let p_value = sums.two_sided_p_value();
        Some(Self {
            n_pairs: pairs.len(),
            hodges_lehmann,
            floor,
            sigma,
            class: NoiseClass::from_sigma(sigma),
            p_value,
            biased: p_value < parameters.noise.bias_level
                && floor > NanoLog::from_improvement(parameters.margin),
        })
    }

    /// Whether candidates may be measured here.
    pub fn readiness(&self) -> Readiness {
        if self.biased {
            Readiness::Biased
        } else if self.class == NoiseClass::Unusable {
            Readiness::Unusable
        } else {
            Readiness::Ready
        }
    }
}

impl NoiseClass {
    /// The class of a pair standard deviation; the limits belong to the better class.
    pub fn from_sigma(sigma: NanoLog) -> Self {
        const PERCENT: i64 = 10_000_000;
        let limits = [
            (2 * PERCENT, Self::Good),
            (4 * PERCENT, Self::Fair),
            (8 * PERCENT, Self::Noisy),
            (20 * PERCENT, Self::VeryNoisy),
        ];
        limits
            .into_iter()
            .find(|&(limit, _)| sigma <= NanoLog(limit))
            .map_or(Self::Unusable, |(_, class)| class)
    }

    /// The smallest of the calibrated effects (5%, 10%, 20%) that is accepted at least 99 times in 100
    /// at the noisy end of this class when the floor is below the margin; `None` when there is none.
    ///
    /// A higher floor costs power, and smaller effects may be accepted too: this is guidance for a
    /// reader, never a limit of the gate.
    pub fn detectable(self) -> Option<Fraction> {
        match self {
            Self::Good | Self::Fair => Some(Fraction::from_percent(5)),
            Self::Noisy => Some(Fraction::from_percent(10)),
            Self::VeryNoisy => Some(Fraction::from_percent(20)),
            Self::Unusable => None,
        }
    }
}

/// `2.47 * width / 2 * sqrt(n / 10)`, rounded down.
///
/// With ten pairs the root is 1. The interval of more pairs is narrower by the root of their number
/// while the noise of one pair stays what it is.
fn sigma_from_width(width: u64, n_pairs: usize) -> NanoLog {
    let factor_squared = SIGMA_FACTOR_HUNDREDTHS * SIGMA_FACTOR_HUNDREDTHS;
    let variance = u128::from(width)
        .saturating_mul(u128::from(width))
        .saturating_mul(factor_squared)
        .saturating_mul(n_pairs as u128)
        / (200 * 200 * SIGMA_FACTOR_PAIRS);
    NanoLog(i64::try_from(variance.isqrt()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assess(values: &[i64]) -> Option<NoiseAssessment> {
        let pairs: Vec<_> = values.iter().map(|&value| NanoLog(value * 1_000_000)).collect();
        NoiseAssessment::from_pairs(&Parameters::default(), &pairs)
    }

    #[test]
    fn ten_pairs_use_the_documented_factor() {
        assert_eq!(sigma_from_width(200, 10), NanoLog(247));
        assert_eq!(sigma_from_width(200, 40), NanoLog(494));
        let widest = sigma_from_width(u64::MAX, 63);
        assert_eq!(NoiseClass::from_sigma(widest), NoiseClass::Unusable);
    }

    #[test]
    fn the_interval_has_rank_fifteen() {
        let values = [-9, -5, -3, -2, 0, 1, 2, 4, 6, 11];
        let mut sums: Vec<i64> =
            (0..10).flat_map(|a| (a..10).map(move |b| values[a] + values[b])).collect();
        sums.sort_unstable();
        let width =
            (sums[55 - 15] * 1_000_000).div_euclid(2) - (sums[14] * 1_000_000).div_euclid(2);
        let noise = assess(&values).unwrap();
        assert_eq!(noise.sigma, NanoLog(width * 247 / 200));
        assert_eq!(noise.class, NoiseClass::Good);
        assert_eq!(noise.readiness(), Readiness::Ready);
    }

    #[test]
    fn a_silent_machine_is_good() {
        let noise = assess(&[0; 10]).unwrap();
        assert_eq!((noise.floor, noise.sigma), (NanoLog::ZERO, NanoLog::ZERO));
        assert_eq!((noise.class, noise.biased), (NoiseClass::Good, false));
        assert_eq!(noise.p_value, Fraction::ONE);
    }

    #[test]
    fn a_shift_between_identical_programs_is_bias() {
        let shifted = assess(&[20, 21, 22, 23, 24, 25, 26, 27, 28, 29]).unwrap();
        assert!(shifted.biased);
        assert_eq!(shifted.readiness(), Readiness::Biased);
        let small = assess(&[5, 6, 7, 8, 9, 5, 6, 7, 8, 9]).unwrap();
        assert!(small.p_value < Fraction::from_percent(1));
        assert!(!small.biased, "below the margin it cannot deceive");
    }

    #[test]
    fn classes_and_what_they_can_prove() {
        let class = |percent: i64| NoiseClass::from_sigma(NanoLog(percent * 10_000_000));
        assert_eq!(class(2), NoiseClass::Good);
        assert_eq!(class(4), NoiseClass::Fair);
        assert_eq!(class(8), NoiseClass::Noisy);
        assert_eq!(class(20), NoiseClass::VeryNoisy);
        assert_eq!(class(21), NoiseClass::Unusable);
        assert_eq!(NoiseClass::Noisy.detectable(), Some(Fraction::from_percent(10)));
        assert_eq!(NoiseClass::Unusable.detectable(), None);
    }

    #[test]
    fn too_few_pairs_assess_nothing() {
        assert!(assess(&[1, 2, 3]).is_none());
        assert!(assess(&[1, 2, 3, 4]).is_some());
    }
}
