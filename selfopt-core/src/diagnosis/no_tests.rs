//! A test command without tests: a placeholder, or a runner that found none.

use super::{Diagnosis, Red, diagnosis};
use crate::ports::Phase;
use crate::test_output::count_tests;

/// More lines than a placeholder prints, with those of its package manager.
const FEW_LINES: usize = 20;

/// What placeholders say, in lower case.
const PLACEHOLDERS: [&str; 8] = [
    "no test specified",
    "no tests specified",
    "write tests!",
    "no tests yet",
    "no test yet",
    "there are no tests",
    "add some tests",
    "tests are not implemented",
];

/// What runners say when they find no file.
const RUNNERS: [&str; 10] = [
    "No tests found, exiting with code 1",
    "No test files found, exiting with code 1",
    "Error: No test files found",
    "Couldn't find any files to test",
    "Couldn’t find any files to test",
    "Error: No tests found",
    "No tests found!",
    "No specs found",
    "error: 0 test files matching",
    "No test suite found in file",
];

pub(super) fn recognize(red: &Red<'_>) -> Option<Diagnosis> {
    if red.step.phase != Phase::Test {
        return None;
    }
    if count_tests(red.step.output).is_some_and(|tests| tests.passed + tests.failed > 0) {
        return None;
    }
    let n_lines = red.lines.iter().filter(|line| !line.trim().is_empty()).count();
    let placeholder = (n_lines <= FEW_LINES).then(|| red.find(is_placeholder)).flatten();
    if let Some(line) = placeholder {
        return Some(diagnosis(
            "the project has no tests: its test script is a placeholder",
            "SelfOpt proposes nothing that tests have not confirmed: write some, or name a command that runs them in selfopt.toml: `[commands]` `test = \"...\"`",
            line,
        ));
    }
    let line = red.find(|line| {
        RUNNERS.iter().any(|words| line.contains(words)) || is_missing_pattern(line)
    })?;
    Some(diagnosis(
        "the test runner found no tests",
        "name a command that finds them in selfopt.toml: `[commands]` `test = \"...\"`; tests that a build writes need the build first",
        line,
    ))
}

/// Known words, or a script that does nothing but speak and fail.
fn is_placeholder(line: &str) -> bool {
    let lower = line.to_lowercase();
    if PLACEHOLDERS.iter().any(|words| lower.contains(words)) {
        return true;
    }
    let script = lower.trim().strip_prefix("> ").or_else(|| lower.trim().strip_prefix("$ "));
    script.is_some_and(|script| {
        script.starts_with("echo ")
            && (script.ends_with("&& exit 1") || script.ends_with("; exit 1"))
            && script.matches("&&").count() + script.matches(';').count() == 1
    })
}

/// `Could not find '/x/test/*.js'` of `node --test`.
fn is_missing_pattern(line: &str) -> bool {
    line.trim().strip_prefix("Could not find '").is_some_and(|rest| rest.ends_with('\''))
}
