//! What can be told apart on this machine: kernels of known cost are measured
//! against themselves, and against versions that do less.

mod candidate;
mod lab;
mod power;

use std::sync::Arc;

use selfopt_core::digest::Digest;
use selfopt_core::gates::WorkloadsInputs;
use selfopt_core::pipeline::RunError;
use selfopt_core::statistics::{Metric, NanoLog, NoiseAssessment, NoiseClass, Readiness};
use selfopt_core::{
    CancelFlag, FunctionPair, Lab as _, Millis, PairOrder, Phase, Sandbox, VerdictOutcome, Versions,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::session::{Format, Room, Script, Timed, timing_pair};
use candidate::Step;
use lab::SandboxLab;
pub use power::smallest_gain;

const KERNELS: Script<'static> = Script {
    name: "kernels.cjs",
    flags: "",
    phase: Phase::Benchmark,
    limit: Millis::from_secs(60),
};

/// The kernels, in a tree of their own.
pub struct Machine {
    room: Room,
    lab: SandboxLab,
    seed: u64,
    gain_percent: u32,
    kernels: Vec<String>,
}

/// A candidate on a kernel that was put to the whole test, with every raw
/// sample, as an evidence bundle keeps them: [`WorkloadsInputs::judge`] gives
/// the verdict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// The kernel.
    pub kernel: String,
    /// How much less work the candidate does, in percent; 0 is identical code.
    pub gain_percent: u32,
    /// Its number, from 0; with kernel, gain and seed it names the trial.
    pub number: u32,
    /// The samples.
    pub inputs: WorkloadsInputs,
}

/// What is known of one kernel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct KernelNoise {
    /// Its name.
    pub kernel: String,
    /// The clock.
    pub metric: Metric,
    /// The kernel against itself.
    pub noise: NoiseAssessment,
    /// Candidates that were put to the whole test.
    pub trials: u32,
    /// How many of them were accepted; of identical code, none should be.
    pub accepted: u32,
    /// Pairs measured.
    pub pairs: u32,
    /// The smallest gain, in percent, that the default number of pairs proves
    /// nine times out of ten; none below a half.
    pub smallest_gain_percent: Option<u32>,
}

#[derive(Deserialize)]
struct Written {
    kernels: Vec<String>,
}

impl Machine {
    /// Writes the kernels, and candidates for them that do `gain_percent` less work.
    pub async fn open(
        sandbox: Arc<dyn Sandbox>,
        seed: u64,
        gain_percent: u32,
        cancel: CancelFlag,
    ) -> Result<Self, RunError> {
        let mut lab = SandboxLab::new(sandbox, cancel);
        let room = Room::open(&mut lab).await?;
        let share = f64::from(100 - gain_percent.min(100)) / 100.0;
        let shares = json!({ "base": 1, "candidate": share });
        let request = json!({ "folder": room.absolute(""), "shares": shares });
        let written = room.script::<Written>(&mut lab, KERNELS, &request).await?;
        let kernels = written.map_err(|error| failed(&error.0))?.kernels;
        Ok(Self { room, lab, seed, gain_percent, kernels })
    }

    /// The names of the kernels.
    pub fn kernels(&self) -> &[String] {
        &self.kernels
    }

    /// The kernel against itself, and no candidate yet.
    pub async fn against_itself(&mut self, kernel: &str) -> Result<WorkloadsInputs, RunError> {
        let mut inputs = candidate::unmeasured(kernel, self.seed);
        while let step @ Step::Pair(Versions::BaseTwice, _) = candidate::next(&inputs) {
            self.measure(&mut inputs, step).await?;
        }
        Ok(inputs)
    }

    /// A candidate is put to the whole test, with the noise that
    /// [`against_itself`](Self::against_itself) found.
    pub async fn trial(&mut self, noise: &WorkloadsInputs, number: u32) -> Result<Trial, RunError> {
        let mut inputs = noise.clone();
        let diff = format!("{} % less work, trial {number}", self.gain_percent);
        inputs.diff_sha = Digest::of(diff.as_bytes()).to_string();
        loop {
            match candidate::next(&inputs) {
                Step::Nothing => break,
                step @ Step::Pair(..) => self.measure(&mut inputs, step).await?,
            }
        }
        let kernel = name(&inputs).to_owned();
        Ok(Trial { kernel, gain_percent: self.gain_percent, number, inputs })
    }

    async fn measure(&mut self, inputs: &mut WorkloadsInputs, step: Step) -> Result<(), RunError> {
        let Step::Pair(versions, index) = step else { return Ok(()) };
        let schedule = candidate::schedule(inputs, versions, index);
        let timing = inputs.parameters.timing.clone();
        let Some(measured) = inputs.measured.first_mut() else { return Ok(()) };
        let kernel = measured.workload.id.clone();
        let timed = Timed {
            workload: &measured.workload,
            calls: &kernel,
            only: None,
            unrepeated: None,
            format: Format::CommonJs,
            sides: [&format!("{kernel}-base"), &format!("{kernel}-candidate")],
            mutates: false,
            seed: self.seed,
        };
        let order = PairOrder { versions, schedule: &schedule, timing: &timing };
        let pair = timing_pair(&mut self.lab, &self.room, &timed, order).await?;
        match versions {
            Versions::BaseTwice => measured.noise_pairs.push(pair),
            Versions::BaseAndCandidate => measured.pairs.push(pair),
        }
        Ok(())
    }

    /// CPU time that was spent so far, in microseconds.
    pub fn cpu_us(&self) -> u64 {
        self.lab.cpu_us()
    }

    /// One-minute load average in thousandths, where known.
    pub fn load_milli(&self) -> Option<u64> {
        self.lab.load_milli()
    }

    /// Removes the tree.
    pub async fn close(self) -> Result<(), RunError> {
        self.room.close().await
    }
}

impl KernelNoise {
    /// What the noise of a kernel and the candidates on it say together. Pairs
    /// of identical code tell how noisy the machine is, too.
    pub fn of(noise: &WorkloadsInputs, trials: &[Trial]) -> Result<Self, RunError> {
        let parameters = &noise.parameters;
        let measured = noise.measured.first().ok_or_else(|| failed("no pair was measured"))?;
        let metric = candidate::metric(measured, parameters);
        let mut values = candidate::values(&measured.noise_pairs, metric);
        let assessed = candidate::noise(measured, parameters).ok_or_else(|| {
            let why = measured.noise_pairs.iter().find_map(|pair| pair.failure.as_ref());
            failed(why.map_or("too few pairs were measured", |failure| &failure.reason))
        })?;
        let of_trials = |trial: &Trial| -> Vec<FunctionPair> {
            trial.inputs.measured.iter().flat_map(|one| one.pairs.clone()).collect()
        };
        let mut pairs = values.len();
        for trial in trials {
            let more = candidate::values(&of_trials(trial), metric);
            pairs += more.len();
            if trial.gain_percent == 0 {
                values.extend::<Vec<NanoLog>>(more);
            }
        }
        let accepted = trials.iter().filter(|trial| trial.is_accepted()).count();
        let seed = noise.run_seed;
        Ok(Self {
            kernel: name(noise).to_owned(),
            metric,
            smallest_gain_percent: smallest_gain(parameters, assessed.floor, &values, seed),
            noise: assessed,
            trials: count(trials.len()),
            accepted: count(accepted),
            pairs: count(pairs),
        })
    }
}

impl Trial {
    /// Whether the gate lets the candidate through.
    pub fn is_accepted(&self) -> bool {
        self.inputs.judge().verdict.outcome == VerdictOutcome::Passed
    }

    /// Its noise alone, when candidates can be measured on it.
    pub fn usable_noise(&self) -> Option<WorkloadsInputs> {
        let mut noise = self.inputs.clone();
        noise.measured.iter_mut().for_each(|measured| measured.pairs.clear());
        is_ready(&noise).then_some(noise)
    }
}

/// Whether candidates can be measured on this noise.
pub fn is_ready(noise: &WorkloadsInputs) -> bool {
    let assessed =
        noise.measured.first().and_then(|measured| candidate::noise(measured, &noise.parameters));
    assessed.is_some_and(|assessed| assessed.readiness() == Readiness::Ready)
}

/// The worst class of all kernels.
pub fn worst_class(kernels: &[KernelNoise]) -> Option<NoiseClass> {
    kernels.iter().map(|kernel| kernel.noise.class).max()
}

fn name(inputs: &WorkloadsInputs) -> &str {
    inputs.measured.first().map_or("", |measured| &measured.workload.id)
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn failed(why: &str) -> RunError {
    RunError::Sandbox(selfopt_core::SandboxError::Other {
        message: format!("the kernels cannot be measured: {why}"),
    })
}
