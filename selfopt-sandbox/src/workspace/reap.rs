//! Removing what processes left behind that were killed: their workspaces,
//! mounts and half-written snapshots, and their commands' processes.

use std::fs;
use std::time::{Duration, SystemTime};

use selfopt_core::{ReapReport, SandboxError};

use super::area::{Area, PROBE, UNFINISHED};
use super::clone::unmount;
use super::remove::{remove_place, remove_tree};
use super::snapshot::{is_complete, places};
use crate::command::{Marker, kill_orphans};

/// Directories without an owner are somebody's who is creating them right now,
/// until they are this old.
const CREATION_TAKES_AT_MOST: Duration = Duration::from_mins(10);

/// One pass. Complete snapshots are kept, since a later run resumes from them.
pub(crate) fn reap(area: &Area) -> Result<ReapReport, SandboxError> {
    let mut report = ReapReport { workspaces: 0, processes: kill_orphans() };
    #[cfg(target_os = "linux")]
    crate::group::reap_groups(area.base());
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
    for (dir, prefix) in [(area.work(), UNFINISHED), (area.base().to_owned(), PROBE)] {
        let entries = fs::read_dir(dir).into_iter().flatten().filter_map(Result::ok);
        for entry in entries {
            let name = entry.file_name();
            let rest = name.to_str().and_then(|name| name.strip_prefix(prefix));
            if rest.is_some_and(|rest| is_abandoned(rest, &entry)) {
                // Where an overlay was tried out it may still be mounted.
                unmount(&entry.path().join("root"))?;
                remove_tree(&entry.path())?;
            }
        }
    }
    Ok(report)
}

/// Whether nobody works on a directory any more: the owner in its name is gone,
/// or nobody stands in it and it is old.
fn is_abandoned(rest: &str, entry: &fs::DirEntry) -> bool {
    if let Some(owner) = Marker::owner(rest) {
        return !owner.is_alive();
    }
    let age = entry
        .metadata()
        .and_then(|metadata| metadata.modified())
        .map(|then| SystemTime::now().duration_since(then));
    matches!(age, Ok(Ok(age)) if age > CREATION_TAKES_AT_MOST)
}
