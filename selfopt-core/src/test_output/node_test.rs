//! `node --test`, with its spec and TAP reporters, and wrappers of it.

use super::{NONE, leading_number, sum, without_duration};
use crate::domain::TestCounts;

/// The marks before the lines of a summary: spec's, and TAP's comments.
const MARKS: [&str; 2] = ["ℹ ", "# "];

pub(super) fn count(lines: &[&str]) -> Option<TestCounts> {
    let summaries = lines.iter().enumerate().filter_map(|(idx, line)| {
        let mark = MARKS.iter().find(|mark| field(line, mark, "tests").is_some())?;
        summary(lines.get(idx..)?, mark)
    });
    sum(summaries)
}

/// `cancelled` tells Node's TAP from that of others.
fn summary(lines: &[&str], mark: &str) -> Option<TestCounts> {
    let mut counts = NONE;
    let mut is_node = false;
    for line in lines.iter().take(12).take_while(|line| line.starts_with(mark)) {
        if let Some(n) = field(line, mark, "pass") {
            counts.passed = n;
        } else if let Some(n) = field(line, mark, "fail") {
            counts.failed += n;
        } else if let Some(n) = field(line, mark, "cancelled") {
            counts.failed += n;
            is_node = true;
        } else if let Some(n) = field(line, mark, "skipped").or_else(|| field(line, mark, "todo")) {
            counts.skipped += n;
        }
    }
    is_node.then_some(counts)
}

fn field(line: &str, mark: &str, name: &str) -> Option<u64> {
    let rest = line.strip_prefix(mark)?.strip_prefix(name)?.strip_prefix(' ')?;
    let (number, rest) = leading_number(rest)?;
    rest.is_empty().then_some(number)
}

pub(super) fn failing(lines: &[&str]) -> Vec<String> {
    let start =
        lines.iter().position(|line| matches!(line.trim(), "✖ failing tests:" | "Failed tests:"));
    if let Some(start) = start {
        let section = lines.get(start + 1..).unwrap_or_default();
        // A suite that only failed because of its tests is followed by a
        // remark in quotes, not by an error.
        let names = section.iter().enumerate().filter_map(|(idx, line)| {
            let name = line.strip_prefix("✖ ")?;
            let is_suite = section.get(idx + 1).is_some_and(|next| {
                next.trim().ends_with("subtest failed'")
                    || next.trim().ends_with("subtests failed'")
            });
            (!is_suite).then(|| without_duration(name).to_owned())
        });
        return names.collect();
    }
    if !lines.iter().any(|line| field(line, "# ", "cancelled").is_some()) {
        return Vec::new();
    }
    let names = lines.iter().enumerate().filter_map(|(idx, line)| {
        let (_, rest) = line.trim_start().strip_prefix("not ok ").and_then(leading_number)?;
        let name = rest.strip_prefix("- ")?;
        let block = lines.get(idx + 1..)?.iter().take(12).take_while(|line| line.trim() != "...");
        let is_suite = block.clone().any(|line| line.contains("failureType: 'subtestsFailed'"));
        (!is_suite && !name.contains("# TODO")).then(|| name.to_owned())
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn spec() {
        let text = "✔ adds (1.145974ms)
▶ outer
  ✔ inner ok (0.174249ms)
  ✖ inner bad (1.139029ms)
    AssertionError [ERR_ASSERTION]: 1 == 2
        at TestContext.<anonymous> (/x/a.test.js:3:72) {
      code: 'ERR_ASSERTION',
    }

  ﹣ skipped one (0.19067ms) # SKIP
✖ outer (1.993539ms)
✔ later (0.10079ms) # TODO
ℹ tests 5
ℹ suites 1
ℹ pass 2
ℹ fail 1
ℹ cancelled 0
ℹ skipped 1
ℹ todo 1
ℹ duration_ms 111.89884

✖ failing tests:

test at a.test.js:3:45
✖ inner bad (1.139029ms)
  AssertionError [ERR_ASSERTION]: 1 == 2
      at TestContext.<anonymous> (/x/a.test.js:3:72)
";
        check(text, 2, 1, 2, &["inner bad"]);
    }

    #[test]
    fn tap() {
        let text = "TAP version 13
# Subtest: adds
ok 1 - adds
  ---
  duration_ms: 1.305124
  ...
# Subtest: outer
    # Subtest: inner bad
    not ok 1 - inner bad
      ---
      duration_ms: 1.142494
      failureType: 'testCodeFailure'
      error: '1 == 2'
      ...
    ok 2 - skipped one # SKIP
      ---
      ...
    1..2
not ok 2 - outer
  ---
  duration_ms: 2.048268
  type: 'suite'
  failureType: 'subtestsFailed'
  error: '1 subtest failed'
  ...
not ok 3 - later # TODO
1..3
# tests 4
# suites 1
# pass 1
# fail 1
# cancelled 0
# skipped 1
# todo 1
# duration_ms 147.891757
";
        check(text, 1, 1, 2, &["inner bad"]);
    }
}
