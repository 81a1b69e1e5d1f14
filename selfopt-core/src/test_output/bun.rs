//! `bun test`.

use super::{NONE, leading_number, sum, without_duration};
use crate::domain::TestCounts;

/// The lines before `Ran 5 tests across 1 file.`.
pub(super) fn count(lines: &[&str]) -> Option<TestCounts> {
    let summaries = lines.iter().enumerate().filter_map(|(idx, line)| {
        let (_, rest) = leading_number(line.strip_prefix("Ran ")?)?;
        if !rest.starts_with("test") || !rest.contains(" across ") {
            return None;
        }
        let mut counts = NONE;
        for line in lines.get(idx.saturating_sub(7)..idx)? {
            match leading_number(line) {
                Some((n, "pass")) => counts.passed = n,
                Some((n, "fail")) => counts.failed = n,
                Some((n, "skip" | "todo")) => counts.skipped += n,
                _ => {}
            }
        }
        Some(counts)
    });
    sum(summaries)
}

/// `(fail) outer > bad one [0.26ms]`, and with a cross in older versions.
pub(super) fn failing(lines: &[&str]) -> Vec<String> {
    if count(lines).is_none() {
        return Vec::new();
    }
    let names = lines.iter().filter_map(|line| {
        let name = line.strip_prefix("(fail) ").or_else(|| line.strip_prefix("✗ "))?;
        Some(without_duration(name).to_owned())
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn summary_and_failures() {
        let text = "bun test v1.2.0

a.test.ts:
(pass) outer > ok [0.10ms]
(fail) outer > bad one [0.26ms]
(skip) outer > skipped one

 1 pass
 1 skip
 1 fail
 2 expect() calls
Ran 3 tests across 1 file. [8.00ms]
";
        check(text, 1, 1, 1, &["outer > bad one"]);
    }
}
