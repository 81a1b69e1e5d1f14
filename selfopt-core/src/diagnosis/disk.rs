//! The disk is full.

use super::{Diagnosis, Red, diagnosis};

pub(super) fn recognize(red: &Red<'_>) -> Option<Diagnosis> {
    let line = red.find_any(&[
        "ENOSPC: no space left on device",
        "npm error code ENOSPC",
        "npm ERR! code ENOSPC",
        "No space left on device",
    ])?;
    Some(diagnosis(
        "the disk is full",
        "free some space where the workspaces are kept, or choose another place with `--store DIR`",
        line,
    ))
}
