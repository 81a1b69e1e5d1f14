//! Tests that need a variable or a secret that only its owner has.

use super::words::is_failed_test;
use super::{Diagnosis, Red, diagnosis};

/// What stands beside `environment variable` when one is missing.
const ABSENT: [&str; 11] = [
    "missing",
    "not set",
    "not found",
    "not defined",
    "undefined",
    "is required",
    "are required",
    "must be set",
    "must be defined",
    "please set",
    "invalid environment variables",
];

pub(super) fn recognize(red: &Red<'_>) -> Option<Diagnosis> {
    let line = red.find(|line| {
        let lower = line.to_lowercase();
        let names_variable = lower.contains("environment variable") || lower.contains("env var");
        names_variable
            && !is_failed_test(line)
            && ABSENT.iter().any(|words| lower.contains(words))
            && !lower.contains("warning")
            && !lower.trim_start().starts_with("npm ")
    })?;
    Some(diagnosis(
        format!("`{}` needs an environment variable that is not set", red.step.cmd),
        "SelfOpt hands no secrets to the project's code: put harmless values before the command in selfopt.toml (`[commands]` `test = \"NAME=value ...\"`), or name a command that needs none",
        line,
    ))
}
