//! The disk is full, or the command's share of it.

use super::{Diagnosis, Red, diagnosis};
use crate::ports::StepStatus;

pub(super) fn recognize(red: &Red<'_>) -> Option<Diagnosis> {
    let line = red.find_any(&[
        "ENOSPC: no space left on device",
        "npm error code ENOSPC",
        "npm ERR! code ENOSPC",
        "No space left on device",
    ]);
    // A share that is a file system of its own is full in the same words.
    if red.step.status == StepStatus::DiskExceeded {
        let last = red.lines.iter().rev().find(|line| !line.trim().is_empty()).copied();
        return Some(diagnosis(
            "the command wrote more than it may: the workspace, its home and its temporary files together have a limit",
            "let it write less, or remove what it no longer needs (coverage reports, caches, logs, core dumps), or name a command that does less",
            line.or(last).unwrap_or_default(),
        ));
    }
    Some(diagnosis(
        "the disk is full",
        "free some space where the workspaces are kept, or choose another place with `--store DIR`",
        line?,
    ))
}
