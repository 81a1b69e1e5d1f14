//! Which changed lines the tests execute: probes in the candidate's files,
//! one run of the tests.

use std::collections::BTreeSet;

use selfopt_core::pipeline::RunError;
use selfopt_core::{Lab, Phase, Provenance, Reach, ReachedLine, Unseen};

use super::failure::ScriptError;
use super::hooked::{Loaded, Mode, ProbeConfig, green};
use super::results::ReachHits;
use super::room::{Room, Script};
use super::sources::{Sources, announced};
use super::unchecked::unchecked;
use crate::instrument;

/// Puts probes into a fresh tree of the candidate and runs the tests there.
pub(super) async fn reach(
    lab: &mut dyn Lab,
    sources: &Sources,
    others: &[(String, String)],
) -> Result<Reach, RunError> {
    let not = |why: &Unseen| {
        let why = why.clause(&Provenance::Tests);
        Reach { not_measured: Some(why), ..Reach::default() }
    };
    let mut probes = Vec::new();
    let mut texts = Vec::new();
    for file in &sources.files {
        let first = u32::try_from(probes.len()).unwrap_or(u32::MAX);
        let found = instrument::reach(&file.touched.after, &file.touched.lines, first);
        probes.extend(found.probes.into_iter().map(|probe| (file.path.clone(), probe)));
        texts.push((file.path.clone(), announced(&file.touched.after, found.text)));
    }
    if probes.is_empty() {
        return Ok(Reach::default());
    }
    let room = Room::open(lab).await?;
    let changed = others.iter().cloned().chain(texts).collect();
    let texts = unchecked(lab.tree(), changed);
    room.write(texts.iter().map(|(path, text)| (path.as_str(), text.as_str()))).await?;
    let config = ProbeConfig::new(Mode::Reach, &room);
    let hits = match green(lab, &room, &config).await? {
        Err(why) => Err(why),
        Ok(loaded) => {
            let collected = room.script(lab, COLLECT, &config.collection("reach")).await?;
            match collected {
                Ok(hits) => Ok((loaded, hits)),
                Err(ScriptError(reason)) => Err(Unseen::RunFailed { reason }),
            }
        }
    };
    room.close().await?;
    let (loaded, hits): (Loaded, ReachHits) = match hits {
        Err(why) => return Ok(not(&why)),
        Ok(found) => found,
    };
    let hit: BTreeSet<u32> = hits.hits.iter().map(|hit| hit.probe).collect();
    let is_hit = |path: &str| probes.iter().any(|(of, probe)| of == path && hit.contains(&probe.n));
    let files: BTreeSet<&String> = probes.iter().map(|(path, _)| path).collect();
    let unseen = files.into_iter().filter(|path| !loaded.holds(path) && !is_hit(path));
    let not_loaded = unseen.cloned().collect();
    let mut missed = BTreeSet::new();
    let mut all = BTreeSet::new();
    for (path, probe) in &probes {
        for line in &probe.lines {
            all.insert((path.clone(), *line));
            if !hit.contains(&probe.n) {
                missed.insert((path.clone(), *line));
            }
        }
    }
    let lines = all
        .into_iter()
        .map(|at| {
            let reached = !missed.contains(&at);
            ReachedLine { path: at.0, line: at.1, reached }
        })
        .collect();
    Ok(Reach { lines, not_loaded, not_measured: None })
}

/// Adds up what the processes of a run wrote.
pub(super) const COLLECT: Script<'static> = Script {
    name: "collect.cjs",
    flags: "",
    phase: Phase::Test,
    limit: selfopt_core::Millis::from_secs(300),
};
