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

use super::{Gate, GateContext, GateInputs, names};
use crate::digest::Digest;
use crate::domain::{
    BenchmarkBaseline, PairSample, Pairing, ProcessSample, Verdict, VerdictOutcome,
};
use crate::pipeline::{RunError, benchmark_command, parameters};
use crate::statistics::{
    Budget, Decision, Discards, MemoryGuard, Metric, NanoLog, NoiseAssessment, NoiseClass,
    PairSchedule, Parameters, Readiness, ScheduleKey, SecondaryGuard, Sequential,
    Verdict as Statistical, decide,
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
        let values = self.values(self.metric);
        let decision = decide(&self.parameters, noise.floor, &values, self.budget);
        let secondary = if self.metric == Metric::Cpu { Metric::Wall } else { Metric::Cpu };
        let time_guard = SecondaryGuard::new(&self.parameters.guards, &self.values(secondary));
        let memory = |side: fn(&PairSample) -> Option<ProcessSample>| -> Vec<u64> {
            self.kept().filter_map(side).map(|sample| sample.max_rss.0).collect()
        };
        let memory_guard = MemoryGuard::new(
            &self.parameters.guards,
            &memory(|pair| pair.base),
            &memory(|pair| pair.candidate),
        );
        let (answer, verdict) = self.word(&decision, &time_guard, &memory_guard, noise);
        let verdict = match (answer, verdict.outcome) {
            (BenchmarkAnswer::Proved, _) | (_, VerdictOutcome::Passed) => verdict,
            _ if self.workloads_follow && !self.loses(&values, &time_guard, &memory_guard) => {
                let why = verdict.reason;
                Verdict::passed(names::BENCHMARK, format!("left to the workloads: {why}"))
            }
            _ => verdict,
        }
        .with_details(json!({
            "metric": self.metric,
            "decision": decision,
            "secondary_metric": { "metric": secondary, "guard": time_guard },
            "memory": memory_guard,
            "values": values,
        }));
        let medians = self.medians();
        BenchmarkJudgement { answer, verdict, decision: Some(decision), medians }
    }

    /// Whether the benchmark got worse by one of its measures: then no gain of
    /// a function makes up for it.
    fn loses(
        &self,
        values: &[NanoLog],
        time_guard: &SecondaryGuard,
        memory_guard: &MemoryGuard,
    ) -> bool {
        let primary = SecondaryGuard::new(&self.parameters.guards, values);
        let slower = |guard: &SecondaryGuard| guard.upper_bound.is_some() && !guard.passed;
        slower(&primary) || slower(time_guard) || !memory_guard.passed
    }

    fn word(
        &self,
        decision: &Decision,
        time_guard: &SecondaryGuard,
        memory_guard: &MemoryGuard,
        noise: &NoiseAssessment,
    ) -> (BenchmarkAnswer, Verdict) {
        let gate = names::BENCHMARK;
        let numbers = Numbers::of(decision, &self.parameters);
        let not_shown = |verdict| (BenchmarkAnswer::NotShown, verdict);
        let cannot_tell = |verdict| (BenchmarkAnswer::CannotTell, verdict);
        match decision.verdict {
            Statistical::Accepted if !time_guard.passed => not_shown(Verdict::refused(
                gate,
                format!("{numbers}, but the other clock got slower beyond its limit"),
            )),
            Statistical::Accepted if !memory_guard.passed => not_shown(Verdict::refused(
                gate,
                format!("{numbers}, but peak memory grew beyond its limit"),
            )),
            Statistical::Accepted => {
                (BenchmarkAnswer::Proved, Verdict::passed(gate, numbers.to_string()))
            }
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
                    "the benchmark ended with {} in pair {}",
                    failure.status, pair.index
                ));
            }
            let expected = self.expected_output.as_ref()?;
            (pair.candidate_output.as_ref() != Some(expected))
                .then(|| format!("the benchmark printed other results in pair {}", pair.index))
        })
    }

    /// The pair values, `ln(base / candidate)`.
    pub fn values(&self, metric: Metric) -> Vec<NanoLog> {
        self.kept()
            .filter_map(|pair| {
                NanoLog::from_times(time(&pair.base?, metric), time(&pair.candidate?, metric))
            })
            .collect()
    }

    fn kept(&self) -> impl Iterator<Item = &PairSample> {
        self.pairs.iter().filter(|pair| pair.discarded.is_none())
    }

    fn medians(&self) -> Option<[u64; 2]> {
        let of = |side: fn(&PairSample) -> Option<ProcessSample>| {
            let mut times: Vec<u64> =
                self.kept().filter_map(side).map(|sample| time(&sample, self.metric)).collect();
            times.sort_unstable();
            times.get(times.len() / 2).copied()
        };
        Some([of(|pair| pair.base)?, of(|pair| pair.candidate)?])
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
pub(crate) fn time(sample: &ProcessSample, metric: Metric) -> u64 {
    match metric {
        Metric::Cpu => sample.cpu_us.saturating_mul(1000),
        Metric::Wall => sample.wall_ns,
    }
}

fn noise_word(class: NoiseClass) -> &'static str {
    match class {
        NoiseClass::Good => "good",
        NoiseClass::Fair => "fair",
        NoiseClass::Noisy => "noisy",
        NoiseClass::VeryNoisy => "very noisy",
        NoiseClass::Unusable => "unusable",
    }
}

/// "24.1 % less, at least 21.0 % (99.5 %, 10 pairs)".
struct Numbers {
    gain: Option<f64>,
    lower_bound: Option<f64>,
    confidence: f64,
    pairs: usize,
    needed: f64,
}

impl Numbers {
    fn of(decision: &Decision, parameters: &Parameters) -> Self {
        let look = decision.last_look();
        Self {
            gain: look.map(|look| look.hodges_lehmann.improvement() * 100.0),
            lower_bound: look
                .and_then(|look| look.lower_bound)
                .map(|bound| bound.improvement() * 100.0),
            confidence: (1.0 - parameters.alpha().as_f64()) * 100.0,
            pairs: decision.n_pairs,
            needed: parameters.min_improvement.as_f64() * 100.0,
        }
    }
}

impl std::fmt::Display for Numbers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.gain, self.lower_bound) {
            (Some(gain), Some(bound)) => write!(
                f,
                "gain {gain:.1} %, at least {bound:.1} % ({} pairs, confidence {:.1} %)",
                self.pairs, self.confidence
            ),
            (Some(gain), None) => write!(f, "gain {gain:.1} % ({} pairs)", self.pairs),
            (None, _) => write!(f, "{} pairs", self.pairs),
        }
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
        let value = value(&pair, inputs.metric);
        let failed = pair.failure.is_some() && pair.discarded.is_none();
        let differs = inputs.expected_output.is_some()
            && pair.discarded.is_none()
            && pair.candidate_output != inputs.expected_output;
        inputs.pairs.push(pair);
        if failed || differs {
            break;
        }
        if let Some(value) = value
            && test.push(value) != Statistical::Continue
        {
            break;
        }
    }
    if test.verdict() == Statistical::Continue {
        inputs.budget = Budget::Spent;
    }
    Ok(())
}

fn value(pair: &PairSample, metric: Metric) -> Option<NanoLog> {
    if pair.discarded.is_some() {
        return None;
    }
    NanoLog::from_times(time(&pair.base?, metric), time(&pair.candidate?, metric))
}
