//! A quick, seeded version of the calibration: the specified error rates, power and cost.
//!
//! The bounds are about expectations, the test sees 1,000 candidates a row. So each bound gets three
//! standard errors of its own binomial (or of the measured number of pairs) as tolerance: with about 40
//! bounds exactly at their limit, a wrong alarm would come up once in 20 seeds. The full calibration
//! uses 5,000 candidates and no tolerance.

use crate::simulation::{
    Bound, DRIFT, Floor, Noise, PAIR_SDS, RUNS_WITH_FALSE_ACCEPT_AT_MOST, Scenario, Tally, rows,
    simulate, simulate_runs,
};

const TRIALS: u32 = 1_000;
const STANDARD_ERRORS: f64 = 3.0;

fn tolerance(share: f64, trials: u32) -> f64 {
    STANDARD_ERRORS * (share * (1.0 - share) / f64::from(trials)).sqrt()
}

fn holds(bound: Bound, tally: &Tally) -> bool {
    let accepted = tally.accepted_share();
    match bound {
        Bound::AcceptedAtMost(limit) => accepted <= limit + tolerance(limit, tally.trials),
        Bound::AcceptedAtLeast(limit) => accepted >= limit - tolerance(limit, tally.trials),
        Bound::MeanPairsAtMost(limit) => {
            let mean = tally.mean_pairs();
            let variance = f64::from(tally.pairs_squared) / f64::from(tally.trials) - mean * mean;
            mean <= limit + STANDARD_ERRORS * (variance / f64::from(tally.trials)).sqrt()
        }
        Bound::PairsAtMost(limit) => tally.most_pairs <= limit,
    }
}

#[test]
fn error_rates_power_and_cost_stay_within_their_bounds() {
    for (seed, row) in (1..).zip(rows()) {
        let tally = simulate(row.scenario, TRIALS, seed);
        for bound in row.bounds {
            assert!(holds(bound, &tally), "{:?}: {bound:?}, got {tally:?}", row.scenario);
        }
    }
}

#[test]
fn runs_without_any_effect_rarely_accept() {
    let machines = PAIR_SDS.map(|pair_sd| Noise::Independent { pair_sd });
    let runs = 100;
    for noise in machines.into_iter().chain([DRIFT]) {
        let wrong = simulate_runs(noise, runs, 1_000);
        let limit = RUNS_WITH_FALSE_ACCEPT_AT_MOST;
        assert!(wrong <= limit + tolerance(limit, runs), "{noise:?}: {wrong}");
    }
}

#[test]
fn a_measured_floor_keeps_the_error_and_the_naive_rule_does_not() {
    let noise = Noise::Independent { pair_sd: 0.08 };
    let scenario = Scenario { noise, improvement: 0.0, floor: Floor::Measured };
    let tally = simulate(scenario, TRIALS, 77);
    assert!(holds(Bound::AcceptedAtMost(0.005), &tally), "{tally:?}");
    assert!(tally.naive_accepted > 20 * tally.accepted.max(1), "{tally:?}");
}
