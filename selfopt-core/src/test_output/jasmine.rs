//! Jasmine.

use super::{leading_number, sum};
use crate::domain::TestCounts;

pub(super) fn count(lines: &[&str]) -> Option<TestCounts> {
    sum(lines.iter().filter_map(|line| summary(line)))
}

/// `3 specs, 1 failure, 1 pending spec`.
fn summary(line: &str) -> Option<TestCounts> {
    let mut parts = line.split(", ");
    let (total, what) = leading_number(parts.next()?)?;
    if !matches!(what.trim_end(), "spec" | "specs") {
        return None;
    }
    let (mut failed, mut skipped) = (None, 0);
    for part in parts {
        match leading_number(part) {
            Some((n, what)) if what.starts_with("failure") => failed = Some(n),
            Some((n, what)) if what.starts_with("pending spec") => skipped = n,
            _ => {}
        }
    }
    let failed = failed?;
    Some(TestCounts {
        passed: total.saturating_sub(failed).saturating_sub(skipped),
        failed,
        skipped,
    })
}

/// `1) outer bad one` after `Failures:`.
pub(super) fn failing(lines: &[&str]) -> Vec<String> {
    if count(lines).is_none() {
        return Vec::new();
    }
    let section = lines
        .iter()
        .skip_while(|line| line.trim() != "Failures:")
        .take_while(|line| line.trim() != "Pending:" && summary(line).is_none());
    let names = section.filter_map(|line| {
        let (_, rest) = leading_number(line)?;
        Some(rest.strip_prefix(") ")?.trim_end().to_owned())
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn all_well() {
        check("Started\n..\n\n\n2 specs, 0 failures\nFinished in 0.01 seconds\n", 2, 0, 0, &[]);
        check("1 spec, 0 failures, 1 pending spec\n", 0, 0, 1, &[]);
    }

    #[test]
    fn summary_and_failures() {
        let text = "Randomized with seed 63996
Started
F*.

Failures:
1) outer bad one
  Message:
    Expected 1 to be 2.
  Stack:
        at <Jasmine>

Pending:

1) outer sk
  Temporarily disabled with xit

3 specs, 1 failure, 1 pending spec
Finished in 0.01 seconds
";
        check(text, 1, 1, 1, &["outer bad one"]);
    }
}
