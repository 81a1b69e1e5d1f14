//! Which changed lines the tests execute: probes in the candidate's files,
//! one run of the tests.

use std::collections::BTreeSet;

use selfopt_core::pipeline::RunError;
use selfopt_core::{Lab, Phase, Reach, ReachedLine};

use super::hooked::{Mode, ProbeConfig, green};
use super::results::ReachHits;
use super::room::{Room, Script};
use super::sources::Sources;
use crate::instrument;

/// Puts probes into a fresh tree of the candidate and runs the tests there.
pub(super) async fn reach(
    lab: &mut dyn Lab,
    sources: &Sources,
    others: &[(String, String)],
) -> Result<Reach, RunError> {
    let not = |why: String| Reach { lines: Vec::new(), not_measured: Some(why) };
    let mut probes = Vec::new();
    let mut texts = Vec::new();
    for file in &sources.files {
        let first = u32::try_from(probes.len()).unwrap_or(u32::MAX);
        let found = instrument::reach(&file.touched.after, &file.touched.lines, first);
        probes.extend(found.probes.into_iter().map(|probe| (file.path.clone(), probe)));
        texts.push((file.path.clone(), found.text));
    }
    if probes.is_empty() {
        return Ok(Reach::default());
    }
    let room = Room::open(lab).await?;
    let changed = others.iter().chain(&texts);
    room.write(changed.map(|(path, text)| (path.as_str(), text.as_str()))).await?;
    let config = ProbeConfig::new(Mode::Reach, &room);
    let hits = match green(lab, &room, &config).await? {
        Err(why) => Err(why),
        Ok(()) => room
            .script::<ReachHits>(lab, COLLECT, &config.collection("reach"))
            .await?
            .map_err(|error| error.0),
    };
    room.close().await?;
    let hits = match hits {
        Err(why) => return Ok(not(why)),
        Ok(hits) => hits,
    };
    let hit: BTreeSet<u32> = hits.hits.iter().map(|hit| hit.probe).collect();
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
    Ok(Reach { lines, not_measured: None })
}

/// Adds up what the processes of a run wrote.
pub(super) const COLLECT: Script<'static> = Script {
    name: "collect.cjs",
    flags: "",
    phase: Phase::Test,
    limit: selfopt_core::Millis::from_secs(300),
};
