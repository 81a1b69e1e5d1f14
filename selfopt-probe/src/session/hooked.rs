//! A run of the project's tests with the hook in every process.

use selfopt_core::pipeline::RunError;
use selfopt_core::test_output::count_tests;
use selfopt_core::{Lab, Phase};
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
            path: room.absolute("probe.json"),
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

    /// The same with settings of the mode `pair`, and a folder of its own.
    pub(super) fn pair(mut self, settings: Value, room: &Room, folder: String) -> Self {
        self.pair = Some(settings);
        self.out = room.absolute(&folder);
        self.folder = folder;
        self
    }

    /// The request that collects what the run wrote.
    pub(super) fn collection(&self, workload: &str) -> Value {
        json!({ "probe": self.path, "workload": workload })
    }
}

/// Builds and runs the tests with the hook: `Err` says why what they wrote
/// cannot be used, because they did not end as they do without it.
pub(super) async fn green(
    lab: &mut dyn Lab,
    room: &Room,
    config: &ProbeConfig,
) -> Result<Result<(), String>, RunError> {
    if let Err(why) = built(lab, room).await? {
        return Ok(Err(why));
    }
    tested(lab, room, config).await
}

/// Builds the tree, where the project has a build.
pub(super) async fn built(lab: &mut dyn Lab, room: &Room) -> Result<Result<(), String>, RunError> {
    if let Some(build) = lab.command(Phase::Build) {
        let outcome = room.run(lab, &build).await?;
        if !outcome.succeeded() {
            return Ok(Err(format!(
                "the build of the instrumented code ended with {}",
                outcome.status
            )));
        }
    }
    Ok(Ok(()))
}

/// Runs the tests with the hook.
pub(super) async fn tested(
    lab: &mut dyn Lab,
    room: &Room,
    config: &ProbeConfig,
) -> Result<Result<(), String>, RunError> {
    let Some(test) = lab.command(Phase::Test) else {
        return Ok(Err("the project has no test command".into()));
    };
    prepare(room, config).await?;
    let outcome = room.run_hooked(lab, &test).await?;
    let (now, before) = (count_tests(&outcome.text()), lab.baseline_tests());
    Ok(if !outcome.succeeded() {
        Err(format!("the tests of the instrumented code ended with {}", outcome.status))
    } else if now != before {
        let passed = |counts: Option<selfopt_core::TestCounts>| {
            counts.map_or("an unknown number of".into(), |counts| counts.passed.to_string())
        };
        Err(format!(
            "{} tests of the instrumented code passed, {} at the baseline",
            passed(now),
            passed(before)
        ))
    } else {
        Ok(())
    })
}

/// Runs another of the project's commands with the hook.
pub(super) async fn ran(
    lab: &mut dyn Lab,
    room: &Room,
    config: &ProbeConfig,
    phase: Phase,
) -> Result<Result<(), String>, RunError> {
    let Some(command) = lab.command(phase) else {
        return Ok(Err(format!("the project has no {phase} command")));
    };
    prepare(room, config).await?;
    let outcome = room.run_hooked(lab, &command).await?;
    Ok(if outcome.succeeded() {
        Ok(())
    } else {
        Err(format!("the {phase} of the instrumented code ended with {}", outcome.status))
    })
}

async fn prepare(room: &Room, config: &ProbeConfig) -> Result<(), RunError> {
    let text = serde_json::to_vec(config)
        .map_err(|source| RunError::Json { what: "probe.json", source })?;
    room.put("probe.json", text).await?;
    // The hook writes into the folder and makes none.
    room.put(&format!("{}/keep", config.folder), Vec::new()).await
}
