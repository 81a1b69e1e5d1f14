//! tape, and the TAP reporters of Mocha and AVA, which end alike.

use super::{NONE, leading_number, sum};
use crate::domain::TestCounts;

pub(super) fn count(lines: &[&str]) -> Option<TestCounts> {
    let summaries = lines.iter().enumerate().filter_map(|(idx, line)| {
        field(line, "tests")?;
        summary(lines.get(idx + 1..)?)
    });
    sum(summaries)
}

/// `# pass  1`, `# fail  1`, `# skip 1`; `# cancelled` is Node's own.
fn summary(lines: &[&str]) -> Option<TestCounts> {
    let mut counts = NONE;
    let mut is_summary = false;
    for line in lines.iter().take(8) {
        if field(line, "cancelled").is_some() {
            return None;
        }
        if let Some(n) = field(line, "pass") {
            counts.passed = n;
            is_summary = true;
        } else if let Some(n) = field(line, "fail").or_else(|| field_of_faucet(line)) {
            counts.failed = n;
        } else if let Some(n) = field(line, "skip").or_else(|| field(line, "todo")) {
            counts.skipped += n;
        }
    }
    is_summary.then_some(counts)
}

/// faucet marks this line of the summary: `⨯ fail  1`.
fn field_of_faucet(line: &str) -> Option<u64> {
    let (n, rest) = leading_number(line.strip_prefix("⨯ fail ")?)?;
    rest.trim().is_empty().then_some(n)
}

fn field(line: &str, name: &str) -> Option<u64> {
    let rest = line.strip_prefix("# ")?.strip_prefix(name)?;
    let (n, rest) = leading_number(rest.strip_prefix(' ')?)?;
    rest.trim().is_empty().then_some(n)
}

/// tape names the test in a comment and the assertion after `not ok`; others
/// name the test after `not ok`.
pub(super) fn failing(lines: &[&str]) -> Vec<String> {
    if count(lines).is_none() {
        return Vec::new();
    }
    let mut test = None;
    let mut names = Vec::new();
    for line in lines {
        if let Some(name) = line.strip_prefix("# ") {
            test = Some(name.trim());
        } else if let Some((_, rest)) = line.strip_prefix("not ok ").and_then(leading_number) {
            let name = rest.trim_start_matches("- ");
            if !name.contains("# TODO") {
                names.push(test.map_or_else(|| name.to_owned(), |test| format!("{test} > {name}")));
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn tape() {
        let text = "TAP version 13
# ok
ok 1 should be truthy
# bad one
not ok 2 should be strictly equal
  ---
    operator: equal
    expected: 2
    actual:   1
  ...

1..2
# tests 2
# pass  1
# fail  1

";
        check(text, 1, 1, 0, &["bad one > should be strictly equal"]);
    }

    #[test]
    fn tap_of_mocha() {
        let text = "ok 1 outer ok\nnot ok 2 outer bad one\n  1 == 2\nok 3 outer skipped one # SKIP -\n# tests 2\n# pass 1\n# fail 1\n1..3\n";
        check(text, 1, 1, 0, &["outer bad one"]);
    }

    #[test]
    fn faucet() {
        check("✓ ok\n⨯ bad one\n# tests 2\n# pass  1\n⨯ fail  1\n", 1, 1, 0, &[]);
    }

    #[test]
    fn all_well() {
        check("1..9\n# tests 9\n# pass  9\n\n# ok\n", 9, 0, 0, &[]);
    }
}
