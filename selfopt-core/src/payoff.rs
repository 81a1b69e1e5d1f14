//! What became of each rule's work in earlier runs, and what that is worth in
//! the ranking: a rule whose candidates are refused again and again goes to the
//! back of the queue, where a budget may end the run before its turn.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::{Attempt, AttemptStatus, Opportunity, ProposalId, RuleId};
use crate::ports::{ProposalRecord, Store, StoreError};

/// Attempts that a rule without any is taken to have had, all of them accepted.
/// One refusal says little; with this, eight in a row leave a fifth.
const PRIOR: f64 = 2.0;

/// One version of one rule. The version of a pack's rule carries the pack's
/// hash, so that a pack that got worse stands by itself.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Payoff {
    /// Places found.
    pub fired: u64,
    /// Places left alone, by the condition that was not shown.
    pub declined: BTreeMap<String, u64>,
    /// Candidates that went through the gates.
    pub tried: u64,
    /// Those that passed all.
    pub accepted: u64,
    /// Those that did not, by the gate that ended it.
    pub refused: BTreeMap<String, u64>,
    /// What was saved by those that were accepted, in percent, ascending.
    pub gains_percent: Vec<f64>,
    /// What became of them in the project; `None` without pull requests, where
    /// nobody can know it.
    pub landed: Option<Landed>,
}

/// What a project did with the changes that were proposed to it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Landed {
    /// Pull requests that were merged.
    pub merged: u64,
    /// Merged ones that were reverted later.
    pub reverted: u64,
}

/// The history of rules, by id and version.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Payoffs {
    rules: BTreeMap<(RuleId, String), Payoff>,
}

impl Payoffs {
    /// Adds a run. Attempts that it took over from an earlier run were counted there.
    pub fn add_run(
        &mut self,
        opportunities: &[Opportunity],
        attempts: &[Attempt],
        gains: &BTreeMap<(ProposalId, String), f64>,
    ) {
        for opportunity in opportunities {
            let payoff = self.of(opportunity);
            payoff.fired += 1;
            if let Some(declined) = &opportunity.finding.declined {
                *payoff.declined.entry(declined.obligation.clone()).or_default() += 1;
            }
        }
        for attempt in attempts {
            let place = opportunities.iter().find(|place| place.id == attempt.opportunity);
            let Some(place) = place.filter(|_| attempt.made_in.is_none()) else {
                continue;
            };
            let payoff = self.of(place);
            match attempt.status {
                AttemptStatus::Deferred => {}
                AttemptStatus::Accepted => {
                    payoff.tried += 1;
                    payoff.accepted += 1;
                    let of_attempt = gains
                        .iter()
                        .filter(|((_, candidate), _)| *candidate == attempt.id.as_str());
                    payoff.gains_percent.extend(of_attempt.map(|(_, gain)| *gain));
                    payoff.gains_percent.sort_by(f64::total_cmp);
                }
                _ => {
                    payoff.tried += 1;
                    let gate = attempt.gate.clone().unwrap_or_default();
                    *payoff.refused.entry(gate).or_default() += 1;
                }
            }
        }
    }

    /// Notes what became of a rule's pull requests.
    pub fn set_landed(&mut self, rule: &RuleId, version: &str, landed: Landed) {
        let key = (rule.clone(), version.to_owned());
        self.rules.entry(key).or_default().landed = Some(landed);
    }

    /// Each rule's id, version and history, in their order.
    pub fn rules(&self) -> impl Iterator<Item = (&RuleId, &str, &Payoff)> {
        self.rules.iter().map(|((rule, version), payoff)| (rule, version.as_str(), payoff))
    }

    /// What a rule's places count in the ranking, from 1 down towards 0.
    pub fn weight(&self, rule: &RuleId, version: &str) -> f64 {
        self.rules.get(&(rule.clone(), version.to_owned())).map_or(1.0, Payoff::weight)
    }

    fn of(&mut self, place: &Opportunity) -> &mut Payoff {
        let key = (place.finding.rule.clone(), place.finding.rule_version.clone());
        self.rules.entry(key).or_default()
    }
}

impl Payoff {
    /// The share of accepted candidates, with [`PRIOR`] accepted ones on top.
    pub fn weight(&self) -> f64 {
        let count = |n: u64| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
        (count(self.accepted) + PRIOR) / (count(self.tried) + PRIOR)
    }
}

/// Reads the history out of a store. Only runs that came to their end count, so
/// that a run that is resumed ranks as it did when it was interrupted.
pub async fn payoffs(store: &dyn Store) -> Result<Payoffs, StoreError> {
    let mut payoffs = Payoffs::default();
    let mut gains: BTreeMap<_, BTreeMap<(ProposalId, String), f64>> = BTreeMap::new();
    for ProposalRecord { run, summary: report, .. } in store.proposals(None).await? {
        let key = (report.id.clone(), report.candidate.as_str().to_owned());
        gains.entry(run).or_default().insert(key, report.gain.percent());
    }
    for run in store.finished_runs().await? {
        let opportunities = store.opportunities(run.id).await?;
        let attempts = store.attempts(run.id).await?;
        let none = BTreeMap::new();
        payoffs.add_run(&opportunities, &attempts, gains.get(&run.id).unwrap_or(&none));
    }
    Ok(payoffs)
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::json;

    use super::*;

    /// A place that a rule found.
    pub(crate) fn place(rule: &str, n: u32) -> Opportunity {
        let place = json!({
            "id": format!("opp-{rule}-{n}"), "path": "a.ts", "line": n, "column": 1, "rank": n,
            "rule": rule, "rule_version": "1.0.0", "span": { "start": 0, "end": 1 },
            "message": "slow", "why": "It is.", "typical_speedup": 4.0, "rule_risk": 0,
            "declined": null,
        });
        serde_json::from_value(place).expect("an opportunity")
    }

    fn attempt(rule: &str, n: u32, status: AttemptStatus, gate: Option<&str>) -> Attempt {
        let attempt = json!({
            "id": format!("cand-{rule}-{n}"), "opportunity": format!("opp-{rule}-{n}"),
            "rule": rule, "files": [], "diff": "", "status": status, "gate": gate, "reason": "so",
            "verdicts": [], "context": "0", "made_in": null,
        });
        serde_json::from_value(attempt).expect("an attempt")
    }

    /// Two rules that were tried four times each: one was accepted, one refused.
    pub(crate) fn history() -> Payoffs {
        let mut payoffs = Payoffs::default();
        for n in 1..=4 {
            let mut left_alone = place("kept", n + 10);
            left_alone.finding.declined = Some(crate::domain::Declined {
                obligation: "is-array".to_owned(),
                reason: "it may be none".to_owned(),
                line: None,
            });
            let gate = if n == 1 { "tests" } else { "benchmark" };
            let mut again = attempt("refused", n, AttemptStatus::Rejected, Some("tests"));
            again.made_in = Some(crate::domain::RunId(uuid::Uuid::nil()));
            payoffs.add_run(
                &[place("kept", n), place("refused", n), left_alone],
                &[
                    attempt("kept", n, AttemptStatus::Accepted, None),
                    attempt("refused", n, AttemptStatus::Rejected, Some(gate)),
                    attempt("refused", n, AttemptStatus::Deferred, None),
                    again,
                ],
                &BTreeMap::from([(
                    (ProposalId::new("prop"), format!("cand-kept-{n}")),
                    f64::from(10 - n),
                )]),
            );
        }
        payoffs
    }

    #[test]
    fn each_outcome_is_counted_once() {
        let history = history();
        let found: Vec<_> = history.rules().collect();
        let [(_, _, kept), (_, version, refused)] = found[..] else { panic!("two rules") };
        assert_eq!((kept.fired, kept.tried, kept.accepted), (8, 4, 4));
        assert_eq!(kept.declined, BTreeMap::from([("is-array".to_owned(), 4)]));
        assert_eq!(kept.gains_percent, [6.0, 7.0, 8.0, 9.0]);
        assert_eq!((refused.fired, refused.tried, refused.accepted), (4, 4, 0));
        let gates = [("benchmark".to_owned(), 3), ("tests".to_owned(), 1)];
        assert_eq!((version, &refused.refused), ("1.0.0", &BTreeMap::from(gates)));
    }

    #[test]
    fn what_was_merged_is_unknown_until_it_is_said() {
        let mut history = history();
        assert!(history.rules().all(|(_, _, payoff)| payoff.landed.is_none()));
        let landed = Landed { merged: 2, reverted: 1 };
        history.set_landed(&RuleId::new("kept"), "1.0.0", landed);
        let found: Vec<_> = history.rules().map(|(_, _, payoff)| payoff.landed).collect();
        assert_eq!(found, [Some(landed), None]);
    }

    fn tried(tried: u64, accepted: u64) -> Payoff {
        Payoff { tried, accepted, ..Payoff::default() }
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "both are quotients of small integers")]
    fn rules_that_stop_paying_sink() {
        assert_eq!(tried(0, 0).weight(), 1.0);
        assert_eq!(tried(3, 3).weight(), 1.0);
        assert_eq!(tried(8, 0).weight(), 0.2);
        assert!(tried(8, 4).weight() > tried(8, 0).weight());
        assert!(tried(1, 0).weight() > tried(2, 0).weight());
        assert_eq!(Payoffs::default().weight(&RuleId::new("a"), "1.0.0"), 1.0);
    }
}
