//! The rows of Vitest's tables, the same in versions 4 and 5.

use super::decimal::rate;
use crate::domain::Case;

/// The columns behind the name.
const COLUMNS: [&str; 10] =
    ["hz", "min", "max", "mean", "p75", "p99", "p995", "p999", "rme", "samples"];

/// `name  hz  min  max  mean  p75  p99  p995  p999  rme  samples`.
pub(super) fn is_header(line: &str) -> bool {
    let mut words = line.split_whitespace();
    words.next() == Some("name") && words.eq(COLUMNS)
}

/// `sort, 200 numbers  21,793.03  0.0156  …  ±51.76%  1310   fastest`: the
/// operations per second. The times beside them have four decimals of a
/// millisecond, too few for what is fast.
pub(super) fn row(line: &str) -> Option<Case> {
    let line = line.trim();
    let line = line.strip_prefix("· ").unwrap_or(line);
    let mut line = line.trim_end();
    for word in ["fastest", "slowest"] {
        line = line.strip_suffix(word).unwrap_or(line).trim_end();
    }
    let mut rest = line;
    let mut columns = Vec::with_capacity(COLUMNS.len());
    for _ in COLUMNS {
        let (before, word) = rest.rsplit_once(char::is_whitespace)?;
        columns.push(word);
        rest = before.trim_end();
    }
    let samples = columns.first()?;
    let rme = columns.get(1)?;
    if !samples.chars().all(|c| c.is_ascii_digit()) || !rme.starts_with('±') {
        return None;
    }
    rate(rest.trim(), columns.last()?)
}

/// `↓ left out [skipped]`.
pub(super) fn is_skipped(line: &str) -> bool {
    line.trim_start().starts_with("↓ ") && line.trim_end().ends_with("[skipped]")
}

/// What the tests print stands in blocks of their own, `stdout | a.bench.js`
/// up to an empty line; every other line is Vitest's.
pub(super) fn taken(lines: &[&str]) -> Vec<bool> {
    let mut is_own = false;
    lines
        .iter()
        .map(|line| {
            if line.starts_with("stdout | ") {
                is_own = true;
                return true;
            }
            is_own &= !line.trim().is_empty();
            !is_own
        })
        .collect()
}
