//! One error, once: what happened, why, what to do next.

use std::error::Error as _;

use super::progress;
use super::style::{ERROR, NAME};
use crate::error::CliError;
use selfopt_sandbox::checkout::{CheckoutError, PatchError};

/// Paths that are listed before they are counted.
const LISTED: usize = 10;

pub(crate) fn print(error: &CliError) {
    progress(&format!("{ERROR}error{ERROR:#}: {error}"));
    let mut cause = error.source();
    while let Some(inner) = cause {
        progress(&format!("  caused by: {inner}"));
        cause = inner.source();
    }
    match error {
        CliError::Checkout(CheckoutError::Dirty { paths, .. }) => list(paths.iter().cloned()),
        CliError::Patch(PatchError::Conflicts { conflicts }) => {
            list(
                conflicts.iter().map(|conflict| format!("{}: {}", conflict.path, conflict.reason)),
            );
        }
        _ => {}
    }
    if let Some(hint) = error.hint() {
        progress(&format!("\n{NAME}hint{NAME:#}: {hint}"));
    }
}

fn list(lines: impl ExactSizeIterator<Item = String>) {
    let more = lines.len().saturating_sub(LISTED);
    for line in lines.take(LISTED) {
        progress(&format!("  {line}"));
    }
    if more > 0 {
        progress(&format!("  and {more} more"));
    }
}
