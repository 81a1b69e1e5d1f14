//! node-tap, and TAP of whoever writes it without a summary.

use super::{NONE, leading_number, sum};
use crate::domain::TestCounts;

pub(super) fn count(lines: &[&str]) -> Option<TestCounts> {
    sum(lines.iter().filter_map(|line| totals(line)))
        .or_else(|| sum(lines.iter().filter_map(|line| asserts(line))))
}

/// `# { total: 3, pass: 1, fail: 1, skip: 1 }`.
fn totals(line: &str) -> Option<TestCounts> {
    let fields = line.strip_prefix("# {")?.strip_suffix('}')?;
    let mut counts = NONE;
    for field in fields.split(',') {
        let (name, n) = field.split_once(':')?;
        let n = n.trim().parse::<u64>().ok()?;
        match name.trim() {
            "pass" => counts.passed = n,
            "fail" => counts.failed = n,
            "skip" | "todo" => counts.skipped += n,
            _ => {}
        }
    }
    Some(counts)
}

/// `Asserts:  1 pass  1 fail  1 skip  2 of 3 complete`, or with commas and
/// past forms in older versions.
fn asserts(line: &str) -> Option<TestCounts> {
    let rest = line.trim_start().strip_prefix("Asserts:")?;
    let words: Vec<_> = rest.split_whitespace().collect();
    let mut counts = NONE;
    for pair in words.windows(2) {
        let [n, what] = pair else { continue };
        let Ok(n) = n.parse::<u64>() else { continue };
        match what.trim_end_matches(',') {
            "pass" | "passed" => counts.passed = n,
            "fail" | "failed" => counts.failed = n,
            "skip" | "skipped" | "todo" => counts.skipped += n,
            _ => {}
        }
    }
    Some(counts)
}

/// Test points at the left margin, for TAP with a plan and no summary.
pub(super) fn count_points(lines: &[&str]) -> Option<TestCounts> {
    let has_plan = lines
        .iter()
        .any(|line| line.strip_prefix("1..").is_some_and(|n| n.trim().parse::<u64>().is_ok()));
    if !has_plan {
        return None;
    }
    let mut counts = NONE;
    for line in lines {
        let is_point = |start: &str| {
            line.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        };
        let directive = line.split(" # ").nth(1).map(str::to_ascii_lowercase).unwrap_or_default();
        let is_aside = directive.starts_with("skip") || directive.starts_with("todo");
        match (is_point("ok"), is_point("not ok")) {
            (false, false) => {}
            _ if is_aside => counts.skipped += 1,
            (true, _) => counts.passed += 1,
            (_, true) => counts.failed += 1,
        }
    }
    Some(counts)
}

/// `✖ outer > bad one` of the terse and base reporters, or the innermost
/// failing test points of TAP.
pub(super) fn failing(lines: &[&str]) -> Vec<String> {
    if !lines.iter().any(|line| totals(line).is_some() || asserts(line).is_some()) {
        return Vec::new();
    }
    let marked: Vec<_> =
        lines.iter().filter_map(|line| Some(line.strip_prefix("✖ ")?.to_owned())).collect();
    if !marked.is_empty() {
        return marked;
    }
    // The deepest point is an assertion; the test that holds it comes next,
    // further left.
    let point = |line: &str| {
        let indent = line.len() - line.trim_start().len();
        let (_, name) = line.trim_start().strip_prefix("not ok ").and_then(leading_number)?;
        let name = name.trim_start_matches("- ").split(" # ").next()?.to_owned();
        Some((indent, name))
    };
    let points: Vec<_> = lines.iter().filter_map(|line| point(line)).collect();
    let names = points.iter().enumerate().filter_map(|(idx, (indent, _))| {
        let is_innermost = idx
            .checked_sub(1)
            .and_then(|idx| points.get(idx))
            .is_none_or(|(before, _)| before <= indent);
        let (outer, name) = points.get(idx + 1)?;
        (is_innermost && outer < indent).then(|| name.clone())
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn tap_output_of_node_tap() {
        let text = "TAP version 14
1..1
# Subtest: a.test.mjs
    # Subtest: ok
        ok 1 - should be equal
        1..1
    ok 1 - ok # time=7.842ms
    
    # Subtest: bad one
        not ok 1 - should be equal
          ---
          compare: ===
          ...
        
        1..1
    not ok 2 - bad one # time=36.513ms
      ---
      at:
        fileName: a.test.mjs
      ...
    
    ok 3 - sk # SKIP
    1..3
not ok 1 - a.test.mjs # time=75.397ms
  ---
  exitCode: 1
  ...

# No coverage generated
# { total: 3, pass: 1, fail: 1, skip: 1 }
# time=1940.61ms
";
        check(text, 1, 1, 1, &["bad one"]);
    }

    #[test]
    fn terse() {
        let text = " FAIL  a.test.mjs 1 failed 1 skip of 3 59ms
~ sk

✖ bad one > should be equal
  --- expected
  +++ actual

Asserts:  1 pass  1 fail  1 skip  2 of 3 complete
Suites:   0 pass  1 fail  0 skip  1 of 1 complete

# No coverage generated
# { total: 3, pass: 1, fail: 1, skip: 1 }
# time=1947.029ms
";
        check(text, 1, 1, 1, &["bad one > should be equal"]);
    }

    #[test]
    fn summary_of_older_versions() {
        let text = "  🌈 SUMMARY RESULTS 🌈  \n\nSuites:   2 passed, 2 of 2 completed\nAsserts:  12 passed, 1 failed, of 13\nTime:   1s\n";
        check(text, 12, 1, 0, &[]);
    }

    #[test]
    fn plain_tap_is_counted_point_by_point() {
        check("TAP version 13\nok 1 - a\nnot ok 2 - b\nok 3 - c # SKIP no\n1..3\n", 1, 1, 1, &[]);
    }
}
