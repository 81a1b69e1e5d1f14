//! Records the calls that the project's own commands make.

use std::collections::BTreeMap;

use selfopt_core::pipeline::RunError;
use selfopt_core::{Lab, Phase, Provenance, Unseen};

use super::hooked::{Loaded, Mode, ProbeConfig, built, ran, tested};
use super::reaching::COLLECT;
use super::results::{Recorded, RecordedFunction};
use super::room::Room;
use super::sources::{Sources, with_registration};
use super::unchecked::unchecked;

/// Where calls come from: a command that is recorded, or a file of the user.
#[derive(Debug, Clone)]
pub(super) struct Source {
    /// Names the files.
    pub(super) name: String,
    pub(super) provenance: Provenance,
}

impl Source {
    /// The project's commands that are recorded: what a benchmark may leave in
    /// the tree comes after the tests.
    pub(super) fn of(lab: &dyn Lab) -> Vec<(Self, Phase)> {
        let benchmark = match lab.project().load() {
            Some(_) => Provenance::HttpLoad,
            None => Provenance::Benchmark,
        };
        [("tests", Provenance::Tests, Phase::Test), ("benchmark", benchmark, Phase::Benchmark)]
            .into_iter()
            .filter(|(_, _, phase)| lab.command(*phase).is_some())
            .map(|(name, provenance, phase)| (Self { name: name.to_owned(), provenance }, phase))
            .collect()
    }
}

/// The calls of all functions from one source.
#[derive(Debug)]
pub(super) struct Recording {
    /// Where they are from.
    pub(super) source: Source,
    /// What was seen, by function.
    pub(super) functions: BTreeMap<u32, RecordedFunction>,
    /// The kept calls: files by function.
    pub(super) calls: BTreeMap<u32, Vec<u8>>,
    /// The named sets of a user's file, by function; none for recordings.
    pub(super) sets: BTreeMap<u32, Vec<String>>,
    /// Why there are none, if so.
    pub(super) failed: Option<Unseen>,
    /// Which files were loaded, for a command that ran.
    loaded: Option<Loaded>,
}

impl Recording {
    /// Without calls.
    pub(super) fn empty(source: Source) -> Self {
        Self {
            source,
            functions: BTreeMap::new(),
            calls: BTreeMap::new(),
            sets: BTreeMap::new(),
            failed: None,
            loaded: None,
        }
    }

    /// Why no call of a function of this file was seen, where none was.
    pub(super) fn unseen(&self, path: &str) -> Unseen {
        let loaded = self.loaded.as_ref().map_or(Unseen::NotCalled, |loaded| loaded.unseen(path));
        self.failed.clone().unwrap_or(loaded)
    }
}

/// The name of a workload's file of one function.
pub(super) fn calls_file(workload: &str, function: u32) -> String {
    format!("calls/{workload}-{function}.calls")
}

/// Records the calls of these functions in a fresh tree of the base, which is
/// built once for all commands.
pub(super) async fn record(
    lab: &mut dyn Lab,
    sources: &Sources,
    wanted: &[u32],
    (registered, seed): (&BTreeMap<String, String>, u64),
    commands: Vec<(Source, Phase)>,
) -> Result<Vec<Recording>, RunError> {
    let room = Room::open(lab).await?;
    let mut texts = registered.clone();
    for file in sources.files.iter().filter(|file| file.holds(wanted)) {
        let text = file.recording(wanted).text;
        texts.insert(file.path.clone(), with_registration(&file.touched.before, text));
    }
    let texts = unchecked(lab.tree(), texts);
    room.write(texts.iter().map(|(path, text)| (path.as_str(), text.as_str()))).await?;
    let built = built(lab, &room).await?;
    let mut recordings = Vec::new();
    for (source, phase) in commands {
        let config = ProbeConfig::new(Mode::Record, &room)
            .folder(&room, format!("out-{}", source.name))
            .functions(sources.described(wanted, |one| &one.base), seed);
        let ran = match &built {
            Err(why) => Err(why.clone()),
            Ok(()) if phase == Phase::Test => tested(lab, &room, &config).await?,
            Ok(()) => ran(lab, &room, &config, phase).await?,
        };
        let mut recording = Recording::empty(source);
        match ran {
            Err(why) => recording.failed = Some(why),
            Ok(loaded) => {
                recording.loaded = Some(loaded);
                collect(lab, &room, &config, &mut recording).await?;
            }
        }
        recordings.push(recording);
    }
    room.close().await?;
    Ok(recordings)
}

async fn collect(
    lab: &mut dyn Lab,
    room: &Room,
    config: &ProbeConfig,
    recording: &mut Recording,
) -> Result<(), RunError> {
    let name = recording.source.name.as_str();
    match room.script::<Recorded>(lab, COLLECT, &config.collection(name)).await? {
        Err(error) => recording.failed = Some(Unseen::RunFailed { reason: error.0 }),
        Ok(recorded) => {
            let files = room.take("calls/*.calls").await?;
            for function in recorded.functions {
                if let Some(bytes) = files.get(&calls_file(name, function.id)) {
                    recording.calls.insert(function.id, bytes.clone());
                }
                recording.functions.insert(function.id, function);
            }
        }
    }
    Ok(())
}
