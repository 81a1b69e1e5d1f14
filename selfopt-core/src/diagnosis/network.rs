//! Tests, builds and benchmarks that reach for the network, which they have
//! not.

use super::{Diagnosis, Red, diagnosis};

pub(super) fn recognize(red: &Red<'_>) -> Option<Diagnosis> {
    let line = red.find(|line| host(line).is_some())?;
    Some(diagnosis(
        format!("`{}` reaches for the network, which only the install has", red.step.cmd),
        "name a command that does without it in selfopt.toml, under `[commands]`",
        line,
    ))
}

/// The host of another machine that could not be reached.
fn host(line: &str) -> Option<&str> {
    let (_, rest) = [
        "getaddrinfo ENOTFOUND ",
        "getaddrinfo EAI_AGAIN ",
        "connect ENETUNREACH ",
        "Could not resolve host: ",
    ]
    .iter()
    .find_map(|words| line.split_once(words))?;
    let host = rest.split([' ', ',', ')', '"', '\'']).next()?;
    let is_here = host.is_empty() || host.starts_with("localhost") || host.starts_with("127.");
    (!is_here).then_some(host)
}
