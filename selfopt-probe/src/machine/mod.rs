//! What can be told apart on this machine: kernels of known cost are measured
//! against themselves, and against versions that do less.

mod lab;
mod power;

use std::sync::Arc;

use selfopt_core::digest::Digest;
use selfopt_core::pipeline::RunError;
use selfopt_core::statistics::{
    Metric, NanoLog, NoiseAssessment, NoiseClass, PairSchedule, Parameters, ScheduleKey,
    Sequential, Verdict, choose_metric,
};
use selfopt_core::{
    CancelFlag, FunctionPair, Lab as _, Millis, PairOrder, Phase, Provenance, Sandbox, Sizes,
    Versions, Workload, WorkloadRole,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::session::{Format, Room, Script, Timed, timing_pair};
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
    kernels: Vec<String>,
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
    /// Times that identical code was put to the whole test.
    pub trials: u32,
    /// How often it was accepted.
    pub false_accepts: u32,
    /// Pairs measured.
    pub pairs: u32,
    /// The smallest gain, in percent, that the default number of pairs proves
    /// nine times out of ten; none below a half.
    pub smallest_gain_percent: Option<u32>,
}

/// A decision about a kernel against a version of itself that does less.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// The verdict.
    pub verdict: Verdict,
    /// The pair values.
    pub values: Vec<NanoLog>,
    /// The pairs behind them.
    pub pairs: Vec<FunctionPair>,
}

#[derive(Deserialize)]
struct Written {
    kernels: Vec<String>,
}

impl Machine {
    /// Writes the kernels: side `a` does all of the work, side `b` this share.
    pub async fn open(
        sandbox: Arc<dyn Sandbox>,
        seed: u64,
        share: f64,
        cancel: CancelFlag,
    ) -> Result<Self, RunError> {
        let mut lab = SandboxLab::new(sandbox, cancel);
        let room = Room::open(&mut lab).await?;
        let request = json!({ "folder": room.absolute(""), "shares": { "a": 1, "b": share } });
        let written = room.script::<Written>(&mut lab, KERNELS, &request).await?;
        let kernels = written.map_err(|error| failed(&error.0))?.kernels;
        Ok(Self { room, lab, seed, kernels })
    }

    /// The names of the kernels.
    pub fn kernels(&self) -> &[String] {
        &self.kernels
    }

    /// One pair of a kernel.
    pub async fn pair(
        &mut self,
        kernel: &str,
        versions: Versions,
        trial: &str,
        index: u32,
    ) -> Result<FunctionPair, RunError> {
        let parameters = Parameters::default();
        let key = ScheduleKey {
            run_seed: self.seed,
            base_sha: "",
            candidate_diff_sha: trial,
            bench_id: kernel,
        };
        let schedule = PairSchedule::new(&key, index, parameters.timing.iterations);
        let workload = Workload {
            id: kernel.to_owned(),
            function: 0,
            role: WorkloadRole::Decides,
            provenance: Provenance::Tests,
            digest: Digest::of(kernel.as_bytes()),
            calls: 1,
            elements: Sizes::default(),
            factor: None,
            in_place: false,
        };
        let sides = [format!("{kernel}-a"), format!("{kernel}-b")];
        let timed = Timed {
            workload: &workload,
            calls: kernel,
            only: None,
            format: Format::CommonJs,
            sides: [&sides[0], &sides[1]],
            mutates: false,
            seed: self.seed,
        };
        let order = PairOrder { versions, schedule: &schedule, timing: &parameters.timing };
        timing_pair(&mut self.lab, &self.room, &timed, order).await
    }

    /// The whole test, as a candidate goes through it.
    pub async fn trial(
        &mut self,
        kernel: &str,
        versions: Versions,
        number: u32,
        floor: NanoLog,
        metric: Metric,
    ) -> Result<Trial, RunError> {
        let parameters = Parameters::default();
        let most = parameters.max_pairs;
        let mut test = Sequential::new(parameters, floor);
        let mut trial = Trial { verdict: Verdict::Continue, values: Vec::new(), pairs: Vec::new() };
        for index in 0..u32::try_from(most).unwrap_or(u32::MAX) {
            let pair = self.pair(kernel, versions, &format!("trial {number}"), index).await?;
            let value = pair.value(metric).ok_or_else(|| failed(&format!("{:?}", pair.failure)))?;
            trial.pairs.push(pair);
            trial.values.push(value);
            trial.verdict = test.push(value);
            if trial.verdict != Verdict::Continue {
                break;
            }
        }
        Ok(trial)
    }

    /// A kernel against itself: its noise, and identical code put to the test.
    pub async fn noise(&mut self, kernel: &str, trials: u32) -> Result<KernelNoise, RunError> {
        let parameters = Parameters::default();
        let mut pairs = Vec::new();
        for index in 0..u32::try_from(parameters.noise.pairs).unwrap_or(u32::MAX) {
            pairs.push(self.pair(kernel, Versions::BaseTwice, "", index).await?);
        }
        let blocks: Vec<_> =
            pairs.iter().flat_map(|pair| &pair.blocks).map(|block| block.base).collect();
        let metric = choose_metric(&blocks, parameters.noise.cpu_bound_share);
        let mut values: Vec<NanoLog> = pairs.iter().filter_map(|pair| pair.value(metric)).collect();
        let noise = NoiseAssessment::from_pairs(&parameters, &values).ok_or_else(|| {
            let why = pairs.iter().find_map(|pair| pair.failure.as_ref());
            failed(why.map_or("no pair was measured", |failure| &failure.reason))
        })?;
        let mut false_accepts = 0;
        for number in 0..trials {
            let versions = Versions::BaseTwice;
            let trial = self.trial(kernel, versions, number, noise.floor, metric).await?;
            false_accepts += u32::from(trial.verdict == Verdict::Accepted);
            values.extend(trial.values);
        }
        Ok(KernelNoise {
            kernel: kernel.to_owned(),
            metric,
            smallest_gain_percent: smallest_gain(&parameters, noise.floor, &values, self.seed),
            noise,
            trials,
            false_accepts,
            pairs: u32::try_from(values.len()).unwrap_or(u32::MAX),
        })
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

/// The worst class of all kernels.
pub fn worst_class(kernels: &[KernelNoise]) -> Option<NoiseClass> {
    kernels.iter().map(|kernel| kernel.noise.class).max()
}

fn failed(why: &str) -> RunError {
    RunError::Sandbox(selfopt_core::SandboxError::Other {
        message: format!("the kernels cannot be measured: {why}"),
    })
}
