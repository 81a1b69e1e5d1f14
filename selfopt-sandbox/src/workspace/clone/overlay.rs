//! Clones by overlay mounts, for root only: the snapshot is the lower layer,
//! what the fork writes lands in a layer of its own.

use std::ffi::CString;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use rustix::io::Errno;
use rustix::mount::{MountFlags, UnmountFlags};
use selfopt_core::{Bytes, SandboxError};

use crate::failure::failed;
use crate::workspace::area::{FileOwner, PROBE, Place, give, of_this_process};
use crate::workspace::volume;

/// Mounts `place.root()` as a clone of the snapshot's.
pub(super) fn mount(
    snapshot: &Place,
    place: &Place,
    owner: Option<FileOwner>,
    size: Option<Bytes>,
) -> Result<(), SandboxError> {
    let layer = place.layer();
    fs::create_dir(&layer).map_err(failed("create", &layer))?;
    if let Some(size) = size {
        volume::mount(&place.volume(), &layer, size)?;
    }
    let upper = layer.join("upper");
    fs::create_dir(&upper).map_err(failed("create", &upper))?;
    give(&upper, owner)?;
    let root = place.root();
    overlay(&snapshot.root(), &layer, &root)
        .map_err(|error| failed("mount an overlay on", &root)(error.into()))
}

/// Takes an overlay off, if there is one.
pub(in crate::workspace) fn unmount(root: &Path) -> Result<(), SandboxError> {
    if !rustix::process::geteuid().is_root() || !is_mount_point(root) {
        return Ok(());
    }
    match rustix::mount::unmount(root, UnmountFlags::DETACH | UnmountFlags::NOFOLLOW) {
        Ok(()) | Err(Errno::INVAL | Errno::NOENT) => Ok(()),
        Err(error) => Err(failed("unmount", root)(error.into())),
    }
}

/// Whether an overlay can be mounted in this directory, written and read.
pub(super) fn works(base: &Path) -> bool {
    if !rustix::process::geteuid().is_root() {
        return false;
    }
    let Ok(dir) = tempfile::Builder::new().prefix(&of_this_process(PROBE)).tempdir_in(base) else {
        return false;
    };
    let [lower, layer, root] = ["lower", "layer", "root"].map(|name| dir.path().join(name));
    let made = [&lower, &layer, &layer.join("upper"), &root]
        .into_iter()
        .all(|path| fs::create_dir(path).is_ok());
    if !made
        || fs::write(lower.join("file"), "lower").is_err()
        || overlay(&lower, &layer, &root).is_err()
    {
        return false;
    }
    let is_usable = fs::write(root.join("file"), "upper").is_ok()
        && fs::read(root.join("file")).is_ok_and(|bytes| bytes == b"upper")
        && fs::read(lower.join("file")).is_ok_and(|bytes| bytes == b"lower");
    unmount(&root).is_ok() && is_usable
}

fn overlay(lower: &Path, layer: &Path, root: &Path) -> rustix::io::Result<()> {
    let work = layer.join("work");
    fs::create_dir_all(&work).map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))?;
    let mut options = b"lowerdir=".to_vec();
    escape(lower, &mut options);
    options.extend_from_slice(b",upperdir=");
    escape(&layer.join("upper"), &mut options);
    options.extend_from_slice(b",workdir=");
    escape(&work, &mut options);
    // Without it, renaming a directory of the lower layer fails with EXDEV,
    // which no program expects inside its own project.
    options.extend_from_slice(b",redirect_dir=on");
    let options = CString::new(options).map_err(|_| Errno::INVAL)?;
    let flags = MountFlags::NOSUID | MountFlags::NODEV;
    rustix::mount::mount("overlay", root, "overlay", flags, options.as_c_str())
}

/// `,`, `:` and `\` separate options and layers.
fn escape(path: &Path, into: &mut Vec<u8>) {
    for byte in path.as_os_str().as_bytes() {
        if matches!(byte, b',' | b':' | b'\\') {
            into.push(b'\\');
        }
        into.push(*byte);
    }
}

fn is_mount_point(path: &Path) -> bool {
    let device = |path: &Path| fs::symlink_metadata(path).map(|metadata| metadata.dev()).ok();
    let parent = path.parent().and_then(device);
    parent.is_some() && device(path).is_some() && parent != device(path)
}
