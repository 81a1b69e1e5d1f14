//! Whether a candidate remembers results between calls, and a workload that
//! repeats no more than the recorded program did.

use selfopt_core::pipeline::RunError;
use selfopt_core::{Lab, Millis, Phase, Replayed, Workload, WorkloadRole};
use serde_json::json;

use super::recording::{Recording, calls_file};
use super::results::{Levels, Remembered};
use super::room::Script;
use super::study::Detached;

/// A candidate that remembers fewer calls gains by something else.
const LEAST_REMEMBERED: f64 = 0.02;
/// Of fewer of the remembered calls than this, other values say nothing.
const LEAST_VARIED: f64 = 0.5;
const BUDGET: Millis = Millis::from_secs(15);

/// The calls of `first`, from this source, with values that come again as often
/// as they did when they were recorded, where the candidate remembers values
/// and the base does not. Without calls where there are no such values.
pub(super) async fn unrepeated(
    lab: &mut dyn Lab,
    detached: &Detached,
    recording: &Recording,
    first: &Workload,
    seed: u64,
) -> Result<Option<(Workload, Levels)>, RunError> {
    let script = Script {
        name: "remember.cjs",
        flags: "",
        phase: Phase::Benchmark,
        limit: Millis(BUDGET.0.saturating_mul(4)),
    };
    let mutates = |one: &Replayed| one.base_mutates || one.candidate_mutates;
    let request = json!({
        "base": detached.room.absolute(&detached.format.bundle("a")),
        "candidate": detached.room.absolute(&detached.format.bundle("b")),
        "function": first.function,
        "calls": detached.room.absolute(&calls_file(&recording.source.name, first.function)),
        "mutates": detached.replayed_on(first.function, &first.provenance).is_none_or(mutates),
        "seed": seed & 0xffff_ffff,
        "budgetMs": BUDGET.0,
    });
    let found = match detached.room.script::<Remembered>(lab, script, &request).await? {
        Ok(found) => found,
        Err(error) => {
            let why = format!("whether the candidate remembers results is not known: {}", error.0);
            lab.note(&why).await?;
            return Ok(None);
        }
    };
    if found.share < LEAST_REMEMBERED {
        return Ok(None);
    }
    let varied = found.levels.iter().flatten().count();
    let calls = if found.varied < LEAST_VARIED { 0 } else { u64::try_from(varied).unwrap_or(0) };
    let workload = Workload {
        id: format!("{}:unrepeated", first.id),
        role: WorkloadRole::Unrepeated,
        calls,
        ..first.clone()
    };
    Ok(Some((workload, found.levels)))
}
