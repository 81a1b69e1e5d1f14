//! What was proved of the changed functions themselves.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Counterexample, Provenance, Ratio, Sizes, WorkloadRole};
use crate::gates::{GateInputs, GateRecord, WorkloadJudgement};
use crate::statistics::{Metric, NanoLog, Verdict};

/// What was proved of the changed functions themselves.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProofReport {
    /// The functions, `path:name`.
    pub functions: Vec<String>,
    /// Changed lines that hold code, and how many of them the tests execute;
    /// absent where that was not measured.
    pub reached_lines: Option<[u64; 2]>,
    /// Recorded calls on which both versions agree.
    pub calls_agreed: u64,
    /// Variations of them on which both versions agree.
    pub variations_agreed: u64,
    /// Whether every changed function was compared.
    pub all_compared: bool,
    /// What was not done as it is done where nothing is in the way, a sentence
    /// each: functions judged in place or not at all, and why; sources of
    /// calls that gave none.
    #[serde(default)]
    pub notes: Vec<String>,
    /// An input unlike all recorded ones on which the versions differ, if one
    /// was found.
    #[serde(default)]
    pub differs_outside: Option<DifferenceReport>,
    /// Mutants of the change, and how many of them were caught.
    pub mutants: [u64; 2],
    /// What was measured, the most trusted first.
    pub workloads: Vec<WorkloadReport>,
    /// The number of elements from which on the change pays, where it does
    /// not pay at every size that was tried.
    pub break_even: Option<u64>,
}

/// An input on which two versions of a function differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DifferenceReport {
    /// The function's name.
    pub function: String,
    /// The input, and what each version does.
    pub example: Counterexample,
}

/// A workload in figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WorkloadReport {
    /// The function, `path:name`.
    pub function: String,
    /// What it was measured for.
    pub role: WorkloadRole,
    /// Where its calls come from.
    pub provenance: Provenance,
    /// Which of them, where it is not all: `small`, `large`, or a set that a
    /// workload file names.
    #[serde(default)]
    pub class: Option<String>,
    /// Calls in it.
    pub calls: u64,
    /// Their sizes.
    pub elements: Sizes,
    /// The factor by which recorded inputs were grown or shrunk.
    pub factor: Option<f64>,
    /// Whether both versions ran beside each other in the test process.
    pub in_place: bool,
    /// The clock.
    pub metric: Metric,
    /// Point estimate of the saving: 0.03 is 3 % less.
    pub gain: Option<Ratio>,
    /// What is saved at least; of a workload that decides at the proposal's
    /// confidence, of others at 95 %.
    pub gain_lower_bound: Option<Ratio>,
    /// Pairs measured.
    pub pairs: u64,
    /// Whether the change does not lose there.
    pub holds: bool,
    /// Median time of a call before and after, in nanoseconds.
    pub call_ns: Option<[f64; 2]>,
}

/// What a change is worth to the project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ImpactReport {
    /// The functions' share of the project's own CPU time before the change,
    /// with all that they call.
    pub share: Ratio,
    /// The share of the project's own CPU time that the change saves.
    pub saving: Ratio,
    /// What ran while the profile was taken.
    pub profiled: String,
}

impl ProofReport {
    /// From the gates' records; `None` when no probe looked into functions.
    pub(crate) fn of(records: &[GateRecord]) -> Option<Self> {
        let mut proof = Self::default();
        let mut looked = false;
        for inputs in records.iter().filter_map(|record| record.inputs.as_ref()) {
            match inputs {
                GateInputs::Reach(reach) if reach.is_measured() => {
                    let lines = reach.reach.iter().flat_map(|reach| &reach.lines);
                    let [mut all, mut reached] = [0, 0];
                    for line in lines {
                        all += 1;
                        reached += u64::from(line.reached);
                    }
                    proof.reached_lines = Some([all, reached]);
                }
                GateInputs::Equivalence(equivalence) => {
                    let Some(touches) = &equivalence.touches else { continue };
                    looked = true;
                    proof.functions = touches
                        .functions
                        .iter()
                        .map(|one| format!("{}:{}", one.path, one.name))
                        .collect();
                    let tally = equivalence.tally();
                    proof.calls_agreed = tally.calls;
                    proof.variations_agreed = tally.variations;
                    proof.all_compared = equivalence.is_complete();
                    proof.notes = equivalence.notes();
                    proof.differs_outside = equivalence.functions.iter().find_map(|one| {
                        let example = one.replayed.as_ref()?.difference_outside.clone()?;
                        let function = touches.function(one.function)?.name.clone();
                        Some(DifferenceReport { function, example })
                    });
                }
                GateInputs::Workloads(workloads) => {
                    let judged = workloads.judge();
                    proof.break_even = judged.break_even;
                    proof.workloads = judged.workloads.iter().map(workload).collect();
                }
                GateInputs::Sensitivity(sensitivity) => {
                    proof.mutants = sensitivity.tally().map(|n| n as u64);
                }
                _ => {}
            }
        }
        looked.then_some(proof)
    }

    /// The workload that carries the proposal: of those that were accepted,
    /// the one with the largest gain.
    pub(crate) fn carrying(judged: &[WorkloadJudgement]) -> Option<&WorkloadJudgement> {
        judged
            .iter()
            .filter(|one| {
                one.decision.as_ref().is_some_and(|made| made.verdict == Verdict::Accepted)
            })
            .max_by_key(|one| one.effect)
    }
}

fn workload(judged: &WorkloadJudgement) -> WorkloadReport {
    let WorkloadJudgement { workload, .. } = judged;
    let ratio = |effect: Option<NanoLog>| effect.map(|effect| Ratio(effect.improvement()));
    #[expect(clippy::cast_precision_loss, reason = "picoseconds of one call stay far below 2^53")]
    let nanos = |picos: u64| picos as f64 / 1000.0;
    WorkloadReport {
        function: judged.function.clone(),
        role: workload.role,
        provenance: workload.provenance.clone(),
        class: workload.class().map(str::to_owned),
        calls: workload.calls,
        elements: workload.elements,
        factor: workload.factor,
        in_place: workload.in_place,
        metric: judged.metric,
        gain: ratio(judged.effect),
        gain_lower_bound: ratio(judged.at_least),
        pairs: judged.pairs as u64,
        holds: judged.holds,
        call_ns: judged.call_picos.map(|times| times.map(nanos)),
    }
}

#[cfg(test)]
mod tests {
    use schemars::{JsonSchema, schema_for};

    use super::*;

    /// What `docs/reference/report.md` says under this heading.
    fn section(heading: &str) -> String {
        let page =
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reference/report.md"));
        let (_, from) = page.split_once(&format!("\n### {heading}\n")).expect(heading);
        from.split("\n#").next().unwrap_or_default().to_owned()
    }

    fn fields<T: JsonSchema>() -> Vec<String> {
        let schema = serde_json::to_value(schema_for!(T)).expect("a schema is JSON");
        schema["properties"].as_object().expect("a struct").keys().cloned().collect()
    }

    #[test]
    fn every_field_is_described_where_it_stands() {
        for (heading, fields) in [
            ("`proof`", fields::<ProofReport>()),
            ("`proof.workloads[]`", fields::<WorkloadReport>()),
            ("`impact`", fields::<ImpactReport>()),
        ] {
            let section = section(heading);
            let rows: Vec<&str> = section
                .lines()
                .filter_map(|line| line.strip_prefix("| `"))
                .filter_map(|line| line.split(['`', '[']).next())
                .collect();
            for field in &fields {
                assert!(rows.contains(&field.as_str()), "{heading} lacks `{field}`: {rows:?}");
            }
            assert_eq!(rows.len(), fields.len(), "{heading}: {rows:?} and {fields:?}");
        }
    }
}
