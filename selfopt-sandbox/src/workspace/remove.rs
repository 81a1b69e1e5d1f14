//! Removing what repository code wrote, which may resist.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use selfopt_core::SandboxError;

use super::area::Place;
use super::clone::unmount;
use crate::failure::failed;

/// Removes a workspace: the overlay on it first, then the files.
pub(crate) fn remove_place(place: &Place) -> Result<(), SandboxError> {
    unmount(&place.root())?;
    unmount(&place.layer())?;
    remove_tree(&place.dir)
}

/// Removes a directory with everything in it; none being there is fine.
pub(crate) fn remove_tree(path: &Path) -> Result<(), SandboxError> {
    let result = match fs::remove_dir_all(path) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            // A directory without permissions: it is ours, so we may set them.
            open_up(path);
            fs::remove_dir_all(path)
        }
        result => result,
    };
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result.map_err(failed("remove", path)),
    }
}

/// Makes directories writable, as far as that is allowed.
fn open_up(path: &Path) {
    let Ok(metadata) = fs::symlink_metadata(path) else {
        return;
    };
    if !metadata.is_dir() {
        return;
    }
    let _ = fs::set_permissions(path, fs::Permissions::from_mode(0o700));
    let Ok(entries) = fs::read_dir(path) else {
        return;
    };
    for entry in entries.filter_map(Result::ok) {
        open_up(&entry.path());
    }
}
