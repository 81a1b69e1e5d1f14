//! What a function is timed on: which of its calls decide, which guard, which
//! only show.

use selfopt_core::digest::Digest;
use selfopt_core::pipeline::RunError;
use selfopt_core::{Lab, Millis, Phase, Provenance, Workload, WorkloadRole};
use serde_json::json;

use super::recording::{Recording, calls_file};
use super::remembering::unrepeated;
use super::results::{Class, Classes, Ladder, Levels, Only};
use super::room::Script;
use super::study::Detached;

/// Rungs of the ladder that are measured.
const MOST_RUNGS: usize = 3;
/// Rungs are chosen from those that the runtime can make: one far below, one
/// above, one far above.
const WANTED_FACTORS: [f64; MOST_RUNGS] = [0.125, 8.0, 64.0];
const LIMIT: Millis = Millis::from_secs(60);

/// A workload, and what becomes of its source's calls.
pub(super) type Chosen = (Workload, Taken);

/// Which of a source's calls are taken, and how.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Taken {
    /// The class of them; all when absent.
    pub(super) only: Option<Only>,
    /// How the values of each change, so that none comes again; they stay when
    /// absent.
    pub(super) levels: Option<Levels>,
}

/// A function's workloads: the most trusted source of calls decides, and
/// classes of it guard, for a mix of sizes hides what becomes of the small
/// calls. Less trusted sources guard too; but where a person says with a file
/// what a function is called with, the tests' inputs, which are made to check
/// and not to be common, only show. A ladder grows from what decides.
pub(super) async fn of_function(
    lab: &mut dyn Lab,
    detached: &Detached,
    id: u32,
    seed: u64,
) -> Result<Vec<Chosen>, RunError> {
    let mut chosen: Vec<Chosen> = Vec::new();
    let mut first: Option<(&Recording, Workload)> = None;
    let mut is_said = false;
    for recording in &detached.recordings {
        let source = &recording.source;
        let agreed = detached
            .replayed_on(id, &source.provenance)
            .is_some_and(|replayed| replayed.agreed > 0);
        let (Some(bytes), Some(recorded), true) =
            (recording.calls.get(&id), recording.functions.get(&id), agreed)
        else {
            continue;
        };
        let role = match source.provenance {
            _ if first.is_none() => WorkloadRole::Decides,
            Provenance::Tests if is_said => WorkloadRole::Ladder,
            _ => WorkloadRole::Guards,
        };
        is_said |= matches!(source.provenance, Provenance::File { .. });
        let workload = Workload {
            id: name(recording, id),
            function: id,
            role,
            provenance: source.provenance.clone(),
            digest: Digest::of(bytes),
            calls: recorded.kept,
            elements: recorded.elements.unwrap_or_default(),
            factor: None,
            in_place: false,
        };
        chosen.push((workload.clone(), Taken::default()));
        if first.is_none() {
            for class in classes(lab, detached, recording, id).await? {
                let workload = Workload {
                    id: format!("{}:{}", workload.id, class.name),
                    role: WorkloadRole::Guards,
                    calls: class.calls,
                    elements: class.elements,
                    ..workload.clone()
                };
                chosen.push((workload, Taken { only: Some(class.only), levels: None }));
            }
            let again = unrepeated(lab, detached, recording, &workload, seed).await?;
            chosen.extend(
                again.map(|(workload, levels)| {
                    (workload, Taken { only: None, levels: Some(levels) })
                }),
            );
            first = Some((recording, workload));
        }
    }
    if let Some((recording, first)) = first
        && lab.config().proof.ladder
    {
        let rungs = rungs(lab, detached, (recording, &first), &WANTED_FACTORS, seed).await?;
        chosen.extend(rungs.into_iter().map(|rung| (rung, Taken::default())));
    }
    Ok(chosen)
}

/// One more rung of a workload's ladder; none where its inputs cannot be had
/// in that size.
pub(super) async fn rung(
    lab: &mut dyn Lab,
    detached: &Detached,
    of: &Workload,
    factor: f64,
    seed: u64,
) -> Result<Option<Workload>, RunError> {
    let mut recordings = detached.recordings.iter();
    let Some(recording) = recordings.find(|one| one.source.provenance == of.provenance) else {
        return Ok(None);
    };
    let mut rungs = rungs(lab, detached, (recording, of), &[factor], seed).await?;
    Ok(rungs.pop())
}

/// What identifies a source's calls: `tests`, `inputs.mjs`, or with the only
/// set of a module `inputs.mjs:large`.
fn name(recording: &Recording, id: u32) -> String {
    let Provenance::File { path } = &recording.source.provenance else {
        return recording.source.name.clone();
    };
    let file = path.rsplit('/').next().unwrap_or(path);
    match recording.sets.get(&id).map(Vec::as_slice) {
        Some([only]) => format!("{file}:{only}"),
        _ => file.to_owned(),
    }
}

/// The classes of a source's calls: the sets that a file names, or by size.
async fn classes(
    lab: &mut dyn Lab,
    detached: &Detached,
    recording: &Recording,
    id: u32,
) -> Result<Vec<Class>, RunError> {
    let script = Script { name: "classes.cjs", flags: "", phase: Phase::Benchmark, limit: LIMIT };
    let request = json!({
        "calls": detached.room.absolute(&calls_file(&recording.source.name, id)),
        "sets": recording.sets.get(&id).is_some_and(|sets| sets.len() > 1),
    });
    match detached.room.script::<Classes>(lab, script, &request).await? {
        Ok(found) => Ok(found.classes),
        Err(error) => {
            lab.note(&format!("small and large calls are not told apart: {}", error.0)).await?;
            Ok(Vec::new())
        }
    }
}

/// The rungs of a source's ladder: workloads like the one that decides.
async fn rungs(
    lab: &mut dyn Lab,
    detached: &Detached,
    (recording, of): (&Recording, &Workload),
    factors: &[f64],
    seed: u64,
) -> Result<Vec<Workload>, RunError> {
    let script = Script { name: "ladder.cjs", flags: "", phase: Phase::Benchmark, limit: LIMIT };
    let request = json!({
        "base": detached.room.absolute(&detached.format.bundle("a")),
        "function": of.function,
        "calls": detached.room.absolute(&calls_file(&recording.source.name, of.function)),
        "factors": factors,
        "seed": seed & 0xffff_ffff,
    });
    let ladder = match detached.room.script::<Ladder>(lab, script, &request).await? {
        Ok(ladder) => ladder,
        Err(error) => {
            lab.note(&format!("other sizes than the recorded ones are not tried: {}", error.0))
                .await?;
            return Ok(Vec::new());
        }
    };
    Ok(ladder
        .rungs
        .into_iter()
        // As recorded is what decides.
        .filter(|rung| (rung.factor - 1.0).abs() > f64::EPSILON)
        .take(MOST_RUNGS)
        .map(|rung| Workload {
            id: format!("{}-x{}", of.id, rung.factor),
            role: WorkloadRole::Ladder,
            elements: rung.elements,
            factor: Some(rung.factor),
            ..of.clone()
        })
        .collect())
}
