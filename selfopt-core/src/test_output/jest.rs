//! Jest.

use super::{NONE, leading_number, sum};
use crate::domain::TestCounts;

pub(super) fn count(lines: &[&str]) -> Option<TestCounts> {
    sum(lines.iter().filter_map(|line| summary(line)))
}

/// `Tests:       1 failed, 1 skipped, 1 todo, 1 passed, 4 total`.
fn summary(line: &str) -> Option<TestCounts> {
    let rest = line.trim_start().strip_prefix("Tests:")?;
    let mut counts = NONE;
    let mut is_whole = false;
    for part in rest.split(',') {
        let (n, what) = leading_number(part)?;
        match what.trim_end() {
            "passed" => counts.passed = n,
            "failed" => counts.failed = n,
            "skipped" | "todo" | "pending" => counts.skipped += n,
            "total" => is_whole = true,
            _ => return None,
        }
    }
    is_whole.then_some(counts)
}

/// `  ● outer › bad one`; a summary at the end repeats them.
pub(super) fn failing(lines: &[&str]) -> Vec<String> {
    if !lines.iter().any(|line| summary(line).is_some()) {
        return Vec::new();
    }
    let mut file = "";
    let mut names = Vec::new();
    for line in lines {
        if let Some(path) = line.strip_prefix("FAIL ") {
            file = path.split(" (").next().unwrap_or_default().trim();
        }
        let Some(name) = line.strip_prefix("  ● ") else {
            continue;
        };
        match name.trim() {
            "Test suite failed to run" => names.push(file.to_owned()),
            "Console" => {}
            name if name.starts_with("Cannot log") => {}
            name => names.push(name.to_owned()),
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn summary_and_failures() {
        let text = "FAIL ./a.test.js
  outer
    ✓ ok (3 ms)
    ✕ bad one (5 ms)
    ○ skipped skipped one
    ✎ todo later

  ● outer › bad one

    expect(received).toBe(expected) // Object.is equality

    Expected: 2
    Received: 1

FAIL src/broken.test.js
  ● Test suite failed to run

    SyntaxError: Unexpected token

Test Suites: 2 failed, 2 total
Tests:       1 failed, 1 skipped, 1 todo, 1 passed, 4 total
Snapshots:   0 total
Time:        0.634 s
Ran all test suites.
";
        check(text, 1, 1, 2, &["outer › bad one", "src/broken.test.js"]);
    }

    #[test]
    fn colours_are_no_hindrance() {
        let text = crate::ports::printable(
            b"\x1b[1mTests:       \x1b[22m\x1b[1m\x1b[31m1 failed\x1b[39m\x1b[22m, \x1b[1m\x1b[32m2 passed\x1b[39m\x1b[22m, 3 total\n",
        );
        check(&text, 2, 1, 0, &[]);
    }

    #[test]
    fn no_tests_at_all() {
        check("Test Suites: 1 failed, 1 total\nTests:       0 total\n", 0, 0, 0, &[]);
    }
}
