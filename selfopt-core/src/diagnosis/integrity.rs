//! A package that is not what the lock file says it is.

use super::words::{is_warning, npm_code};
use super::{Diagnosis, Red, diagnosis};

pub(super) fn recognize(red: &Red<'_>) -> Option<Diagnosis> {
    let line = red.find(|line| {
        !is_warning(line)
            && (npm_code(line) == Some("EINTEGRITY")
                || line.contains("ERR_PNPM_TARBALL_INTEGRITY")
                || line.contains("Integrity check failed for")
                || line.contains("YN0018")
                || line.contains("error: Integrity check failed"))
    })?;
    let said = red.find_any(&["integrity checksum failed when using"]).unwrap_or(line);
    Some(diagnosis(
        "a package is not the one that the lock file names: its checksum differs",
        "find out why before anything else: the version was published anew, or a mirror serves something else. Then write the lock file anew",
        said,
    ))
}
