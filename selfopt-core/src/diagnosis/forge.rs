//! A dependency that comes from a repository and not from a registry.

use super::words::{UNREACHABLE, forge_in, is_warning, npm_error};
use super::{Diagnosis, Red, diagnosis};

/// What git and those who call it say when a repository cannot be had.
const GIT_WORDS: [&str; 8] = [
    "git ls-remote",
    "--no-replace-objects ls-remote",
    "An unknown git error occurred",
    "git dep preparation failed",
    "Failed listing refs",
    "fatal: unable to access 'http",
    "Could not read from remote repository",
    "Couldn't find the binary git",
];

pub(super) fn recognize(red: &Red<'_>) -> Option<Diagnosis> {
    let address = red.find(|line| {
        !is_warning(line)
            && forge_in(line).is_some()
            && (UNREACHABLE.iter().any(|code| line.contains(code)) || is_refused(line))
    });
    let line = address.or_else(|| red.find_any(&GIT_WORDS))?;
    let host = forge_in(line).or_else(|| {
        red.lines.iter().filter(|line| !is_warning(line)).find_map(|line| forge_in(line))
    });
    let from = host.map_or_else(|| "a git repository".to_owned(), |host| format!("`{host}`"));
    let way_out = if red.has_any(&["spawn git", "Couldn't find the binary git", "git: not found"]) {
        "install `git` where the install runs, or take the dependency from the registry".to_owned()
    } else {
        format!(
            "let the install reach {from}, or replace the dependency by a version that is published to the registry and write the lock file anew"
        )
    };
    let cause = format!(
        "a dependency comes from {from} and not from the registry, and could not be fetched"
    );
    Some(diagnosis(cause, way_out, line))
}

/// The forge answers, and not with the package.
fn is_refused(line: &str) -> bool {
    let answers = [" 401", " 403", " 404", " 429"];
    let is_answer = npm_error(line).is_some_and(|said| {
        ["401 ", "403 ", "404 ", "429 "].iter().any(|answer| said.starts_with(answer))
    });
    is_answer
        || line.contains("Request failed \\\"40")
        || line.contains("ERR_PNPM_FETCH_40")
        || line.starts_with("error: GET http")
            && answers.iter().any(|answer| line.trim_end().ends_with(answer))
}
