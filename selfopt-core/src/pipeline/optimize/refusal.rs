//! What a model is told of a refusal, so that it may repair its patch: the
//! compiler's lines, the failing tests with what they expected, or the smallest
//! input on which both versions differ. A replayed run must say the same again,
//! so nothing of paths, times and stacks of this machine is in it.

use std::fmt::Write as _;

use crate::domain::{Attempt, AttemptStatus};
use crate::gates::names;
use crate::test_output::{failing_tests, without_duration};

/// Bytes of a message.
const MESSAGE_BYTES: usize = 2000;
/// Characters of one line.
const LINE_CHARS: usize = 200;
/// Lines of a compiler.
const COMPILER_LINES: usize = 20;
/// Failing tests that are told, and lines of each behind its name.
const TESTS: usize = 3;
const TEST_LINES: usize = 24;
const TOLD_LINES: usize = 10;

/// The message of a refusal that can be told; `None` for one that says nothing
/// about the code, such as that it is not faster.
pub(super) fn message(attempt: &Attempt, log: &str) -> Option<String> {
    if attempt.status != AttemptStatus::Rejected {
        return None;
    }
    let verdict = attempt.verdicts.last()?;
    let mut message = verdict.reason.clone();
    match verdict.gate.as_str() {
        names::PARSES | names::EQUIVALENCE => {}
        names::BUILD | names::TYPECHECK => {
            let is_error = |line: &&str| line.to_ascii_lowercase().contains("error");
            let lines = last_output(log).lines().filter(is_error);
            for line in lines.filter_map(told).take(COMPILER_LINES) {
                message.push('\n');
                message.push_str(&line);
            }
        }
        names::TESTS => message.push_str(&failures(last_output(log))),
        _ => return None,
    }
    let end = (0..=MESSAGE_BYTES.min(message.len())).rev().find(|at| message.is_char_boundary(*at));
    message.truncate(end.unwrap_or(0));
    (!message.is_empty()).then_some(message)
}

/// What the last command of a log printed.
fn last_output(log: &str) -> &str {
    let start = log.rfind("\n$ ").map_or(0, |at| at + 1);
    log.get(start..).unwrap_or_default()
}

/// The failing tests by name, each with the lines behind it that say most.
fn failures(output: &str) -> String {
    let mut names = failing_tests(output);
    names.sort();
    let lines: Vec<&str> = output.lines().collect();
    let mut out = String::new();
    for name in names.iter().take(TESTS) {
        out.push_str("\nfailing test: ");
        out.push_str(&cut(name));
        let places = (0..lines.len()).filter(|at| names_test(lines[*at], name));
        let windows = places.map(|at| window(&lines[at + 1..], TEST_LINES, &names));
        // The first of equals, so that the order of an output does not matter.
        let best = windows.fold(
            Vec::new(),
            |best: Vec<String>, one| {
                if one.len() > best.len() { one } else { best }
            },
        );
        for line in best {
            out.push_str("\n  ");
            out.push_str(&line);
        }
    }
    let none: [String; 0] = [];
    if !out.contains("\n  ") {
        // Named in another way than the output does, or not at all.
        for line in window(&lines, lines.len(), &none) {
            out.push_str("\n  ");
            out.push_str(&line);
        }
    }
    if names.len() > TESTS {
        let _ = write!(out, "\nand {} more", names.len() - TESTS);
    }
    out
}

/// Some runners put the names of suites in front of a test's.
fn names_test(line: &str, name: &str) -> bool {
    let own_name = name.rsplit(" > ").next().unwrap_or(name);
    without_duration(line).trim_end_matches(':').ends_with(own_name)
}

/// The lines behind a test's name that tell what it expected.
fn window(lines: &[&str], most: usize, names: &[String]) -> Vec<String> {
    let is_next = |line: &&&str| names.iter().all(|name| !names_test(line, name));
    let behind = lines.iter().take(most).take_while(is_next);
    let says = |line: &&&str| {
        let text = line.trim_start();
        let lower = text.to_ascii_lowercase();
        text.starts_with(['+', '-']) && text.len() > 2
            || ["error", "expected", "actual", "received", "equal"]
                .iter()
                .any(|word| lower.contains(word))
    };
    let mut told_lines: Vec<String> = Vec::new();
    for line in behind.filter(says).filter_map(|line| told(line)) {
        if !told_lines.contains(&line) && told_lines.len() < TOLD_LINES {
            told_lines.push(line);
        }
    }
    told_lines
}

/// A line that says the same on every machine.
fn told(line: &str) -> Option<String> {
    let line = line.trim();
    let is_path = |word: &str| word.starts_with('/') && word.len() > 1 && word[1..].contains('/');
    let is_break = |c: char| c.is_whitespace() || "'\"`()[]<>=:,".contains(c);
    let is_of_machine = line.starts_with("at ")
        || line.contains("file://")
        || line.contains("duration")
        || line.chars().all(|c| !c.is_alphanumeric())
        || line.split(is_break).any(is_path);
    (!is_of_machine).then(|| cut(line))
}

fn cut(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(LINE_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::Digest;
    use crate::domain::{CandidateId, CommitId, OpportunityId, RuleId, Verdict};

    fn refused(gate: &str, reason: &str, log: &str) -> Option<String> {
        let (commit, rule) = (CommitId::new("c"), RuleId::new("model"));
        let attempt = Attempt {
            id: CandidateId::derive(&commit, &rule, "a.js", ""),
            opportunity: OpportunityId::derive(&commit, &rule, "a.js", 0, 0),
            rule,
            author: None,
            files: Vec::new(),
            diff: String::new(),
            status: AttemptStatus::Rejected,
            gate: Some(gate.to_owned()),
            reason: reason.to_owned(),
            verdicts: vec![Verdict::refused(gate, reason)],
            phases: Vec::new(),
            context: Digest::of(b""),
            made_in: None,
        };
        message(&attempt, log)
    }

    const TAP: &str = "$ npm run build\nerror of another command\n[exit code 0 after 3 ms]\n$ npm test\n\
        TAP version 13\n# Subtest: sorts\nok 1 - sorts\n# Subtest: keeps the order\n\
        not ok 2 - keeps the order\n  ---\n  duration_ms: 1.7231\n  location: '/tmp/x1/test/a.test.js:3:1'\n  \
        failureType: 'testCodeFailure'\n  error: |-\n    Expected values to be strictly deep-equal:\n    \
        + actual - expected\n    \n      [\n    +   'b',\n    -   'a'\n      ]\n  code: 'ERR_ASSERTION'\n  stack: |-\n    \
        TestContext.<anonymous> (file:///tmp/x1/test/a.test.js:5:10)\n  ...\n1..2\n# tests 2\n# suites 0\n# pass 1\n# fail 1\n# cancelled 0\n# skipped 0\n# todo 0\n";

    #[test]
    fn a_failing_test_is_told_with_what_it_expected() {
        let said = refused("tests", "`npm test` ended with exit code 1", TAP).unwrap();
        assert_eq!(
            said,
            "`npm test` ended with exit code 1\nfailing test: keeps the order\n  error: |-\n  \
             Expected values to be strictly deep-equal:\n  + actual - expected\n  +   'b',\n  -   'a'"
        );
    }

    #[test]
    fn a_runner_that_names_tests_otherwise_is_told_by_its_errors() {
        let log = "$ npm test\n\n  0 passing (3ms)\n  1 failing\n\n  1) sorting\n       keeps the order:\n\n      AssertionError [ERR_ASSERTION]: 'b' == 'a'\n      + expected - actual\n\n      -b\n      +a\n\n      at Context.<anonymous> (test/a.js:4:12)\n";
        let said = refused("tests", "1 of 1 tests fail", log).unwrap();
        assert!(said.contains("'b' == 'a'") && said.contains("+ expected - actual"), "{said}");
        assert!(!said.contains("Context"), "{said}");
    }

    #[test]
    fn times_paths_and_stacks_are_not_told() {
        for line in [
            "at f (/srv/a/b.js:3:1)",
            "Error in /srv/a/b.js",
            "import 'file:///a.js' error",
            "  ---",
            "duration_ms: 3 error",
        ] {
            assert_eq!(told(line), None, "{line}");
        }
        assert_eq!(told(" \u{7}a / b is an error ").as_deref(), Some("a / b is an error"));
    }

    #[test]
    fn a_message_is_short_whatever_the_tests_print() {
        let many: String = (0..400).fold("$ npm test\n".to_owned(), |mut log, n| {
            let (name, error) = ("long ".repeat(900), "é".repeat(5000));
            let _ = write!(log, "not ok {n} - {n} {name}\n  error: {error}\n");
            log
        });
        let said = refused("tests", "red", &many).unwrap();
        assert!(said.len() <= MESSAGE_BYTES, "{}", said.len());
        assert!(said.lines().all(|line| line.chars().count() <= LINE_CHARS + 20));
    }

    #[test]
    fn a_compiler_is_told_by_its_errors_of_the_last_command() {
        let log = "$ npm ci\nnpm error old\n$ npx tsc\nsrc/a.ts(3,5): error TS2322: no\nFound 1 error in src/a.ts\nok\n";
        let said = refused("typecheck", "`npx tsc` ended with exit code 2", log).unwrap();
        assert_eq!(
            said,
            "`npx tsc` ended with exit code 2\nsrc/a.ts(3,5): error TS2322: no\nFound 1 error in src/a.ts"
        );
    }

    #[test]
    fn a_counterexample_is_told_as_it_is_and_a_lost_measurement_not() {
        let said = refused("equivalence", "`f([1])`: the base gives 1, the candidate 2", "");
        assert_eq!(said.as_deref(), Some("`f([1])`: the base gives 1, the candidate 2"));
        assert_eq!(refused("workloads", "it is slower", ""), None);
        assert_eq!(refused("limits", "it adds an import", ""), None);
    }
}
