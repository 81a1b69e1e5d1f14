//! Measures pair after pair until every workload has its answer.

use super::{GUARD_PAIRS, LADDER_PAIRS, MeasuredWorkload, WorkloadsInputs};
use crate::digest::Digest;
use crate::domain::{FunctionPair, Workload, WorkloadRole};
use crate::gates::GateContext;
use crate::pipeline::RunError;
use crate::ports::{PairOrder, Versions};
use crate::statistics::{
    Budget, PairSchedule, Readiness, Sequential, Side, Verdict as Statistical,
};

/// Measures all workloads: first those that decide, then, unless it is clear
/// that nothing is to be learned, those that guard, then the ladder.
pub(super) async fn measure(
    ctx: &mut GateContext<'_>,
    workloads: &[Workload],
    inputs: &mut WorkloadsInputs,
) -> Result<(), RunError> {
    for role in [WorkloadRole::Decides, WorkloadRole::Guards, WorkloadRole::Ladder] {
        for workload in workloads.iter().filter(|workload| workload.role == role) {
            let mut measured = MeasuredWorkload {
                workload: workload.clone(),
                noise_pairs: Vec::new(),
                pairs: Vec::new(),
            };
            let fit = match role {
                WorkloadRole::Decides => decide(ctx, inputs, &mut measured).await?,
                WorkloadRole::Guards => fixed(ctx, inputs, &mut measured, GUARD_PAIRS).await?,
                WorkloadRole::Ladder => fixed(ctx, inputs, &mut measured, LADDER_PAIRS).await?,
            };
            inputs.measured.push(measured);
            if !fit {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// The base against itself, then the sequential test. Whether to go on with
/// other workloads.
async fn decide(
    ctx: &mut GateContext<'_>,
    inputs: &mut WorkloadsInputs,
    measured: &mut MeasuredWorkload,
) -> Result<bool, RunError> {
    let noise_pairs = count(inputs.parameters.noise.pairs);
    for index in 0..noise_pairs {
        let Some(pair) = next(ctx, inputs, measured, Versions::BaseTwice, index).await? else {
            return Ok(false);
        };
        let failed = pair.failure.is_some();
        measured.noise_pairs.push(pair);
        if failed && lost(&measured.noise_pairs) > 2 {
            return Ok(false);
        }
    }
    let Some(noise) = measured.noise(&inputs.parameters) else {
        return Ok(false);
    };
    if noise.readiness() != Readiness::Ready {
        return Ok(false);
    }
    let metric = measured.metric(&inputs.parameters);
    let mut test = Sequential::new(inputs.parameters.clone(), noise.floor);
    let limit = inputs.parameters.max_pairs + inputs.parameters.max_pairs / 4;
    for index in 0..count(limit) {
        let Some(pair) = next(ctx, inputs, measured, Versions::BaseAndCandidate, index).await?
        else {
            return Ok(false);
        };
        let value = pair.value(metric);
        let failed_by = pair.failure.as_ref().map(|failure| failure.side);
        measured.pairs.push(pair);
        if failed_by == Some(Some(Side::Candidate)) || lost(&measured.pairs) > limit / 4 {
            return Ok(false);
        }
        if let Some(value) = value
            && test.push(value) != Statistical::Continue
        {
            break;
        }
    }
    Ok(test.verdict() != Statistical::Inconclusive)
}

/// A fixed number of pairs.
async fn fixed(
    ctx: &mut GateContext<'_>,
    inputs: &mut WorkloadsInputs,
    measured: &mut MeasuredWorkload,
    pairs: u32,
) -> Result<bool, RunError> {
    for index in 0..pairs {
        let Some(pair) = next(ctx, inputs, measured, Versions::BaseAndCandidate, index).await?
        else {
            return Ok(false);
        };
        let failed = pair.failure.is_some();
        measured.pairs.push(pair);
        if failed {
            break;
        }
    }
    Ok(true)
}

/// The next pair: one that an interrupted run measured, or a new one; `None`
/// when the budget is spent.
async fn next(
    ctx: &mut GateContext<'_>,
    inputs: &mut WorkloadsInputs,
    measured: &MeasuredWorkload,
    versions: Versions,
    index: u32,
) -> Result<Option<FunctionPair>, RunError> {
    let workload = &measured.workload;
    let id = inputs.bench_id(workload);
    let known = ctx.measured_function_pair(workload, &id, versions, index);
    if known.is_some() {
        return Ok(known);
    }
    if ctx.budget_spent() {
        inputs.budget = Budget::Spent;
        return Ok(None);
    }
    let empty = Digest::of(b"").to_string();
    let diff = match versions {
        Versions::BaseTwice => &empty,
        Versions::BaseAndCandidate => &inputs.diff_sha,
    };
    let timing = &inputs.parameters.timing;
    let schedule = PairSchedule::new(&inputs.key(&id, diff), index, timing.iterations);
    let order = PairOrder { versions, schedule: &schedule, timing };
    let pair = ctx.measure_function_pair(workload, &id, order).await?;
    Ok(Some(pair))
}

fn lost(pairs: &[FunctionPair]) -> usize {
    pairs.iter().filter(|pair| pair.failure.is_some()).count()
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
