//! One error, once: what happened, why, what to do next.

use std::error::Error;

use selfopt_core::pipeline::RunError;
use selfopt_sandbox::checkout::{CheckoutError, PatchError};

use super::progress;
use super::style::{ERROR, NAME};
use crate::error::CliError;

/// Paths that are listed before they are counted.
const LISTED: usize = 10;

/// Characters of a cause that are shown. Causes quote what was read, and a file
/// that is no bundle can say anything.
const CAUSE_CHARS: usize = 200;

pub(crate) fn print(error: &CliError) {
    progress(&format!(
        "{ERROR}error{ERROR:#}: {}",
        selfopt_core::printable(error.to_string().as_bytes())
    ));
    for cause in causes(error) {
        progress(&format!("  caused by: {cause}"));
    }
    match error {
        CliError::Checkout(CheckoutError::Dirty { paths, .. }) => list(paths.iter().cloned()),
        CliError::Run(RunError::SeveralProjects { folders, .. }) => list(folders.iter().cloned()),
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

/// The causes of an error, each in one line that a terminal can show; those
/// that only repeat the line above are left out.
pub(crate) fn causes(error: &dyn Error) -> Vec<String> {
    let mut above = error.to_string();
    let mut causes = Vec::new();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let text = first_line(&inner.to_string());
        if !text.is_empty() && !above.contains(&text) {
            causes.push(text.clone());
            above = text;
        }
        cause = inner.source();
    }
    causes
}

fn first_line(text: &str) -> String {
    let text = selfopt_core::printable(text.as_bytes());
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim();
    match line.char_indices().nth(CAUSE_CHARS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_are_short_printable_and_said_once() {
        let garbage = format!("bad\u{1b}[31m {}\nmore", "x".repeat(300));
        let source = std::io::Error::other(std::io::Error::other(garbage));
        let error = CliError::Io { doing: "read it".to_owned(), source };
        let causes = causes(&error);
        assert_eq!(causes.len(), 1, "{causes:?}");
        assert!(causes[0].starts_with("bad x") && causes[0].ends_with('…'), "{causes:?}");
        assert_eq!(causes[0].chars().count(), CAUSE_CHARS + 1);
    }
}
