//! tap-spec, tap-arc and tap-dot, through which tape's output is often piped.

use super::{NONE, leading_number, sum};
use crate::domain::TestCounts;

/// Lines of a summary after its first.
const SUMMARY_LINES: usize = 6;

pub(super) fn count(lines: &[&str]) -> Option<TestCounts> {
    sum(lines.iter().enumerate().filter_map(|(idx, line)| {
        let rest = lines.get(idx + 1..)?;
        if field(line, "total").is_some() {
            return of_fields(rest);
        }
        // tap-dot: `4 tests`, then `3 passed`, `1 failed`.
        let (_, what) = leading_number(line)?;
        (matches!(what, "tests" | "test") && line.starts_with("  ")).then(|| of_dots(rest))?
    }))
}

/// `passing:   3`, `failing:   1` after `total:     4`.
fn of_fields(lines: &[&str]) -> Option<TestCounts> {
    let passed = field(lines.first()?, "passing")?;
    let mut counts = TestCounts { passed, ..NONE };
    for line in lines.iter().take(SUMMARY_LINES) {
        if let Some(n) = field(line, "failing") {
            counts.failed = n;
        } else if let Some(n) = field(line, "skipped").or_else(|| field(line, "todo")) {
            counts.skipped += n;
        }
    }
    Some(counts)
}

fn of_dots(lines: &[&str]) -> Option<TestCounts> {
    let (passed, "passed") = leading_number(lines.first()?)? else {
        return None;
    };
    let failed = lines.get(1).and_then(|line| leading_number(line));
    let failed = failed.filter(|(_, what)| *what == "failed").map_or(0, |(n, _)| n);
    Some(TestCounts { passed, failed, ..NONE })
}

fn field(line: &str, name: &str) -> Option<u64> {
    line.trim().strip_prefix(name)?.strip_prefix(':')?.trim().parse().ok()
}

/// `✖ should be equal`, below the name of its test, after `Failed Tests:`.
pub(super) fn failing(lines: &[&str]) -> Vec<String> {
    if count(lines).is_none() {
        return Vec::new();
    }
    let section = lines.iter().skip_while(|line| !line.trim().starts_with("Failed Tests:")).skip(1);
    let mut test = "";
    let mut names = Vec::new();
    for line in section {
        match line.trim().strip_prefix("✖ ").or_else(|| line.trim().strip_prefix("x ")) {
            Some(assertion) => names.push(format!("{test} > {}", assertion.trim())),
            None if line.starts_with("    ") && !line.starts_with("      ") => test = line.trim(),
            None => {}
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn spec() {
        check(
            "\n  adds\n\n    ✔ should be equal\n\n  total:     2\n  passing:   2\n  duration:  28ms\n",
            2,
            0,
            0,
            &[],
        );
    }

    #[test]
    fn spec_with_failures() {
        let text = "
  adds

    ✔ should be truthy

  bad one

    ✖ should be equal
    ------------------
      operator: equal

  Failed Tests: There was 1 failure

    bad one

      ✖ should be equal

  total:     2
  passing:   1
  failing:   1
  duration:  33ms
";
        check(text, 1, 1, 0, &["bad one > should be equal"]);
    }

    #[test]
    fn dots() {
        check("\n  ....x\n\n  5 tests\n  4 passed\n  1 failed\n\n", 4, 1, 0, &[]);
        check("\n  ....\n\n  4 tests\n  4 passed\n\n  Pass!\n", 4, 0, 0, &[]);
    }
}
