//! Simulated candidates with a known true effect: what the specification's error rates are checked on.
//!
//! Shared by the quick test of this crate and by the full calibration task, so both judge the same
//! procedure on the same noise.

mod noise;
mod random;
mod rows;

pub(crate) use noise::Noise;
pub(crate) use random::Random;
pub(crate) use rows::{Bound, DRIFT, PAIR_SDS, RUNS_WITH_FALSE_ACCEPT_AT_MOST, rows};

use selfopt_core::statistics::{
    Budget, NanoLog, NoiseAssessment, Parameters, Readiness, Verdict, decide,
};

use noise::LogTimes;

/// One kind of candidate on one kind of machine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scenario {
    /// The machine.
    pub(crate) noise: Noise,
    /// The true effect, as a share of time saved.
    pub(crate) improvement: f64,
    /// Where the A/A floor comes from.
    pub(crate) floor: Floor,
}

/// Where the A/A floor comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Floor {
    /// It is zero: the margin is the smallest, and accepting the easiest.
    Zero,
    /// From A/A pairs with the same noise; a benchmark that is not ready accepts nothing.
    Measured,
}

/// What happened to the candidates of one scenario.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Candidates simulated.
    pub(crate) trials: u32,
    /// Candidates accepted.
    pub(crate) accepted: u32,
    /// Pairs used by all of them.
    pub(crate) pairs: u32,
    /// Sum of the squares of the pairs used, for their standard error.
    pub(crate) pairs_squared: u32,
    /// The most pairs that one of them used.
    pub(crate) most_pairs: u32,
    /// Candidates that the naive rule accepts on the same samples.
    pub(crate) naive_accepted: u32,
}

impl Tally {
    /// The share of candidates that were accepted.
    pub(crate) fn accepted_share(&self) -> f64 {
        f64::from(self.accepted) / f64::from(self.trials)
    }

    /// The mean number of pairs used.
    pub(crate) fn mean_pairs(&self) -> f64 {
        f64::from(self.pairs) / f64::from(self.trials)
    }
}

/// Puts `trials` candidates through the decision.
pub(crate) fn simulate(scenario: Scenario, trials: u32, seed: u64) -> Tally {
    let parameters = Parameters::default();
    let mut random = Random::new(seed);
    let mut tally = Tally { trials, ..Tally::default() };
    for _ in 0..trials {
        let floor = scenario.floor(&parameters, &mut random);
        let times =
            scenario.noise.candidate(&mut random, scenario.improvement, parameters.max_pairs);
        tally.naive_accepted += u32::from(noise::best_of_ten_is_faster(&times));
        let Some(floor) = floor else { continue };
        let decision = decide(&parameters, floor, &values(&times), Budget::Open);
        let n_pairs = u32::try_from(decision.n_pairs).expect("at most 63 pairs");
        tally.accepted += u32::from(decision.verdict == Verdict::Accepted);
        tally.pairs += n_pairs;
        tally.pairs_squared += n_pairs * n_pairs;
        tally.most_pairs = tally.most_pairs.max(n_pairs);
    }
    tally
}

/// The share of runs of ten candidates without any effect that accept at least one of them.
pub(crate) fn simulate_runs(noise: Noise, runs: u32, seed: u64) -> f64 {
    let scenario = Scenario { noise, improvement: 0.0, floor: Floor::Zero };
    let mut wrong = 0;
    for run in 0..runs {
        let tally = simulate(scenario, 10, seed.wrapping_add(u64::from(run)));
        wrong += u32::from(tally.accepted > 0);
    }
    f64::from(wrong) / f64::from(runs)
}

impl Scenario {
    /// The floor, or `None` when the benchmark is not ready.
    fn floor(&self, parameters: &Parameters, random: &mut Random) -> Option<NanoLog> {
        match self.floor {
            Floor::Zero => Some(NanoLog::ZERO),
            Floor::Measured => {
                let times = self.noise.candidate(random, 0.0, parameters.noise.pairs);
                NoiseAssessment::from_pairs(parameters, &values(&times))
                    .filter(|noise| noise.readiness() == Readiness::Ready)
                    .map(|noise| noise.floor)
            }
        }
    }
}

fn values(times: &[LogTimes]) -> Vec<NanoLog> {
    times.iter().map(|times| NanoLog::from_log(times.ln_base - times.ln_candidate)).collect()
}
