//! Ranks, bounds and p-values against enumeration of all 2^n sign vectors.

use std::num::NonZeroU32;

use selfopt_core::statistics::{
    Fraction, Level, NanoLog, WalshSums, critical_rank, one_sided_p_value, two_sided_p_value,
};

/// Levels that the gate uses, and coarse and fine ones around them.
fn levels() -> Vec<Level> {
    let three = NonZeroU32::new(3).expect("not zero");
    let mut levels: Vec<_> = [1, 5, 10, 25, 50, 100, 200, 333, 500]
        .map(|per_mille| Level::whole(Fraction::from_billionths(per_mille * 1_000_000)))
        .to_vec();
    levels.push(Level::whole(Fraction::from_billionths(5_000_000)).split(three));
    levels.push(Level::whole(Fraction::from_billionths(50_000_000)).split(three));
    levels
}

/// T+ of each sign vector: bit r of `signs` is the sign of rank r+1.
fn rank_sum(signs: u32, n_pairs: usize) -> usize {
    (1..=n_pairs).filter(|rank| signs >> (rank - 1) & 1 == 1).sum()
}

#[test]
fn critical_ranks_equal_brute_force() {
    for n_pairs in 1..=16_usize {
        let n_ranks = n_pairs * (n_pairs + 1) / 2;
        let mut histogram = vec![0_u32; n_ranks + 1];
        for signs in 0..1_u32 << n_pairs {
            histogram[rank_sum(signs, n_pairs)] += 1;
        }
        for level in levels() {
            let allowed = level.as_f64() * f64::from(1_u32 << n_pairs);
            let mut count = 0;
            let mut largest = None;
            for rank in 1..=n_ranks {
                count += histogram[rank - 1];
                if f64::from(count) <= allowed {
                    largest = Some(rank);
                }
            }
            assert_eq!(critical_rank(n_pairs, level), largest, "n={n_pairs} {level:?}");
        }
    }
}

/// Magnitudes without ties between any two Walsh sums, whatever the signs.
fn sample(signs: u32, n_pairs: usize) -> Vec<NanoLog> {
    (0..n_pairs)
        .map(|idx| {
            let magnitude = 3_i64.pow(u32::try_from(idx).expect("small"));
            let positive = signs >> idx & 1 == 1;
            NanoLog(if positive { magnitude } else { -magnitude })
        })
        .collect()
}

#[test]
fn the_lower_bound_errs_exactly_as_often_as_the_signs_say() {
    for n_pairs in [5, 8, 10, 12] {
        let samples: Vec<_> = (0..1_u32 << n_pairs)
            .map(|signs| WalshSums::new(&sample(signs, n_pairs)).unwrap())
            .collect();
        for level in levels() {
            let Some(rank) = critical_rank(n_pairs, level) else {
                assert!(samples[0].lower_bound(level).is_none());
                continue;
            };
            // The true effect is zero, so each bound on the wrong side of zero is an error. With
            // magnitudes 1, 3, 9, ... no sum is zero and half a sum rounded down keeps its side.
            let too_high = samples
                .iter()
                .filter(|sums| sums.lower_bound(level).unwrap() >= NanoLog::ZERO)
                .count();
            let too_low = samples
                .iter()
                .filter(|sums| sums.upper_bound(level).unwrap() < NanoLog::ZERO)
                .count();
            let expected =
                (0..1_u32 << n_pairs).filter(|&signs| rank_sum(signs, n_pairs) < rank).count();
            assert_eq!((too_high, too_low), (expected, expected), "n={n_pairs} {level:?}");
        }
    }
}

#[test]
fn p_values_equal_brute_force() {
    let n_pairs = 9;
    let all = 1_u32 << n_pairs;
    for signs in 0..all {
        let values = sample(signs, n_pairs);
        // By hand: rank the magnitudes (here the position), add the ranks of the negative values.
        let negative = rank_sum(!signs & (all - 1), n_pairs);
        let positive = rank_sum(signs, n_pairs);
        let tail = |statistic: usize| {
            let count = (0..all).filter(|&other| rank_sum(other, n_pairs) <= statistic).count();
            f64::from(u32::try_from(count).unwrap()) / f64::from(all)
        };
        let one_sided = one_sided_p_value(&values, NanoLog::ZERO).as_f64();
        assert!((one_sided - tail(negative)).abs() < 2e-9, "signs={signs:b}");
        let two_sided = two_sided_p_value(&values).as_f64();
        let expected = (2.0 * tail(negative.min(positive))).min(1.0);
        assert!((two_sided - expected).abs() < 2e-9, "signs={signs:b}");
    }
}
