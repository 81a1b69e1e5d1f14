//! Mutants of the changed code: does anything notice?

use std::collections::BTreeMap;

use selfopt_core::pipeline::RunError;
use selfopt_core::{Lab, Millis, Mutant, MutantFate, MutantLimits, Replayed, Unseen};

use super::bundles::bundle;
use super::hooked::{Mode, ProbeConfig, built, tested};
use super::replaying::{Comparison, replay};
use super::room::Room;
use super::sources::{ChangedSource, Sources};
use super::study::Detached;
use super::unchecked::unchecked;
use crate::instrument::{self, MutantOptions, Mutants, Target};

/// How long the replay of one mutant may take.
const REPLAY: Millis = Millis::from_secs(3);
/// Variations tried on a mutant.
const VARIATIONS: u32 = 60;

/// What mutants are made of.
pub(super) struct Ground<'a> {
    pub(super) sources: &'a Sources,
    /// The candidate's files as they are.
    pub(super) changed: &'a [(String, String)],
    /// The candidate's files with functions exposed and classes registered.
    pub(super) exposed: &'a BTreeMap<String, String>,
    pub(super) entries: &'a [String],
    /// Functions that are judged on copies.
    pub(super) wanted: &'a [u32],
    pub(super) seed: u64,
}

/// One mutant on its way.
struct Tried {
    file: usize,
    number: u32,
    text: String,
    mutant: Mutant,
}

/// Makes mutants; first the comparison tries to catch each, then the tests
/// those that it missed.
pub(super) async fn mutants(
    lab: &mut dyn Lab,
    ground: &Ground<'_>,
    detached: Option<&Detached>,
    limits: MutantLimits,
) -> Result<Vec<Mutant>, RunError> {
    let (mut tried, schemata) = make(ground, limits.mutants);
    if let Some(detached) = detached {
        for one in &mut tried {
            if caught_by_replay(lab, ground, detached, one).await? {
                one.mutant.fate = MutantFate::CaughtByReplay;
            }
        }
    }
    let missed = tried.iter().filter(|one| one.mutant.fate == MutantFate::Survived).count();
    if missed > 0 {
        by_tests(lab, ground, &schemata, &mut tried, limits.test_runs).await?;
    }
    Ok(tried.into_iter().map(|one| one.mutant).collect())
}

fn make(ground: &Ground<'_>, cap: u32) -> (Vec<Tried>, Vec<Mutants>) {
    let files = &ground.sources.files;
    let share = (cap as usize).div_ceil(files.len().max(1));
    let mut tried = Vec::new();
    let mut schemata = Vec::new();
    for (at, file) in files.iter().enumerate() {
        let options = MutantOptions { seed: ground.seed, cap: share };
        let made = instrument::mutants(&file.touched.after, &file.touched.lines, options);
        for mutant in &made.mutants {
            tried.push(Tried {
                file: at,
                number: mutant.n,
                text: mutant.text.clone(),
                mutant: Mutant {
                    path: file.path.clone(),
                    line: mutant.line,
                    change: mutant.description.clone(),
                    fate: MutantFate::Survived,
                },
            });
        }
        schemata.push(made);
    }
    (tried, schemata)
}

/// Whether the replay tells the mutant from the base on a function that
/// agreed before.
async fn caught_by_replay(
    lab: &mut dyn Lab,
    ground: &Ground<'_>,
    detached: &Detached,
    tried: &Tried,
) -> Result<bool, RunError> {
    let Some(file) = ground.sources.files.get(tried.file) else { return Ok(false) };
    let Some(text) = exposed(file, &tried.text, ground.wanted) else { return Ok(false) };
    let mut texts = ground.exposed.clone();
    texts.insert(file.path.clone(), text);
    let format = detached.format;
    if bundle(lab, &detached.room, &texts, ground.entries, "m", format).await?.is_err() {
        return Ok(false);
    }
    for ((function, source), known) in &detached.replayed {
        let comparison = Comparison {
            calls: source,
            function: *function,
            side: "m",
            format,
            seed: ground.seed,
            variations: VARIATIONS,
            budget: REPLAY,
            literals: &ground.sources.literals(*function),
            shapes: false,
        };
        if known.agreed > 0
            && let Ok(replayed) = replay(lab, &detached.room, comparison).await?
            && differs(&replayed, known)
        {
            return Ok(true);
        }
    }
    Ok(false)
}

fn differs(replayed: &Replayed, known: &Replayed) -> bool {
    replayed.difference.is_some()
        || replayed.difference_inside.is_some()
        || replayed.agreed < known.agreed
}

/// The mutant's text with the candidate's functions exposed. A mutant that
/// removes a function is caught by whatever calls it.
fn exposed(file: &ChangedSource, text: &str, wanted: &[u32]) -> Option<String> {
    let source = instrument::source(&file.path, text).ok()?;
    let all = instrument::functions(&source);
    let targets: Vec<Target<'_>> = file
        .ids
        .iter()
        .zip(&file.touched.functions)
        .filter(|(id, _)| wanted.contains(id))
        .filter_map(|(id, one)| {
            let function = all.iter().find(|other| other.name == one.candidate.name)?;
            Some(Target { id: *id, function })
        })
        .collect();
    Some(instrument::expose(&source, &targets).text)
}

/// Runs the tests on the mutants that the comparison missed.
async fn by_tests(
    lab: &mut dyn Lab,
    ground: &Ground<'_>,
    schemata: &[Mutants],
    tried: &mut [Tried],
    runs: u32,
) -> Result<(), RunError> {
    let room = Room::open(lab).await?;
    let mut left = runs;
    'files: for (at, (file, made)) in ground.sources.files.iter().zip(schemata).enumerate() {
        let mine = |one: &Tried| one.file == at && one.mutant.fate == MutantFate::Survived;
        if !tried.iter().any(mine) {
            continue;
        }
        let mut texts: BTreeMap<_, _> = ground.changed.iter().cloned().collect();
        texts.insert(file.path.clone(), made.text.clone());
        let texts = unchecked(lab.tree(), texts);
        room.write(texts.iter().map(|(path, text)| (path.as_str(), text.as_str()))).await?;
        if built(lab, &room).await?.is_err() {
            continue;
        }
        for one in tried.iter_mut().filter(|one| mine(one)) {
            if left == 0 {
                break 'files;
            }
            left -= 1;
            let config = ProbeConfig::new(Mode::Mutants, &room).mutant(one.number);
            // Where the hook was not loaded, no mutant was active.
            if let Err(Unseen::RunFailed { .. }) = tested(lab, &room, &config).await? {
                one.mutant.fate = MutantFate::CaughtByTests;
            }
        }
    }
    room.close().await
}
