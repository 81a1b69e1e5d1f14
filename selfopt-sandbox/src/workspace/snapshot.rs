//! Snapshots: frozen workspaces that a later process can find again.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use selfopt_core::{CancelFlag, SandboxError, SnapshotId};
use serde::{Deserialize, Serialize};

use super::area::{Area, Place};
use super::clone::CloneStrategy;
use super::remove::{remove_place, remove_tree};
use crate::failure::{failed, other};

/// Written last: without it the snapshot does not count.
const COMPLETE: &str = "complete";

/// The version of what lies in a snapshot's directory.
const FORMAT: u32 = 1;

#[derive(Debug, Serialize, Deserialize)]
struct Complete {
    format: u32,
    /// Paths differ between backends, and programs write them down.
    backend: String,
}

/// Freezes a workspace and returns the place of the snapshot. A workspace that
/// is itself an overlay, or lies in a file system of its own, is copied, since a
/// snapshot must stand on its own, also after a restart of the machine.
pub(crate) fn freeze(
    area: &Area,
    place: &Place,
    clones: CloneStrategy,
    cancel: &CancelFlag,
) -> Result<Place, SandboxError> {
    let must_copy = place.layer().exists() || place.volume().exists();
    let source = if must_copy {
        let label = place.record().map(|record| record.label).unwrap_or_default();
        let copy = area.create_plain(&label, None)?;
        clones.copy_tree(&place.root(), &copy.root(), area.owner(), cancel)?;
        copy
    } else {
        place.clone()
    };
    remove_tree(&source.temporary())?;
    let dir = area.snapshots().join(&source.id);
    fs::rename(&source.dir, &dir).map_err(failed("freeze", &dir))?;
    let complete = Complete { format: FORMAT, backend: area.backend().to_owned() };
    write_complete(&dir, &complete)?;
    if must_copy {
        remove_place(place)?;
    }
    Ok(Place { id: source.id, dir })
}

/// The place of a complete snapshot of this backend.
pub(crate) fn open_snapshot(area: &Area, snapshot: &SnapshotId) -> Option<Place> {
    let place = Area::place(&area.snapshots(), &snapshot.0)?;
    let complete: Complete =
        serde_json::from_slice(&fs::read(place.dir.join(COMPLETE)).ok()?).ok()?;
    let fits =
        complete.format == FORMAT && complete.backend == area.backend() && place.tree().is_dir();
    fits.then_some(place)
}

/// Removes the snapshots in a sandbox's directory that are not in `keep`,
/// those that a living workspace is built on excepted; returns how many.
pub fn prune_snapshots(base_dir: &Path, keep: &[SnapshotId]) -> Result<usize, SandboxError> {
    let mut removed = 0;
    for base in crate::backend::bases(base_dir) {
        let in_use: Vec<String> = places(&base.join("work"))
            .filter_map(|place| place.record())
            .filter(|record| record.owner.is_alive())
            .filter_map(|record| record.lower)
            .collect();
        for place in places(&base.join("snapshots")) {
            let is_kept = keep.iter().any(|kept| kept.0 == place.id) || in_use.contains(&place.id);
            let is_being_written = !is_complete(&place)
                && place.record().is_some_and(|record| record.owner.is_alive());
            if !is_kept && !is_being_written {
                remove_tree(&place.dir)?;
                removed += 1;
            }
        }
    }
    Ok(removed)
}

/// Whether the freeze was completed.
pub(super) fn is_complete(place: &Place) -> bool {
    place.dir.join(COMPLETE).is_file()
}

/// The workspaces or snapshots in a directory.
pub(super) fn places(parent: &Path) -> impl Iterator<Item = Place> {
    let parent = parent.to_owned();
    let entries = fs::read_dir(&parent).into_iter().flatten().filter_map(Result::ok);
    entries.filter_map(move |entry| Area::place(&parent, entry.file_name().to_str()?))
}

fn write_complete(dir: &Path, complete: &Complete) -> Result<(), SandboxError> {
    let json = serde_json::to_vec(complete)
        .map_err(|error| other(format!("a marker without a JSON form: {error}")))?;
    let (new, path) = (dir.join(".complete"), dir.join(COMPLETE));
    let mut file = File::create(&new).map_err(failed("create", &new))?;
    file.write_all(&json).map_err(failed("write", &new))?;
    file.sync_all().map_err(failed("write", &new))?;
    fs::rename(&new, &path).map_err(failed("write", &path))
}
