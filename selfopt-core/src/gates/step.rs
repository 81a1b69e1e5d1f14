//! Build, typecheck and tests: the project's own commands must stay green.

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Gate, GateContext, GateInputs, names};
use crate::domain::{StepResult, TestCounts, Verdict};
use crate::pipeline::RunError;
use crate::ports::Phase;

/// What the verdict depends on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StepInputs {
    /// Build, typecheck or tests.
    pub phase: Phase,
    /// How the command ended with the candidate's change; absent when the
    /// project has no such command.
    pub step: Option<StepResult>,
    /// The tests that the baseline saw.
    pub baseline_tests: Option<TestCounts>,
}

impl StepInputs {
    /// The gate that judges this phase.
    pub fn gate(&self) -> &'static str {
        gate_name(self.phase)
    }

    /// Green means exit code 0, and for tests at least as many passed as at
    /// the baseline, more than none, and none failed.
    pub fn judge(&self) -> Verdict {
        let gate = self.gate();
        let Some(step) = &self.step else {
            return self.judge_absent(gate);
        };
        if !step.succeeded() {
            return Verdict::refused(gate, format!("`{}` ended with {}", step.cmd, step.status))
                .with_details(json!({ "tests": step.tests }));
        }
        if self.phase == Phase::Test {
            self.judge_counts(gate, step)
        } else {
            Verdict::passed(gate, format!("`{}` is green", step.cmd))
        }
    }

    fn judge_absent(&self, gate: &str) -> Verdict {
        if self.phase == Phase::Test {
            Verdict::inconclusive(gate, "the project has no test command that was confirmed")
                .would_flip("name one in selfopt.toml: `[commands]` `test = \"...\"`")
        } else {
            Verdict::passed(gate, format!("the project has no {} command", self.phase))
        }
    }

    fn judge_counts(&self, gate: &str, step: &StepResult) -> Verdict {
        let (Some(now), Some(before)) = (step.tests, self.baseline_tests) else {
            return Verdict::inconclusive(
                gate,
                format!("no tests could be counted in the output of `{}`", step.cmd),
            )
            .would_flip("use a test command that prints how many tests passed");
        };
        let details =
            json!({ "passed": now.passed, "failed": now.failed, "baseline_passed": before.passed });
        let verdict = if now.failed > 0 {
            Verdict::refused(
                gate,
                format!("{} of {} tests fail", now.failed, now.failed + now.passed),
            )
        } else if now.passed == 0 {
            Verdict::refused(gate, "no test ran")
        } else if now.passed < before.passed {
            Verdict::refused(
                gate,
                format!("{} tests passed, {} did at the baseline", now.passed, before.passed),
            )
        } else {
            Verdict::passed(gate, format!("{} tests pass", now.passed))
        };
        verdict.with_details(details)
    }
}

fn gate_name(phase: Phase) -> &'static str {
    match phase {
        Phase::Typecheck => names::TYPECHECK,
        Phase::Test => names::TESTS,
        _ => names::BUILD,
    }
}

pub(super) struct StepGate {
    phase: Phase,
}

impl StepGate {
    pub(super) fn build() -> Self {
        Self { phase: Phase::Build }
    }

    pub(super) fn typecheck() -> Self {
        Self { phase: Phase::Typecheck }
    }

    pub(super) fn tests() -> Self {
        Self { phase: Phase::Test }
    }
}

#[async_trait]
impl Gate for StepGate {
    fn name(&self) -> &str {
        gate_name(self.phase)
    }

    async fn evaluate(&self, ctx: &mut GateContext<'_>) -> Result<Verdict, RunError> {
        let cmd = ctx.project().command(self.phase).map(str::to_owned);
        let step = match cmd {
            Some(cmd) => Some(ctx.run_step(self.phase, &cmd).await?),
            None => None,
        };
        let inputs = StepInputs { phase: self.phase, step, baseline_tests: ctx.baseline().tests() };
        Ok(ctx.judge(GateInputs::Step(inputs)))
    }
}
