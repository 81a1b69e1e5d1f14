//! How results look. Data goes to standard output, the rest to standard error;
//! everything is understandable without colour.

mod cases;
mod counterexample;
pub(crate) mod error;
pub(crate) mod explain;
pub(crate) mod frames;
mod grid;
pub(crate) mod live;
pub(crate) mod machine;
pub(crate) mod markdown;
mod model;
mod noise;
pub(crate) mod packages;
pub(crate) mod profile;
pub(crate) mod proof;
pub(crate) mod recorded;
pub(crate) mod refusal;
pub(crate) mod sarif;
mod style;
pub(crate) mod summary;
pub(crate) mod survey;
pub(crate) mod table;
#[cfg(test)]
mod tests;
mod workloads;

use std::io::Write as _;

use selfopt_compose::Said;
use selfopt_core::{Enforcement, Isolation};
use serde::Serialize;

use crate::error::CliError;
use style::{BOLD, WARNING};

/// Prints a JSON document to standard output.
pub(crate) fn json(value: &impl Serialize) -> Result<(), CliError> {
    let document = serde_json::to_string_pretty(value)?;
    text(&format!("{document}\n"));
    Ok(())
}

/// Prints text to standard output; styles are dropped where nobody sees them.
pub(crate) fn text(text: &str) {
    let mut out = anstream::stdout().lock();
    // A reader that went away, such as `head`, is no error.
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Prints a line to standard error.
pub(crate) fn progress(line: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{line}");
}

/// Prints a warning to standard error.
pub(crate) fn warning(message: &str) {
    progress(&format!("{WARNING}warning{WARNING:#}: {message}"));
}

/// Prints what is said while an engine is put together.
pub(crate) fn said(said: Said<'_>) {
    match said {
        Said::Progress(line) => progress(line),
        Said::Warning(message) => warning(message),
    }
}

/// Says what keeps the project's code apart, and what does not.
pub(crate) fn isolation_warning(isolation: &Isolation) {
    let gaps: Vec<_> = isolation.gaps().collect();
    let is_confined = isolation
        .guarantees
        .get("network")
        .is_some_and(|network| network.level == Enforcement::Enforced);
    let install = if is_confined { "listed hosts during install" } else { "open during install" };
    progress(&format!("{BOLD}isolation{BOLD:#}: {}, network: {install}", isolation.backend));
    let missing = |level| -> Vec<String> {
        gaps.iter()
            .filter(|(_, guarantee)| guarantee.level == level)
            .map(|(name, _)| (*name).to_owned())
            .collect()
    };
    let (none, best_effort) = (missing(Enforcement::None), missing(Enforcement::BestEffort));
    if let Some(why) = &isolation.fallback {
        warning(why);
    }
    if none.iter().any(|name| name == "filesystem" || name == "secrets") {
        warning(&format!(
            "the project's code runs with your rights; not enforced: {}. Only run projects that you trust, or install bubblewrap (`selfopt doctor`)",
            none.join(", ")
        ));
    } else if !none.is_empty() {
        progress(&format!("not enforced: {}", none.join(", ")));
    }
    if !best_effort.is_empty() {
        progress(&format!("watched, not enforced: {}", best_effort.join(", ")));
    }
}
