//! How each function could be judged, as tables.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use selfopt_core::{Overhead, Way};

use super::explain::{code, one_line};
use super::grid::table;
use super::markdown::of_command;
use super::style::{BOLD, DIM, NAME, pad};
use super::summary;
use crate::commands::survey::{SurveyDocument, SurveyedRow};

/// In the order in which they are shown.
const WAYS: [(Way, &str); 4] = [
    (Way::Detached, "on copies"),
    (Way::InPlace, "in place"),
    (Way::NotAtAll, "not at all"),
    (Way::NotCalled, "not called"),
];

fn shown(way: Way) -> &'static str {
    WAYS.iter().find(|(one, _)| *one == way).map_or("", |(_, text)| text)
}

pub(crate) fn human(document: &SurveyDocument) -> String {
    let mut out = String::from("\n");
    if let Some(pause) = &document.paused {
        summary::stopped(&mut out, pause);
    }
    let functions = &document.functions;
    if !functions.is_empty() {
        let width = functions.iter().map(|one| name(one).chars().count()).max().unwrap_or_default();
        let header = format!("{}  {:>9}  judged      why", pad("function", width), "calls");
        let _ = writeln!(out, "{BOLD}{header}{BOLD:#}");
        for one in functions {
            let _ = writeln!(
                out,
                "{NAME}{}{NAME:#}  {:>9}  {}  {DIM}{}{DIM:#}",
                pad(&name(one), width),
                one.seen,
                pad(shown(one.way), 10),
                why(one)
            );
        }
        let _ = writeln!(out, "\n{BOLD}judged      functions  inside      calls{BOLD:#}");
        for (way, text) in WAYS {
            let total = document.ways.get(&way).copied().unwrap_or_default();
            let _ = writeln!(
                out,
                "{}  {:>9} {:>7} {:>10}",
                pad(text, 10),
                total.functions,
                total.inside,
                total.calls
            );
        }
        reasons(&mut out, &main_reasons(functions));
    }
    if let Some(overhead) = &document.overhead {
        let _ = writeln!(out, "\n{}", cost(overhead));
    }
    summary::exit(&mut out, &document.exit);
    out
}

pub(crate) fn markdown(document: &SurveyDocument) -> String {
    let paused = document.paused.as_ref();
    let mut out = of_command("how functions can be judged", None, paused);
    if paused.is_some() {
        return out;
    }
    let totals = WAYS.map(|(way, text)| {
        let total = document.ways.get(&way).copied().unwrap_or_default();
        let [functions, inside, calls] = [total.functions, total.inside, total.calls];
        [text.to_owned(), functions.to_string(), inside.to_string(), calls.to_string()]
    });
    out.push_str(&table(["judged", ">functions", ">inside", ">calls"], totals));
    let rows = document
        .functions
        .iter()
        .map(|one| [code(&name(one)), one.seen.to_string(), shown(one.way).to_owned(), why(one)]);
    let _ = write!(out, "\n{}", table(["function", ">calls", "judged", "why"], rows));
    if let Some(overhead) = &document.overhead {
        let _ = writeln!(out, "\n{}", cost(overhead));
    }
    out
}

fn name(one: &SurveyedRow) -> String {
    one_line(&format!("{}:{}", one.function.path, one.function.name))
}

fn why(one: &SurveyedRow) -> String {
    let text = |(reason, calls): (&String, &u64)| match calls {
        0 => one_line(reason),
        1 => format!("{} (1 call)", one_line(reason)),
        calls => format!("{} ({calls} calls)", one_line(reason)),
    };
    one.reasons.iter().map(text).collect::<Vec<_>>().join("; ")
}

/// How many functions have each reason, by way.
fn main_reasons(functions: &[SurveyedRow]) -> BTreeMap<(Way, String), u64> {
    let mut counts = BTreeMap::new();
    for one in functions {
        for reason in one.reasons.keys() {
            *counts.entry((one.way, one_line(reason))).or_insert(0) += 1;
        }
    }
    counts
}

fn reasons(out: &mut String, counts: &BTreeMap<(Way, String), u64>) {
    if counts.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{BOLD}functions  judged      because of{BOLD:#}");
    let mut sorted: Vec<_> = counts.iter().collect();
    sorted.sort_by_key(|((way, reason), n)| (*way, u64::MAX - **n, reason.clone()));
    for ((way, reason), n) in sorted {
        let _ = writeln!(out, "{n:>9}  {}  {reason}", pad(shown(*way), 10));
    }
}

/// What recording costs.
fn cost(overhead: &Overhead) -> String {
    if let Some(failed) = &overhead.failed {
        return format!("what recording costs was not measured: {}", one_line(failed));
    }
    let seconds = |values: &[u64]| {
        let tenths = |us: &u64| format!("{}.{:02}", us / 1_000_000, us / 10_000 % 100);
        values.iter().map(tenths).collect::<Vec<_>>().join(", ")
    };
    let ratio = overhead.ratio().map_or_else(String::new, |ratio| format!("{ratio:.2} times "));
    format!(
        "recording takes {ratio}the CPU time of a plain run of the tests (plain {} s, recording {} s)",
        seconds(&overhead.plain_us),
        seconds(&overhead.recording_us)
    )
}

#[cfg(test)]
mod tests {
    use selfopt_core::{CallShares, Judged, TouchedFunction};

    use super::*;

    fn row(name: &str, way: Way, reasons: &[(&str, u64)]) -> SurveyedRow {
        let function = TouchedFunction {
            id: 0,
            path: "src/a.js".into(),
            name: name.into(),
            line: 1,
            judged: Judged::Detached,
        };
        let reasons = reasons.iter().map(|(reason, n)| ((*reason).to_owned(), *n)).collect();
        SurveyedRow { function, inside: 0, way, seen: 7, calls: CallShares::default(), reasons }
    }

    #[test]
    fn a_reason_names_its_calls_where_they_are_counted() {
        let one = row("f", Way::InPlace, &[("cannot be copied: function", 3), ("proxy", 0)]);
        assert_eq!(why(&one), "cannot be copied: function (3 calls); proxy");
    }

    #[test]
    fn functions_are_counted_by_way_and_reason() {
        let rows = [
            row("f", Way::NotAtAll, &[("constructor", 0)]),
            row("g", Way::NotAtAll, &[("constructor", 0)]),
            row("h", Way::Detached, &[]),
        ];
        let counts = main_reasons(&rows);
        assert_eq!(counts[&(Way::NotAtAll, "constructor".to_owned())], 2);
        let mut out = String::new();
        reasons(&mut out, &counts);
        assert!(out.contains("2  not at all  constructor"), "{out}");
    }

    #[test]
    fn what_recording_costs_names_its_runs() {
        let overhead = Overhead {
            plain_us: vec![2_000_000, 2_100_000, 1_900_000],
            recording_us: vec![2_500_000, 2_600_000, 2_400_000],
            failed: None,
        };
        assert_eq!(
            cost(&overhead),
            "recording takes 1.25 times the CPU time of a plain run of the tests (plain 2.00, 2.10, 1.90 s, recording 2.50, 2.60, 2.40 s)"
        );
    }
}
