//! tinybench: `console.table(bench.table())`, the same as JSON, or the tasks
//! with their results as JSON; versions 2 to 6.

use serde_json::Value;

use super::decimal::{steps, time};
use super::json::{documents, number};
use super::reader::Found;
use crate::domain::Case;

/// The column of the name.
const NAMES: [&str; 2] = ["Task name", "Task Name"];
/// The column of the time of a run, in nanoseconds: "12.3 ± 0.5". The median
/// where there is one: on a busy machine the average moves several times as
/// much. Version 2 prints averages alone.
const TIMES: [&str; 3] = ["Latency med (ns)", "Latency median (ns)", "Average Time (ns)"];

pub(super) fn find(lines: &[&str]) -> Found {
    let mut taken = vec![false; lines.len()];
    let mut cases = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let Some(table) = table(&lines[at..]) else {
            at += 1;
            continue;
        };
        taken[at..at + table.lines].fill(true);
        cases.extend(table.cases);
        at += table.lines;
    }
    for document in documents(lines) {
        let of_it: Vec<Case> =
            document.value.as_array().into_iter().flatten().filter_map(of_json).collect();
        if !of_it.is_empty() {
            taken[document.lines].fill(true);
            cases.extend(of_it);
        }
    }
    Found::timed(cases, taken)
}

/// What `console.table` draws around rows.
struct Table {
    lines: usize,
    cases: Vec<Case>,
}

/// A table of tinybench at the start of the lines.
fn table(lines: &[&str]) -> Option<Table> {
    let [top, header, border, ..] = lines else { return None };
    if !top.starts_with('┌') || !border.starts_with('├') {
        return None;
    }
    // Names may hold the bar that separates cells, so the places of the border
    // decide.
    let bars: Vec<usize> = places(border, &['├', '┼', '┤']);
    let header = cells(header, &bars)?;
    let column = |names: &[&str]| header.iter().position(|cell| names.contains(&cell.as_str()));
    let (name, time_column) = (column(&NAMES)?, column(&TIMES)?);
    let rows = lines.iter().skip(3).take_while(|line| line.starts_with('│'));
    let mut n = 0;
    let mut cases = Vec::new();
    for row in rows {
        n += 1;
        let Some(cells) = cells(row, &bars) else { continue };
        let nanoseconds = cells.get(time_column).map(|cell| without_margin(unquoted(cell)));
        let value = nanoseconds.and_then(|text| steps(text, 3));
        if let (Some(value), Some(name)) = (value, cells.get(name)) {
            cases.push(time(unquoted(name), value));
        }
    }
    let bottom = usize::from(lines.get(3 + n).is_some_and(|line| line.starts_with('└')));
    Some(Table { lines: 3 + n + bottom, cases })
}

fn places(line: &str, bars: &[char]) -> Vec<usize> {
    line.chars().enumerate().filter(|(_, c)| bars.contains(c)).map(|(at, _)| at).collect()
}

/// The texts between the bars.
fn cells(line: &str, bars: &[usize]) -> Option<Vec<String>> {
    let chars: Vec<char> = line.chars().collect();
    let cells = bars.windows(2).map(|ends| {
        let [start, end] = ends else { return None };
        let is_bar = |at: usize| chars.get(at) == Some(&'│');
        let inside = (is_bar(*start) && is_bar(*end)).then(|| chars.get(start + 1..*end))??;
        Some(inside.iter().collect::<String>().trim().to_owned())
    });
    // Characters that take two places move the bars: such a row is cut at its
    // own.
    cells.collect::<Option<Vec<_>>>().or_else(|| {
        let own: Vec<String> =
            line.trim_matches('│').split('│').map(|cell| cell.trim().to_owned()).collect();
        (own.len() + 1 == bars.len()).then_some(own)
    })
}

fn unquoted(text: &str) -> &str {
    let inside = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    inside('\'').or_else(|| inside('"')).unwrap_or(text)
}

fn without_margin(text: &str) -> &str {
    text.split(" ± ").next().unwrap_or(text).trim()
}

/// A row of the table, or a task with its result, whose times are in
/// milliseconds.
fn of_json(row: &Value) -> Option<Case> {
    if let Some(name) = NAMES.iter().find_map(|name| row.get(name)?.as_str()) {
        let cell = TIMES.iter().find_map(|column| row.get(column))?;
        let text = cell.as_str().map(str::to_owned).or_else(|| number(cell))?;
        return Some(time(name, steps(without_margin(&text), 3)?));
    }
    let name = row.get("name")?.as_str()?;
    let result = row.get("result").unwrap_or(row);
    let time_of_run = result.pointer("/latency/p50").or_else(|| {
        // Before version 3 the figures stood in the result itself.
        result.get("hz").and(result.get("mean"))
    })?;
    Some(time(name, steps(&number(time_of_run)?, 9)?))
}
