//! The group-sequential decision: looks at fixed numbers of pairs, three verdicts.
//!
//! At a look with n pairs, with HL the Hodges–Lehmann estimate:
//! - accepted at an accept look when the lower bound reaches the margin and HL the threshold;
//! - rejected at a futility look when the upper bound stays below the threshold;
//! - at the last pair, or when the budget is spent, rejected when the upper bound stays below the
//!   threshold and inconclusive otherwise.
//!
//! The error level is split over the accept looks by Bonferroni, so looking several times costs no
//! validity; futility looks only reject and cost none either.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Fraction, NanoLog, Parameters, WalshSums};

/// What is known about a candidate's effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// More pairs are needed.
    Continue,
    /// The improvement is proven.
    Accepted,
    /// The effect is smaller than the threshold.
    Rejected,
    /// The noise did not allow an answer within the budget.
    Inconclusive,
}

/// Whether more pairs may be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Budget {
    /// They may.
    Open,
    /// The time is used up: what is not decided now stays undecided.
    Spent,
}

/// The numbers at one look, and what followed from them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Look {
    /// Pairs so far.
    pub n_pairs: usize,
    /// The Hodges–Lehmann estimate.
    pub hodges_lehmann: NanoLog,
    /// The lower bound at alpha over the number of looks; only at accept looks.
    pub lower_bound: Option<NanoLog>,
    /// The upper bound at the futility level; absent while there are too few pairs for it.
    pub upper_bound_futility: Option<NanoLog>,
    /// What this look decided.
    pub outcome: Verdict,
}

/// The verdict with every look that led to it: a pure function of parameters, floor and pairs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Decision {
    /// What the lower bound had to reach: the margin or the A/A floor, the larger one.
    pub margin: NanoLog,
    /// Pairs used; pairs given after the verdict was reached are not looked at.
    pub n_pairs: usize,
    /// The looks in order.
    pub looks: Vec<Look>,
    /// One-sided p-value of "the effect is at most the margin", corrected for the number of accept
    /// looks; 1 while none was reached. Information for the run's report, not what decides.
    pub p_value: Fraction,
    /// The answer.
    pub verdict: Verdict,
}

impl Decision {
    /// The look with the numbers to report: the last one.
    pub fn last_look(&self) -> Option<&Look> {
        self.looks.last()
    }
}

/// Replays all looks over `pairs` in order and says what they decide.
pub fn decide(
    parameters: &Parameters,
    floor: NanoLog,
    pairs: &[NanoLog],
    budget: Budget,
) -> Decision {
    let mut sequential = Sequential::new(parameters.clone(), floor);
    for &pair in pairs {
        sequential.push(pair);
    }
    if budget == Budget::Spent {
        sequential.stop();
    }
    sequential.into_decision()
}

/// The decision machine, fed with one pair after the other.
#[derive(Debug, Clone)]
pub struct Sequential {
    parameters: Parameters,
    threshold: NanoLog,
    pairs: Vec<NanoLog>,
    decision: Decision,
}

impl Sequential {
    /// A machine that has seen nothing yet; `floor` is the A/A floor of the benchmark.
    pub fn new(parameters: Parameters, floor: NanoLog) -> Self {
        let decision = Decision {
            margin: parameters.margin_above(floor),
            n_pairs: 0,
            looks: Vec::new(),
            p_value: Fraction::ONE,
            verdict: Verdict::Continue,
        };
        Self { threshold: parameters.threshold(), parameters, pairs: Vec::new(), decision }
    }

    /// The verdict so far.
    pub fn verdict(&self) -> Verdict {
        self.decision.verdict
    }

    /// Takes the next pair and looks when it is time to; after the verdict pairs are ignored.
    pub fn push(&mut self, pair: NanoLog) -> Verdict {
        if self.verdict() == Verdict::Continue {
            self.pairs.push(pair);
            self.decision.n_pairs = self.pairs.len();
            self.look_if_due();
        }
        self.verdict()
    }

    /// Ends the measurement because the budget is spent; a verdict already reached stands.
    pub fn stop(&mut self) -> Verdict {
        if self.verdict() == Verdict::Continue {
            // A look at this size found no answer; the last word replaces it.
            self.decision.looks.pop_if(|look| look.n_pairs == self.pairs.len());
            self.look(Budget::Spent);
        }
        self.verdict()
    }

    /// How many pairs are missing until the next look; `None` after the verdict.
    pub fn pairs_to_next_look(&self) -> Option<usize> {
        if self.verdict() != Verdict::Continue {
            return None;
        }
        let n_pairs = self.pairs.len();
        let Parameters { accept_looks, futility_looks, max_pairs, .. } = &self.parameters;
        accept_looks
            .iter()
            .chain(futility_looks)
            .chain([max_pairs])
            .filter_map(|look| look.checked_sub(n_pairs))
            .filter(|&missing| missing > 0)
            .min()
    }

    /// The numbers of all looks and the verdict so far.
    pub fn decision(&self) -> &Decision {
        &self.decision
    }

    /// The numbers of all looks and the verdict.
    pub fn into_decision(self) -> Decision {
        self.decision
    }

    fn look_if_due(&mut self) {
        let n_pairs = self.pairs.len();
        if n_pairs >= self.parameters.max_pairs {
            self.look(Budget::Spent);
        } else if self.parameters.accept_looks.contains(&n_pairs)
            || self.parameters.futility_looks.contains(&n_pairs)
        {
            self.look(Budget::Open);
        }
    }

    fn look(&mut self, budget: Budget) {
        let Some(sums) = WalshSums::new(&self.pairs) else {
            // No pair at all, or more than can be tested.
            self.decision.verdict = Verdict::Inconclusive;
            return;
        };
        let n_pairs = self.pairs.len();
        let hodges_lehmann = sums.hodges_lehmann();
        let upper_bound = sums.upper_bound(self.parameters.futility_level.into());
        let mut lower_bound = None;
        if self.parameters.accept_looks.contains(&n_pairs) {
            lower_bound = sums.lower_bound(self.parameters.level_per_look());
            let looks = self.parameters.n_accept_looks();
            let p_value = sums.p_value_above(self.decision.margin, looks);
            self.decision.p_value = self.decision.p_value.min(p_value);
        }

        let proven = lower_bound.is_some_and(|bound| bound >= self.decision.margin);
        let hopeless = upper_bound.is_some_and(|bound| bound < self.threshold);
        let may_reject =
            budget == Budget::Spent || self.parameters.futility_looks.contains(&n_pairs);
        let outcome = if proven && hodges_lehmann >= self.threshold {
            Verdict::Accepted
        } else if hopeless && may_reject {
            Verdict::Rejected
        } else if budget == Budget::Spent {
            Verdict::Inconclusive
        } else {
            Verdict::Continue
        };
        self.decision.looks.push(Look {
            n_pairs,
            hodges_lehmann,
            lower_bound,
            upper_bound_futility: upper_bound,
            outcome,
        });
        self.decision.verdict = outcome;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(pairs: &[i64], budget: Budget) -> Decision {
        let pairs: Vec<_> = pairs.iter().map(|&pair| NanoLog(pair * 1_000_000)).collect();
        decide(&Parameters::default(), NanoLog::ZERO, &pairs, budget)
    }

    #[test]
    fn a_clear_improvement_is_accepted_with_ten_pairs() {
        let decision = run(&[50, 52, 48, 51, 49, 53, 47, 50, 52, 48, 99, 99], Budget::Open);
        assert_eq!(decision.verdict, Verdict::Accepted);
        assert_eq!(decision.n_pairs, 10);
        let outcomes: Vec<_> =
            decision.looks.iter().map(|look| (look.n_pairs, look.outcome)).collect();
        assert_eq!(
            outcomes,
            [(6, Verdict::Continue), (8, Verdict::Continue), (10, Verdict::Accepted)]
        );
        assert_eq!(decision.last_look().unwrap().lower_bound, Some(NanoLog(47_000_000)));
        assert_eq!(decision.p_value.billionths(), 2_929_688);
    }

    #[test]
    fn no_effect_is_rejected_at_the_first_look() {
        let decision = run(&[1, -1, 2, -2, 1, -1], Budget::Open);
        assert_eq!((decision.verdict, decision.n_pairs), (Verdict::Rejected, 6));
        assert_eq!(decision.p_value, Fraction::ONE);
    }

    #[test]
    fn one_pair_below_the_margin_forbids_accepting_with_ten() {
        let decision = run(&[50, 52, 48, 51, 49, 53, 47, 50, 52, 9], Budget::Open);
        assert_eq!(decision.verdict, Verdict::Continue);
    }

    #[test]
    fn a_spent_budget_gives_the_last_word() {
        assert_eq!(run(&[], Budget::Spent).verdict, Verdict::Inconclusive);
        assert_eq!(run(&[50, 50, 50], Budget::Spent).verdict, Verdict::Inconclusive);
        assert_eq!(run(&[0, 0, 0, 0], Budget::Spent).verdict, Verdict::Rejected);

        let wide = [90, -60, 80, -50, 70, 60, 90, -40];
        let spent = run(&wide, Budget::Spent);
        assert_eq!(spent.verdict, Verdict::Inconclusive);
        let sizes: Vec<_> = spent.looks.iter().map(|look| look.n_pairs).collect();
        assert_eq!(sizes, [6, 8], "one look per size");
        assert_eq!(run(&wide, Budget::Open).verdict, Verdict::Continue);
    }

    #[test]
    fn a_verdict_stands() {
        let mut sequential = Sequential::new(Parameters::default(), NanoLog::ZERO);
        for _ in 0..6 {
            sequential.push(NanoLog::ZERO);
        }
        let reached = sequential.decision().clone();
        assert_eq!(reached.verdict, Verdict::Rejected);
        sequential.push(NanoLog(900_000_000));
        sequential.stop();
        assert_eq!(*sequential.decision(), reached);
    }

    #[test]
    fn the_next_look_is_announced() {
        let mut sequential = Sequential::new(Parameters::default(), NanoLog::ZERO);
        assert_eq!(sequential.pairs_to_next_look(), Some(6));
        for _ in 0..6 {
            sequential.push(NanoLog(50_000_000));
        }
        assert_eq!(sequential.pairs_to_next_look(), Some(2));
        for _ in 0..4 {
            sequential.push(NanoLog(50_000_000));
        }
        assert_eq!(sequential.pairs_to_next_look(), None);
    }

    #[test]
    fn the_floor_must_be_cleared() {
        let pairs = [NanoLog(50_000_000); 32];
        let high = decide(&Parameters::default(), NanoLog(60_000_000), &pairs, Budget::Spent);
        assert_eq!(high.verdict, Verdict::Inconclusive);
        let low = decide(&Parameters::default(), NanoLog(-40_000_000), &pairs, Budget::Spent);
        assert_eq!((low.verdict, low.margin), (Verdict::Accepted, NanoLog(40_000_000)));
    }

    #[test]
    fn nonsense_parameters_do_not_panic() {
        let parameters = Parameters {
            accept_looks: vec![],
            futility_looks: vec![0, 70],
            max_pairs: 80,
            ..Parameters::default()
        };
        let decision = decide(&parameters, NanoLog::ZERO, &[NanoLog::ZERO; 90], Budget::Open);
        assert_eq!(decision.verdict, Verdict::Inconclusive);
    }
}
