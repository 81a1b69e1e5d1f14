//! A named figure that a benchmark reports of itself.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::statistics::NanoLog;

/// One figure of one run: the time of an operation, a rate, a latency's
/// percentile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Case {
    /// What it is about; unique in one run.
    pub name: String,
    /// The figure in steps of its unit, never 0.
    pub value: u64,
    /// The unit.
    pub unit: Unit,
    /// Which way is better.
    pub better: Better,
}

/// What the steps of a [`Case::value`] are. Integers, so that what was read
/// once is compared alike on every platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// A time, in picoseconds.
    Picoseconds,
    /// A rate, in millionths of an operation per second.
    MicroOpsPerSecond,
    /// Memory, in bytes.
    Bytes,
    /// Any other number, in millionths.
    Millionths,
}

/// Which way a figure is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Better {
    /// Times, memory.
    Lower,
    /// Rates.
    Higher,
}

/// The tool whose output was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BenchTool {
    /// `vitest bench`.
    Vitest,
    /// tinybench.
    Tinybench,
    /// mitata.
    Mitata,
    /// benchmark.js.
    BenchmarkJs,
    /// A document `selfopt.bench/1`.
    Document,
}

impl std::fmt::Display for BenchTool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Vitest => "vitest bench",
            Self::Tinybench => "tinybench",
            Self::Mitata => "mitata",
            Self::BenchmarkJs => "benchmark.js",
            Self::Document => "selfopt.bench/1",
        })
    }
}

/// What a benchmark is judged by.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// The time of the whole process: it does the same work in every run.
    #[default]
    Process,
    /// The geometric mean of the cases that it reports: it runs for a time and
    /// not for an amount of work, so its process takes as long however fast
    /// the code is.
    Cases,
}

/// The cases of a benchmark, the same in all of its A/A runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CasesBaseline {
    /// The tool that reports them.
    pub tool: BenchTool,
    /// What the benchmark is judged by.
    pub measure: Measure,
    /// The cases by name, with their medians over the A/A runs.
    pub cases: Vec<Case>,
}

impl Unit {
    /// Whether it says how fast something is.
    pub fn is_speed(self) -> bool {
        matches!(self, Self::Picoseconds | Self::MicroOpsPerSecond)
    }
}

impl CasesBaseline {
    /// From the cases of every A/A run; `None` when a run reported none, or
    /// not the same ones.
    pub fn from_runs(tool: BenchTool, measure: Measure, runs: &[&[Case]]) -> Option<Self> {
        let first = runs.first().filter(|cases| !cases.is_empty())?;
        let same = |run: &&[Case]| {
            run.len() == first.len() && first.iter().zip(*run).all(|(a, b)| a.is_same_as(b))
        };
        if !runs.iter().all(same) {
            return None;
        }
        let cases = first.iter().enumerate().map(|(at, case)| {
            let mut values: Vec<u64> = runs.iter().map(|run| run[at].value).collect();
            values.sort_unstable();
            Case { value: values[values.len() / 2], ..case.clone() }
        });
        Some(Self { tool, measure, cases: cases.collect() })
    }

    /// How a run reports other cases, if it does.
    pub fn difference(&self, run: &[Case]) -> Option<String> {
        let lacks = |in_: &[Case], case: &Case| !in_.iter().any(|other| other.is_same_as(case));
        let missing = self.cases.iter().find(|case| lacks(run, case));
        let new = || run.iter().find(|case| lacks(&self.cases, case));
        missing
            .map(|case| format!("`{}` is missing", case.name))
            .or_else(|| new().map(|case| format!("`{}` is new", case.name)))
    }
}

/// How much faster one run's cases are than another's: the mean of their log
/// ratios, which is the log ratio of their geometric means. Figures that are
/// no speed do not count. `None` where the runs have no speeds in common.
pub fn speed_ratio(base: &[Case], candidate: &[Case]) -> Option<NanoLog> {
    let speeds = |run: &'_ [Case]| run.iter().filter(|case| case.unit.is_speed()).count();
    let ratios: Vec<NanoLog> = base
        .iter()
        .filter(|case| case.unit.is_speed())
        .filter_map(|case| {
            let other = candidate.iter().find(|other| other.is_same_as(case))?;
            Case::log_ratio(case, other)
        })
        .collect();
    if ratios.is_empty() || ratios.len() != speeds(base) || ratios.len() != speeds(candidate) {
        return None;
    }
    let sum: i128 = ratios.iter().map(|ratio| i128::from(ratio.0)).sum();
    // Towards zero, so that exchanging the sides negates the value.
    let mean = sum / i128::try_from(ratios.len()).ok()?;
    i64::try_from(mean).ok().map(NanoLog)
}

/// The geometric mean of the time of an operation, in picoseconds; a rate is
/// the time that one operation takes at it.
pub fn operation_picos(run: &[Case]) -> Option<f64> {
    let speeds: Vec<&Case> = run.iter().filter(|case| case.unit.is_speed()).collect();
    #[expect(clippy::cast_precision_loss, reason = "53 bits are more than a clock resolves")]
    let logs = speeds.iter().map(|case| match case.unit {
        // 1e12 picoseconds are a second, 1e6 steps one operation in it.
        Unit::MicroOpsPerSecond => libm::log(1e18 / case.value as f64),
        _ => libm::log(case.value as f64),
    });
    #[expect(clippy::cast_precision_loss, reason = "there are at most some thousands")]
    let n = speeds.len() as f64;
    (n > 0.0).then(|| libm::exp(logs.sum::<f64>() / n))
}

impl Case {
    /// Whether both are figures of the same thing.
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.name == other.name && self.unit == other.unit && self.better == other.better
    }

    /// The log ratio of a pair, positive where the candidate is better; `None`
    /// for figures of different things.
    pub fn log_ratio(base: &Self, candidate: &Self) -> Option<NanoLog> {
        if !base.is_same_as(candidate) {
            return None;
        }
        match base.better {
            Better::Lower => NanoLog::from_times(base.value, candidate.value),
            Better::Higher => NanoLog::from_times(candidate.value, base.value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(name: &str, value: u64, better: Better) -> Case {
        Case { name: name.into(), value, unit: Unit::Millionths, better }
    }

    #[test]
    fn a_gain_is_positive_whichever_way_is_better() {
        let ratio = |better, base, candidate| {
            Case::log_ratio(&case("a", base, better), &case("a", candidate, better))
        };
        assert_eq!(ratio(Better::Lower, 200, 100), Some(NanoLog(693_147_181)));
        assert_eq!(ratio(Better::Higher, 200, 100), Some(NanoLog(-693_147_181)));
        assert_eq!(ratio(Better::Higher, 100, 200), Some(NanoLog(693_147_181)));
    }

    fn speed(name: &str, value: u64) -> Case {
        Case { unit: Unit::Picoseconds, ..case(name, value, Better::Lower) }
    }

    #[test]
    fn runs_compare_by_the_geometric_mean_of_their_speeds() {
        let heap = |bytes| Case { unit: Unit::Bytes, ..case("heap", bytes, Better::Lower) };
        let rate =
            |ops| Case { unit: Unit::MicroOpsPerSecond, ..case("rate", ops, Better::Higher) };
        let base = [speed("a", 400), rate(1_000_000), heap(1)];
        let candidate = [speed("a", 100), rate(1_000_000), heap(9)];
        // A quarter of the time in one of two: half on the geometric mean.
        assert_eq!(speed_ratio(&base, &candidate), Some(NanoLog(693_147_180)));
        assert_eq!(speed_ratio(&candidate, &base), Some(NanoLog(-693_147_180)));
        assert_eq!(speed_ratio(&base, &candidate[..1]), None);
        assert_eq!(speed_ratio(&candidate[..1], &base), None);
        assert_eq!(speed_ratio(&[heap(1)], &[heap(1)]), None);
        let picos = operation_picos(&[speed("a", 4_000_000), rate(1_000_000_000_000)]).unwrap();
        assert!((picos - 2_000_000.0).abs() < 1.0, "{picos}");
        assert_eq!(operation_picos(&[heap(1)]), None);
    }

    #[test]
    fn a_baseline_holds_what_all_runs_report() {
        let runs = [
            [speed("a", 3), speed("b", 9)],
            [speed("a", 1), speed("b", 7)],
            [speed("a", 2), speed("b", 8)],
        ];
        let all: Vec<&[Case]> = runs.iter().map(|run| &run[..]).collect();
        let of =
            |runs: &[&[Case]]| CasesBaseline::from_runs(BenchTool::Mitata, Measure::Cases, runs);
        let baseline = of(&all).unwrap();
        assert_eq!(baseline.cases, [speed("a", 2), speed("b", 8)]);
        assert_eq!(baseline.difference(&runs[0]), None);
        assert_eq!(baseline.difference(&runs[0][..1]).as_deref(), Some("`b` is missing"));
        let more = [speed("a", 1), speed("b", 1), speed("c", 1)];
        assert_eq!(baseline.difference(&more).as_deref(), Some("`c` is new"));
        assert!(of(&[&runs[0], &more]).is_none());
        assert!(of(&[]).is_none() && of(&[&[]]).is_none());
    }

    #[test]
    fn different_things_have_no_ratio() {
        let [one, other] = ["a", "b"].map(|name| case(name, 1, Better::Lower));
        assert_eq!(Case::log_ratio(&one, &other), None);
        assert_eq!(Case::log_ratio(&one, &case("a", 1, Better::Higher)), None);
    }
}
