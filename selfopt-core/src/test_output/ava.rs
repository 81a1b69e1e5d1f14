//! AVA's own reporter.

use super::{NONE, leading_number, without_duration};
use crate::domain::TestCounts;

/// The lines at the end: `1 test failed`, `3 tests passed`, `1 test skipped`.
/// Where tests failed, the passed ones are not counted there but each has its
/// mark above.
pub(super) fn count(lines: &[&str]) -> Option<TestCounts> {
    let mut counts = NONE;
    let mut is_ava = false;
    let mut names_passed = false;
    for line in lines {
        let Some((n, what)) = leading_number(line) else {
            continue;
        };
        match what.trim_end() {
            "test passed" | "tests passed" => {
                counts.passed += n;
                names_passed = true;
            }
            "test failed"
            | "tests failed"
            | "hook failed"
            | "hooks failed"
            | "uncaught exception"
            | "uncaught exceptions"
            | "unhandled rejection"
            | "unhandled rejections" => {
                counts.failed += n;
            }
            "test skipped" | "tests skipped" | "test todo" | "tests todo" => counts.skipped += n,
            "known failure" | "known failures" => counts.passed += n,
            _ => continue,
        }
        is_ava = true;
    }
    if !names_passed && counts.failed > 0 {
        let is_passed = |line: &&&str| line.trim_start().starts_with("✔ ");
        counts.passed += u64::try_from(lines.iter().filter(is_passed).count()).unwrap_or(u64::MAX);
    }
    is_ava.then_some(counts)
}

pub(super) fn failing(lines: &[&str]) -> Vec<String> {
    let names = lines.iter().filter_map(|line| {
        Some(without_duration(line.trim_start().strip_prefix("✘ [fail]: ")?).to_owned())
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn with_failures() {
        let text = "
  - [skip] skipped one
  - [todo] later
  ✔ ok
  ✘ [fail]: bad one
  ─

  bad one

  a.test.mjs:2

  Difference (- actual, + expected):

  - 1
  + 2

  ─

  1 test failed
  1 test skipped
  1 test todo
";
        check(text, 1, 1, 2, &["bad one"]);
    }

    #[test]
    fn a_hook_that_failed_counts() {
        check("  ✘ [fail]: before hook\n  ─\n\n  1 hook failed\n", 0, 1, 0, &["before hook"]);
    }

    #[test]
    fn all_well() {
        check("  ✔ a\n  ✔ b (1.2s)\n  ─\n\n  2 tests passed\n", 2, 0, 0, &[]);
    }
}
