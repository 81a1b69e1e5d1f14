//! The numbers that the procedure is held to.

use super::{Floor, Noise, Scenario};

/// A scenario with its limits.
pub(crate) struct Row {
    /// What is simulated.
    pub(crate) scenario: Scenario,
    /// What must hold.
    pub(crate) bounds: Vec<Bound>,
}

/// A limit on one number of a row.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Bound {
    /// The share of accepted candidates, from above.
    AcceptedAtMost(f64),
    /// The share of accepted candidates, from below.
    AcceptedAtLeast(f64),
    /// The mean number of pairs, from above.
    MeanPairsAtMost(f64),
    /// The number of pairs of each candidate, from above.
    PairsAtMost(u32),
}

/// The limit for the share of runs with ten candidates without effect that accept any.
pub(crate) const RUNS_WITH_FALSE_ACCEPT_AT_MOST: f64 = 0.05;

/// Strong drift: 12% with a correlation of 0.93 from process to process.
pub(crate) const DRIFT: Noise =
    Noise::Drift { drift_sd: 0.12, correlation: 0.93, process_sd: 0.013 };

/// Pair standard deviations at which false acceptance is checked.
pub(crate) const PAIR_SDS: [f64; 6] = [0.01, 0.02, 0.04, 0.08, 0.12, 0.20];

/// All rows of the specification that a simulation can check.
pub(crate) fn rows() -> Vec<Row> {
    use Bound::{AcceptedAtLeast, AcceptedAtMost, MeanPairsAtMost, PairsAtMost};
    let mut rows = Vec::new();
    let mut add = |noise, improvement, bounds: &[Bound]| {
        let bounds = bounds.to_vec();
        let scenario = Scenario { noise, improvement, floor: Floor::Zero };
        rows.push(Row { scenario, bounds });
    };
    for pair_sd in PAIR_SDS {
        let mut bounds = vec![AcceptedAtMost(0.005), PairsAtMost(32)];
        if pair_sd <= 0.04 {
            bounds.push(MeanPairsAtMost(9.0));
        }
        add(Noise::Independent { pair_sd }, 0.0, &bounds);
    }
    for pair_sd in PAIR_SDS {
        add(Noise::Independent { pair_sd }, 0.01, &[AcceptedAtMost(0.01)]);
    }
    add(DRIFT, 0.0, &[AcceptedAtMost(0.005), PairsAtMost(32)]);
    for pair_sd in [0.01, 0.02, 0.03] {
        let noise = Noise::Independent { pair_sd };
        add(noise, 0.05, &[AcceptedAtLeast(0.99), MeanPairsAtMost(16.0)]);
        add(noise, 0.10, &[AcceptedAtLeast(0.999), MeanPairsAtMost(11.0)]);
    }
    for (pair_sd, improvement, power) in
        [(0.06, 0.05, 0.80), (0.08, 0.10, 0.99), (0.12, 0.10, 0.92), (0.20, 0.20, 0.99)]
    {
        let noise = Noise::Independent { pair_sd };
        add(noise, improvement, &[AcceptedAtLeast(power)]);
    }
    rows
}
