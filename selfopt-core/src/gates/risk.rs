//! Risk: how much could go wrong although every gate so far was green. A sum of
//! points, each with its reason, so that a person can argue with it.
//!
//! | points | for |
//! |---|---|
//! | 0, 8, 20, 40 | the rule's own risk, 0 to 3 (`docs/reference/rules.md`) |
//! | 1 for every 4 changed lines, at most 15 | size |
//! | 5 for every file after the first, at most 20 | spread |
//! | 10 | the project has no type check |
//! | 10 or 5 | fewer than 10 or 50 tests |
//! | 5 for each, at most 15 | obligations left to the tests |
//! | 5 | the machine's noise class is noisy or worse |
//! | 5 | how far the tests reach the changed lines was not measured |
//! | 20 | a changed line is executed by no test |
//! | 10 | not every changed function could be compared with the base |
//! | 10 | the versions differ on an input outside of the recorded shapes |
//! | 51 | instead, where no type check keeps these apart: one takes values of different types that look alike (1 and "1") for the same |
//! | 10 or 5 | fewer than half, or not all, of the mutants were caught |
//! | 5 | it loses on inputs smaller or larger than the recorded ones |

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Gate, GateContext, GateInputs, WorkloadJudgement, names};
use crate::domain::{MetBy, Verdict};
use crate::pipeline::RunError;
use crate::ports::Phase;
use crate::statistics::NoiseClass;

/// What the score depends on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, each with its own points")]
pub struct RiskInputs {
    /// The rule's own risk, 0 to 3.
    pub rule_risk: u8,
    /// Lines added and removed together.
    pub changed_lines: u32,
    /// Files changed.
    pub files: u32,
    /// Whether the project has a type check.
    pub has_typecheck: bool,
    /// Tests that passed at the baseline.
    pub tests: u64,
    /// Obligations that were left to the tests.
    pub obligations_left_to_tests: u32,
    /// The benchmark's noise class.
    pub noise: Option<NoiseClass>,
    /// Whether it was measured which changed lines the tests reach.
    pub reach_measured: bool,
    /// Whether a changed line is executed by no test.
    #[serde(default)]
    pub unreached: bool,
    /// Whether every changed function was compared with the base; absent
    /// where no probe looked.
    #[serde(default)]
    pub compared: Option<bool>,
    /// Whether the versions differ outside of the recorded shapes.
    #[serde(default)]
    pub differs_outside: bool,
    /// Whether one of them takes values of different types that look alike for
    /// the same there.
    #[serde(default)]
    pub confuses_types: bool,
    /// Mutants, and how many of them were caught.
    #[serde(default)]
    pub mutants: [u64; 2],
    /// Whether a grown or shrunk workload got slower.
    #[serde(default)]
    pub loses_on_ladder: bool,
    /// The score above which the gate refuses.
    pub max_risk: u32,
}

/// The score and what it is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RiskScore {
    /// 0 (none) to 100.
    pub score: u32,
    /// The parts, largest first.
    pub reasons: Vec<RiskReason>,
}

/// One part of a score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RiskReason {
    /// Its points.
    pub points: u32,
    /// Its reason.
    pub because: String,
}

impl RiskInputs {
    /// The score.
    pub fn score(&self) -> RiskScore {
        let mut reasons = Vec::new();
        let mut add = |points: u32, because: String| {
            if points > 0 {
                reasons.push(RiskReason { points, because });
            }
        };
        let rule = [0, 8, 20, 40][usize::from(self.rule_risk.min(3))];
        add(rule, format!("the rule's own risk is {} of 3", self.rule_risk));
        add((self.changed_lines / 4).min(15), format!("{} changed lines", self.changed_lines));
        add((self.files.saturating_sub(1) * 5).min(20), format!("{} files", self.files));
        if !self.has_typecheck {
            add(10, "the project has no type check".into());
        }
        add(
            match self.tests {
                0..10 => 10,
                10..50 => 5,
                _ => 0,
            },
            format!("only {} tests", self.tests),
        );
        add(
            (self.obligations_left_to_tests * 5).min(15),
            format!("{} conditions left to the tests", self.obligations_left_to_tests),
        );
        if matches!(self.noise, Some(NoiseClass::Noisy | NoiseClass::VeryNoisy)) {
            add(5, "the benchmark is noisy on this machine".into());
        }
        if !self.reach_measured {
            add(5, "which changed lines the tests reach was not measured".into());
        }
        if self.unreached {
            add(20, "a changed line is executed by no test".into());
        }
        if self.compared == Some(false) {
            add(10, "not every changed function could be compared with the base".into());
        }
        if self.confuses_types && !self.has_typecheck {
            // With the points for the missing type check more than the default limit.
            add(
                51,
                "one version takes values of different types that look alike for the same".into(),
            );
        } else if self.differs_outside {
            add(10, "the versions differ on an input outside of the recorded shapes".into());
        }
        let [mutants, caught] = self.mutants;
        let missed = match mutants - caught.min(mutants) {
            0 => 0,
            missed if missed * 2 > mutants => 10,
            _ => 5,
        };
        add(missed, format!("{caught} of {mutants} mutants of the change were caught"));
        if self.loses_on_ladder {
            add(5, "it loses on inputs smaller or larger than the recorded ones".into());
        }
        reasons.sort_by(|a, b| b.points.cmp(&a.points).then_with(|| a.because.cmp(&b.because)));
        let score = reasons.iter().map(|reason| reason.points).sum::<u32>().min(100);
        RiskScore { score, reasons }
    }

    /// The same with what the earlier gates recorded.
    pub(crate) fn with<'a>(mut self, earlier: impl IntoIterator<Item = &'a GateInputs>) -> Self {
        for inputs in earlier {
            match inputs {
                GateInputs::Reach(reach) => {
                    self.reach_measured = reach.is_measured();
                    self.unreached = reach
                        .reach
                        .as_ref()
                        .is_some_and(|reach| reach.lines.iter().any(|line| !line.reached));
                }
                GateInputs::Equivalence(equivalence) if equivalence.touches.is_some() => {
                    self.compared = Some(equivalence.is_complete());
                    self.differs_outside = equivalence.tally().differs_outside;
                    self.confuses_types = equivalence.tally().confuses_types;
                }
                GateInputs::Sensitivity(sensitivity) => {
                    self.mutants = sensitivity.tally().map(|n| n as u64);
                }
                GateInputs::Workloads(workloads) => {
                    let judged = workloads.judge().workloads;
                    self.loses_on_ladder = judged.iter().any(|one| !one.holds);
                    let deciding = judged.iter().filter_map(WorkloadJudgement::noise_class).max();
                    self.noise = self.noise.or(deciding);
                }
                _ => {}
            }
        }
        self
    }

    /// Refuses a score above the limit.
    pub fn judge(&self) -> Verdict {
        let risk = self.score();
        let details = json!({ "score": risk.score, "max": self.max_risk, "reasons": risk.reasons });
        let verdict = if risk.score > self.max_risk {
            Verdict::refused(
                names::RISK,
                format!("risk {} of 100, at most {} allowed", risk.score, self.max_risk),
            )
            .would_flip("raise `limits.max_risk` in selfopt.toml")
        } else {
            Verdict::passed(names::RISK, format!("risk {} of 100", risk.score))
        };
        verdict.with_details(details)
    }
}

pub(super) struct RiskGate;

#[async_trait]
impl Gate for RiskGate {
    fn name(&self) -> &str {
        names::RISK
    }

    async fn evaluate(&self, ctx: &mut GateContext<'_>) -> Result<Verdict, RunError> {
        let candidate = ctx.candidate();
        let stats = selfopt_syntax::DiffSet::parse(&candidate.diff)
            .map(|diff| diff.stats())
            .unwrap_or_default();
        let left = candidate
            .obligations
            .iter()
            .filter(|obligation| obligation.met_by == MetBy::Tests)
            .count();
        let inputs = RiskInputs {
            rule_risk: candidate.rule_risk,
            changed_lines: count(stats.added + stats.removed),
            files: count(stats.files),
            has_typecheck: ctx.project().command(Phase::Typecheck).is_some(),
            tests: ctx.baseline().tests().map_or(0, |tests| tests.passed),
            obligations_left_to_tests: count(left),
            noise: ctx.baseline().benchmark.as_ref().map(|bench| bench.noise.class),
            reach_measured: false,
            unreached: false,
            compared: None,
            differs_outside: false,
            confuses_types: false,
            mutants: [0, 0],
            loses_on_ladder: false,
            max_risk: ctx.config().limits.max_risk,
        }
        .with(ctx.earlier());
        Ok(ctx.judge(GateInputs::Risk(inputs)))
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::VerdictOutcome;

    fn small() -> RiskInputs {
        RiskInputs {
            rule_risk: 1,
            changed_lines: 6,
            files: 1,
            has_typecheck: true,
            tests: 200,
            obligations_left_to_tests: 0,
            noise: None,
            reach_measured: false,
            unreached: false,
            compared: None,
            differs_outside: false,
            confuses_types: false,
            mutants: [0, 0],
            loses_on_ladder: false,
            max_risk: 60,
        }
    }

    #[test]
    fn the_score_is_the_sum_of_its_reasons() {
        let risk = small().score();
        assert_eq!(risk.score, 8 + 1 + 5);
        assert_eq!(risk.score, risk.reasons.iter().map(|reason| reason.points).sum::<u32>());
    }

    #[test]
    fn who_confuses_types_passes_only_where_types_are_checked() {
        let confuses =
            RiskInputs { rule_risk: 0, differs_outside: true, confuses_types: true, ..small() };
        assert_eq!(confuses.judge().outcome, VerdictOutcome::Passed);
        let unchecked = RiskInputs { has_typecheck: false, ..confuses.clone() };
        assert_eq!(unchecked.judge().outcome, VerdictOutcome::Refused);
        let other = RiskInputs { confuses_types: false, ..unchecked };
        assert_eq!(other.judge().outcome, VerdictOutcome::Passed);
    }

    #[test]
    fn a_score_above_the_limit_is_refused() {
        let risky =
            RiskInputs { rule_risk: 3, has_typecheck: false, tests: 0, max_risk: 50, ..small() };
        assert_eq!(risky.judge().outcome, VerdictOutcome::Refused);
    }
}
