//! The registry lacks a package or a version of it.

use super::words::{forge_in, is_warning, npm_code, npm_error};
use super::{Diagnosis, Red, diagnosis};

pub(super) fn recognize(red: &Red<'_>) -> Option<Diagnosis> {
    let line = of_npm(red).or_else(|| of_others(red))?;
    Some(diagnosis(
        "the registry lacks a version that the project asks for",
        "update the dependency and write the lock file anew, or point the registry (`registry=` in `.npmrc`) at one that has it; a private package also needs access to its registry",
        line,
    ))
}

fn of_npm<'a>(red: &Red<'a>) -> Option<&'a str> {
    let code =
        red.find(|line| matches!(npm_code(line), Some("E404" | "ETARGET" | "ENOVERSIONS")))?;
    let detail = red.find(|line| {
        npm_error(line).is_some_and(|said| {
            said.starts_with("notarget No matching version")
                || said.starts_with("404 Not Found - ")
                || said.starts_with("404  ") && said.contains("not in this registry")
        })
    });
    match detail {
        // A tarball that a forge no longer has is no version of a registry.
        Some(detail) if forge_in(detail).is_some() => None,
        detail => Some(detail.unwrap_or(code)),
    }
}

fn of_others<'a>(red: &Red<'a>) -> Option<&'a str> {
    red.find(|line| {
        if is_warning(line) || forge_in(line).is_some() {
            return false;
        }
        line.contains("ERR_PNPM_NO_MATCHING_VERSION")
            || line.contains("ERR_PNPM_FETCH_404")
            || line.contains("Couldn't find any versions for \"")
            || line.contains("Couldn't find package \"")
            || line.contains("Request failed \\\"404 Not Found\\\"")
            // Yarn's codes: nothing fits the range, no such tag.
            || line.contains("YN0082") && line.contains("No candidates found")
            || line.contains("YN0035") && line.contains("Response Code: 404")
            || line.starts_with("error: No version matching \"")
            || line.starts_with("error: GET http") && line.trim_end().ends_with(" - 404")
    })
}
