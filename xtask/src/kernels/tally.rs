//! Trials counted by gain and kernel, and the bounds that they are held to.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::Result;
use selfopt_core::statistics::NanoLog;

use super::naive::{self, Naive};
use super::trial::{Answer, Outcome, Trial};

/// The trials of one gain on one kernel, in the order of seed and number.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tally {
    pub(super) gain_percent: u32,
    pub(super) kernel: String,
    pub(super) outcomes: Vec<Outcome>,
}

/// What must hold over all kernels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bound {
    pub(super) gain_percent: u32,
    /// Candidates that there must be.
    pub(super) wanted: usize,
    pub(super) candidates: usize,
    pub(super) accepted: usize,
    pub(super) limit: Limit,
    pub(super) holds: bool,
}

/// How many of them may or must be accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limit {
    AtMost(usize),
    AtLeast(usize),
}

/// Gain in percent, candidates, and the limit.
const BOUNDS: [(u32, usize, Limit); 3] =
    [(0, 100, Limit::AtMost(1)), (10, 20, Limit::AtLeast(18)), (20, 20, Limit::AtLeast(20))];

/// Judges the trials and sorts them into tallies: by gain, then by kernel.
pub(super) fn tallies(trials: &[Trial]) -> Result<Vec<Tally>> {
    let mut groups: BTreeMap<(u32, &str), Vec<Outcome>> = BTreeMap::new();
    for trial in trials {
        let key = (trial.gain_percent, trial.kernel.as_str());
        groups.entry(key).or_default().push(trial.outcome()?);
    }
    let tally = |((gain_percent, kernel), outcomes): ((u32, &str), Vec<Outcome>)| Tally {
        gain_percent,
        kernel: kernel.to_owned(),
        outcomes,
    };
    Ok(groups.into_iter().map(tally).collect())
}

/// The tallies of each gain as one, over all kernels.
pub(super) fn totals(tallies: &[Tally]) -> Vec<Tally> {
    let mut totals: BTreeMap<u32, Vec<Outcome>> = BTreeMap::new();
    for tally in tallies {
        totals.entry(tally.gain_percent).or_default().extend(tally.outcomes.clone());
    }
    let total =
        |(gain_percent, outcomes)| Tally { gain_percent, kernel: "all".to_owned(), outcomes };
    totals.into_iter().map(total).collect()
}

/// Whether what must hold does.
pub(super) fn bounds(tallies: &[Tally]) -> Vec<Bound> {
    let totals = totals(tallies);
    let bound = |(gain_percent, wanted, limit): (u32, usize, Limit)| {
        let total = totals.iter().find(|total| total.gain_percent == gain_percent);
        let candidates = total.map_or(0, |total| total.outcomes.len());
        let accepted = total.map_or(0, |total| total.count(Answer::Accepted));
        let is_within = match limit {
            Limit::AtMost(most) => accepted <= most,
            Limit::AtLeast(least) => accepted >= least,
        };
        let holds = candidates == wanted && is_within;
        Bound { gain_percent, wanted, candidates, accepted, limit, holds }
    };
    BOUNDS.map(bound).to_vec()
}

impl Tally {
    pub(super) fn count(&self, answer: Answer) -> usize {
        self.outcomes.iter().filter(|outcome| outcome.answer == answer).count()
    }

    /// The median number of pairs with the candidate, of the trials that have some; the lower
    /// middle of an even number.
    pub(super) fn median_pairs(&self) -> Option<usize> {
        median(self.measured().map(|outcome| outcome.values.len()).collect())
    }

    /// The standard deviation of a pair about its trial's mean, in percent, over all trials.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a figure for a table, of some hundreds of values"
    )]
    pub(super) fn pair_sd_percent(&self) -> Option<f64> {
        let mut squares = 0.0;
        let mut freedom = 0;
        for outcome in self.measured() {
            let logs: Vec<f64> = outcome.values.iter().map(|value| value.as_log()).collect();
            let mean = logs.iter().sum::<f64>() / logs.len() as f64;
            squares += logs.iter().map(|log| (log - mean) * (log - mean)).sum::<f64>();
            freedom += logs.len() - 1;
        }
        (freedom > 0).then(|| libm::sqrt(squares / freedom as f64) * 100.0)
    }

    /// The median of what the base against itself said of the noise, in percent.
    pub(super) fn sigma_percent(&self) -> Option<f64> {
        let sigmas: Vec<NanoLog> =
            self.outcomes.iter().filter_map(|outcome| outcome.sigma).collect();
        median(sigmas).map(|sigma| sigma.as_log() * 100.0)
    }

    /// The median of the estimates, in percent of the base's time.
    pub(super) fn gain_seen_percent(&self) -> Option<f64> {
        let effects: Vec<NanoLog> =
            self.outcomes.iter().filter_map(|outcome| outcome.effect).collect();
        median(effects).map(|effect| effect.improvement() * 100.0)
    }

    /// Trials that one of the naive rules would have accepted.
    pub(super) fn naive(&self, gain: fn(&Naive) -> Option<f64>) -> usize {
        self.outcomes.iter().filter(|outcome| naive::accepts(gain(&outcome.naive))).count()
    }

    /// Trials of which there are pairs with the candidate.
    pub(super) fn measured(&self) -> impl Iterator<Item = &Outcome> {
        self.outcomes.iter().filter(|outcome| !outcome.values.is_empty())
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { gain_percent, wanted, candidates, accepted, limit, .. } = self;
        let limit = match limit {
            Limit::AtMost(most) => format!("at most {most}"),
            Limit::AtLeast(least) => format!("at least {least}"),
        };
        write!(
            f,
            "{gain_percent} %: {accepted} of {candidates} accepted, {limit} of {wanted} wanted"
        )
    }
}

/// The lower median.
fn median<T: Ord + Copy>(mut values: Vec<T>) -> Option<T> {
    values.sort_unstable();
    values.get(values.len().saturating_sub(1) / 2).copied()
}
