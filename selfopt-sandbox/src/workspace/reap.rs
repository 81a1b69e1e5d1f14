//! Removing what processes left behind that were killed: their workspaces,
//! mounts and half-written snapshots, and their commands' processes.

use std::fs;
use std::time::{Duration, SystemTime};

use selfopt_core::{ReapReport, SandboxError};

use super::area::{Area, UNFINISHED};
use super::remove::{remove_place, remove_tree};
use super::snapshot::{is_complete, places};
use crate::command::kill_orphans;

/// Directories without an owner are somebody's who is creating them right now,
/// until they are this old.
const CREATION_TAKES_AT_MOST: Duration = Duration::from_mins(10);

/// One pass. Complete snapshots are kept, since a later run resumes from them.
pub(crate) fn reap(area: &Area) -> Result<ReapReport, SandboxError> {
    let mut report = ReapReport { workspaces: 0, processes: kill_orphans() };
    for place in places(&area.work()) {
        if place.record().is_none_or(|record| !record.owner.is_alive()) {
            remove_place(&place)?;
            report.workspaces += 1;
        }
    }
    for place in places(&area.snapshots()) {
        if !is_complete(&place) && place.record().is_none_or(|record| !record.owner.is_alive()) {
            remove_tree(&place.dir)?;
        }
    }
    let entries = fs::read_dir(area.work()).into_iter().flatten().filter_map(Result::ok);
    for entry in entries {
        let is_unfinished =
            entry.file_name().to_str().is_some_and(|name| name.starts_with(UNFINISHED));
        let age = entry
            .metadata()
            .and_then(|metadata| metadata.modified())
            .map(|then| SystemTime::now().duration_since(then));
        let is_old = matches!(age, Ok(Ok(age)) if age > CREATION_TAKES_AT_MOST);
        if is_unfinished && is_old {
            remove_tree(&entry.path())?;
        }
    }
    Ok(report)
}
