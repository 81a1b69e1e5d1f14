//! The lock file does not fit `package.json`.

use super::words::npm_code;
use super::{Diagnosis, Red, diagnosis};

pub(super) fn recognize(red: &Red<'_>) -> Option<Diagnosis> {
    let line = of_npm(red).or_else(|| {
        red.find_any(&[
            "ERR_PNPM_OUTDATED_LOCKFILE",
            "ERR_PNPM_LOCKFILE_CONFIG_MISMATCH",
            "Your lockfile needs to be updated",
            "The lockfile would have been modified by this install",
            "The lockfile would have been created by this install",
            "lockfile had changes, but lockfile is frozen",
        ])
    })?;
    Some(diagnosis(
        "the lock file is out of date: it does not fit `package.json`",
        "run a plain install (`npm install`, `pnpm install`, `yarn install`, `bun install`) and commit the lock file that it writes",
        line,
    ))
}

/// `npm error code EUSAGE` is said of every wrong call; the words say which.
fn of_npm<'a>(red: &Red<'a>) -> Option<&'a str> {
    red.find(|line| npm_code(line) == Some("EUSAGE"))?;
    let said = red.find_any(&["can only install packages when your package.json and"])?;
    red.find_any(&["Missing: ", "Invalid: lock file's"]).or(Some(said))
}
