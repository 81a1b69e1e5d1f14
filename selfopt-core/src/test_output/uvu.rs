//! uvu.

use super::sum;
use crate::domain::TestCounts;

/// `Total:     2`, `Passed:    1`, `Skipped:   1`. The total is without the
/// skipped ones.
pub(super) fn count(lines: &[&str]) -> Option<TestCounts> {
    let summaries = lines.iter().enumerate().filter_map(|(idx, line)| {
        let total = field(line, "Total:")?;
        let passed = field(lines.get(idx + 1)?, "Passed:")?;
        let skipped = lines.get(idx + 2).and_then(|line| field(line, "Skipped:"))?;
        Some(TestCounts { passed, failed: total.saturating_sub(passed), skipped })
    });
    sum(summaries)
}

fn field(line: &str, name: &str) -> Option<u64> {
    line.trim_start().strip_prefix(name)?.trim().parse().ok()
}

/// `   FAIL  outer  "bad one"`.
pub(super) fn failing(lines: &[&str]) -> Vec<String> {
    if count(lines).is_none() {
        return Vec::new();
    }
    let names = lines.iter().filter_map(|line| {
        let rest = line.trim().strip_prefix("FAIL  ")?;
        let (suite, name) = rest.strip_suffix('"')?.split_once('"')?;
        let suite = suite.trim();
        Some(if suite.is_empty() { name.to_owned() } else { format!("{suite} > {name}") })
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn all_well() {
        let text = "a.js\n• • •   (3 / 3)\n\n  Total:     3\n  Passed:    3\n  Skipped:   0\n  Duration:  1.20ms\n";
        check(text, 3, 0, 0, &[]);
    }

    #[test]
    fn summary_and_failures() {
        let text = "a.js
 outer  • ✘   (1 / 2)

   FAIL  outer  \"bad one\"
    Expected values to be strictly equal:  (is)

        ++2    (Expected)
        --1    (Actual)

  Total:     2
  Passed:    1
  Skipped:   1
  Duration:  2.06ms

";
        check(text, 1, 1, 1, &["outer > bad one"]);
    }
}
