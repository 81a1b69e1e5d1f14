//! `selfopt noise`: what can be told apart on this machine.

mod samples;

use std::sync::Arc;

use schemars::JsonSchema;
use selfopt_core::gates::WorkloadsInputs;
use selfopt_core::statistics::NoiseClass;
use selfopt_core::{ExitCode, Isolation, Policy, Sandbox as _};
use selfopt_probe::machine::{KernelNoise, Machine, is_ready, worst_class};
use selfopt_sandbox::choose_local;
use serde::Serialize;

use super::no_sarif;
use crate::args::{Common, Format, NoiseArgs};
use crate::compose::choice;
use crate::error::CliError;
use crate::interrupt::cancel_flag;
use crate::place::store_dir;
use crate::render;
use samples::Samples;

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
    /// How much less work the candidates did, in percent; 0 is identical code.
    pub(crate) gain_percent: u32,
    /// Candidates that were put to the whole test.
    pub(crate) trials: u32,
    /// How many of them were accepted; of identical code, none should be.
    pub(crate) accepted: u32,
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
    let mut samples = Samples::open(args.samples.as_deref())?;
    let dir = store_dir(common)?;
    let (sandbox, isolation) = choose_local(choice(args.isolation), &dir, &Policy::none()).await?;
    sandbox.reap().await?;
    let sandbox = Arc::new(sandbox);
    let mut machine = Machine::open(sandbox, common.seed, args.gain, cancel_flag()).await?;
    let before = machine.load_milli();
    let mut kernels = Vec::new();
    for kernel in chosen(machine.kernels(), &args.kernels)? {
        kernels.push(one(&mut machine, &kernel, common.seed, &args, &mut samples).await?);
    }
    let load_milli = [before, machine.load_milli()];
    let cpu_us = machine.cpu_us();
    machine.close().await?;
    let class = worst_class(&kernels);
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let document = NoiseDocument {
        schema: NOISE_SCHEMA.to_owned(),
        class,
        gain_percent: args.gain,
        trials: kernels.iter().map(|kernel| kernel.trials).sum(),
        accepted: kernels.iter().map(|kernel| kernel.accepted).sum(),
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

/// The kernels that are wanted: all, or those that were named.
fn chosen(known: &[String], wanted: &[String]) -> Result<Vec<String>, CliError> {
    match wanted.iter().find(|name| !known.contains(name)) {
        Some(unknown) => Err(CliError::usage(
            format!("there is no kernel `{unknown}`"),
            format!("the kernels are: {}", known.join(", ")),
        )),
        None if wanted.is_empty() => Ok(known.to_vec()),
        None => Ok(wanted.to_vec()),
    }
}

/// A kernel against itself, then candidates against it. Noise on which nothing
/// can be decided is measured anew for the next candidate, as in a run.
async fn one(
    machine: &mut Machine,
    kernel: &str,
    seed: u64,
    args: &NoiseArgs,
    samples: &mut Samples,
) -> Result<KernelNoise, CliError> {
    let mut noise = samples.noise(kernel, seed);
    let mut trials = Vec::new();
    for number in 0..args.trials {
        if let Some(kept) = samples.trial(kernel, args.gain, seed, number) {
            trials.push(kept.clone());
            continue;
        }
        let usable = match noise.take().filter(is_ready) {
            Some(usable) => usable,
            None => against_itself(machine, kernel).await?,
        };
        render::progress(&format!(
            "{kernel}: {} against it, {} of {}",
            render::machine::candidate(args.gain),
            number + 1,
            args.trials
        ));
        let trial = machine.trial(&usable, number).await?;
        noise = Some(usable);
        samples.keep(&trial)?;
        trials.push(trial);
    }
    let noise = match noise {
        Some(noise) => noise,
        None => against_itself(machine, kernel).await?,
    };
    Ok(KernelNoise::of(&noise, &trials)?)
}

async fn against_itself(machine: &mut Machine, kernel: &str) -> Result<WorkloadsInputs, CliError> {
    render::progress(&format!("{kernel}: identical code against itself"));
    Ok(machine.against_itself(kernel).await?)
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
