//! What a changed function was measured on: one row for each workload.

use std::fmt::Write as _;

use selfopt_core::gates::{WorkloadJudgement, names};
use selfopt_core::report::{WorkloadReport, time};
use selfopt_core::statistics::NanoLog;
use selfopt_core::{Provenance, Sizes, Verdict, WorkloadRole};

use super::grid::table;
use super::noise;
use super::style::{BAD, DIM, WARNING, pad};

/// One workload, from a report or from a verdict.
#[derive(Debug, Clone)]
pub(super) struct Row {
    function: String,
    inputs: String,
    elements: String,
    role: WorkloadRole,
    /// Nanoseconds of a call before and after.
    call_ns: Option<[f64; 2]>,
    /// Shares that are saved: 0.03 is 3 % less.
    gain: Option<f64>,
    at_least: Option<f64>,
    loses: bool,
}

/// The rows of a proposal.
pub(super) fn of_report(workloads: &[WorkloadReport]) -> Vec<Row> {
    let row = |one: &WorkloadReport| Row {
        function: name(&one.function),
        inputs: inputs(&one.provenance, one.class.as_deref(), one.factor),
        elements: elements(one.elements),
        role: one.role,
        call_ns: one.call_ns,
        gain: one.gain.map(|gain| gain.0),
        at_least: one.gain_lower_bound.map(|bound| bound.0),
        // What has no value is not known to lose.
        loses: !one.holds && one.gain.is_some(),
    };
    workloads.iter().map(row).collect()
}

/// What a verdict of the gate `workloads` measured; nothing for other verdicts.
pub(super) fn of_verdict(verdict: &Verdict) -> Vec<WorkloadJudgement> {
    let is_its = verdict.gate == names::WORKLOADS;
    // A verdict before anything was decided has them under another name.
    let details = &verdict.details;
    let judged = details.get("workloads").or_else(|| details.get("assessed"));
    let judged = judged.filter(|_| is_its).cloned();
    judged.and_then(|judged| serde_json::from_value(judged).ok()).unwrap_or_default()
}

/// The rows of what a verdict measured.
pub(super) fn rows(judged: &[WorkloadJudgement]) -> Vec<Row> {
    #[expect(clippy::cast_precision_loss, reason = "a call takes far less than 2^53 ps")]
    let nanos = |picos: u64| picos as f64 / 1000.0;
    let row = |one: &WorkloadJudgement| Row {
        function: name(&one.function),
        inputs: inputs(&one.workload.provenance, one.workload.class(), one.workload.factor),
        elements: elements(one.workload.elements),
        role: one.workload.role,
        call_ns: one.call_picos.map(|times| times.map(nanos)),
        gain: one.effect.map(NanoLog::improvement),
        at_least: one.at_least.map(NanoLog::improvement),
        loses: !one.holds && one.effect.is_some(),
    };
    judged.iter().map(row).collect()
}

/// What identical code differs by, for each workload that was assessed.
pub(super) fn noise_lines(judged: &[WorkloadJudgement]) -> Vec<String> {
    let line = |one: &WorkloadJudgement| {
        let from = inputs(&one.workload.provenance, one.workload.class(), one.workload.factor);
        Some(format!(
            "noise of {} on {from}: {}",
            name(&one.function),
            noise::words(one.noise.as_ref()?)
        ))
    };
    judged.iter().filter_map(line).collect()
}

/// A small table; every line begins with `indent`.
pub(super) fn human(rows: &[Row], indent: &str) -> String {
    let mut out = String::new();
    if rows.is_empty() {
        return out;
    }
    let cells: Vec<[String; 5]> = rows.iter().map(|row| row.cells(several(rows))).collect();
    let header = ["inputs", "elements", "a call", "gain", "at least"].map(str::to_owned);
    let all = || std::iter::once(&header).chain(&cells);
    let width =
        |column: usize| all().map(|cells| cells[column].chars().count()).max().unwrap_or_default();
    let widths = [width(0), width(1), width(2), width(3), width(4)];
    let line = |cells: &[String; 5]| {
        let padded: Vec<String> =
            cells.iter().zip(widths).map(|(text, width)| pad(text, width)).collect();
        padded.join("  ").trim_end().to_owned()
    };
    let _ = writeln!(out, "{indent}{DIM}{}{DIM:#}", line(&header));
    for (cells, row) in cells.iter().zip(rows) {
        let mark = match (row.loses, row.role) {
            (false, WorkloadRole::Decides) => format!("  {DIM}decides{DIM:#}"),
            (false, _) => String::new(),
            (true, WorkloadRole::Ladder) => format!("  {WARNING}loses{WARNING:#}"),
            (true, _) => format!("  {BAD}loses{BAD:#}"),
        };
        let _ = writeln!(out, "{indent}{}{mark}", line(cells));
    }
    out
}

/// The same as a table of markdown.
pub(super) fn markdown(rows: &[Row]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let lines = rows.iter().map(|row| {
        let mark = match (row.loses, row.role) {
            (true, _) => "loses",
            (false, WorkloadRole::Decides) => "decides",
            (false, _) => "",
        };
        let [inputs, elements, call, gain, at_least] = row.cells(several(rows));
        [inputs, elements, call, gain, at_least, mark.to_owned()]
    });
    table(["inputs", "elements", "a call", "gain", "at least", ""], lines)
}

impl Row {
    fn cells(&self, with_function: bool) -> [String; 5] {
        let percent = |share: Option<f64>| {
            share.map_or("-".into(), |share| format!("{:.1} %", share * 100.0))
        };
        let inputs = if with_function {
            format!("{}: {}", self.function, self.inputs)
        } else {
            self.inputs.clone()
        };
        let call = self
            .call_ns
            .map_or("-".into(), |[before, after]| format!("{} → {}", time(before), time(after)));
        [inputs, self.elements.clone(), call, percent(self.gain), percent(self.at_least)]
    }
}

/// Whether the rows are about more than one function.
fn several(rows: &[Row]) -> bool {
    rows.windows(2).any(|two| matches!(two, [a, b] if a.function != b.function))
}

/// `Graph.walk` of `src/graph.js:Graph.walk`.
pub(super) fn name(function: &str) -> String {
    function.rsplit(':').next().unwrap_or_default().to_owned()
}

/// Where calls come from, in a few words: `tests`, `small of tests`,
/// `tests ×10`.
pub(super) fn inputs(provenance: &Provenance, class: Option<&str>, factor: Option<f64>) -> String {
    let from = match provenance {
        Provenance::Tests => "tests".to_owned(),
        Provenance::Benchmark => "benchmark".to_owned(),
        Provenance::HttpLoad => "HTTP load".to_owned(),
        other => other.to_string(),
    };
    let from = match class {
        Some(class) => format!("{class} of {from}"),
        None => from,
    };
    match factor {
        Some(factor) => format!("{from} ×{factor}"),
        None => from,
    }
}

fn elements(sizes: Sizes) -> String {
    if sizes.min == sizes.max {
        return sizes.median.to_string();
    }
    format!("{}–{}, median {}", sizes.min, sizes.max, sizes.median)
}
