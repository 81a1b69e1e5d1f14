//! Records the calls that the project's tests make.

use std::collections::BTreeMap;

use selfopt_core::pipeline::RunError;
use selfopt_core::Lab;

use super::hooked::{Mode, ProbeConfig, green};
use super::reaching::COLLECT;
use super::results::{Recorded, RecordedFunction};
use super::room::Room;
use super::sources::{Sources, with_registration};

/// The calls of all functions from one source.
#[derive(Debug, Default)]
pub(super) struct Recording {
    /// What was seen, by function.
    pub(super) functions: BTreeMap<u32, RecordedFunction>,
    /// The kept calls: files by function.
    pub(super) calls: BTreeMap<u32, Vec<u8>>,
    /// Why there are none, if so.
    pub(super) failed: Option<String>,
}

/// The name of a workload's file of one function.
pub(super) fn calls_file(workload: &str, function: u32) -> String {
    format!("calls/{workload}-{function}.calls")
}

/// Records the calls of these functions in a fresh tree of the base.
pub(super) async fn record(
    lab: &mut dyn Lab,
    sources: &Sources,
    wanted: &[u32],
    registered: &BTreeMap<String, String>,
    seed: u64,
) -> Result<Recording, RunError> {
    let room = Room::open(lab).await?;
    let mut texts = registered.clone();
    for file in sources.files.iter().filter(|file| file.holds(wanted)) {
        let text = file.recording(wanted).text;
        texts.insert(file.path.clone(), with_registration(&file.path, text));
    }
    room.write(texts.iter().map(|(path, text)| (path.as_str(), text.as_str()))).await?;
    let names: Vec<(u32, String)> = sources
        .touches
        .functions
        .iter()
        .filter(|one| wanted.contains(&one.id))
        .map(|one| (one.id, format!("{}:{}", one.path, one.name)))
        .collect();
    let config = ProbeConfig::new(Mode::Record, &room)
        .functions(names.iter().map(|(id, name)| (*id, name.as_str())), seed);
    let recording = match green(lab, &room, &config).await? {
        Err(why) => Recording { failed: Some(why), ..Recording::default() },
        Ok(()) => collect(lab, &room, &config).await?,
    };
    room.close().await?;
    Ok(recording)
}

async fn collect(
    lab: &mut dyn Lab,
    room: &Room,
    config: &ProbeConfig,
) -> Result<Recording, RunError> {
    let request = config.collection("tests");
    let recorded = match room.script::<Recorded>(lab, COLLECT, &request).await? {
        Ok(recorded) => recorded,
        Err(error) => return Ok(Recording { failed: Some(error.0), ..Recording::default() }),
    };
    let files = room.take("calls/*.calls").await?;
    let mut recording = Recording::default();
    for function in recorded.functions {
        if let Some(bytes) = files.get(&calls_file("tests", function.id)) {
            recording.calls.insert(function.id, bytes.clone());
        }
        recording.functions.insert(function.id, function);
    }
    Ok(recording)
}
