//! From which size on a change pays: the ladder's rungs are far apart, so one
//! or two more are measured between the largest one that does not gain and
//! the next.

use crate::domain::{Workload, WorkloadRole};
use crate::gates::GateContext;
use crate::pipeline::RunError;
use crate::statistics::NanoLog;

use super::measure::fixed;
use super::{LADDER_PAIRS, MeasuredWorkload, WorkloadsInputs};

/// Rungs that are added for a function: two take the gap between factors 1
/// and 8 to one of 1.7, in at most a dozen pairs.
const RUNGS: u32 = 2;
/// Rungs that are added for a candidate.
const MOST_RUNGS: u32 = 4;
/// Sizes within this factor are as near as "about" says.
const NEAR: u64 = 2;

/// Measures more rungs where the break-even is not known well.
pub(super) async fn refine(
    ctx: &mut GateContext<'_>,
    inputs: &mut WorkloadsInputs,
) -> Result<(), RunError> {
    let mut functions: Vec<u32> = inputs.measured.iter().map(|one| one.workload.function).collect();
    functions.sort_unstable();
    functions.dedup();
    let mut left = MOST_RUNGS;
    for function in functions {
        for _ in 0..RUNGS.min(left) {
            let Some(gap) = gap(inputs, function) else { break };
            let Some((study, mut lab)) = ctx.study() else { return Ok(()) };
            let Some(workload) = study.rung(&mut lab, &gap.of, gap.factor).await? else { break };
            left -= 1;
            let mut measured =
                MeasuredWorkload { workload, noise_pairs: Vec::new(), pairs: Vec::new() };
            let goes_on = fixed(ctx, inputs, &mut measured, LADDER_PAIRS).await?;
            inputs.measured.insert(gap.at, measured);
            if !goes_on {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Where a function begins to pay, between two sizes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Gap {
    /// The workload that decides, from which the ladder grows.
    pub(super) of: Workload,
    /// The factor in the middle.
    pub(super) factor: f64,
    /// Where the rung belongs among what was measured.
    pub(super) at: usize,
}

/// A measured size of what decides, or of a rung that grew from it.
struct Step {
    at: usize,
    factor: f64,
    elements: u64,
    gains: bool,
}

/// The gap that is worth another rung; none where every size gains, the
/// largest does not, or the two sizes are near each other.
pub(super) fn gap(inputs: &WorkloadsInputs, function: u32) -> Option<Gap> {
    let of_it = |one: &&MeasuredWorkload| one.workload.function == function;
    let decides = |one: &&MeasuredWorkload| one.workload.role == WorkloadRole::Decides;
    let of = inputs.measured.iter().filter(of_it).find(decides)?.workload.clone();
    let mut steps: Vec<Step> = inputs
        .measured
        .iter()
        .enumerate()
        .filter_map(|(at, measured)| {
            let workload = &measured.workload;
            let factor = match (workload.role, workload.factor) {
                (WorkloadRole::Decides, None) => 1.0,
                (WorkloadRole::Ladder, Some(factor)) => factor,
                _ => return None,
            };
            let same = workload.function == function && workload.provenance == of.provenance;
            let judged = same.then(|| inputs.one(measured))?;
            let gains = judged.holds && judged.effect? > NanoLog::ZERO;
            Some(Step { at, factor, elements: workload.elements.median, gains })
        })
        .collect();
    steps.sort_by(|a, b| a.factor.total_cmp(&b.factor));
    let last_loss = steps.iter().rposition(|step| !step.gains)?;
    let (low, high) = (&steps[last_loss], steps.get(last_loss + 1)?);
    if high.elements <= low.elements.saturating_mul(NEAR) {
        return None;
    }
    // Short, for it names the rung.
    let factor = two_digits((low.factor * high.factor).sqrt());
    let is_between = low.factor < factor && factor < high.factor;
    // What decides stands before what guards; rungs stand in their order.
    let at = if low.factor < 1.0 { low.at + 1 } else { high.at };
    is_between.then_some(Gap { of, factor, at })
}

fn two_digits(factor: f64) -> f64 {
    let unit = 10_f64.powf(factor.log10().floor() - 1.0);
    // Dividing by a whole number gives the nearest one that prints short.
    let whole = (factor / unit).round();
    if unit < 1.0 { whole / (1.0 / unit).round() } else { whole * unit }
}
