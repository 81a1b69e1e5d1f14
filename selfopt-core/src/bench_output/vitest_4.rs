//! `vitest bench` of Vitest 4 and before: a table under each file and suite.
//! Without a terminal some tables are printed more than once; the last one
//! counts.

use super::reader::Found;
use super::vitest_row::{is_header, is_skipped, row, taken};
use crate::domain::Case;
use crate::test_output::without_duration;

pub(super) fn find(lines: &[&str]) -> Found {
    let mut tables: Vec<(String, Vec<Case>)> = Vec::new();
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| is_header(line)) {
        // Version 5 indents its tables by the depth of the test.
        let Some(title) = at.checked_sub(1).and_then(|before| title(lines[before])) else {
            continue;
        };
        let behind =
            lines.iter().skip(at + 1).take_while(|line| row(line).is_some() || is_skipped(line));
        let rows = behind.filter(|line| line.trim_start().starts_with("· "));
        let cases: Vec<Case> = rows
            .filter_map(|line| row(line))
            .map(|case| Case { name: format!("{title} > {}", case.name), ..case })
            .collect();
        debug_assert!(is_header(line));
        if cases.is_empty() {
            continue;
        }
        match tables.iter_mut().find(|(known, _)| *known == title) {
            Some((_, known)) => *known = cases,
            None => tables.push((title, cases)),
        }
    }
    let cases = tables.into_iter().flat_map(|(_, cases)| cases).collect();
    Found::timed(cases, taken(lines))
}

/// ` ✓ sum.bench.js > lists 337ms`.
fn title(line: &str) -> Option<String> {
    let rest = line.strip_prefix(" ✓ ")?.trim();
    (!rest.is_empty()).then(|| without_duration(rest).to_owned())
}
