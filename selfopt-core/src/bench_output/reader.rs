//! One output, read by the first reader that finds a figure in it.

use std::collections::BTreeMap;

use super::{benchmark_js, document, json, mitata, rest, tinybench, vitest_4, vitest_5};
use crate::domain::{BenchTool, Case, Measure};
use crate::ports::printable;

/// Figures of one output that are kept; no benchmark that a person reads has
/// more.
const MOST_CASES: usize = 1000;

/// Characters of a name that are kept.
const MOST_NAME: usize = 200;

/// What one run of a benchmark printed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BenchOutput {
    /// The tool, and its cases in the order printed; none where no reader
    /// knows the output.
    pub read: Option<ReadCases>,
    /// Why the figures cannot be used although there seem to be some.
    pub problem: Option<String>,
}

/// The figures of one output.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadCases {
    /// Whose output it is.
    pub tool: BenchTool,
    /// What the benchmark is to be judged by.
    pub measure: Measure,
    /// The figures, at least one, each name once.
    pub cases: Vec<Case>,
    /// What the benchmark printed beside them that says nothing about speed.
    pub rest: String,
}

/// What a reader found: figures, and the lines that are the tool's.
pub(super) struct Found {
    pub(super) cases: Vec<Case>,
    pub(super) taken: Vec<bool>,
    pub(super) measure: Measure,
}

impl Found {
    /// Of a tool that runs for a time and not for an amount of work.
    pub(super) fn timed(cases: Vec<Case>, taken: Vec<bool>) -> Self {
        Self { cases, taken, measure: Measure::Cases }
    }
}

/// A reader of one tool's output.
type Reader = fn(&[&str]) -> Found;

/// The first that finds a figure wins; the document, which was printed for
/// that purpose, comes first.
const READERS: [(BenchTool, Reader); 7] = [
    (BenchTool::Document, document::find),
    (BenchTool::Vitest, vitest_4::find),
    (BenchTool::Vitest, vitest_5::find),
    (BenchTool::Tinybench, tinybench::find),
    (BenchTool::Mitata, mitata::find),
    (BenchTool::Mitata, mitata::find_json),
    (BenchTool::BenchmarkJs, benchmark_js::find),
];

/// Reads standard output. `is_cut` says that more was printed than was kept.
pub fn read(stdout: &[u8], is_cut: bool) -> BenchOutput {
    let text = printable(stdout);
    let lines: Vec<&str> = text.lines().collect();
    let found = READERS
        .iter()
        .map(|(tool, find)| (*tool, find(&lines)))
        .find(|(_, found)| !found.cases.is_empty());
    let Some((tool, found)) = found else {
        let problem = (is_cut && json::is_cut_off(&lines)).then(|| {
            "its JSON is longer than what is kept of an output: leave the single samples out of it"
                .to_owned()
        });
        return BenchOutput { read: None, problem };
    };
    if found.cases.len() > MOST_CASES {
        let problem =
            format!("it prints {} figures, at most {MOST_CASES} are read", found.cases.len());
        return BenchOutput { read: None, problem: Some(problem) };
    }
    let names: Vec<String> = found.cases.iter().map(|case| case.name.clone()).collect();
    let own: Vec<&str> = names.iter().map(|name| last_part(name)).collect();
    let rest = rest::rest(&lines, &found.taken, &own);
    let cases = with_names_of_their_own(found.cases);
    BenchOutput {
        read: Some(ReadCases { tool, measure: found.measure, cases, rest }),
        problem: None,
    }
}

/// The case's own name behind those of its file and suites.
fn last_part(name: &str) -> &str {
    name.rsplit(" > ").next().unwrap_or(name)
}

/// Names are cut to a length, and a second one of the same name is numbered.
fn with_names_of_their_own(mut cases: Vec<Case>) -> Vec<Case> {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for case in &mut cases {
        let name: String = case.name.chars().take(MOST_NAME).collect();
        let times = seen.entry(name.clone()).or_default();
        *times += 1;
        case.name = if *times == 1 { name } else { format!("{name} ({times})") };
    }
    cases
}
