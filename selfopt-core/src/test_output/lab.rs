//! lab. `12 tests passed` is worded as AVA words it, and read there.

use super::{leading_number, sum};
use crate::domain::TestCounts;

/// `1 of 3 tests failed`, with `(2 skipped)` where some were.
pub(super) fn count(lines: &[&str]) -> Option<TestCounts> {
    sum(lines.iter().filter_map(|line| {
        let (failed, rest) = leading_number(line)?;
        let (total, rest) = leading_number(rest.strip_prefix("of ")?)?;
        let rest = rest.strip_prefix("tests failed")?;
        let skipped =
            rest.trim_start().strip_prefix('(').and_then(leading_number).map_or(0, |(n, _)| n);
        Some(TestCounts {
            passed: total.saturating_sub(failed).saturating_sub(skipped),
            failed,
            skipped,
        })
    }))
}

/// `  2) outer bad one:` after `Failed tests:`.
pub(super) fn failing(lines: &[&str]) -> Vec<String> {
    if count(lines).is_none() {
        return Vec::new();
    }
    let names = lines.iter().skip_while(|line| line.trim() != "Failed tests:").filter_map(|line| {
        let (_, rest) = leading_number(line)?;
        Some(rest.strip_prefix(") ")?.trim_end().trim_end_matches(':').to_owned())
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn with_failures() {
        let text = "\n  .x.\n\nFailed tests:\n\n  2) outer bad one:\n\n      Expected 1 to equal 2\n\n\n1 of 3 tests failed\nTest duration: 12 ms\n";
        check(text, 2, 1, 0, &["outer bad one"]);
    }

    #[test]
    fn all_well() {
        check("\n  ...\n\n3 tests passed\nTest duration: 12 ms\n", 3, 0, 0, &[]);
    }
}
