//! The exact distribution against the normal approximation, where that is good.

use selfopt_core::statistics::{Fraction, Level, MAX_PAIRS, critical_rank};
use statrs::distribution::{ContinuousCDF, Normal};

/// Mean n(n+1)/4 and variance n(n+1)(2n+1)/24 of T+ under the null hypothesis.
fn normal(n_pairs: usize) -> Normal {
    let n = f64::from(u32::try_from(n_pairs).expect("small"));
    let variance = n * (n + 1.0) * (2.0 * n + 1.0) / 24.0;
    Normal::new(n * (n + 1.0) / 4.0, variance.sqrt()).expect("a positive deviation")
}

#[test]
fn large_samples_follow_the_normal_distribution() {
    for n_pairs in [40, 50, MAX_PAIRS] {
        for per_mille in [5_u32, 10, 25, 50, 100, 250, 400] {
            let level = Level::whole(Fraction::from_billionths(per_mille * 1_000_000));
            let rank = critical_rank(n_pairs, level).unwrap();
            // Continuity correction: P(T+ <= k-1) is the normal tail up to k-1/2.
            let rank = f64::from(u32::try_from(rank).unwrap());
            let tail = normal(n_pairs).cdf(rank - 0.5);
            let next_tail = normal(n_pairs).cdf(rank + 0.5);
            let q = level.as_f64();
            // T+ has lighter tails than the normal distribution, by order 1/n: at 40 pairs the
            // approximation is 9% too large at a level of 0.005 and right in the middle.
            assert!(tail <= q * 1.1, "n={n_pairs} q={q}: {tail}");
            assert!(next_tail >= q * 0.99, "n={n_pairs} q={q}: {next_tail}");
        }
    }
}
