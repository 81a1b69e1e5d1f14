//! The benchmark's own baseline: A/A pairs, metric, noise.

use super::{BaselineJob, note};
use crate::digest::Digest;
use crate::domain::{BenchmarkBaseline, PairSample, ProcessSample};
use crate::gates::{PairPlan, time};
use crate::pipeline::commands::{benchmark_command, measured_command, parameters};
use crate::pipeline::{Dispatcher, FrozenTree, RunError, RunEvent};
use crate::ports::{CommandSpec, NoLog, Phase, SnapshotId, Workspace};
use crate::statistics::{
    IterationTimes, Metric, NanoLog, NoiseAssessment, NoiseClass, Parameters, ScheduleKey,
    choose_metric,
};

/// Below this CPU time a benchmark process is mostly start-up.
const SHORT_PROCESS_US: u64 = 150_000;

impl BaselineJob<'_> {
    /// The benchmark's own baseline, or why there is none.
    pub(super) async fn benchmark(
        &self,
        dispatcher: &mut Dispatcher,
        base: &dyn Workspace,
        twin: &dyn Workspace,
    ) -> Result<Result<(BenchmarkBaseline, SnapshotId), String>, RunError> {
        let (Some(cmd), Some(measured_cmd)) =
            (self.project.command(Phase::Benchmark), measured_command(&self.project, &*self.tree))
        else {
            return Ok(Err("the project has none".into()));
        };
        let command = benchmark_command(&self.project, self.config, &measured_cmd);
        dispatcher
            .emit(RunEvent::StepStarted { phase: Phase::Benchmark, cmd: cmd.to_owned() })
            .await?;
        let (step, text) = dispatcher.run_step(base, &command).await?;
        let problem = if !step.succeeded() {
            Some(format!("`{measured_cmd}` ended with {}", step.status))
        } else if text.trim().is_empty() {
            Some(format!("`{measured_cmd}` printed nothing, so it cannot be told that it ran"))
        } else {
            None
        };
        dispatcher.emit(RunEvent::StepFinished { step }).await?;
        if let Some(problem) = problem {
            return Ok(Err(problem));
        }
        let checked = base.freeze().await?;
        let frozen = RunEvent::TreeFrozen { tree: FrozenTree::Checked, snapshot: checked.clone() };
        dispatcher.emit(frozen).await?;
        let bench_id =
            Digest::of_parts([self.project.working_directory.as_bytes(), measured_cmd.as_bytes()])
                .prefix(16)
                .to_owned();
        let fork = base.fork(&checked).await?;
        let pairs = self.noise_pairs(dispatcher, &*fork, twin, &command, &bench_id).await?;
        fork.close().await?;
        let assessed = match pairs {
            Ok(pairs) => self.assess(cmd, measured_cmd, bench_id, pairs)?,
            Err(problem) => Err(problem),
        };
        if let Ok(bench) = &assessed {
            dispatcher.emit(RunEvent::NoiseAssessed { noise: bench.noise.clone() }).await?;
            self.warn(dispatcher, bench).await?;
        }
        Ok(assessed.map(|bench| (bench, checked)))
    }

    /// The A/A pairs: both sides are the same code.
    async fn noise_pairs(
        &self,
        dispatcher: &mut Dispatcher,
        base: &dyn Workspace,
        twin: &dyn Workspace,
        command: &CommandSpec,
        bench_id: &str,
    ) -> Result<Result<Vec<PairSample>, String>, RunError> {
        // The twin did not run the benchmark yet; whatever a first run leaves
        // behind must be there on both sides.
        let outcome = twin.run(command.clone(), &NoLog).await?;
        dispatcher.spend(&outcome)?;
        let empty = Digest::of(b"").to_string();
        let plan = PairPlan {
            base,
            candidate: twin,
            command,
            key: ScheduleKey {
                run_seed: self.seed,
                base_sha: self.commit.as_str(),
                candidate_diff_sha: &empty,
                bench_id,
            },
        };
        let of = u32::try_from(parameters(self.config)?.noise.pairs).unwrap_or(u32::MAX);
        let mut pairs = Vec::new();
        for index in 0..of {
            let pair = plan.measure(index, dispatcher).await?;
            if let Some(failure) = &pair.failure {
                return Ok(Err(format!(
                    "`{}` ended with {} after it had ended with exit code 0 on the same code",
                    command.cmd, failure.status
                )));
            }
            dispatcher.emit(RunEvent::NoisePairMeasured { pair: pair.clone(), of }).await?;
            pairs.push(pair);
        }
        Ok(Ok(pairs))
    }

    fn assess(
        &self,
        cmd: &str,
        measured_cmd: String,
        bench_id: String,
        pairs: Vec<PairSample>,
    ) -> Result<Result<BenchmarkBaseline, String>, RunError> {
        let parameters = parameters(self.config)?;
        let samples = all_samples(&pairs);
        let metric = metric(&parameters, &pairs);
        let values: Vec<NanoLog> = pairs
            .iter()
            .filter_map(|pair| {
                NanoLog::from_times(time(&pair.base?, metric), time(&pair.candidate?, metric))
            })
            .collect();
        let Some(noise) = NoiseAssessment::from_pairs(&parameters, &values) else {
            return Ok(Err(format!("`{measured_cmd}` used no measurable time")));
        };
        Ok(Ok(BenchmarkBaseline {
            bench_id,
            cmd: cmd.to_owned(),
            measured_cmd,
            metric,
            expected_output: common_output(&pairs),
            median_cpu_us: median(samples.iter().map(|sample| sample.cpu_us).collect()),
            median_wall_ns: median(samples.iter().map(|sample| sample.wall_ns).collect()),
            noise,
            pairs,
        }))
    }

    async fn warn(
        &self,
        dispatcher: &mut Dispatcher,
        bench: &BenchmarkBaseline,
    ) -> Result<(), RunError> {
        if bench.noise.biased {
            note(dispatcher, "the benchmark tells identical code apart: its results depend on the directory or the order, and nothing will be accepted on it").await?;
        }
        if bench.median_cpu_us < SHORT_PROCESS_US {
            note(dispatcher, "the benchmark's process is mostly start-up: only a change that moves the whole process by 3 % can be seen. Let it do more work").await?;
        }
        if matches!(bench.noise.class, NoiseClass::Noisy | NoiseClass::VeryNoisy) {
            let from = bench.noise.class.detectable().map_or(20.0, |share| share.as_f64() * 100.0);
            note(
                dispatcher,
                &format!(
                    "the benchmark is noisy here: only gains from about {from:.0} % can be proved"
                ),
            )
            .await?;
        }
        Ok(())
    }
}

fn all_samples(pairs: &[PairSample]) -> Vec<ProcessSample> {
    pairs.iter().flat_map(|pair| [pair.base, pair.candidate]).flatten().collect()
}

/// The metric that A/A pairs decide for; both sides are the same code.
pub(crate) fn metric(parameters: &Parameters, pairs: &[PairSample]) -> Metric {
    let iterations: Vec<IterationTimes> = all_samples(pairs)
        .iter()
        .map(|sample| IterationTimes {
            cpu_nanos: sample.cpu_us.saturating_mul(1000),
            wall_nanos: sample.wall_ns,
        })
        .collect();
    choose_metric(&iterations, parameters.noise.cpu_bound_share)
}

/// The digest that all A/A runs share, if they printed the same.
pub(crate) fn common_output(pairs: &[PairSample]) -> Option<Digest> {
    let mut outputs =
        pairs.iter().flat_map(|pair| [pair.base_output.as_ref(), pair.candidate_output.as_ref()]);
    let first = outputs.next()??;
    outputs.all(|output| output == Some(first)).then(|| first.clone())
}

fn median(mut values: Vec<u64>) -> u64 {
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or_default()
}
