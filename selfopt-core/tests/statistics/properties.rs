//! Properties that hold for every sample.

use proptest::prelude::*;
use selfopt_core::statistics::{
    Budget, Fraction, Level, NanoLog, Parameters, Verdict, WalshSums, decide,
};

/// 0.05 log units to each side: effects and noise of the size that is decided about.
fn pair_value() -> impl Strategy<Value = i64> {
    -50_000_000_i64..50_000_000
}

fn pairs(n_pairs: usize) -> impl Strategy<Value = Vec<NanoLog>> {
    prop::collection::vec(pair_value().prop_map(NanoLog), n_pairs)
}

fn verdict(pairs: &[NanoLog], floor: NanoLog, budget: Budget) -> Verdict {
    decide(&Parameters::default(), floor, pairs, budget).verdict
}

proptest! {
    #[test]
    fn a_constant_effect_up_to_the_margin_is_never_accepted(
        margin_share in 0.0..=1.0_f64,
        floor in 0_i64..30_000_000,
        n_pairs in 0_usize..=40,
    ) {
        let floor = NanoLog(floor);
        let margin = Parameters::default().margin_above(floor);
        let pair = NanoLog::from_log(margin.as_log() * margin_share).min(margin);
        let sample = vec![pair; n_pairs];
        prop_assert_ne!(verdict(&sample, floor, Budget::Open), Verdict::Accepted);
        prop_assert_ne!(verdict(&sample, floor, Budget::Spent), Verdict::Accepted);
    }

    #[test]
    fn a_symmetric_sample_is_never_accepted(
        magnitudes in prop::collection::vec(prop_oneof![Just(0), 0_i64..900_000_000], 16),
        flips in prop::collection::vec(any::<bool>(), 16),
    ) {
        // Each value is followed by its mirror image: at every look the sample is symmetric about zero.
        let sample: Vec<_> = magnitudes
            .iter()
            .zip(flips)
            .flat_map(|(&magnitude, flip)| if flip { [-magnitude, magnitude] } else { [magnitude, -magnitude] })
            .map(NanoLog)
            .collect();
        prop_assert_ne!(verdict(&sample, NanoLog::ZERO, Budget::Open), Verdict::Accepted);
    }

    #[test]
    fn estimate_and_bounds_move_with_the_sample(
        sample in prop::collection::vec(pair_value(), 4..=32),
        shift in pair_value(),
    ) {
        let level = Level::whole(Fraction::from_percent(10));
        let moved_by = |shift: i64| {
            let moved: Vec<_> = sample.iter().map(|value| NanoLog(value + shift)).collect();
            let sums = WalshSums::new(&moved).unwrap();
            [
                sums.lower_bound(level).unwrap().0 - shift,
                sums.hodges_lehmann().0 - shift,
                sums.upper_bound(level).unwrap().0 - shift,
            ]
        };
        let [lower, estimate, upper] = moved_by(0);
        prop_assert_eq!(moved_by(shift), [lower, estimate, upper]);
        prop_assert!(lower <= estimate && estimate <= upper);
    }

    #[test]
    fn a_faster_pair_never_lowers_estimate_or_bounds(
        sample in pairs(20),
        raised_idx in 0_usize..20,
        raise in 0_i64..90_000_000,
    ) {
        let level = Level::whole(Fraction::from_percent(5));
        let numbers = |sample: &[NanoLog]| {
            let sums = WalshSums::new(sample).unwrap();
            (sums.lower_bound(level), sums.hodges_lehmann(), sums.upper_bound(level))
        };
        let mut raised = sample.clone();
        raised[raised_idx].0 += raise;
        let (before, after) = (numbers(&sample), numbers(&raised));
        prop_assert!(before.0 <= after.0 && before.1 <= after.1 && before.2 <= after.2);
    }

    #[test]
    fn what_is_accepted_stays_accepted_when_every_pair_is_faster(
        noise in pairs(32),
        raises in prop::collection::vec(0_i64..30_000_000, 32),
        effect in 0_i64..120_000_000,
    ) {
        let base: Vec<_> = noise.iter().map(|value| NanoLog(value.0 + effect)).collect();
        let raised: Vec<_> = base.iter().zip(raises).map(|(value, raise)| NanoLog(value.0 + raise)).collect();
        let parameters = Parameters::default();
        let before = decide(&parameters, NanoLog::ZERO, &base, Budget::Open);
        let after = decide(&parameters, NanoLog::ZERO, &raised, Budget::Open);
        if before.verdict == Verdict::Accepted {
            prop_assert_eq!(after.verdict, Verdict::Accepted);
            prop_assert!(after.n_pairs <= before.n_pairs);
        }
    }

    #[test]
    fn an_accepted_candidate_has_a_p_value_within_alpha(noise in pairs(32), effect in 0_i64..90_000_000) {
        let sample: Vec<_> = noise.iter().map(|value| NanoLog(value.0 + effect)).collect();
        let parameters = Parameters::default();
        let decision = decide(&parameters, NanoLog::ZERO, &sample, Budget::Open);
        if decision.verdict == Verdict::Accepted {
            prop_assert!(decision.p_value.as_f64() <= parameters.alpha().as_f64());
        }
    }

    #[test]
    fn the_measurement_always_ends(sample in pairs(32)) {
        prop_assert_ne!(verdict(&sample, NanoLog::ZERO, Budget::Open), Verdict::Continue);
        prop_assert_ne!(verdict(&sample[..5], NanoLog::ZERO, Budget::Spent), Verdict::Continue);
    }

    #[test]
    fn the_order_of_pairs_between_two_looks_does_not_matter(sample in pairs(32)) {
        let mut reordered = sample.clone();
        for (start, end) in [(0, 6), (6, 8), (8, 10), (10, 14), (14, 18), (18, 24), (24, 32)] {
            reordered[start..end].reverse();
        }
        let decide = |sample: &[NanoLog]| decide(&Parameters::default(), NanoLog::ZERO, sample, Budget::Open);
        prop_assert_eq!(decide(&sample), decide(&reordered));
    }
}
