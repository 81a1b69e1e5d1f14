//! Reads the output of test runners: how many tests passed, failed and were
//! skipped, and the names of those that failed. Pure functions on text without
//! escape codes; one file per runner. An output may hold several summaries, of
//! one runner or of many, and of several packages at once: they are summed.

mod ava;
mod bun;
mod jasmine;
mod jest;
mod lab;
mod mocha;
mod node_test;
mod packages;
mod tap;
mod tap_spec;
mod tape;
mod uvu;
mod vitest;

use crate::domain::TestCounts;

/// What one runner's reader can do. Each counts only summaries that no other
/// reader counts.
struct Runner {
    count: fn(&[&str]) -> Option<TestCounts>,
    failing: fn(&[&str]) -> Vec<String>,
}

const RUNNERS: [Runner; 12] = [
    Runner { count: node_test::count, failing: node_test::failing },
    Runner { count: mocha::count, failing: mocha::failing },
    Runner { count: jest::count, failing: jest::failing },
    Runner { count: vitest::count, failing: vitest::failing },
    Runner { count: ava::count, failing: ava::failing },
    Runner { count: lab::count, failing: lab::failing },
    Runner { count: tap::count, failing: tap::failing },
    Runner { count: tap_spec::count, failing: tap_spec::failing },
    Runner { count: tape::count, failing: tape::failing },
    Runner { count: uvu::count, failing: uvu::failing },
    Runner { count: jasmine::count, failing: jasmine::failing },
    Runner { count: bun::count, failing: bun::failing },
];

/// The tests that the output speaks of; `None` when it speaks of none.
pub fn count_tests(text: &str) -> Option<TestCounts> {
    packages::split(text)
        .iter()
        .filter_map(|lines| {
            let summaries = sum(RUNNERS.iter().filter_map(|runner| (runner.count)(lines)));
            // Plain TAP has no summary.
            summaries.or_else(|| tap::count_points(lines))
        })
        .reduce(add)
}

/// The names of the tests that failed, in the order of the output, each once.
pub fn failing_tests(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for lines in packages::split(text) {
        for name in RUNNERS.iter().flat_map(|runner| (runner.failing)(&lines)) {
            if !name.is_empty() && !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

/// The sum; `None` of nothing.
fn sum(counts: impl IntoIterator<Item = TestCounts>) -> Option<TestCounts> {
    counts.into_iter().reduce(add)
}

fn add(a: TestCounts, b: TestCounts) -> TestCounts {
    TestCounts {
        passed: a.passed.saturating_add(b.passed),
        failed: a.failed.saturating_add(b.failed),
        skipped: a.skipped.saturating_add(b.skipped),
    }
}

const NONE: TestCounts = TestCounts { passed: 0, failed: 0, skipped: 0 };

/// The number at the start and what follows it: `12 passing (3s)`.
fn leading_number(text: &str) -> Option<(u64, &str)> {
    let text = text.trim_start();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at(digits);
    Some((number.parse().ok()?, rest.trim_start()))
}

/// A name without the duration that some runners put after it: `adds (3 ms)`.
pub(crate) fn without_duration(name: &str) -> &str {
    let name = name.trim_end();
    match name.rsplit_once([' ']) {
        Some((start, unit)) if is_duration(unit) => match start.rsplit_once(' ') {
            // `(3 ms)` is two words.
            Some((before, number))
                if !unit.starts_with(['(', '[']) && number.starts_with(['(', '[']) =>
            {
                before
            }
            _ => start,
        }
        .trim_end(),
        _ => name,
    }
}

fn is_duration(word: &str) -> bool {
    let bare = word.trim_matches(['(', ')', '[', ']']);
    let unit = bare.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    matches!(unit, "ms" | "s" | "µs" | "m")
        && (word.ends_with([')', ']']) || bare.len() > unit.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    pub(super) fn check(text: &str, passed: u64, failed: u64, skipped: u64, failing: &[&str]) {
        assert_eq!(count_tests(text), Some(TestCounts { passed, failed, skipped }));
        assert_eq!(failing_tests(text), failing);
    }

    #[test]
    fn text_without_tests_has_none() {
        for text in [
            "",
            "hello",
            "Tests are great",
            "3 passing thoughts",
            "  4 tests\n  4 passengers",
            "total: 12\nduration: 3",
            "done in 2s\n1 file",
            "\u{0}\n\n%",
        ] {
            assert_eq!(count_tests(text), None, "{text}");
            assert!(failing_tests(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn several_runners_in_one_output_are_summed() {
        let text = "\n  3 passing (5ms)\n  1 pending\n\nTests:       2 failed, 4 passed, 6 total\n\n  7 passing (1s)\n";
        assert_eq!(count_tests(text), Some(TestCounts { passed: 14, failed: 2, skipped: 1 }));
    }

    #[test]
    fn packages_that_run_at_the_same_time_are_told_apart() {
        let text = "packages/a test$ mocha\npackages/b test$ vitest run\npackages/a test:   3 passing (5ms)\npackages/b test:       Tests  2 passed (2)\npackages/a test:   1 failing\npackages/a test: Done\npackages/b test: Done\n";
        assert_eq!(count_tests(text), Some(TestCounts { passed: 5, failed: 1, skipped: 0 }));
    }

    #[test]
    fn durations_are_cut_off_names() {
        let cases = [
            ("adds (3 ms)", "adds"),
            ("adds (1.2ms)", "adds"),
            ("adds 7ms", "adds"),
            ("adds [0.4ms]", "adds"),
            ("adds two numbers", "adds two numbers"),
            ("takes (long)", "takes (long)"),
            ("waits s", "waits s"),
        ];
        for (name, expected) in cases {
            assert_eq!(without_duration(name), expected);
        }
    }
}
