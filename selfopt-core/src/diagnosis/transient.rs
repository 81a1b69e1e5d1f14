//! A registry that cannot be reached: for the moment, or at all.

use super::words::{UNREACHABLE, forge_in, host_in, is_warning, npm_error};
use super::{Diagnosis, Red, RedStep, diagnosis};
use crate::ports::{Phase, StepStatus};

/// Trouble that may be over in a moment. A name that does not exist
/// (`ENOTFOUND`) or a port that nobody listens on (`ECONNREFUSED`) will not
/// be there a second later.
const PASSING: [&str; 12] = [
    "ECONNRESET",
    "ETIMEDOUT",
    "EAI_AGAIN",
    "ERR_SOCKET_TIMEOUT",
    "ESOCKETTIMEDOUT",
    "network timeout at",
    "502 Bad Gateway",
    "503 Service Unavailable",
    "504 Gateway Time",
    "ERR_PNPM_FETCH_502",
    "ERR_PNPM_FETCH_503",
    "ERR_PNPM_FETCH_504",
];

/// The line that says that an install failed for trouble with the registry
/// that may be over by now, so that it is worth one more try.
pub(crate) fn passing_trouble<'a>(step: &RedStep<'a>) -> Option<&'a str> {
    let ended_by_itself = matches!(step.status, StepStatus::Exited { .. });
    if step.phase != Phase::Install || !ended_by_itself {
        return None;
    }
    let red = Red::new(*step);
    if super::OF_INSTALLS.iter().any(|recognize| recognize(&red).is_some()) {
        return None;
    }
    failure(&red, &PASSING)
}

pub(super) fn recognize(red: &Red<'_>) -> Option<Diagnosis> {
    let line = failure(red, &UNREACHABLE).or_else(|| failure(red, &PASSING))?;
    let host = host_in(line).map_or_else(String::new, |host| format!(" `{host}`"));
    Some(diagnosis(
        format!("the package registry{host} could not be reached"),
        "look at the network, the proxy variables and `registry=` in `.npmrc`, then run again",
        line,
    ))
}

/// The line in which a package manager gives up because of one of these,
/// rather one that names the host.
fn failure<'a>(red: &Red<'a>, codes: &[&str]) -> Option<&'a str> {
    let gives_up = |line: &str| {
        let is_error = npm_error(line).is_some()
            || line.starts_with("error ")
            || line.starts_with("error: ")
            || line.contains("ERR_PNPM_")
            || line.contains("YN00")
            || line.trim_start().starts_with("ERROR ");
        is_error
            && !is_warning(line)
            && forge_in(line).is_none()
            && codes.iter().any(|code| line.contains(code))
    };
    red.find(|line| line.contains("://") && gives_up(line)).or_else(|| red.find(gives_up))
}
