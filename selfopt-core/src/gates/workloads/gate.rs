//! The gate: asks the study for workloads, measures, judges.

use std::num::NonZeroU32;

use async_trait::async_trait;

use super::measure::measure;
use super::{BenchmarkSaid, WorkloadsInputs};
use crate::digest::Digest;
use crate::domain::{Judged, Touches, Verdict, WorkloadRole};
use crate::gates::{BenchmarkAnswer, Gate, GateContext, GateInputs, names};
use crate::pipeline::{RunError, parameters};
use crate::statistics::Budget;

/// Is the function itself faster?
pub(in crate::gates) struct WorkloadsGate;

#[async_trait]
impl Gate for WorkloadsGate {
    fn name(&self) -> &str {
        names::WORKLOADS
    }

    async fn evaluate(&self, ctx: &mut GateContext<'_>) -> Result<Verdict, RunError> {
        let mut inputs = WorkloadsInputs {
            not_needed: None,
            benchmark: said(ctx.earlier()),
            touches: Touches::default(),
            nothing_to_measure: None,
            measured: Vec::new(),
            parameters: parameters(ctx.config())?,
            run_seed: ctx.seed(),
            base_sha: ctx.baseline().commit.to_string(),
            diff_sha: Digest::of(ctx.candidate().diff.as_bytes()).to_string(),
            budget: Budget::Open,
        };
        if inputs.benchmark.answer == BenchmarkAnswer::Proved {
            inputs.not_needed = Some("the repository's own benchmark shows the gain".into());
        }
        let workloads = match ctx.study() {
            None => {
                inputs.not_needed.get_or_insert("there is no probe".into());
                Vec::new()
            }
            Some(_) if inputs.not_needed.is_some() => Vec::new(),
            Some((study, mut lab)) => {
                let workloads = study.workloads(&mut lab).await?;
                inputs.touches = study.touches().clone();
                workloads
            }
        };
        if inputs.not_needed.is_none() {
            let deciding =
                workloads.iter().filter(|workload| workload.role == WorkloadRole::Decides).count();
            match NonZeroU32::new(u32::try_from(deciding).unwrap_or(u32::MAX)) {
                Some(tries) => inputs.parameters.tries = tries,
                None => inputs.nothing_to_measure = Some(why_nothing(&inputs.touches)),
            }
            if ctx.may_measure_functions() {
                measure(ctx, &workloads, &mut inputs).await?;
            } else {
                inputs.budget = Budget::Spent;
                inputs.nothing_to_measure =
                    Some("the run's confirmations were used up; another run goes on".into());
            }
        }
        Ok(ctx.judge(GateInputs::Workloads(Box::new(inputs))))
    }
}

/// What the gate before this one found out.
fn said(earlier: &[GateInputs]) -> BenchmarkSaid {
    let judged = earlier.iter().find_map(|inputs| match inputs {
        GateInputs::Benchmark(inputs) => Some(inputs.judge()),
        _ => None,
    });
    match judged {
        Some(judged) => BenchmarkSaid { answer: judged.answer, reason: judged.verdict.reason },
        None => BenchmarkSaid {
            answer: BenchmarkAnswer::CannotTell,
            reason: "no benchmark was looked at".into(),
        },
    }
}

/// Why there is no workload that could decide.
fn why_nothing(touches: &Touches) -> String {
    if let Some(outside) = &touches.outside
        && touches.functions.is_empty()
    {
        return outside.clone();
    }
    let why: Vec<String> = touches
        .functions
        .iter()
        .map(|function| match &function.judged {
            Judged::NotAtAll { why } => format!("`{}`: {why}", function.name),
            Judged::InPlace { .. } | Judged::Detached => {
                format!("no call of `{}` could be used", function.name)
            }
        })
        .collect();
    if why.is_empty() { "no function is changed".into() } else { why.join("; ") }
}
