//! Mocha: the summary that its spec, dot, min and list reporters share.

use super::{NONE, leading_number, sum};
use crate::domain::TestCounts;

pub(super) fn count(lines: &[&str]) -> Option<TestCounts> {
    let summaries = lines.iter().enumerate().filter_map(|(idx, line)| {
        let passed = passing(line)?;
        let mut counts = TestCounts { passed, ..NONE };
        for line in lines.get(idx + 1..)?.iter().take(3) {
            match leading_number(line) {
                Some((n, "pending")) => counts.skipped = n,
                Some((n, "failing")) => counts.failed = n,
                _ => {}
            }
        }
        Some(counts)
    });
    sum(summaries)
}

/// `12 passing (34ms)`.
fn passing(line: &str) -> Option<u64> {
    let (n, rest) = leading_number(line)?;
    let duration = rest.strip_prefix("passing (")?.strip_suffix(')')?;
    duration.starts_with(|c: char| c.is_ascii_digit()).then_some(n)
}

/// The list after `2 failing`: a number, the titles one below the other and
/// further right each, the last one with a colon.
pub(super) fn failing(lines: &[&str]) -> Vec<String> {
    let mut names = Vec::new();
    let mut after_summary = false;
    let mut titles: Option<Vec<&str>> = None;
    for line in lines {
        if matches!(leading_number(line), Some((_, "failing"))) {
            after_summary = true;
        } else if !after_summary {
            continue;
        } else if let Some((_, rest)) =
            leading_number(line).filter(|(_, rest)| rest.starts_with(") "))
        {
            titles = Some(vec![rest.trim_start_matches(") ")]);
        } else if let Some(found) = &mut titles {
            if line.trim().is_empty() || !line.starts_with("    ") {
                titles = None;
            } else {
                found.push(line.trim());
            }
        }
        let is_whole = titles
            .as_ref()
            .and_then(|titles| titles.last())
            .is_some_and(|title| title.ends_with(':'));
        if is_whole && let Some(titles) = titles.take() {
            names.push(titles.join(" > ").trim_end_matches(':').to_owned());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    const FAILURES: &str = "
  1 passing (6ms)
  1 pending
  2 failing

  1) outer
       bad one:

      AssertionError [ERR_ASSERTION]: 1 == 2
      + expected - actual

      -1
      +2
      
      at Context.<anonymous> (a.test.js:2:64)

  2) outer
       deep
         bad two:
     Error: x
      at Context.<anonymous> (a.test.js:2:152)
";

    #[test]
    fn spec() {
        let text = format!(
            "\n  outer\n    ✔ ok\n    1) bad one\n    - skipped one\n    deep\n      2) bad two\n\n{FAILURES}"
        );
        check(&text, 1, 2, 1, &["outer > bad one", "outer > deep > bad two"]);
    }

    #[test]
    fn dot() {
        check(
            &format!("\n\n  .!,!\n{FAILURES}"),
            1,
            2,
            1,
            &["outer > bad one", "outer > deep > bad two"],
        );
    }

    #[test]
    fn colours_are_no_hindrance() {
        let text = crate::ports::printable(
            b"\n\x1b[92m \x1b[0m\x1b[32m 12 passing\x1b[0m\x1b[90m (34ms)\x1b[0m\n\x1b[36m \x1b[0m\x1b[36m 1 pending\x1b[0m\n\x1b[31m  1 failing\x1b[0m\n",
        );
        check(&text, 12, 1, 1, &[]);
    }

    #[test]
    fn all_well() {
        check("\n  ․․․․\n\n  529 passing (12s)\n", 529, 0, 0, &[]);
    }
}
