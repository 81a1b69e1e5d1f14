//! Benchmark: at least 3 % faster and beyond the noise.
//!
//! Fresh processes of base and candidate run in turns, or back to back, in
//! random order; the value of a pair is the logarithm of base over candidate.
//! The decision is group-sequential and exact; `docs/concepts/statistics.md`
//! has the procedure.

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::guards::Guards;
use super::numbers::{Numbers, noise_word};
use super::{Gate, GateContext, GateInputs, names};
use crate::digest::Digest;
use crate::domain::{
    BenchmarkBaseline, Case, CasesBaseline, LoadBaseline, Measure, PairSample, Pairing,
    ProcessSample, Verdict, VerdictOutcome, operation_picos, speed_ratio,
};
use crate::pipeline::{RunError, benchmark_command, parameters};
use crate::statistics::{
    Budget, Decision, Discards, Metric, NanoLog, NoiseAssessment, PairSchedule, Parameters,
    Readiness, ScheduleKey, Sequential, Verdict as Statistical, decide,
};

/// What the verdict depends on: every raw sample and every parameter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BenchmarkInputs {
    /// Why there is nothing to measure, if so.
    pub no_benchmark: Option<String>,
    /// Whether the next gate may still prove the gain on the function itself:
    /// what the benchmark does not show is then left to it.
    #[serde(default)]
    pub workloads_follow: bool,
    /// Identifies the benchmark; part of the schedule.
    pub bench_id: String,
    /// The seed of the run; part of the schedule.
    pub run_seed: u64,
    /// The base commit; part of the schedule.
    pub base_sha: String,
    /// SHA-256 of the diff; part of the schedule.
    pub diff_sha: String,
    /// How pairs were run, frozen at the baseline.
    pub pairing: Pairing,
    /// The metric, frozen at the baseline.
    pub metric: Metric,
    /// The parameters of the procedure.
    pub parameters: Parameters,
    /// The baseline's A/A assessment.
    pub noise: Option<NoiseAssessment>,
    /// Digest of what the benchmark prints, when the A/A runs all printed the same.
    pub expected_output: Option<Digest>,
    /// The cases that the benchmark reports, where it reports the same ones in every A/A run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cases: Option<CasesBaseline>,
    /// What the unchanged server does under load, where the benchmark is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load: Option<LoadBaseline>,
    /// Every pair, in the order measured.
    pub pairs: Vec<PairSample>,
    /// Whether the run's budget ended the measurement.
    pub budget: Budget,
}

/// What the benchmark says of the gain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BenchmarkAnswer {
    /// It is proved.
    Proved,
    /// It is smaller than what a proposal needs, or none.
    NotShown,
    /// It cannot tell.
    CannotTell,
}

/// The verdict and the numbers behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct BenchmarkJudgement {
    /// What the benchmark says of the gain.
    pub answer: BenchmarkAnswer,
    /// What the gate says.
    pub verdict: Verdict,
    /// Every look, when something was measured.
    pub decision: Option<Decision>,
    /// Median of the metric before and after, in nanoseconds.
    pub medians: Option<[u64; 2]>,
}

impl BenchmarkInputs {
    /// Recomputes pair values, looks, guards and the verdict from the samples.
    pub fn judge(&self) -> BenchmarkJudgement {
        let gate = names::BENCHMARK;
        let cannot_tell = |why: String, flip: &str| self.unmeasured(why, flip);
        let noise = match (&self.no_benchmark, &self.noise) {
            (None, Some(noise)) => noise,
            (reason, _) => {
                let reason = reason.as_deref().unwrap_or("it was not assessed");
                return cannot_tell(
                    format!("no benchmark: {reason}"),
                    "name a benchmark in selfopt.toml: `[commands]` `bench = \"...\"`",
                );
            }
        };
        match noise.readiness() {
            Readiness::Ready => {}
            Readiness::Biased => {
                return cannot_tell(
                    "the benchmark tells identical code apart: it is biased".into(),
                    "make the benchmark independent of directory and order",
                );
            }
            Readiness::Unusable => {
                return cannot_tell(
                    "the machine is too noisy for this benchmark".into(),
                    "run on a quieter machine",
                );
            }
        }
        if let Some(problem) = self.broken_pair() {
            return BenchmarkJudgement {
                answer: BenchmarkAnswer::NotShown,
                verdict: Verdict::refused(gate, problem),
                decision: None,
                medians: None,
            };
        }
        let discards = Discards {
            kept: count(self.kept().count()),
            discarded: count(self.pairs.len() - self.kept().count()),
        };
        if discards.too_many(&self.parameters) {
            let why = format!(
                "{} of {} pairs were disturbed by the machine",
                discards.discarded,
                self.pairs.len()
            );
            return cannot_tell(why, "run on a quieter machine");
        }
        self.judge_values(noise)
    }

    /// Nothing could be measured: left to the next gate, or the end.
    fn unmeasured(&self, why: String, flip: &str) -> BenchmarkJudgement {
        let gate = names::BENCHMARK;
        let verdict = if self.workloads_follow {
            Verdict::passed(gate, format!("left to the workloads: {why}"))
        } else {
            Verdict::inconclusive(gate, why).would_flip(flip)
        };
        let answer = BenchmarkAnswer::CannotTell;
        BenchmarkJudgement { answer, verdict, decision: None, medians: None }
    }

    fn judge_values(&self, noise: &NoiseAssessment) -> BenchmarkJudgement {
        let values = self.primary();
        let decision = decide(&self.parameters, noise.floor, &values, self.budget);
        let guards = Guards::of(self, &values);
        let (answer, verdict) = self.word(&decision, guards.failure(), noise);
        let verdict = match (answer, verdict.outcome) {
            (BenchmarkAnswer::Proved, _) | (_, VerdictOutcome::Passed) => verdict,
            _ => match guards.loss() {
                None if self.workloads_follow => {
                    let why = verdict.reason;
                    Verdict::passed(names::BENCHMARK, format!("left to the workloads: {why}"))
                }
                Some(loss) if !loss.is_empty() && decision.verdict != Statistical::Accepted => {
                    let why = verdict.reason;
                    Verdict::refused(names::BENCHMARK, format!("{loss}; {why}"))
                        .would_flip("a change after which no case of the benchmark is slower")
                }
                _ => verdict,
            },
        };
        let mut details = json!({
            "metric": self.metric,
            "measure": self.measure(),
            "decision": decision,
            "values": values,
        });
        for (name, guard) in guards.details() {
            details[name] = guard;
        }
        let medians = self.medians();
        let verdict = verdict.with_details(details);
        BenchmarkJudgement { answer, verdict, decision: Some(decision), medians }
    }

    fn word(
        &self,
        decision: &Decision,
        worse: Option<String>,
        noise: &NoiseAssessment,
    ) -> (BenchmarkAnswer, Verdict) {
        let gate = names::BENCHMARK;
        let numbers = Numbers::of(decision, &self.parameters);
        let not_shown = |verdict| (BenchmarkAnswer::NotShown, verdict);
        let cannot_tell = |verdict| (BenchmarkAnswer::CannotTell, verdict);
        match decision.verdict {
            Statistical::Accepted => match worse {
                Some(worse) => not_shown(Verdict::refused(gate, format!("{numbers}, but {worse}"))),
                None => (BenchmarkAnswer::Proved, Verdict::passed(gate, numbers.to_string())),
            },
            Statistical::Rejected => not_shown(
                Verdict::refused(
                    gate,
                    format!("{numbers}: below the {:.0} % that a proposal needs", numbers.needed),
                )
                .would_flip("a benchmark in which this code weighs more"),
            ),
            Statistical::Inconclusive | Statistical::Continue
                if self.budget == Budget::Spent && self.pairs.len() < self.parameters.max_pairs =>
            {
                cannot_tell(
                    Verdict::inconclusive(
                        gate,
                        format!("{numbers}: the run's budget ended the measurement"),
                    )
                    .would_flip("a larger `[budget]` in selfopt.toml"),
                )
            }
            Statistical::Inconclusive | Statistical::Continue => cannot_tell(
                Verdict::inconclusive(
                    gate,
                    format!("{numbers}: the noise ({}) left it open", noise_word(noise.class)),
                )
                .would_flip("a quieter machine, or a benchmark in which this code weighs more"),
            ),
        }
    }

    /// What the benchmark is judged by.
    pub fn measure(&self) -> Measure {
        self.cases.as_ref().map_or(Measure::Process, |cases| cases.measure)
    }

    /// How the candidate's benchmark reports other cases, if it does.
    fn other_cases(&self, pair: &PairSample) -> Option<String> {
        self.cases.as_ref()?.difference(&pair.candidate_cases)
    }

    /// Whether the candidate printed or answered something else.
    fn differs(&self, pair: &PairSample) -> bool {
        if self.other_cases(pair).is_some() {
            return true;
        }
        match (&self.load, &pair.candidate_load) {
            (Some(load), Some(sample)) => load.difference(sample).is_some(),
            _ => self.expected_output.is_some() && pair.candidate_output != self.expected_output,
        }
    }

    /// A pair that ends the measurement: the candidate failed, printed
    /// something else, or the recorded order is not the scheduled one.
    fn broken_pair(&self) -> Option<String> {
        self.pairs.iter().find_map(|pair| {
            if pair.first != PairSchedule::new(&self.key(), pair.index, 0).first_spawned {
                return Some(format!(
                    "pair {} was not measured in its scheduled order",
                    pair.index
                ));
            }
            if pair.discarded.is_some() {
                return None;
            }
            if pair.failure.is_none() && (pair.base.is_none() || pair.candidate.is_none()) {
                return Some(format!("pair {} has no samples and no reason", pair.index));
            }
            if let Some(failure) = &pair.failure {
                return Some(format!(
                    "the benchmark ended with {} in pair {}{}",
                    failure.status,
                    pair.index,
                    failure.said.as_ref().map(|said| format!(": {said}")).unwrap_or_default()
                ));
            }
            if let Some(load) = &self.load {
                return match &pair.candidate_load {
                    Some(sample) => load.difference(sample).map(|difference| {
                        format!("the server behaves otherwise in pair {}: {difference}", pair.index)
                    }),
                    None => Some(format!("pair {} has no sample of the load", pair.index)),
                };
            }
            if let Some(difference) = self.other_cases(pair) {
                return Some(format!(
                    "the benchmark reports other cases in pair {}: {difference}",
                    pair.index
                ));
            }
            let expected = self.expected_output.as_ref()?;
            (pair.candidate_output.as_ref() != Some(expected))
                .then(|| format!("the benchmark printed other results in pair {}", pair.index))
        })
    }

    /// The pair values that decide.
    pub fn primary(&self) -> Vec<NanoLog> {
        self.kept().filter_map(|pair| pair_value(pair, self.measure(), self.metric)).collect()
    }

    /// The pair values by one clock of the process, `ln(base / candidate)`.
    pub fn values(&self, metric: Metric) -> Vec<NanoLog> {
        self.kept().filter_map(|pair| pair_value(pair, Measure::Process, metric)).collect()
    }

    /// The pairs that count.
    pub(super) fn kept(&self) -> impl Iterator<Item = &PairSample> {
        self.pairs.iter().filter(|pair| pair.discarded.is_none())
    }

    /// Medians of what decides, in nanoseconds: of a process's clock, or of
    /// the geometric mean of the operations.
    fn medians(&self) -> Option<[u64; 2]> {
        if self.measure() == Measure::Cases {
            return self.operation_picos().map(|picos| picos.map(|picos| picos / 1000));
        }
        let of = |side: fn(&PairSample) -> Option<ProcessSample>| {
            let mut times: Vec<u64> =
                self.kept().filter_map(side).map(|sample| time(&sample, self.metric)).collect();
            times.sort_unstable();
            times.get(times.len() / 2).copied()
        };
        Some([of(|pair| pair.base)?, of(|pair| pair.candidate)?])
    }

    /// Where the cases decide: the median over the pairs of the geometric mean
    /// of an operation's time, in picoseconds, before and after.
    pub fn operation_picos(&self) -> Option<[u64; 2]> {
        if self.measure() != Measure::Cases {
            return None;
        }
        let of = |side: fn(&PairSample) -> &[Case]| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a mean of positive integers; beyond the range the cast saturates"
            )]
            let picos = |run: f64| libm::round(run) as u64;
            let mut means: Vec<u64> =
                self.kept().filter_map(|pair| operation_picos(side(pair))).map(picos).collect();
            means.sort_unstable();
            means.get(means.len() / 2).copied()
        };
        Some([of(|pair| &pair.base_cases)?, of(|pair| &pair.candidate_cases)?])
    }

    fn key(&self) -> ScheduleKey<'_> {
        ScheduleKey {
            run_seed: self.run_seed,
            base_sha: &self.base_sha,
            candidate_diff_sha: &self.diff_sha,
            bench_id: &self.bench_id,
        }
    }
}

/// A process's cost by one clock, in nanoseconds.
fn time(sample: &ProcessSample, metric: Metric) -> u64 {
    match metric {
        Metric::Cpu => sample.cpu_us.saturating_mul(1000),
        Metric::Wall => sample.wall_ns,
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

pub(super) struct BenchmarkGate;

#[async_trait]
impl Gate for BenchmarkGate {
    fn name(&self) -> &str {
        names::BENCHMARK
    }

    async fn evaluate(&self, ctx: &mut GateContext<'_>) -> Result<Verdict, RunError> {
        let mut inputs = inputs(ctx)?;
        if let Some(baseline) = ctx.baseline().benchmark.clone()
            && inputs.noise.as_ref().is_some_and(|noise| noise.readiness() == Readiness::Ready)
        {
            measure(ctx, &baseline, &mut inputs).await?;
        }
        Ok(ctx.judge(GateInputs::Benchmark(Box::new(inputs))))
    }
}

fn inputs(ctx: &GateContext<'_>) -> Result<BenchmarkInputs, RunError> {
    let bench = ctx.baseline().benchmark.as_ref();
    Ok(BenchmarkInputs {
        no_benchmark: ctx.baseline().no_benchmark.clone(),
        workloads_follow: ctx.has_study(),
        bench_id: bench.map(|bench| bench.bench_id.clone()).unwrap_or_default(),
        run_seed: ctx.seed(),
        base_sha: ctx.baseline().commit.to_string(),
        diff_sha: Digest::of(ctx.candidate().diff.as_bytes()).to_string(),
        pairing: bench.map_or(Pairing::BackToBack, |bench| bench.pairing),
        metric: bench.map_or(Metric::Cpu, |bench| bench.metric),
        parameters: parameters(ctx.config())?,
        noise: bench.map(|bench| bench.noise.clone()),
        expected_output: bench.and_then(|bench| bench.expected_output.clone()),
        cases: bench.and_then(|bench| bench.cases.clone()),
        load: bench.and_then(|bench| bench.load.clone()),
        pairs: Vec::new(),
        budget: Budget::Open,
    })
}

/// Measures pair after pair until the sequential test, a failure, too many
/// discards or the budget ends it. Pairs that an interrupted run already
/// measured are taken as they are: starting over would be a second chance.
async fn measure(
    ctx: &mut GateContext<'_>,
    baseline: &BenchmarkBaseline,
    inputs: &mut BenchmarkInputs,
) -> Result<(), RunError> {
    let floor = baseline.noise.floor;
    let command = benchmark_command(ctx.project(), ctx.config(), &baseline.measured_cmd);
    let mut test = Sequential::new(inputs.parameters.clone(), floor);
    let mut known = ctx.measured_pairs().into_iter();
    let mut warm = false;
    let limit = inputs.parameters.max_pairs + inputs.parameters.max_pairs / 4;
    for index in 0..count(limit) {
        let pair = match known.next() {
            Some(pair) => pair,
            None if ctx.budget_spent() => {
                inputs.budget = Budget::Spent;
                break;
            }
            None => {
                if !warm {
                    // The base ran its benchmark once before it was frozen;
                    // what a first run leaves behind must be on both sides.
                    ctx.warm_up(&command).await?;
                    warm = true;
                }
                ctx.measure_pair(&command, inputs.pairing, &inputs.key(), index).await?
            }
        };
        let value = pair_value(&pair, inputs.measure(), inputs.metric);
        let failed = pair.failure.is_some() && pair.discarded.is_none();
        let differs = pair.discarded.is_none() && inputs.differs(&pair);
        inputs.pairs.push(pair);
        if failed || differs {
            break;
        }
        let Some(value) = value else { continue };
        let verdict = test.push(value);
        if test.decision().last_look().is_some() {
            ctx.looked();
        }
        if verdict != Statistical::Continue {
            break;
        }
    }
    if test.verdict() == Statistical::Continue {
        inputs.budget = Budget::Spent;
    }
    Ok(())
}

/// What a pair says of the gain; `None` for one that does not count.
pub(crate) fn pair_value(pair: &PairSample, measure: Measure, metric: Metric) -> Option<NanoLog> {
    if pair.discarded.is_some() {
        return None;
    }
    match measure {
        Measure::Process => {
            NanoLog::from_times(time(&pair.base?, metric), time(&pair.candidate?, metric))
        }
        Measure::Cases => speed_ratio(&pair.base_cases, &pair.candidate_cases),
    }
}
