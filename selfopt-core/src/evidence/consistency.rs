//! Whether a gate's record is true to itself and belongs to its bundle.

use serde_json::Value;

use super::bundle::Manifest;
use super::verify::Contents;
use crate::digest::Digest;
use crate::domain::{
    BenchmarkBaseline, LoadBaseline, Measure, MetBy, Pairing, Project, VerdictOutcome, WorkloadRole,
};
use crate::gates::{
    BenchmarkAnswer, BenchmarkInputs, GateInputs, GateRecord, RiskInputs, WorkloadsInputs,
};
use crate::pipeline::common_cases;
use crate::ports::Phase;
use crate::statistics::{Metric, Parameters};

/// The verdict that follows from the inputs, compared byte for byte.
pub(super) fn recomputed(record: &GateRecord, inputs: &GateInputs) -> Option<String> {
    if record.gate != inputs.gate() || record.gate != record.verdict.gate {
        return Some(format!(
            "gates.json: the record of gate `{}` holds what gate `{}` saw",
            record.gate,
            inputs.gate()
        ));
    }
    if record.verdict.outcome != VerdictOutcome::Passed {
        return Some("gates.json: it did not pass".to_owned());
    }
    let recorded = serde_json::to_value(&record.verdict).ok()?;
    let again = serde_json::to_value(inputs.judge()).ok()?;
    difference(&recorded, &again, String::new()).map(|(place, recorded, again)| {
        format!(
            "gates.json: gate `{}` at {place}: recorded {recorded}, recomputed {again}",
            record.gate
        )
    })
}

/// The inputs belong to this bundle and to no other.
pub(super) fn of_bundle(
    inputs: &GateInputs,
    contents: &Contents,
    manifest: &Manifest,
) -> Option<String> {
    let wrong = match inputs {
        GateInputs::Limits(limits) => {
            let by_model = contents.candidate.author.is_some();
            if limits.diff != contents.diff {
                Some("its diff is not the one in diff.patch")
            } else if by_model && !limits.are_a_models() {
                Some("its limits are not those of a language model's change")
            } else {
                None
            }
        }
        GateInputs::Parses(parses) => {
            let same =
                parses.files.iter().map(|file| &file.path).eq(contents.candidate.files.keys());
            (!same).then_some("its files are not the candidate's")
        }
        GateInputs::Step(step) => {
            let cmd = contents.project.command(step.phase);
            if step.baseline_tests != contents.baseline.tests() {
                Some("its baseline tests are not the baseline's")
            } else if step.step.as_ref().map(|step| step.cmd.as_str()) != cmd {
                Some("its command is not the project's")
            } else {
                None
            }
        }
        // They name functions and lines, which only the probe can find again.
        GateInputs::Reach(_) | GateInputs::Equivalence(_) | GateInputs::Sensitivity(_) => None,
        GateInputs::Workloads(inputs) => workloads(inputs, contents, manifest),
        GateInputs::Benchmark(inputs) => benchmark(inputs, contents, manifest),
        GateInputs::Risk(inputs) => risk(inputs, contents),
    };
    wrong.map(|wrong| format!("gates.json: {wrong}"))
}

/// The cases follow from the A/A runs, and the benchmark was seen to run the
/// work tree.
pub(super) fn of_cases(bench: &BenchmarkBaseline) -> Option<&'static str> {
    if bench.work_tree.as_ref().is_some_and(|check| !check.holds()) {
        return Some("the benchmark was not seen to run the work tree");
    }
    let cases = bench.cases.as_ref()?;
    if common_cases(cases.tool, cases.measure, &bench.pairs).as_ref() != Some(cases) {
        Some("the A/A runs do not report the recorded cases")
    } else if cases.measure == Measure::Cases
        && (bench.metric != Metric::Wall || bench.pairing != Pairing::BackToBack)
    {
        Some("a benchmark that is judged by its cases is not measured so")
    } else {
        None
    }
}

/// What the unchanged server does under load follows from its A/A runs, and the
/// load is the project's.
pub(super) fn of_load(bench: &BenchmarkBaseline, project: &Project) -> Option<&'static str> {
    let Some(load) = project.load() else {
        return bench.load.is_some().then_some("its load is not the project's");
    };
    if bench.load != LoadBaseline::from_pairs(load, &bench.pairs) || bench.load.is_none() {
        Some("the A/A runs do not give the recorded answers")
    } else if bench.metric != Metric::Cpu || bench.pairing != Pairing::BackToBack {
        Some("a server is not measured so")
    } else if bench.pairs.iter().any(|pair| {
        let loads = [&pair.base_load, &pair.candidate_load];
        loads.into_iter().flatten().any(|sample| sample.failure(load.planned()).is_some())
    }) {
        Some("the unchanged server did not serve its load")
    } else {
        None
    }
}

fn benchmark(
    inputs: &BenchmarkInputs,
    contents: &Contents,
    manifest: &Manifest,
) -> Option<&'static str> {
    if inputs.no_benchmark.is_some() {
        return contents
            .baseline
            .benchmark
            .is_some()
            .then_some("it measured nothing although there is a benchmark");
    }
    let same_bench = contents.baseline.benchmark.as_ref().is_some_and(|bench| {
        inputs.noise.as_ref() == Some(&bench.noise)
            && inputs.bench_id == bench.bench_id
            && inputs.metric == bench.metric
            && inputs.pairing == bench.pairing
            && inputs.expected_output == bench.expected_output
            && inputs.cases == bench.cases
            && inputs.load == bench.load
    });
    let same_schedule =
        inputs.base_sha == contents.baseline.commit.as_str() && inputs.run_seed == manifest.seed;
    if inputs.diff_sha != Digest::of(contents.diff.as_bytes()).as_str() {
        Some("its diff_sha is not the diff's")
    } else if !same_bench {
        Some("its benchmark is not the baseline's")
    } else if !same_schedule {
        Some("its schedule is not the run's")
    } else if !inputs.pairs.iter().enumerate().all(|(n, pair)| pair.index as usize == n) {
        Some("its pairs are not all there")
    } else if !at_least_as_strict(&inputs.parameters) {
        Some("its parameters are weaker than the documented ones")
    } else {
        None
    }
}

fn workloads(
    inputs: &WorkloadsInputs,
    contents: &Contents,
    manifest: &Manifest,
) -> Option<&'static str> {
    let same_schedule =
        inputs.base_sha == contents.baseline.commit.as_str() && inputs.run_seed == manifest.seed;
    let equivalence = contents.records.iter().find_map(|record| match &record.inputs {
        Some(GateInputs::Equivalence(inputs)) => inputs.touches.as_ref(),
        _ => None,
    });
    if !at_least_as_strict(&inputs.parameters) {
        return Some("its parameters are weaker than the documented ones");
    }
    let said = contents.records.iter().find_map(|record| match &record.inputs {
        Some(GateInputs::Benchmark(inputs)) => Some(inputs.judge().answer),
        _ => None,
    });
    if said != Some(inputs.benchmark.answer) {
        return Some("the benchmark said something else");
    }
    if inputs.not_needed.is_some() {
        return (said != Some(BenchmarkAnswer::Proved))
            .then_some("nothing was measured although the benchmark proved nothing");
    }
    let deciding = inputs
        .measured
        .iter()
        .filter(|measured| measured.workload.role == WorkloadRole::Decides)
        .count();
    if inputs.diff_sha != Digest::of(contents.diff.as_bytes()).as_str() {
        Some("its diff_sha is not the diff's")
    } else if !same_schedule {
        Some("its schedule is not the run's")
    } else if equivalence != Some(&inputs.touches) {
        Some("its functions are not those that were compared")
    } else if (inputs.parameters.tries.get() as usize) < deciding {
        Some("its error rate is not shared by all workloads that decide")
    } else {
        None
    }
}

fn risk(inputs: &RiskInputs, contents: &Contents) -> Option<&'static str> {
    let stats = selfopt_syntax::DiffSet::parse(&contents.diff).ok()?.stats();
    let candidate = &contents.candidate;
    let left = candidate.obligations.iter().filter(|one| one.met_by == MetBy::Tests).count();
    let noise = contents.baseline.benchmark.as_ref().map(|bench| bench.noise.class);
    let same = inputs.rule_risk == candidate.rule_risk
        && inputs.changed_lines as usize == stats.added + stats.removed
        && inputs.files as usize == stats.files
        && inputs.obligations_left_to_tests as usize == left
        && inputs.tests == contents.baseline.tests().map_or(0, |tests| tests.passed)
        && inputs.has_typecheck == contents.project.command(Phase::Typecheck).is_some()
        && (noise.is_none() || inputs.noise == noise)
        && inputs.clone().with(contents.records.iter().filter_map(|one| one.inputs.as_ref()))
            == *inputs;
    (!same).then_some("its inputs are not the candidate's, the project's and the baseline's")
}

/// A run may ask for more than the documented procedure, never for less. The
/// number of confirmations sets the confidence, which is stated.
fn at_least_as_strict(parameters: &Parameters) -> bool {
    let documented = Parameters::default();
    let asked = Parameters {
        min_improvement: documented.min_improvement,
        confirmations: documented.confirmations,
        tries: documented.tries,
        ..parameters.clone()
    };
    asked == documented && parameters.min_improvement >= documented.min_improvement
}

/// The first place where two values differ, as a JSON pointer.
fn difference(a: &Value, b: &Value, place: String) -> Option<(String, Value, Value)> {
    match (a, b) {
        (Value::Object(one), Value::Object(other)) => {
            let keys: std::collections::BTreeSet<&String> =
                one.keys().chain(other.keys()).collect();
            keys.into_iter().find_map(|key| {
                let get = |map: &serde_json::Map<String, Value>| {
                    map.get(key).cloned().unwrap_or(Value::Null)
                };
                difference(&get(one), &get(other), format!("{place}/{key}"))
            })
        }
        (Value::Array(one), Value::Array(other)) => {
            (0..one.len().max(other.len())).find_map(|index| {
                let get = |list: &[Value]| list.get(index).cloned().unwrap_or(Value::Null);
                difference(&get(one), &get(other), format!("{place}/{index}"))
            })
        }
        _ if a == b => None,
        _ => Some((place, a.clone(), b.clone())),
    }
}
