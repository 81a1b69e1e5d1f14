//! Everything the benchmark gate may be tuned by; recorded with each verdict.

use std::num::NonZeroU32;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Fraction, Level, MAX_PAIRS, NanoLog};

/// The parameters of the decision procedure. The defaults are those that the calibration is held to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Parameters {
    /// The smallest improvement that is worth proposing (delta): the estimate must reach it.
    pub min_improvement: Fraction,
    /// The smallest improvement that the lower bound must prove (delta0); a larger A/A floor raises it.
    pub margin: Fraction,
    /// The chance that a whole run accepts anything that is no improvement.
    pub alpha_run: Fraction,
    /// How many candidates a run may measure (M); they share `alpha_run`. `prove` of one patch uses 1.
    pub confirmations: NonZeroU32,
    /// How many measurements of one candidate share its alpha. Fixed before the first of them: an
    /// inconclusive candidate measured again at the full level would have two chances.
    pub tries: NonZeroU32,
    /// The numbers of pairs at which the candidate may be accepted, rising.
    pub accept_looks: Vec<usize>,
    /// The numbers of pairs at which a hopeless candidate is rejected, rising.
    pub futility_looks: Vec<usize>,
    /// One-sided error of the upper bound that rejects.
    pub futility_level: Fraction,
    /// The number of pairs at which the measurement ends, at most [`MAX_PAIRS`].
    pub max_pairs: usize,
    /// The share of pairs that may be discarded because the machine disturbed them.
    pub max_discarded_share: Fraction,
    /// How a pair is run.
    pub timing: PairTiming,
    /// How the noise is assessed before anything is measured.
    pub noise: NoiseLimits,
    /// What an accepted candidate must not make worse.
    pub guards: GuardLimits,
}

/// How one pair of processes is warmed up and timed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PairTiming {
    /// CPU time each process warms up for, in milliseconds. CPU and not wall time, because on a loaded
    /// machine the compiler and collector threads starve while the wall clock runs.
    pub warm_up_cpu_millis: u32,
    /// The least number of warm-up iterations.
    pub warm_up_iterations: u32,
    /// Iteration pairs in one pair of processes (k).
    pub iterations: u32,
    /// The least CPU time of one timed block, in milliseconds.
    pub min_block_cpu_millis: u32,
    /// The most CPU time of one timed block, in milliseconds.
    pub max_block_cpu_millis: u32,
}

/// Limits of the A/A assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NoiseLimits {
    /// Pairs of the baseline against itself.
    pub pairs: usize,
    /// Two-sided level below which the baseline differs from itself; the benchmark is then biased if
    /// its floor is above the margin too.
    pub bias_level: Fraction,
    /// The benchmark is CPU-bound, and CPU time its metric, from this share of CPU in wall time on.
    pub cpu_bound_share: Fraction,
}

/// What an accepted candidate must not make worse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GuardLimits {
    /// The slowdown of another benchmark, or of the other metric, from which it counts.
    pub max_slowdown: Fraction,
    /// One-sided error of the upper bound that confirms the slowdown.
    pub slowdown_level: Fraction,
    /// The growth of the median maximal resident set that is too much.
    pub max_memory_growth: Fraction,
}

/// Why parameters contradict themselves.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidParameters {
    /// More pairs than the exact distribution covers, or none.
    #[error("`max_pairs` is {0}, allowed are 1 to {MAX_PAIRS}")]
    MaxPairs(usize),
    /// A list of looks that is not strictly rising or leaves 1..=`max_pairs`.
    #[error("`{0}` must rise strictly from at least 1 to at most `max_pairs`")]
    Looks(&'static str),
    /// No look at which a candidate could ever be accepted.
    #[error("no accept look has enough pairs to accept at an error level of {level}")]
    NeverAccepts {
        /// The level of one look.
        level: f64,
    },
    /// The lower bound would have to prove more than the estimate.
    #[error("`margin` must not be larger than `min_improvement`")]
    Margin,
}

impl Default for Parameters {
    fn default() -> Self {
        const TEN: NonZeroU32 = NonZeroU32::new(10).expect("ten is not zero");
        Self {
            min_improvement: Fraction::from_percent(3),
            // "Lower bound >= 1% and estimate >= 3%" errs at most alpha for every true effect up to 1%
            // at any noise. A lower bound >= 3% halves the power at 5%; one >= 0 accepts 1% effects
            // almost twice as often as alpha allows.
            margin: Fraction::from_percent(1),
            alpha_run: Fraction::from_percent(5),
            confirmations: TEN,
            tries: NonZeroU32::MIN,
            // Ten pairs are the fewest that can accept: 1/1024 < 0.005/3 < 1/512.
            accept_looks: vec![10, 18, 32],
            futility_looks: vec![6, 8, 10, 14, 18, 24, 32],
            futility_level: Fraction::from_percent(10),
            max_pairs: 32,
            max_discarded_share: Fraction::from_percent(20),
            timing: PairTiming::default(),
            noise: NoiseLimits::default(),
            guards: GuardLimits::default(),
        }
    }
}

impl Default for PairTiming {
    fn default() -> Self {
        Self {
            // After 60 ms of CPU an allocating benchmark still costs 1.2 to 2.6 times its final cost;
            // after 300 ms it is flat.
            warm_up_cpu_millis: 300,
            warm_up_iterations: 10,
            iterations: 20,
            min_block_cpu_millis: 5,
            max_block_cpu_millis: 20,
        }
    }
}

impl Default for NoiseLimits {
    fn default() -> Self {
        Self {
            pairs: 10,
            bias_level: Fraction::from_billionths(5_000_000),
            cpu_bound_share: Fraction::from_percent(80),
        }
    }
}

impl Default for GuardLimits {
    fn default() -> Self {
        Self {
            max_slowdown: Fraction::from_percent(3),
            slowdown_level: Fraction::from_percent(5),
            max_memory_growth: Fraction::from_percent(10),
        }
    }
}

impl Parameters {
    /// The error level of one candidate's measurement: `alpha_run / (confirmations * tries)`.
    pub fn alpha(&self) -> Level {
        Level::whole(self.alpha_run).split(self.confirmations).split(self.tries)
    }

    /// The error level of one accept look: alpha shared by all planned looks (Bonferroni).
    pub fn level_per_look(&self) -> Level {
        NonZeroU32::new(self.n_accept_looks())
            .map_or(self.alpha(), |looks| self.alpha().split(looks))
    }

    /// What the lower bound must reach, as a log ratio: `margin` or the A/A floor, the larger one.
    pub fn margin_above(&self, floor: NanoLog) -> NanoLog {
        NanoLog::from_improvement(self.margin).max(floor.abs())
    }

    /// What the estimate must reach, as a log ratio.
    pub fn threshold(&self) -> NanoLog {
        NanoLog::from_improvement(self.min_improvement)
    }

    /// Says why these parameters cannot be used, if they cannot.
    pub fn validate(&self) -> Result<(), InvalidParameters> {
        if !(1..=MAX_PAIRS).contains(&self.max_pairs) {
            return Err(InvalidParameters::MaxPairs(self.max_pairs));
        }
        let looks =
            [("accept_looks", &self.accept_looks), ("futility_looks", &self.futility_looks)];
        for (name, looks) in looks {
            let rises = looks.is_sorted_by(|earlier, later| earlier < later);
            let inside = looks.iter().all(|n| (1..=self.max_pairs).contains(n));
            if !rises || !inside {
                return Err(InvalidParameters::Looks(name));
            }
        }
        let level = self.level_per_look();
        if !self.accept_looks.iter().any(|&n_pairs| super::critical_rank(n_pairs, level).is_some())
        {
            return Err(InvalidParameters::NeverAccepts { level: level.as_f64() });
        }
        if self.margin > self.min_improvement {
            return Err(InvalidParameters::Margin);
        }
        Ok(())
    }

    /// The number of accept looks, the divisor of alpha.
    pub(super) fn n_accept_looks(&self) -> u32 {
        u32::try_from(self.accept_looks.len()).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_valid_and_share_alpha() {
        let parameters = Parameters::default();
        assert_eq!(parameters.validate(), Ok(()));
        assert!((parameters.alpha().as_f64() - 0.005).abs() < 1e-15);
        assert!((parameters.level_per_look().as_f64() - 0.005 / 3.0).abs() < 1e-15);
    }

    #[test]
    fn the_floor_raises_the_margin() {
        let parameters = Parameters::default();
        assert_eq!(parameters.margin_above(NanoLog::ZERO), NanoLog(10_050_336));
        assert_eq!(parameters.margin_above(NanoLog(-20_000_000)), NanoLog(20_000_000));
    }

    #[test]
    fn contradictions_are_named() {
        let check = |change: fn(&mut Parameters), expected: InvalidParameters| {
            let mut parameters = Parameters::default();
            change(&mut parameters);
            assert_eq!(parameters.validate(), Err(expected));
        };
        check(|p| p.max_pairs = 64, InvalidParameters::MaxPairs(64));
        check(|p| p.max_pairs = 0, InvalidParameters::MaxPairs(0));
        check(|p| p.max_pairs = 20, InvalidParameters::Looks("accept_looks"));
        check(|p| p.futility_looks = vec![8, 8], InvalidParameters::Looks("futility_looks"));
        check(|p| p.futility_looks = vec![0, 8], InvalidParameters::Looks("futility_looks"));
        check(|p| p.accept_looks = vec![7], InvalidParameters::NeverAccepts { level: 0.005 });
        check(|p| p.accept_looks = vec![], InvalidParameters::NeverAccepts { level: 0.005 });
        check(|p| p.margin = Fraction::from_percent(4), InvalidParameters::Margin);
    }

    #[test]
    fn they_are_recorded_exactly() {
        let parameters = Parameters::default();
        let json = serde_json::to_string(&parameters).unwrap();
        assert!(json.contains(r#""min_improvement":0.03"#), "{json}");
        assert_eq!(serde_json::from_str::<Parameters>(&json).unwrap(), parameters);
    }
}
