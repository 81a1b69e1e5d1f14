//! The figures that a benchmark reports of itself, and whether it runs the
//! work tree.

use std::fmt::Write as _;

use selfopt_core::report::{CaseReport, time};
use selfopt_core::{CasesBaseline, Measure, Unit, WorkTreeCheck};

use super::grid::table;
use super::style::{WARNING, pad, plural};

/// "2 cases of vitest bench, their geometric mean decides".
pub(super) fn known(cases: &CasesBaseline) -> String {
    let n = plural(cases.cases.len(), "case", "cases");
    let what = match cases.measure {
        Measure::Process => "none of them may get worse",
        Measure::Cases => "their geometric mean decides",
    };
    format!("{n} of {}, {what}", cases.tool)
}

/// What became of the planted slow-down.
pub(super) fn work_tree(check: &WorkTreeCheck) -> String {
    let (rise, planted) = (check.rise_us() / 1000, check.planted_us / 1000);
    let files = plural(usize::try_from(check.files).unwrap_or(usize::MAX), "file", "files");
    let verb = if check.holds() { "runs" } else { "does not run" };
    format!(
        "the benchmark {verb} the work tree: {planted} ms planted in {files}, {rise} ms more CPU"
    )
}

/// A line for each case of a proposal's benchmark.
pub(super) fn human(cases: &[CaseReport]) -> String {
    let mut out = String::new();
    let width = cases.iter().map(|case| case.name.chars().count()).max().unwrap_or_default();
    for case in cases {
        let [before, after] = case.values.map(|value| figure(value, case.unit));
        let word = word(case);
        let name = pad(&case.name, width);
        let _ = writeln!(out, "    {} {name}  {before} → {after}: {word}", pad("case", 10));
    }
    out
}

/// The same as a table.
pub(super) fn markdown(cases: &[CaseReport]) -> String {
    if cases.is_empty() {
        return String::new();
    }
    let rows = cases.iter().map(|case| {
        let [before, after] = case.values.map(|value| figure(value, case.unit));
        let change = anstream::adapter::strip_str(&word(case)).to_string();
        [case.name.clone(), before, after, change]
    });
    format!("\n{}", table(["case", ">before", ">after", ">change"], rows))
}

fn word(case: &CaseReport) -> String {
    let percent = case.gain.percent();
    if percent < 0.0 {
        format!("{WARNING}{:.1} % worse{WARNING:#}", -percent)
    } else {
        format!("{percent:.1} % better")
    }
}

fn figure(value: u64, unit: Unit) -> String {
    #[expect(clippy::cast_precision_loss, reason = "for display")]
    let value = value as f64;
    match unit {
        Unit::Picoseconds if value < 1e3 => format!("{value:.0} ps"),
        Unit::Picoseconds => time(value / 1e3),
        Unit::MicroOpsPerSecond => format!("{:.0} ops/s", value / 1e6),
        Unit::Bytes => format!("{:.1} KiB", value / 1024.0),
        Unit::Millionths => format!("{:.3}", value / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use selfopt_core::{BenchTool, Better, Case, Ratio};

    fn case(name: &str, unit: Unit, values: [u64; 2], gain: f64) -> CaseReport {
        let better = if unit == Unit::MicroOpsPerSecond { Better::Higher } else { Better::Lower };
        CaseReport { name: name.into(), unit, better, values, gain: Ratio(gain) }
    }

    #[test]
    fn cases_before_and_after() {
        let cases = [
            case("sum", Unit::Picoseconds, [1_500_000, 750_000], 0.5),
            case("a | b", Unit::MicroOpsPerSecond, [2_000_000_000, 1_900_000_000], -0.05),
            case("heap", Unit::Bytes, [2048, 2048], 0.0),
        ];
        let human = anstream::adapter::strip_str(&human(&cases)).to_string();
        insta::assert_snapshot!(human, @r"
        case       sum    1.50 µs → 750 ns: 50.0 % better
        case       a | b  2000 ops/s → 1900 ops/s: 5.0 % worse
        case       heap   2.0 KiB → 2.0 KiB: 0.0 % better
        ");
        insta::assert_snapshot!(markdown(&cases), @r"
        | case | before | after | change |
        |---|---:|---:|---:|
        | sum | 1.50 µs | 750 ns | 50.0 % better |
        | a \| b | 2000 ops/s | 1900 ops/s | 5.0 % worse |
        | heap | 2.0 KiB | 2.0 KiB | 0.0 % better |
        ");
        assert_eq!(markdown(&[]), "");
    }

    #[test]
    fn what_is_known_at_the_baseline() {
        let one =
            Case { name: "a".into(), value: 1, unit: Unit::Picoseconds, better: Better::Lower };
        let of = |measure, cases| CasesBaseline { tool: BenchTool::Vitest, measure, cases };
        let timed = of(Measure::Cases, vec![one.clone(), one.clone()]);
        assert_eq!(known(&timed), "2 cases of vitest bench, their geometric mean decides");
        let fixed = of(Measure::Process, vec![one]);
        assert_eq!(known(&fixed), "1 case of vitest bench, none of them may get worse");
        let check = WorkTreeCheck {
            files: 2,
            planted_us: 500_000,
            without_us: vec![100_000],
            with_us: vec![620_000],
        };
        assert_eq!(
            work_tree(&check),
            "the benchmark runs the work tree: 500 ms planted in 2 files, 520 ms more CPU"
        );
    }
}
