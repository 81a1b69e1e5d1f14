//! The verdict on recorded pairs: a pure function.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{LADDER_PAIRS, MeasuredWorkload, WorkloadsInputs};
use crate::digest::Digest;
use crate::domain::{FunctionPair, Provenance, Sizes, Verdict, Workload, WorkloadRole};
use crate::gates::{BenchmarkAnswer, names};
use crate::statistics::{
    Budget, Decision, Discards, Fraction, Level, Metric, NanoLog, NoiseAssessment, NoiseClass,
    PairSchedule, Readiness, SecondaryGuard, Side, Verdict as Statistical, WalshSums, decide,
};

/// A call that takes less than this did nothing: 1 ns is a few instructions.
const LEAST_CALL_PICOS: u64 = 1000;
/// One-sided error of the bounds that the ladder shows.
const LADDER_LEVEL: Level = Level::whole(Fraction::from_percent(5));

/// The verdict and the numbers behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkloadsJudgement {
    /// What the gate says.
    pub verdict: Verdict,
    /// Each workload, in the order of the inputs.
    pub workloads: Vec<WorkloadJudgement>,
    /// The number of elements from which on the change pays, where it does
    /// not pay everywhere.
    pub break_even: Option<u64>,
}

/// One workload in figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WorkloadJudgement {
    /// The function, `path:name`.
    pub function: String,
    /// The workload.
    pub workload: Workload,
    /// The clock.
    pub metric: Metric,
    /// What the base against itself said.
    pub noise: Option<NoiseAssessment>,
    /// Every look, where the workload decides.
    pub decision: Option<Decision>,
    /// Point estimate of the effect.
    pub effect: Option<NanoLog>,
    /// What the effect is at least.
    pub at_least: Option<NanoLog>,
    /// Whether it does not lose.
    pub holds: bool,
    /// Pairs with a value.
    pub pairs: usize,
    /// Median time of a call before and after, in picoseconds.
    pub call_picos: Option<[u64; 2]>,
}

/// One rung of the ladder, as a proposal shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LadderRung {
    /// The sizes of its inputs.
    pub elements: Sizes,
    /// Point estimate of the effect.
    pub effect: NanoLog,
    /// Whether the change does not lose there.
    pub holds: bool,
}

/// How the workloads that decide came out together.
enum Answer {
    Accepted,
    Rejected,
    Open,
}

impl WorkloadsInputs {
    /// Recomputes pair values, looks and the verdict from the samples.
    pub fn judge(&self) -> WorkloadsJudgement {
        let gate = names::WORKLOADS;
        let end = |verdict| WorkloadsJudgement { verdict, workloads: Vec::new(), break_even: None };
        if let Some(why) = &self.not_needed {
            return end(Verdict::passed(gate, format!("not needed: {why}")));
        }
        let workloads: Vec<WorkloadJudgement> =
            self.measured.iter().map(|measured| self.one(measured)).collect();
        let deciding: Vec<(&MeasuredWorkload, &WorkloadJudgement)> = self
            .measured
            .iter()
            .zip(&workloads)
            .filter(|(_, one)| one.workload.role == WorkloadRole::Decides)
            .collect();
        if deciding.is_empty() {
            let why = self.nothing_to_measure.as_deref().unwrap_or("no call was recorded");
            let why = format!("{}; no function to measure by itself: {why}", self.benchmark.reason);
            let verdict = match self.benchmark.answer {
                BenchmarkAnswer::NotShown => Verdict::refused(gate, why),
                _ => Verdict::inconclusive(gate, why),
            };
            return end(verdict.would_flip("a test that calls the function with inputs that can be copied, or a workload file: `[proof]` `workloads = [\"...\"]` in selfopt.toml"));
        }
        if let Some(verdict) = self.broken() {
            return end(verdict);
        }
        if let Some(verdict) = deciding.iter().find_map(|(measured, one)| self.unfit(measured, one))
        {
            return end(verdict.with_details(json!({ "assessed": workloads })));
        }
        let break_even = break_even(&workloads);
        let verdict = self.word(&workloads, break_even).with_details(json!({
            "workloads": workloads,
            "break_even": break_even,
        }));
        WorkloadsJudgement { verdict, workloads, break_even }
    }

    /// One workload in figures.
    pub(super) fn one(&self, measured: &MeasuredWorkload) -> WorkloadJudgement {
        let workload = measured.workload.clone();
        let metric = measured.metric(&self.parameters);
        let values: Vec<NanoLog> =
            measured.pairs.iter().filter_map(|pair| pair.value(metric)).collect();
        let noise = measured.noise(&self.parameters);
        let decision = match (workload.role, &noise) {
            (WorkloadRole::Decides, Some(noise)) => {
                Some(decide(&self.parameters, noise.floor, &values, self.budget))
            }
            _ => None,
        };
        let sums = WalshSums::new(&values);
        let look = decision.as_ref().and_then(Decision::last_look);
        let (effect, at_least) = match look {
            Some(look) => (Some(look.hodges_lehmann), look.lower_bound),
            None => (
                sums.as_ref().map(WalshSums::hodges_lehmann),
                sums.as_ref().and_then(|sums| sums.lower_bound(LADDER_LEVEL)),
            ),
        };
        let last = measured.pairs.iter().rev().find(|pair| pair.failure.is_none());
        WorkloadJudgement {
            function: self
                .touches
                .function(workload.function)
                .map_or_else(String::new, |one| format!("{}:{}", one.path, one.name)),
            // What was not measured is not known to lose; that it was not is
            // asked apart.
            holds: values.is_empty()
                || SecondaryGuard::new(&self.parameters.guards, &values).passed,
            pairs: values.len(),
            call_picos: last.and_then(|pair| pair.call_picos(metric)),
            workload,
            metric,
            noise,
            decision,
            effect,
            at_least,
        }
    }

    /// Samples that end the measurement whatever their values.
    fn broken(&self) -> Option<Verdict> {
        let gate = names::WORKLOADS;
        for measured in &self.measured {
            let id = self.bench_id(&measured.workload);
            let empty = Digest::of(b"").to_string();
            for (pairs, diff) in
                [(&measured.noise_pairs, &empty), (&measured.pairs, &self.diff_sha)]
            {
                for (n, pair) in pairs.iter().enumerate() {
                    let first =
                        PairSchedule::new(&self.key(&id, diff), pair.index, 0).first_spawned;
                    if pair.first != first || pair.index as usize != n {
                        return Some(Verdict::refused(
                            gate,
                            format!("pair {n} of {id} was not measured in its scheduled order"),
                        ));
                    }
                }
            }
            if let Some((pair, failure)) = measured.pairs.iter().find_map(candidate_failed) {
                let what = format!("the candidate failed in pair {pair} of {id}: {failure}");
                let flip = "a change that does not fail on these calls";
                return Some(Verdict::refused(gate, what).would_flip(flip));
            }
            let too_fast = measured.pairs.iter().any(|pair| {
                let metric = measured.metric(&self.parameters);
                pair.call_picos(metric).is_some_and(|[base, candidate]| {
                    candidate < LEAST_CALL_PICOS && base > 2 * candidate
                })
            });
            if too_fast {
                let what = format!(
                    "a call of {id} takes less than a nanosecond after the change: its work was removed, not made faster"
                );
                let flip = "a change that still does the work";
                return Some(Verdict::refused(gate, what).would_flip(flip));
            }
        }
        None
    }

    /// Why a workload that decides cannot be decided on.
    fn unfit(&self, measured: &MeasuredWorkload, one: &WorkloadJudgement) -> Option<Verdict> {
        let gate = names::WORKLOADS;
        let id = self.bench_id(&measured.workload);
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let failed = |pairs: &[FunctionPair]| pairs.iter().find_map(|pair| pair.failure.clone());
        let all = measured.pairs.len() + measured.noise_pairs.len();
        let lost = [&measured.pairs, &measured.noise_pairs]
            .into_iter()
            .flatten()
            .filter(|pair| pair.failure.is_some())
            .count();
        let discards = Discards { kept: count(all - lost), discarded: count(lost) };
        if all > 0 && discards.too_many(&self.parameters) {
            let why = failed(&measured.noise_pairs).or_else(|| failed(&measured.pairs));
            let why = why.map(|failure| failure.reason).unwrap_or_default();
            return Some(
                Verdict::inconclusive(
                    gate,
                    format!("{lost} of {all} pairs of {id} gave no value: {why}"),
                )
                .would_flip("inputs on which the base runs through"),
            );
        }
        let Some(noise) = &one.noise else {
            let spent = self.budget == Budget::Spent;
            let why = if spent { "the run's budget ended first" } else { "too few pairs" };
            return Some(
                Verdict::inconclusive(gate, format!("the noise of {id} is not known: {why}"))
                    .would_flip("a larger `[budget]` in selfopt.toml"),
            );
        };
        match noise.readiness() {
            Readiness::Ready => None,
            Readiness::Biased => Some(
                Verdict::inconclusive(
                    gate,
                    format!(
                        "{} pairs of identical code differ by {:.1} % on {id} in one direction: it is biased",
                        noise.n_pairs,
                        (noise.hodges_lehmann.improvement() * 100.0).abs()
                    ),
                )
                .would_flip("another run, on a quieter machine"),
            ),
            Readiness::Unusable => Some(
                Verdict::inconclusive(
                    gate,
                    format!(
                        "the machine is too noisy for {id}: {} pairs of identical code differ by {:.0} % (standard deviation), at most 20 % can be measured",
                        noise.n_pairs,
                        (noise.sigma.improvement() * 100.0).abs()
                    ),
                )
                .would_flip("run on a quieter machine"),
            ),
        }
    }

    fn word(&self, workloads: &[WorkloadJudgement], break_even: Option<u64>) -> Verdict {
        let gate = names::WORKLOADS;
        let numbers = self.numbers(workloads);
        let loses: Vec<&WorkloadJudgement> = workloads
            .iter()
            .filter(|one| !one.holds && one.workload.role != WorkloadRole::Ladder)
            .collect();
        let pays = |one: &&WorkloadJudgement| {
            one.holds
                && one.effect.is_some_and(|effect| effect >= self.parameters.threshold())
                && one.at_least.is_some_and(|bound| bound > NanoLog::ZERO)
        };
        let pays_when_larger = workloads
            .iter()
            .find(|one| one.workload.role == WorkloadRole::Ladder && larger(one) && pays(one));
        let size_dependent = |why: String| {
            let from = break_even.map_or_else(
                || "at no size that was tried throughout".to_owned(),
                |elements| format!("from about {elements} elements"),
            );
            Verdict::size_dependent(gate, format!("{numbers}; {why}: it pays {from}")).would_flip(
                "a workload of the sizes that matter: `selfopt prove --workload FILE`, or `[proof]` `workloads = [\"...\"]` in selfopt.toml",
            )
        };
        match answer(workloads) {
            // Another function than the one that gains: no size helps it.
            Answer::Accepted if let Some(one) = deciding(workloads).find(|one| !one.holds) => {
                let name = name(one);
                Verdict::refused(
                    gate,
                    format!("{numbers}: `{name}` is slower on {}", place(&one.workload)),
                )
                .would_flip(format!("a change that leaves `{name}` as fast as it is"))
            }
            Answer::Accepted
                if let Some(one) = workloads.iter().find(|one| {
                    is_unrepeated(one) && one.pairs == 0 && one.workload.calls == 0
                }) =>
            {
                let name = name(one);
                Verdict::inconclusive(
                    gate,
                    format!("{numbers}, where calls are repeated; `{name}` remembers their results, and no other values of the same look were found to tell what it gains without"),
                )
                .would_flip("a workload file whose calls repeat as they do in use")
            }
            Answer::Accepted
                if let Some(one) = workloads
                    .iter()
                    .find(|one| is_unrepeated(one) && !unmeasured(one) && !pays(one)) =>
            {
                let gain = one.effect.map_or(0.0, NanoLog::improvement) * 100.0;
                Verdict::refused(
                    gate,
                    format!("{numbers}, where calls are repeated; on {}: gain {gain:.1} %, so it gains by remembering what does not come again", place(&one.workload)),
                )
                .would_flip("a change that gains on values that it has not seen before, or a workload file whose calls repeat as they do in use")
            }
            Answer::Accepted if let Some(one) = workloads.iter().find(|one| unmeasured(one)) => {
                let (why, flip) = if self.budget == Budget::Spent {
                    (
                        "the run's budget ended the measurement",
                        "a larger `[budget]` in selfopt.toml",
                    )
                } else {
                    ("too few pairs gave a value", "a workload on which the base runs through")
                };
                let on = place(&one.workload);
                Verdict::inconclusive(
                    gate,
                    format!("{numbers}; it is not known whether it loses on {on}: {why}"),
                )
                .would_flip(flip)
            }
            Answer::Accepted => match loses.first() {
                None => Verdict::passed(gate, numbers),
                Some(one) => size_dependent(format!("it loses on {}", place(&one.workload))),
            },
            Answer::Rejected => match pays_when_larger {
                // A person has said what the function is called with: then the
                // sizes that would pay are no open question.
                Some(_) if deciding(workloads).all(is_said) => {
                    let from = break_even.map_or_else(
                        || "it pays at larger sizes only".to_owned(),
                        |elements| format!("it pays from about {elements} elements only"),
                    );
                    Verdict::refused(gate, format!("{numbers}: {from}")).would_flip(
                        "a workload of larger inputs, where the function is called with them",
                    )
                }
                Some(_) => {
                    let most = deciding(workloads).map(|one| one.workload.elements.max).max();
                    let of = deciding(workloads)
                        .map(|one| one.workload.provenance.to_string())
                        .next()
                        .unwrap_or_default();
                    let most = most.unwrap_or(0);
                    size_dependent(format!("the inputs of {of} have at most {most} elements"))
                }
                None => Verdict::refused(
                    gate,
                    format!(
                        "{numbers}: below the {:.0} % that a proposal needs",
                        self.parameters.min_improvement.as_f64() * 100.0
                    ),
                )
                .would_flip("a workload in which this code weighs more"),
            },
            Answer::Open => {
                let spent = self.budget == Budget::Spent;
                let (why, flip) = if spent {
                    (
                        "the run's budget ended the measurement",
                        "a larger `[budget]` in selfopt.toml",
                    )
                } else {
                    ("the noise left it open", "a quieter machine")
                };
                Verdict::inconclusive(gate, format!("{numbers}: {why}")).would_flip(flip)
            }
        }
    }

    /// "`parse` on the tests (3 to 40 elements, median 7): gain 41.2 %, at
    /// least 38.0 % (10 pairs, confidence 99.5 %)".
    fn numbers(&self, workloads: &[WorkloadJudgement]) -> String {
        let confidence = (1.0 - self.parameters.alpha().as_f64()) * 100.0;
        deciding(workloads)
            .map(|one| {
                let mut text = format!("`{}` on {}", name(one), place(&one.workload));
                if let Some(effect) = one.effect {
                    let _ = write!(text, ": gain {:.1} %", effect.improvement() * 100.0);
                }
                if let Some(bound) = one.at_least {
                    let _ = write!(text, ", at least {:.1} %", bound.improvement() * 100.0);
                }
                let _ = write!(text, " ({} pairs, confidence {confidence:.1} %)", one.pairs);
                text
            })
            .collect::<Vec<_>>()
            .join("; ")
    }
}

fn deciding(workloads: &[WorkloadJudgement]) -> impl Iterator<Item = &WorkloadJudgement> {
    workloads.iter().filter(|one| one.workload.role == WorkloadRole::Decides)
}

/// Whether at least one function gains; that none is slower is asked apart.
fn answer(workloads: &[WorkloadJudgement]) -> Answer {
    let verdicts: Vec<Statistical> = deciding(workloads)
        .filter_map(|one| one.decision.as_ref())
        .map(|decision| decision.verdict)
        .collect();
    if verdicts.contains(&Statistical::Accepted) {
        Answer::Accepted
    } else if verdicts.iter().all(|verdict| *verdict == Statistical::Rejected) {
        Answer::Rejected
    } else {
        Answer::Open
    }
}

/// Whether a user's file says what the function is called with.
fn is_said(one: &WorkloadJudgement) -> bool {
    matches!(one.workload.provenance, Provenance::File { .. })
}

/// The function's name, without its file.
fn name(one: &WorkloadJudgement) -> &str {
    one.function.rsplit(':').next().unwrap_or_default()
}

/// Whether it says what a candidate gains that may not live on repeated calls.
fn is_unrepeated(one: &WorkloadJudgement) -> bool {
    one.workload.role == WorkloadRole::Unrepeated
}

/// Whether a workload that must not lose, or must gain too, has too few values
/// to tell.
fn unmeasured(one: &WorkloadJudgement) -> bool {
    matches!(one.workload.role, WorkloadRole::Guards | WorkloadRole::Unrepeated)
        && one.pairs < LADDER_PAIRS as usize
}

/// "the tests (3 to 40 elements, median 7)".
fn place(workload: &Workload) -> String {
    let grown = match workload.factor {
        Some(factor) => format!(", grown by {factor}"),
        None => String::new(),
    };
    let from = match &workload.provenance {
        Provenance::Tests => "inputs of the tests".to_owned(),
        Provenance::Benchmark => "inputs of the repository's benchmark".to_owned(),
        other => format!("inputs of {other}"),
    };
    let from = match workload.class() {
        Some(class) => format!("the {class} {from}"),
        None => from,
    };
    format!("{from} ({}{grown})", workload.elements)
}

fn larger(one: &WorkloadJudgement) -> bool {
    one.workload.factor.is_some_and(|factor| factor > 1.0)
}

fn candidate_failed(pair: &FunctionPair) -> Option<(u32, &str)> {
    let failure = pair.failure.as_ref()?;
    (failure.side == Some(Side::Candidate)).then_some((pair.index, failure.reason.as_str()))
}

/// The smallest size from which on every measured size of every function
/// gains; `None` when all do, or the largest does not.
fn break_even(workloads: &[WorkloadJudgement]) -> Option<u64> {
    let functions: BTreeSet<u32> = workloads.iter().map(|one| one.workload.function).collect();
    functions.into_iter().filter_map(|function| pays_from(workloads, function)).max()
}

fn pays_from(workloads: &[WorkloadJudgement], function: u32) -> Option<u64> {
    let mut sizes: Vec<(u64, bool)> = workloads
        .iter()
        .filter(|one| one.workload.function == function)
        .filter_map(|one| {
            Some((one.workload.elements.median, one.holds && one.effect? > NanoLog::ZERO))
        })
        .collect();
    sizes.sort_unstable();
    let (last_loss, _) = *sizes.iter().rfind(|(_, gains)| !gains)?;
    sizes.into_iter().map(|(elements, _)| elements).find(|elements| *elements > last_loss)
}

impl WorkloadJudgement {
    /// The noise class, where it was measured.
    pub fn noise_class(&self) -> Option<NoiseClass> {
        self.noise.as_ref().map(|noise| noise.class)
    }
}
