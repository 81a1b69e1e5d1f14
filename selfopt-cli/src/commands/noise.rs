//! `selfopt noise`: what can be told apart on this machine.

use std::sync::Arc;

use schemars::JsonSchema;
use selfopt_core::statistics::NoiseClass;
use selfopt_core::{ExitCode, Isolation, Sandbox as _};
use selfopt_probe::machine::{KernelNoise, Machine, worst_class};
use selfopt_sandbox::choose_local;
use serde::Serialize;

use super::no_sarif;
use crate::args::{Common, Format, NoiseArgs};
use crate::compose::choice;
use crate::error::CliError;
use crate::interrupt::cancel_flag;
use crate::place::store_dir;
use crate::render;

/// The schema of [`NoiseDocument`].
const NOISE_SCHEMA: &str = "selfopt.noise/1";

/// `noise --format json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct NoiseDocument {
    /// `selfopt.noise/1`.
    schema: String,
    /// What was measured.
    pub(crate) kernels: Vec<KernelNoise>,
    /// The worst class of all.
    pub(crate) class: Option<NoiseClass>,
    /// Identical code that was put to the whole test.
    pub(crate) trials: u32,
    /// How often it was accepted.
    pub(crate) false_accepts: u32,
    /// One-minute load average before and after, in thousandths, where known.
    pub(crate) load_milli: [Option<u64>; 2],
    /// Processors.
    pub(crate) processors: usize,
    /// CPU time spent, in microseconds.
    pub(crate) cpu_us: u64,
    /// What keeps code apart.
    pub(crate) isolation: Isolation,
    /// What to do about the noise.
    pub(crate) advice: Vec<String>,
}

pub(crate) async fn run(common: &Common, args: NoiseArgs) -> Result<ExitCode, CliError> {
    no_sarif(common.format)?;
    let dir = store_dir(common)?;
    let (sandbox, isolation) = choose_local(choice(args.isolation), &dir).await?;
    sandbox.reap().await?;
    let mut machine = Machine::open(Arc::new(sandbox), common.seed, 1.0, cancel_flag()).await?;
    let before = machine.load_milli();
    let mut kernels = Vec::new();
    for kernel in machine.kernels().to_vec() {
        render::progress(&format!("{kernel}: identical code against itself"));
        kernels.push(machine.noise(&kernel, args.trials).await?);
    }
    let load_milli = [before, machine.load_milli()];
    let cpu_us = machine.cpu_us();
    machine.close().await?;
    let class = worst_class(&kernels);
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let document = NoiseDocument {
        schema: NOISE_SCHEMA.to_owned(),
        class,
        trials: kernels.iter().map(|kernel| kernel.trials).sum(),
        false_accepts: kernels.iter().map(|kernel| kernel.false_accepts).sum(),
        advice: advice(class, load_milli, processors),
        kernels,
        load_milli,
        processors,
        cpu_us,
        isolation,
    };
    match common.format {
        Format::Json => render::json(&document)?,
        Format::Markdown => render::text(&render::machine::markdown(&document)),
        _ => render::text(&render::machine::human(&document)),
    }
    let unusable = class == Some(NoiseClass::Unusable);
    Ok(if unusable { ExitCode::TooNoisy } else { ExitCode::Success })
}

/// What to do about the noise, the most useful first.
fn advice(
    class: Option<NoiseClass>,
    load_milli: [Option<u64>; 2],
    processors: usize,
) -> Vec<String> {
    let mut advice = Vec::new();
    let load = load_milli.into_iter().flatten().max().unwrap_or(0);
    let crowded = u64::try_from(processors).unwrap_or(u64::MAX).saturating_mul(2000);
    if load > crowded {
        advice.push(format!(
            "the load was {}.{:02} on {processors} processors: gains look larger than they are above twice the processors; run when less else runs",
            load / 1000,
            load % 1000 / 10
        ));
    }
    match class {
        Some(NoiseClass::Good | NoiseClass::Fair) | None => {}
        Some(NoiseClass::Noisy) => advice.push(
            "small gains will often end as inconclusive here; a machine of its own, or with a fixed clock frequency, tells them apart".to_owned(),
        ),
        Some(NoiseClass::VeryNoisy | NoiseClass::Unusable) => advice.push(
            "only large gains can be proved here; use another machine, or one whose processors are not shared with other guests".to_owned(),
        ),
    }
    if advice.is_empty() {
        advice.push("nothing needs to be done".to_owned());
    }
    advice
}
