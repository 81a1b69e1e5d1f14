//! The benchmark's own baseline: A/A pairs, metric, noise.

use super::cases::{ReadBy, cases, read_by};
use super::pause::cause;
use super::{BaselineJob, note, throttling};
use crate::digest::Digest;
use crate::domain::{
    BenchmarkBaseline, LoadBaseline, Measure, PairSample, Pairing, ProcessSample, WorkTreeCheck,
};
use crate::gates::{PairPlan, Reading, pair_value, said};
use crate::pipeline::commands::{benchmark_command, measured_command, parameters};
use crate::pipeline::{Dispatcher, FrozenTree, RunError, RunEvent};
use crate::ports::{CommandSpec, NoLog, Phase, SnapshotId, Workspace};
use crate::statistics::{
    IterationTimes, Metric, NanoLog, NoiseAssessment, NoiseClass, Parameters, ScheduleKey,
    choose_metric,
};

/// Below this CPU time a benchmark process is mostly start-up.
const SHORT_PROCESS_US: u64 = 150_000;
/// A measurement that takes this long is worth a word before it begins.
const LONG_MINUTES: u64 = 5;
/// Runs by itself after which a benchmark that never kept the CPU busy is one
/// that waits.
const MOST_RUNS_ALONE: usize = 5;

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
        let (step, first) = dispatcher.run_step(base, &command).await?;
        let reading = Reading::of(&first, self.project.load());
        let problem = if !step.succeeded() && self.project.load().is_some() {
            let why = said(&first).unwrap_or_else(|| first.text());
            Some(format!("the load driver ended with {}: {}", step.status, why.trim()))
        } else if !step.succeeded() {
            let ended = format!("`{measured_cmd}` ended with {}", step.status);
            Some(match cause(&self.project, &step, &first.text()) {
                Some(cause) => format!("{ended}: {cause}"),
                None => ended,
            })
        } else if first.text().trim().is_empty() {
            Some(format!("`{measured_cmd}` printed nothing, so it cannot be told that it ran"))
        } else {
            reading
                .as_ref()
                .err()
                .cloned()
                .or_else(|| reading.as_ref().ok().and_then(|one| self.not_served(one)))
        };
        dispatcher.emit(RunEvent::StepFinished { step }).await?;
        let reading = match (problem, reading) {
            (Some(problem), _) | (None, Err(problem)) => return Ok(Err(problem)),
            (None, Ok(reading)) => reading,
        };
        let read_by = match self.project.load() {
            Some(_) => None,
            None => match read_by(&measured_cmd, &first) {
                Ok(read_by) => read_by,
                Err(problem) => return Ok(Err(problem)),
            },
        };
        let checked = base.freeze().await?;
        let frozen = RunEvent::TreeFrozen { tree: FrozenTree::Checked, snapshot: checked.clone() };
        dispatcher.emit(frozen).await?;
        let bench_id = self.bench_id(&measured_cmd);
        let fork = base.fork(&checked).await?;
        // The twin did not run the benchmark yet; whatever a first run leaves
        // behind must be there on both sides.
        let second = twin.run(command.clone(), &NoLog).await?;
        dispatcher.spend(&second)?;
        if let Some(warning) = throttling::warning(&[&first, &second]) {
            note(dispatcher, &warning).await?;
        }
        let mut alone = vec![reading.usage];
        if second.succeeded() {
            alone.extend(Reading::of(&second, self.project.load()).map(|reading| reading.usage));
        }
        let extra = base.fork(&checked).await?;
        // Times that a benchmark takes by the clock would hold the other
        // side's turns.
        let pairing = match read_by {
            Some(ReadBy { measure: Measure::Cases, .. }) => Pairing::BackToBack,
            _ => self.pairing(dispatcher, &*extra, &command, &mut alone).await?,
        };
        extra.close().await?;
        // What is planted runs when a file is loaded, before any load is put on
        // a server: the whole process tree shows it, the load driver included.
        let whole = [first.usage, second.usage];
        let compared = if self.project.load().is_some() { &whole[..] } else { &alone };
        let work_tree = match self.runs_the_work_tree(dispatcher, base, &command, compared).await? {
            Ok(check) => Some(check),
            Err(problem) => {
                fork.close().await?;
                return Ok(Err(problem));
            }
        };
        self.warn_of_length(dispatcher, &measured_cmd, &alone).await?;
        let empty = Digest::of(b"").to_string();
        let plan = PairPlan {
            base: &*fork,
            candidate: twin,
            command: &command,
            load: self.project.load(),
            pairing,
            key: ScheduleKey {
                run_seed: self.seed,
                base_sha: self.commit.as_str(),
                candidate_diff_sha: &empty,
                bench_id: &bench_id,
            },
        };
        let pairs = self.noise_pairs(dispatcher, &plan).await?;
        fork.close().await?;
        let assessed = match pairs {
            Ok(pairs) => {
                let runs = Runs { pairing, alone, pairs, read_by, work_tree };
                self.assess(cmd, measured_cmd, bench_id, runs)?
            }
            Err(problem) => Err(problem),
        };
        if let Ok(bench) = &assessed {
            dispatcher.emit(RunEvent::NoiseAssessed { noise: bench.noise.clone() }).await?;
            self.warn(dispatcher, bench).await?;
            self.warn_of_cases(dispatcher, bench, read_by).await?;
        }
        Ok(assessed.map(|bench| (bench, checked)))
    }

    /// Says so when the A/A pairs will take long.
    async fn warn_of_length(
        &self,
        dispatcher: &mut Dispatcher,
        measured_cmd: &str,
        alone: &[ProcessSample],
    ) -> Result<(), RunError> {
        let runs = 2 * parameters(self.config)?.noise.pairs as u64;
        let once_ns = alone.iter().map(|sample| sample.wall_ns).min().unwrap_or_default();
        let minutes = once_ns.saturating_mul(runs) / 60_000_000_000;
        if minutes >= LONG_MINUTES {
            note(dispatcher, &format!("`{measured_cmd}` takes {} s: the noise alone takes {runs} runs, about {minutes} minutes, and each candidate as long again. A shorter benchmark of the same code proves as much", once_ns / 1_000_000_000)).await?;
        }
        Ok(())
    }

    /// Pairs take turns when the sandbox can do that and the benchmark keeps
    /// the CPU busy: a process that waits does so while it is stopped, too.
    async fn pairing(
        &self,
        dispatcher: &mut Dispatcher,
        tree: &dyn Workspace,
        command: &CommandSpec,
        alone: &mut Vec<ProcessSample>,
    ) -> Result<Pairing, RunError> {
        // A load cannot be stopped: its clock runs on.
        if self.project.load().is_some() {
            return Ok(Pairing::BackToBack);
        }
        let Some(turn) = tree.turn_length() else { return Ok(Pairing::BackToBack) };
        let parameters = parameters(self.config)?;
        while choose(&parameters, alone) != Metric::Cpu {
            if alone.len() >= MOST_RUNS_ALONE {
                return Ok(Pairing::BackToBack);
            }
            let outcome = tree.run(command.clone(), &NoLog).await?;
            dispatcher.spend(&outcome)?;
            alone.push(outcome.usage);
        }
        Ok(Pairing::InTurns { turn_us: u32::try_from(turn.as_micros()).unwrap_or(u32::MAX) })
    }

    /// The A/A pairs: both sides are the same code.
    async fn noise_pairs(
        &self,
        dispatcher: &mut Dispatcher,
        plan: &PairPlan<'_>,
    ) -> Result<Result<Vec<PairSample>, String>, RunError> {
        let of = u32::try_from(parameters(self.config)?.noise.pairs).unwrap_or(u32::MAX);
        let mut pairs = Vec::new();
        for index in 0..of {
            let pair = plan.measure(index, dispatcher).await?;
            if let Some(failure) = &pair.failure {
                let said =
                    failure.said.as_ref().map(|said| format!(": {said}")).unwrap_or_default();
                return Ok(Err(format!(
                    "`{}` ended with {} after it had ended with exit code 0 on the same code{said}",
                    plan.command.cmd, failure.status
                )));
            }
            let loads = [&pair.base_load, &pair.candidate_load];
            if let Some(problem) = loads.into_iter().flatten().find_map(|load| self.lost(load)) {
                return Ok(Err(problem));
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
        runs: Runs,
    ) -> Result<Result<BenchmarkBaseline, String>, RunError> {
        let parameters = parameters(self.config)?;
        let Runs { pairing, alone, pairs, read_by, work_tree } = runs;
        let cases = match cases(&measured_cmd, read_by, &pairs) {
            Ok(cases) => cases,
            Err(problem) => return Ok(Err(problem)),
        };
        let measure = read_by.map_or(Measure::Process, |read_by| read_by.measure);
        let samples = all_samples(&pairs);
        let load = self.project.load().and_then(|load| LoadBaseline::from_pairs(load, &pairs));
        // A server waits for requests; what it costs is its CPU time.
        let metric = match load {
            Some(_) => Metric::Cpu,
            // Tools time by the clock.
            None if measure == Measure::Cases => Metric::Wall,
            None => metric(&parameters, pairing, &alone, &pairs),
        };
        let values: Vec<NanoLog> =
            pairs.iter().filter_map(|pair| pair_value(pair, measure, metric)).collect();
        let Some(noise) = NoiseAssessment::from_pairs(&parameters, &values) else {
            return Ok(Err(format!("`{measured_cmd}` used no measurable time")));
        };
        Ok(Ok(BenchmarkBaseline {
            bench_id,
            cmd: cmd.to_owned(),
            measured_cmd,
            alone,
            pairing,
            metric,
            expected_output: common_output(&pairs),
            cases,
            work_tree,
            load,
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
        if let Some(load) = &bench.load {
            self.warn_of_load(dispatcher, bench, load).await?;
        } else if bench.measure() == Measure::Process && bench.median_cpu_us < SHORT_PROCESS_US {
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

/// What was measured of the benchmark before any candidate.
struct Runs {
    pairing: Pairing,
    alone: Vec<ProcessSample>,
    pairs: Vec<PairSample>,
    read_by: Option<ReadBy>,
    work_tree: Option<WorkTreeCheck>,
}

/// The metric. Processes in turns are not elapsed time's measure, so then the
/// runs by themselves decide alone.
pub(crate) fn metric(
    parameters: &Parameters,
    pairing: Pairing,
    alone: &[ProcessSample],
    pairs: &[PairSample],
) -> Metric {
    let mut samples = alone.to_vec();
    if pairing == Pairing::BackToBack {
        samples.extend(all_samples(pairs));
    }
    choose(parameters, &samples)
}

fn choose(parameters: &Parameters, samples: &[ProcessSample]) -> Metric {
    let iterations: Vec<IterationTimes> = samples
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
