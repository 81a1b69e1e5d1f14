//! A run of the project's tests with the hook in every process.

use std::collections::BTreeSet;

use selfopt_core::pipeline::RunError;
use selfopt_core::test_output::count_tests;
use selfopt_core::{Lab, Phase, Unseen};
use serde::Serialize;
use serde_json::{Value, json};

use super::room::Room;

/// Calls that are kept of one shape and size.
const CALLS_PER_STRATUM: u32 = 20;
/// Calls that are kept of a function.
const CALLS_PER_FUNCTION: u32 = 200;
/// What a function's kept calls may take: replaying costs about a hundred
/// times as much memory.
const BYTES_PER_FUNCTION: u32 = 4 * 1024 * 1024;

const PROBE: &str = "probe.json";
/// Which processes had the hook in them, and what they loaded.
const MARKS: &str = "probe.json.marks";

/// What the hook does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Mode {
    Record,
    Pair,
    Reach,
    Mutants,
}

/// `probe.json`.
#[derive(Debug, Clone, Serialize)]
pub(super) struct ProbeConfig {
    mode: Mode,
    out: String,
    /// `out`, in the runtime's folder.
    #[serde(skip)]
    folder: String,
    #[serde(skip)]
    path: String,
    seed: u64,
    functions: Vec<Value>,
    limits: Value,
    mutant: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pair: Option<Value>,
}

impl ProbeConfig {
    /// For a mode, in a tree.
    pub(super) fn new(mode: Mode, room: &Room) -> Self {
        Self {
            mode,
            out: room.absolute("out"),
            folder: "out".into(),
            path: room.absolute(PROBE),
            seed: 1,
            functions: Vec::new(),
            limits: json!({
                "callsPerStratum": CALLS_PER_STRATUM,
                "callsPerFunction": CALLS_PER_FUNCTION,
                "bytesPerFunction": BYTES_PER_FUNCTION,
            }),
            mutant: 0,
            pair: None,
        }
    }

    /// The same with these functions.
    pub(super) fn functions(mut self, functions: Vec<Value>, seed: u64) -> Self {
        self.seed = seed & 0xffff_ffff;
        self.functions = functions;
        self
    }

    /// The same with this mutant active.
    pub(super) fn mutant(mut self, number: u32) -> Self {
        self.mutant = number;
        self
    }

    /// The same with a folder of its own for what the hook writes.
    pub(super) fn folder(mut self, room: &Room, folder: String) -> Self {
        self.out = room.absolute(&folder);
        self.folder = folder;
        self
    }

    /// The same with settings of the mode `pair`, and a folder of its own.
    pub(super) fn pair(mut self, settings: Value, room: &Room, folder: String) -> Self {
        self.pair = Some(settings);
        self.folder(room, folder)
    }

    /// The request that collects what the run wrote.
    pub(super) fn collection(&self, workload: &str) -> Value {
        json!({ "probe": self.path, "workload": workload })
    }
}

/// The instrumented files that a run with the hook loaded.
#[derive(Debug, Default)]
pub(crate) struct Loaded(BTreeSet<String>);

impl Loaded {
    /// From what the processes of a run marked; `Err` where none did.
    pub(crate) fn read(marks: &[u8]) -> Result<Self, Unseen> {
        if marks.is_empty() {
            return Err(Unseen::HookNotLoaded);
        }
        let text = String::from_utf8_lossy(marks);
        let files = text.lines().filter(|line| !line.is_empty()).map(str::to_owned);
        Ok(Self(files.collect()))
    }

    /// Whether a process loaded this file.
    pub(super) fn holds(&self, path: &str) -> bool {
        self.0.contains(path)
    }

    /// Why no call of a function of this file was seen.
    pub(crate) fn unseen(&self, path: &str) -> Unseen {
        if self.holds(path) {
            Unseen::NotCalled
        } else {
            Unseen::NotLoaded { path: path.to_owned() }
        }
    }
}

/// Builds and runs the tests with the hook: `Err` says why what they wrote
/// cannot be used.
pub(super) async fn green(
    lab: &mut dyn Lab,
    room: &Room,
    config: &ProbeConfig,
) -> Result<Result<Loaded, Unseen>, RunError> {
    if let Err(why) = built(lab, room).await? {
        return Ok(Err(why));
    }
    tested(lab, room, config).await
}

/// Builds the tree, where the project has a build.
pub(super) async fn built(lab: &mut dyn Lab, room: &Room) -> Result<Result<(), Unseen>, RunError> {
    if let Some(build) = lab.command(Phase::Build) {
        let outcome = room.run(lab, &build).await?;
        if !outcome.succeeded() {
            return Ok(Err(failed(format!(
                "the build of the instrumented code ended with {}",
                outcome.status
            ))));
        }
    }
    Ok(Ok(()))
}

/// Runs the tests with the hook.
pub(super) async fn tested(
    lab: &mut dyn Lab,
    room: &Room,
    config: &ProbeConfig,
) -> Result<Result<Loaded, Unseen>, RunError> {
    let Some(test) = lab.command(Phase::Test) else {
        return Ok(Err(failed("the project has no test command".into())));
    };
    prepare(room, config).await?;
    let outcome = room.run_hooked(lab, &test).await?;
    let (now, before) = (count_tests(&outcome.text()), lab.baseline_tests());
    if !outcome.succeeded() {
        return Ok(Err(failed(format!(
            "the tests of the instrumented code ended with {}",
            outcome.status
        ))));
    }
    if now != before {
        let passed = |counts: Option<selfopt_core::TestCounts>| {
            counts.map_or("an unknown number of".into(), |counts| counts.passed.to_string())
        };
        return Ok(Err(failed(format!(
            "{} tests of the instrumented code passed, {} at the baseline",
            passed(now),
            passed(before)
        ))));
    }
    loaded(room).await
}

/// Runs another of the project's commands with the hook.
pub(super) async fn ran(
    lab: &mut dyn Lab,
    room: &Room,
    config: &ProbeConfig,
    phase: Phase,
) -> Result<Result<Loaded, Unseen>, RunError> {
    let Some(command) = lab.command(phase) else {
        return Ok(Err(failed(format!("the project has no {phase} command"))));
    };
    prepare(room, config).await?;
    let outcome = room.run_hooked(lab, &command).await?;
    if !outcome.succeeded() {
        return Ok(Err(failed(format!(
            "the {phase} of the instrumented code ended with {}",
            outcome.status
        ))));
    }
    loaded(room).await
}

/// What the processes of the run said of themselves.
async fn loaded(room: &Room) -> Result<Result<Loaded, Unseen>, RunError> {
    let marks = room.take(MARKS).await?.remove(MARKS).unwrap_or_default();
    Ok(Loaded::read(&marks))
}

fn failed(reason: String) -> Unseen {
    Unseen::RunFailed { reason }
}

/// Writes what the hook reads.
pub(super) async fn prepare(room: &Room, config: &ProbeConfig) -> Result<(), RunError> {
    let text =
        serde_json::to_vec(config).map_err(|source| RunError::Json { what: PROBE, source })?;
    room.put(PROBE, text).await?;
    // What an earlier run marked must not be taken for this one's.
    room.put(MARKS, Vec::new()).await?;
    // The hook writes into the folder and makes none.
    room.put(&format!("{}/keep", config.folder), Vec::new()).await
}
