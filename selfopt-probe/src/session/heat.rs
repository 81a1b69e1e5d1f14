//! Where the project's own CPU time goes: one run of its benchmark or tests
//! with a profiler in every process.

use selfopt_core::pipeline::RunError;
use selfopt_core::{FunctionHeat, Heat, Lab, Phase, Ratio, SandboxError};

use super::hooked::built;
use super::room::Room;
use crate::profile::{ProfileRequest, SourceMaps};

/// Profiles the benchmark, or without one the tests.
pub(super) async fn heat(lab: &mut dyn Lab) -> Result<Option<Heat>, RunError> {
    let phase = [Phase::Benchmark, Phase::Test].into_iter().find(|one| lab.command(*one).is_some());
    let Some(mut command) = phase.and_then(|phase| lab.command(phase)) else {
        return Ok(None);
    };
    let room = Room::open(lab).await?;
    let profiled = command.cmd.clone();
    let request = ProfileRequest::new(&lab.project().working_directory);
    command.cmd = request.wrap(&profiled);
    room.apply(&request.files()).await?;
    let green = match built(lab, &room).await? {
        Ok(()) => room.run(lab, &command).await?.succeeded(),
        Err(_) => false,
    };
    let files =
        if green { room.collect(&request.globs(), request.limits()).await } else { Ok(Vec::new()) };
    // A build leads back to its sources by its source maps.
    let maps = match room.collect(&SourceMaps::globs(), SourceMaps::limits()).await {
        Ok(maps) => SourceMaps::new(maps),
        Err(RunError::Sandbox(SandboxError::TooMuch { .. })) => SourceMaps::default(),
        Err(error) => return Err(error),
    };
    room.close().await?;
    let files = match files {
        Ok(files) => files,
        // Larger than any that is read: then nothing is known.
        Err(RunError::Sandbox(SandboxError::TooMuch { .. })) => return Ok(None),
        Err(error) => return Err(error),
    };
    let profile = request.read(&files, maps).profile;
    if profile.beneath_us == 0 {
        return Ok(None);
    }
    // Both shares of a function are of the same time.
    #[expect(clippy::cast_precision_loss, reason = "microseconds of a run stay far below 2^53")]
    let of_all = profile.own_us as f64 / profile.beneath_us as f64;
    let functions = profile
        .functions
        .into_iter()
        .map(|one| FunctionHeat {
            path: one.path,
            function: one.function,
            share: one.total_share,
            own: Ratio(one.self_share.0 * of_all),
        })
        .collect();
    Ok(Some(Heat { profiled, own_us: profile.beneath_us, functions }))
}
