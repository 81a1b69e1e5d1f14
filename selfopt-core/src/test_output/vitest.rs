//! Vitest.

use super::{NONE, leading_number, sum, without_duration};
use crate::domain::TestCounts;

pub(super) fn count(lines: &[&str]) -> Option<TestCounts> {
    sum(lines.iter().filter_map(|line| summary(line)))
}

/// `      Tests  1 failed | 1 passed | 1 skipped | 1 todo (4)`.
fn summary(line: &str) -> Option<TestCounts> {
    let rest = line.trim().strip_prefix("Tests  ")?;
    let (parts, total) = rest.rsplit_once('(')?;
    total.strip_suffix(')')?.parse::<u64>().ok()?;
    let mut counts = NONE;
    for part in parts.split('|') {
        let (n, what) = leading_number(part)?;
        match what.trim_end() {
            "passed" => counts.passed = n,
            "failed" => counts.failed = n,
            "skipped" | "todo" => counts.skipped += n,
            "expected fail" => counts.passed += n,
            _ => return None,
        }
    }
    Some(counts)
}

/// ` FAIL  a.test.js > outer > bad one`; a file without a test in it failed
/// as a whole.
pub(super) fn failing(lines: &[&str]) -> Vec<String> {
    let is_vitest = lines
        .iter()
        .any(|line| summary(line).is_some() || line.trim_start().starts_with("Test Files  "));
    if !is_vitest {
        return Vec::new();
    }
    let names = lines.iter().filter_map(|line| {
        let name = line.trim_start().strip_prefix("FAIL  ")?;
        // Projects of a workspace stand in bars: `|node| a.test.ts > x`.
        let name = name.trim_start_matches(|c: char| c == '|' || c.is_whitespace());
        Some(without_duration(name.split(" [ ").next()?).to_owned())
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn summary_and_failures() {
        let text = "
 RUN  v4.1.12 /x

 ❯ a.test.js (4 tests | 1 failed | 1 skipped | 1 todo) 12ms
     ✓ ok 2ms
     × bad one 7ms
     ↓ skipped one
     □ later

⎯⎯⎯⎯⎯⎯⎯ Failed Suites 1 ⎯⎯⎯⎯⎯⎯⎯

 FAIL  b.test.js [ b.test.js ]
Error: No test suite found in file

⎯⎯⎯⎯⎯⎯⎯ Failed Tests 1 ⎯⎯⎯⎯⎯⎯⎯

 FAIL  a.test.js > outer > bad one
AssertionError: expected 1 to be 2 // Object.is equality

 Test Files  2 failed (2)
      Tests  1 failed | 1 passed | 1 skipped | 1 todo (4)
   Start at  23:39:50
   Duration  291ms (transform 22ms, setup 0ms, import 36ms, tests 12ms, environment 0ms)
";
        check(text, 1, 1, 2, &["b.test.js", "a.test.js > outer > bad one"]);
    }

    #[test]
    fn summaries_with_retries_types_and_projects() {
        let text = " ✓ |node| a.test.ts (2 tests) 3ms\n ✓ |types| b.test-d.ts (1 test)\n\n Test Files  2 passed (2)\n      Tests  3 passed | 1 expected fail (4)\nType Errors  no errors\n   Start at  10:00:00\n";
        check(text, 4, 0, 0, &[]);
        assert_eq!(super::count(&["      Tests  no tests"]), None);
    }

    #[test]
    fn all_well() {
        check(" Test Files  3 passed (3)\n      Tests  41 passed (41)\n", 41, 0, 0, &[]);
    }
}
