//! benchmark.js, whose cases print themselves as one line each:
//! `sort x 200 x 12,661 ops/sec ±6.49% (6 runs sampled)`.

use super::decimal::rate;
use super::reader::Found;
use crate::domain::Case;

pub(super) fn find(lines: &[&str]) -> Found {
    let cases: Vec<Option<Case>> = lines.iter().map(|line| case(line)).collect();
    let taken = cases.iter().map(Option::is_some).collect();
    Found::timed(cases.into_iter().flatten().collect(), taken)
}

fn case(line: &str) -> Option<Case> {
    let (before, behind) = line.rsplit_once(" ops/sec ±")?;
    let (margin, runs) = behind.split_once("% (")?;
    let runs = runs.trim_end().strip_suffix(" sampled)")?;
    let n = runs.strip_suffix(" runs").or_else(|| runs.strip_suffix(" run"))?;
    let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ',');
    let (name, per_second) = before.rsplit_once(" x ")?;
    (is_number(margin) && is_number(n)).then(|| rate(name.trim(), per_second)).flatten()
}
