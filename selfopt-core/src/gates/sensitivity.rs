//! Sensitivity: would the checks notice if the change were wrong? Small
//! mutants of the changed code are tried; how many are caught is part of the
//! risk. Nothing is refused here.

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Gate, GateContext, GateInputs, names};
use crate::domain::{Mutant, MutantFate, Verdict};
use crate::pipeline::RunError;
use crate::ports::MutantLimits;

/// Runs of the project's tests that mutants may take.
const TEST_RUNS: u32 = 4;

/// What the verdict depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SensitivityInputs {
    /// The mutants; absent where no probe makes any.
    pub mutants: Option<Vec<Mutant>>,
}

impl SensitivityInputs {
    /// Mutants, and how many of them were caught.
    pub fn tally(&self) -> [usize; 2] {
        let mutants = self.mutants.as_deref().unwrap_or_default();
        let caught = mutants.iter().filter(|mutant| mutant.fate != MutantFate::Survived);
        [mutants.len(), caught.count()]
    }

    /// Says how many were caught.
    pub fn judge(&self) -> Verdict {
        let gate = names::SENSITIVITY;
        let Some(mutants) = &self.mutants else {
            return Verdict::passed(gate, "not looked at: there is no probe");
        };
        let [all, caught] = self.tally();
        let reason = if all == 0 {
            "the change holds nothing to mutate".to_owned()
        } else {
            format!("{caught} of {all} mutants of the change were caught")
        };
        Verdict::passed(gate, reason).with_details(json!({ "mutants": mutants }))
    }
}

pub(super) struct SensitivityGate;

#[async_trait]
impl Gate for SensitivityGate {
    fn name(&self) -> &str {
        names::SENSITIVITY
    }

    async fn evaluate(&self, ctx: &mut GateContext<'_>) -> Result<Verdict, RunError> {
        let limits = MutantLimits { mutants: ctx.config().proof.mutants, test_runs: TEST_RUNS };
        let mutants = match ctx.study() {
            Some((study, mut lab)) if limits.mutants > 0 => {
                Some(study.mutants(&mut lab, limits).await?)
            }
            Some(_) => Some(Vec::new()),
            None => None,
        };
        Ok(ctx.judge(GateInputs::Sensitivity(SensitivityInputs { mutants })))
    }
}
