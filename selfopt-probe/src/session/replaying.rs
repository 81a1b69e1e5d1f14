//! Both versions on the same calls.

use selfopt_core::pipeline::RunError;
use selfopt_core::{Lab, Millis, Phase, Replayed};
use serde_json::json;

use super::bundles::Format;
use super::failure::ScriptError;
use super::recording::calls_file;
use super::results::ReplayResult;
use super::room::{Room, Script};
use crate::instrument::Literals;

/// What is replayed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Comparison<'a> {
    pub(super) calls: &'a str,
    pub(super) function: u32,
    /// The folder of the version that is compared with the base.
    pub(super) side: &'a str,
    pub(super) format: Format,
    pub(super) seed: u64,
    pub(super) variations: u32,
    pub(super) budget: Millis,
    /// What both versions name.
    pub(super) literals: &'a Literals,
    /// Whether it is said what the calls look like.
    pub(super) shapes: bool,
}

/// The numbers of the source; bigints and what is none are left out.
fn numbers(literals: &Literals) -> Vec<f64> {
    let numbers = literals.numbers.iter().filter_map(|text| text.parse::<f64>().ok());
    numbers.filter(|number| number.is_finite()).collect()
}

/// Replays the calls and their variations.
pub(super) async fn replay(
    lab: &mut dyn Lab,
    room: &Room,
    comparison: Comparison<'_>,
) -> Result<Result<Replayed, ScriptError>, RunError> {
    let Comparison { calls, function, side, format, seed, variations, budget, literals, shapes } =
        comparison;
    let request = json!({
        "base": room.absolute(&format.bundle("a")),
        "candidate": room.absolute(&format.bundle(side)),
        "function": function,
        "calls": room.absolute(&calls_file(calls, function)),
        "seed": seed & 0xffff_ffff,
        "variations": variations,
        "budgetMs": budget.0,
        "literals": { "texts": literals.texts, "numbers": numbers(literals) },
        "shapes": shapes,
    });
    let script = Script {
        name: "replay.cjs",
        flags: "",
        phase: Phase::Test,
        limit: Millis(budget.0.saturating_mul(4).saturating_add(60_000)),
    };
    let result = room.script::<ReplayResult>(lab, script, &request).await?;
    Ok(result.map(Replayed::from))
}
