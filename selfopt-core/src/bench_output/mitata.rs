//! mitata: its text, its Markdown and its JSON.

use serde_json::Value;

use super::decimal::{picoseconds, steps, time};
use super::json::{documents, number};
use super::reader::Found;
use crate::domain::Case;

/// Text and Markdown, which print the average and no median.
pub(super) fn find(lines: &[&str]) -> Found {
    let mut cases = Vec::new();
    let mut group: Option<&str> = None;
    let Some(start) = lines.iter().position(|line| line.starts_with("clk: ")) else {
        return Found::timed(cases, Vec::new());
    };
    let mut before = "";
    for line in &lines[start..] {
        if let Some(name) = line.strip_prefix("• ") {
            group = Some(name.trim());
        } else if line.starts_with("-----") && !before.starts_with("• ") {
            group = None;
        } else if let Some(case) = of_markdown(line).or_else(|| of_text(line)) {
            let name = match group {
                Some(group) => format!("{group} > {}", case.name),
                None => case.name,
            };
            cases.push(Case { name, ..case });
        }
        before = line;
    }
    // From its header on everything is drawn by it.
    let taken = (0..lines.len()).map(|at| at >= start).collect();
    Found::timed(cases, taken)
}

/// `sum of 200      1.07 µs/iter   1.78 µs █   `.
fn of_text(line: &str) -> Option<Case> {
    let (before, _) = line.split_once("/iter")?;
    let (before, unit) = before.rsplit_once(' ')?;
    let (name, number) = before.trim_end().rsplit_once(' ')?;
    Some(time(name.trim(), picoseconds(number, unit)?)).filter(|case| !case.name.is_empty())
}

/// ``| sum of 200 | `  1.15 µs/iter` | … |``. A name may hold a bar itself.
fn of_markdown(line: &str) -> Option<Case> {
    let (before, _) = line.strip_prefix("| ")?.split_once("/iter` |")?;
    let (name, average) = before.rsplit_once(" | `")?;
    let (number, unit) = average.trim().split_once(' ')?;
    Some(time(name.trim(), picoseconds(number, unit)?))
}

/// `run({ format: 'json' })`, times in nanoseconds. The median is read: on a
/// busy machine the average moves several times as much.
pub(super) fn find_json(lines: &[&str]) -> Found {
    let mut cases = Vec::new();
    let mut taken = vec![false; lines.len()];
    for document in documents(lines) {
        let is_mitata =
            document.value.get("layout").is_some() && document.value.get("context").is_some();
        let Some(benchmarks) = document.value.get("benchmarks").filter(|_| is_mitata) else {
            continue;
        };
        taken[document.lines].fill(true);
        let groups = document.value.get("layout");
        for bench in benchmarks.as_array().into_iter().flatten() {
            let group = bench
                .get("group")
                .and_then(Value::as_u64)
                .and_then(|at| groups?.get(usize::try_from(at).ok()?)?.get("name")?.as_str());
            let runs = bench.get("runs").and_then(Value::as_array).into_iter().flatten();
            cases.extend(runs.filter_map(|run| of_json(run, group)));
        }
    }
    Found::timed(cases, taken)
}

fn of_json(run: &Value, group: Option<&str>) -> Option<Case> {
    let name = run.get("name")?.as_str()?;
    let median = number(run.pointer("/stats/p50")?)?;
    let name = group.map_or_else(|| name.to_owned(), |group| format!("{group} > {name}"));
    Some(time(name, steps(&median, 3)?))
}
