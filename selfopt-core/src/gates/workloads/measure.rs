//! Measures pair after pair until every workload has its answer.

use super::refine::refine;
use super::{GUARD_PAIRS, LADDER_PAIRS, MeasuredWorkload, WorkloadsInputs};
use crate::digest::Digest;
use crate::domain::{FunctionPair, Workload, WorkloadRole};
use crate::gates::GateContext;
use crate::pipeline::RunError;
use crate::ports::{PairOrder, Versions};
use crate::statistics::{
    Budget, NoiseAssessment, PairSchedule, Readiness, Sequential, Side, Verdict as Statistical,
};

/// Measures all workloads: first those that decide, then, unless it is clear
/// that nothing is to be learned, those that guard, then the ladder, and then the
/// rungs between those where the change begins to pay.
pub(super) async fn measure(
    ctx: &mut GateContext<'_>,
    workloads: &[Workload],
    inputs: &mut WorkloadsInputs,
) -> Result<(), RunError> {
    for role in [
        WorkloadRole::Decides,
        WorkloadRole::Unrepeated,
        WorkloadRole::Guards,
        WorkloadRole::Ladder,
    ] {
        for workload in workloads.iter().filter(|workload| workload.role == role) {
            let mut measured = MeasuredWorkload {
                workload: workload.clone(),
                noise_pairs: Vec::new(),
                pairs: Vec::new(),
            };
            let fit = match role {
                WorkloadRole::Decides => decide(ctx, inputs, &mut measured).await?,
                // Of a workload without calls it is known that there is no way to tell.
                WorkloadRole::Unrepeated if workload.calls == 0 => true,
                WorkloadRole::Guards => fixed(ctx, inputs, &mut measured, GUARD_PAIRS).await?,
                WorkloadRole::Unrepeated | WorkloadRole::Ladder => {
                    fixed(ctx, inputs, &mut measured, LADDER_PAIRS).await?
                }
            };
            inputs.measured.push(measured);
            if !fit {
                return Ok(());
            }
        }
    }
    refine(ctx, inputs).await
}

/// The base against itself, then the sequential test. Whether to go on with
/// other workloads.
async fn decide(
    ctx: &mut GateContext<'_>,
    inputs: &mut WorkloadsInputs,
    measured: &mut MeasuredWorkload,
) -> Result<bool, RunError> {
    let Some(noise) = assess(ctx, inputs, measured).await? else {
        return Ok(false);
    };
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
        let Some(value) = value else { continue };
        let verdict = test.push(value);
        if test.decision().last_look().is_some() {
            ctx.looked();
        }
        if verdict != Statistical::Continue {
            break;
        }
    }
    Ok(test.verdict() != Statistical::Inconclusive)
}

/// The base against itself: a burst of other work in the first pairs may make
/// them look worse than the machine is, so they get as many again before it is
/// given up. `None` when nothing can be measured here.
async fn assess(
    ctx: &mut GateContext<'_>,
    inputs: &mut WorkloadsInputs,
    measured: &mut MeasuredWorkload,
) -> Result<Option<NoiseAssessment>, RunError> {
    let pairs = count(inputs.parameters.noise.pairs);
    for index in 0..2 * pairs {
        if index == pairs && is_ready(measured, inputs) {
            break;
        }
        let Some(pair) = next(ctx, inputs, measured, Versions::BaseTwice, index).await? else {
            return Ok(None);
        };
        let failed = pair.failure.is_some();
        measured.noise_pairs.push(pair);
        if failed && lost(&measured.noise_pairs) > 2 {
            return Ok(None);
        }
    }
    let noise = measured.noise(&inputs.parameters);
    Ok(noise.filter(|noise| noise.readiness() == Readiness::Ready))
}

fn is_ready(measured: &MeasuredWorkload, inputs: &WorkloadsInputs) -> bool {
    let noise = measured.noise(&inputs.parameters);
    noise.is_some_and(|noise| noise.readiness() == Readiness::Ready)
}

/// A fixed number of pairs, or fewer where each of the fewest that can tell a
/// loss gains as much as a proposal must: a change that loses there would do so
/// once in 64 times at most. Whether to go on with other workloads.
pub(super) async fn fixed(
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
        if failed || gains_clearly(measured, inputs) {
            break;
        }
    }
    Ok(true)
}

/// Whether there are enough pairs and all of them gain what a proposal must.
fn gains_clearly(measured: &MeasuredWorkload, inputs: &WorkloadsInputs) -> bool {
    let metric = measured.metric(&inputs.parameters);
    let enough = inputs.parameters.threshold();
    measured.pairs.len() >= LADDER_PAIRS as usize
        && measured.pairs.iter().all(|pair| pair.value(metric).is_some_and(|value| value >= enough))
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
