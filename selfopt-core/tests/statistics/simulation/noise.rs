//! How the time of a simulated process comes about.

use super::Random;

/// A model of the machine.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Noise {
    /// Pairs independent of each other: the pair value has t4 noise with this standard deviation.
    Independent {
        /// Standard deviation of a pair value, in log units.
        pair_sd: f64,
    },
    /// The machine speeds up and slows down: a first-order autoregression steps from process to process,
    /// and the two processes of a pair run one after the other in random order.
    Drift {
        /// Standard deviation of the drift, in log units.
        drift_sd: f64,
        /// Correlation of the drift between one process and the next.
        correlation: f64,
        /// Standard deviation of what each process adds on its own (t4), in log units.
        process_sd: f64,
    },
}

/// Logarithms of the two times of one pair.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LogTimes {
    /// The baseline's.
    pub(crate) ln_base: f64,
    /// The candidate's.
    pub(crate) ln_candidate: f64,
}

impl Noise {
    /// `n_pairs` pairs of a candidate that takes `improvement` less time than the baseline.
    pub(super) fn candidate(
        self,
        random: &mut Random,
        improvement: f64,
        n_pairs: usize,
    ) -> Vec<LogTimes> {
        let effect = libm::log1p(-improvement);
        match self {
            Self::Independent { pair_sd } => (0..n_pairs)
                .map(|_| {
                    let half = random.t4() * pair_sd / 2.0;
                    LogTimes { ln_base: half, ln_candidate: effect - half }
                })
                .collect(),
            Self::Drift { drift_sd, correlation, process_sd } => {
                let innovation_sd = drift_sd * libm::sqrt(1.0 - correlation * correlation);
                let mut drift = random.normal() * drift_sd;
                let mut process = |random: &mut Random| {
                    drift = correlation * drift + random.normal() * innovation_sd;
                    drift + random.t4() * process_sd
                };
                (0..n_pairs)
                    .map(|_| {
                        let mut times = [process(random), process(random)];
                        if random.coin() {
                            times.reverse();
                        }
                        let [ln_base, unchanged] = times;
                        LogTimes { ln_base, ln_candidate: unchanged + effect }
                    })
                    .collect()
            }
        }
    }
}

/// The rule that this procedure replaces: the best of ten times against the best of ten, faster by more
/// than 5% counts. No test, no interval.
pub(super) fn best_of_ten_is_faster(times: &[LogTimes]) -> bool {
    let best = |time_of: fn(&LogTimes) -> f64| {
        let first_ten = times.iter().take(10);
        libm::exp(first_ten.map(time_of).fold(f64::INFINITY, f64::min))
    };
    let [base, candidate] = [best(|times| times.ln_base), best(|times| times.ln_candidate)];
    (base - candidate) / candidate > 0.05
}
