//! What an accepted candidate must not make worse. All guards must hold before a candidate is accepted.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Fraction, GuardLimits, NanoLog, WalshSums};

/// Another benchmark, or the other metric of the same one: not slower.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SecondaryGuard {
    /// Pairs measured.
    pub n_pairs: usize,
    /// The Hodges–Lehmann estimate; absent without pairs.
    pub hodges_lehmann: Option<NanoLog>,
    /// The upper bound of the effect; absent while there are too few pairs for it.
    pub upper_bound: Option<NanoLog>,
    /// The slowdown that counts, as a (negative) log ratio.
    pub limit: NanoLog,
    /// Whether the guard holds.
    pub passed: bool,
}

/// The median maximal resident set: not much larger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MemoryGuard {
    /// Median of the baseline in bytes; absent without a measurement.
    pub base_median_bytes: Option<u64>,
    /// Median of the candidate in bytes; absent without a measurement.
    pub candidate_median_bytes: Option<u64>,
    /// The growth that is too much.
    pub limit: Fraction,
    /// Whether the guard holds.
    pub passed: bool,
}

impl SecondaryGuard {
    /// Holds when the estimate is above the tolerated slowdown, or when the upper bound does not exclude
    /// "no slowdown".
    ///
    /// Without pairs there is nothing to hold. A large slowdown on too few pairs for a bound fails: it
    /// was not shown to be noise.
    pub fn new(limits: &GuardLimits, pairs: &[NanoLog]) -> Self {
        let sums = WalshSums::new(pairs);
        let limit = NanoLog::from_slowdown(limits.max_slowdown);
        let hodges_lehmann = sums.as_ref().map(WalshSums::hodges_lehmann);
        let upper_bound = sums.and_then(|sums| sums.upper_bound(limits.slowdown_level.into()));
        Self {
            n_pairs: pairs.len(),
            hodges_lehmann,
            upper_bound,
            limit,
            passed: hodges_lehmann.is_some_and(|estimate| estimate > limit)
                || upper_bound.is_some_and(|bound| bound >= NanoLog::ZERO),
        }
    }
}

impl MemoryGuard {
    /// Holds when the median of `candidate_bytes` is less than `1 + limit` times that of `base_bytes`;
    /// fails when one of them was not measured.
    ///
    /// Of an even number of values the median is the midpoint of the middle two, rounded down.
    pub fn new(limits: &GuardLimits, base_bytes: &[u64], candidate_bytes: &[u64]) -> Self {
        let base = median(base_bytes);
        let candidate = median(candidate_bytes);
        let limit = limits.max_memory_growth;
        let passed = base.zip(candidate).is_some_and(|(base, candidate)| {
            let whole = u128::from(Fraction::ONE.billionths());
            let allowed = u128::from(base) * (whole + u128::from(limit.billionths()));
            base > 0 && u128::from(candidate) * whole < allowed
        });
        Self { base_median_bytes: base, candidate_median_bytes: candidate, limit, passed }
    }
}

fn median(values: &[u64]) -> Option<u64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let upper = sorted.get(sorted.len() / 2)?;
    let lower = sorted.get((sorted.len() - 1) / 2)?;
    Some(lower.midpoint(*upper))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secondary(values: &[i64]) -> SecondaryGuard {
        let pairs: Vec<_> = values.iter().map(|&value| NanoLog(value * 1_000_000)).collect();
        SecondaryGuard::new(&GuardLimits::default(), &pairs)
    }

    #[test]
    fn a_certain_slowdown_fails() {
        let guard = secondary(&[-40, -41, -42, -43, -44, -45]);
        assert!(!guard.passed);
        assert_eq!(guard.limit, NanoLog(-29_558_802));
        assert!(guard.upper_bound.unwrap() < NanoLog::ZERO);
    }

    #[test]
    fn a_small_or_uncertain_slowdown_passes() {
        assert!(secondary(&[-20; 10]).passed, "above the limit");
        assert!(secondary(&[-90, 80, -100, 70, -110, -60, 30, -40]).passed, "noise");
        assert!(secondary(&[100; 6]).passed);
    }

    #[test]
    fn what_was_not_measured_does_not_hold() {
        assert!(!secondary(&[]).passed);
        assert!(!secondary(&[-500; 3]).passed);
        assert!(secondary(&[0; 3]).passed);
    }

    #[test]
    fn memory_may_grow_by_less_than_a_tenth() {
        let check = |base: &[u64], candidate: &[u64], passed: bool| {
            let guard = MemoryGuard::new(&GuardLimits::default(), base, candidate);
            assert_eq!(guard.passed, passed, "{guard:?}");
        };
        check(&[100, 100, 900], &[109, 1, 110], true);
        check(&[100], &[110], false);
        check(&[100, 102], &[111, 111], true);
        check(&[1000], &[10], true);
        check(&[], &[10], false);
        check(&[10], &[], false);
        check(&[0], &[0], false);
        check(&[u64::MAX], &[u64::MAX], true);
    }
}
