//! `vitest bench` of Vitest 5: a table beneath each test that called `bench`,
//! indented like the tree of suites and tests that it stands in.

use super::reader::Found;
use super::vitest_row::{is_header, row, taken};
use crate::domain::Case;
use crate::test_output::without_duration;

pub(super) fn find(lines: &[&str]) -> Found {
    let mut cases = Vec::new();
    // The tests and suites around the line, by their indentation.
    let mut around: Vec<(usize, String)> = Vec::new();
    let mut is_table = false;
    for line in lines {
        if is_header(line) {
            is_table = true;
        } else if let Some(case) = row(line).filter(|_| is_table) {
            let path: Vec<&str> = around.iter().map(|(_, name)| name.as_str()).collect();
            cases.push(Case {
                name: [&path[..], &[case.name.as_str()]].concat().join(" > "),
                ..case
            });
        } else {
            is_table = false;
            if let Some((depth, name)) = entry(line) {
                around.retain(|(outer, _)| *outer < depth);
                around.push((depth, name));
            }
        }
    }
    Found::timed(cases, taken(lines))
}

/// `   ✓ lists (1)`, ` ✓  bench  sum.bench.js (1 test) 319ms`: its depth and
/// name.
fn entry(line: &str) -> Option<(usize, String)> {
    let rest = line.trim_start();
    let depth = line.len() - rest.len();
    let name = without_duration(rest.strip_prefix("✓ ")?.trim());
    let name = name.strip_prefix("bench  ").unwrap_or(name);
    // `(2 tests | 1 skipped)`, `(1)`.
    let name = match name.rsplit_once(" (") {
        Some((before, count))
            if count.ends_with(')') && count.starts_with(|c: char| c.is_ascii_digit()) =>
        {
            before
        }
        _ => name,
    };
    Some((depth, name.to_owned()))
}
