//! The figures that a benchmark reports of itself.

use super::{BaselineJob, note};
use crate::bench_output::read;
use crate::domain::{BenchTool, BenchmarkBaseline, Case, CasesBaseline, Measure, PairSample};
use crate::pipeline::{Dispatcher, RunError};
use crate::ports::Outcome;

/// Whose figures they are, and what decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ReadBy {
    pub(super) tool: BenchTool,
    pub(super) measure: Measure,
}

/// Whether a known tool printed the output; `Err` when figures cannot be used
/// although the benchmark may be about nothing else.
pub(super) fn read_by(cmd: &str, outcome: &Outcome) -> Result<Option<ReadBy>, String> {
    let output = read(&outcome.stdout, outcome.truncated);
    if let Some(problem) = output.problem {
        return Err(format!("`{cmd}` cannot be read: {problem}"));
    }
    let Some(read) = output.read else { return Ok(None) };
    let is_speed = read.cases.iter().any(|case| case.unit.is_speed());
    if read.measure == Measure::Cases && !is_speed {
        return Err(format!(
            "`{cmd}` is to be judged by its cases, and none of them is a time or a rate"
        ));
    }
    Ok(Some(ReadBy { tool: read.tool, measure: read.measure }))
}

/// The cases that all A/A runs report.
pub(crate) fn common_cases(
    tool: BenchTool,
    measure: Measure,
    pairs: &[PairSample],
) -> Option<CasesBaseline> {
    let runs: Vec<&[Case]> = pairs
        .iter()
        .flat_map(|pair| [pair.base_cases.as_slice(), pair.candidate_cases.as_slice()])
        .collect();
    CasesBaseline::from_runs(tool, measure, &runs)
}

/// The cases, or why a benchmark that is judged by them is none.
pub(super) fn cases(
    cmd: &str,
    read_by: Option<ReadBy>,
    pairs: &[PairSample],
) -> Result<Option<CasesBaseline>, String> {
    let Some(ReadBy { tool, measure }) = read_by else { return Ok(None) };
    let cases = common_cases(tool, measure, pairs);
    if cases.is_none() && measure == Measure::Cases {
        return Err(format!(
            "`{cmd}` reports other cases from run to run of the same code, and the time of its process says nothing: it runs for a time and not for an amount of work. Give its cases fixed names"
        ));
    }
    Ok(cases)
}

impl BaselineJob<'_> {
    /// What a person should know of the figures.
    pub(super) async fn warn_of_cases(
        &self,
        dispatcher: &mut Dispatcher,
        bench: &BenchmarkBaseline,
        read_by: Option<ReadBy>,
    ) -> Result<(), RunError> {
        let Some(ReadBy { tool, .. }) = read_by else { return Ok(()) };
        if bench.cases.is_none() {
            note(dispatcher, &format!("the cases that {tool} reports differ from run to run of the same code: a case that gets slower is not seen")).await?;
        }
        Ok(())
    }
}
