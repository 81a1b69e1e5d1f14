//! Full copies: contents, modes and modification times, symbolic links as
//! symbolic links; sockets, pipes and devices are left out.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _, symlink};
use std::path::Path;

use rustix::fs::{AtFlags, CWD, Timespec, Timestamps, UTIME_OMIT, utimensat};
use selfopt_core::{CancelFlag, SandboxError};

use crate::failure::{failed, other};
use crate::workspace::area::{FileOwner, PROBE, give, of_this_process};

/// How the content of one file is copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Reflink,
    Copy,
}

/// Copies trees.
pub(super) struct Copier<'a> {
    pub method: Method,
    pub owner: Option<FileOwner>,
    pub cancel: &'a CancelFlag,
}

impl Copier<'_> {
    /// Copies what is in `from` into the directory `to`, which is there.
    pub(super) fn tree(&self, from: &Path, to: &Path) -> Result<(), SandboxError> {
        for entry in fs::read_dir(from).map_err(failed("list", from))? {
            if self.cancel.is_cancelled() {
                return Err(other("cancelled while a tree was copied"));
            }
            let entry = entry.map_err(failed("list", from))?;
            let (source, target) = (entry.path(), to.join(entry.file_name()));
            let metadata = fs::symlink_metadata(&source).map_err(failed("look at", &source))?;
            if self.one(&metadata, &source, &target)? {
                give(&target, self.owner)?;
                attributes(&metadata, &target).map_err(failed("set the attributes of", &target))?;
            }
        }
        Ok(())
    }

    /// Copies one entry; false if it is of a kind that is left out.
    fn one(&self, metadata: &Metadata, source: &Path, target: &Path) -> Result<bool, SandboxError> {
        let kind = metadata.file_type();
        if kind.is_dir() {
            if !target.is_dir() {
                fs::create_dir(target).map_err(failed("create", target))?;
            }
            self.tree(source, target)?;
        } else if kind.is_symlink() {
            let link = fs::read_link(source).map_err(failed("read", source))?;
            symlink(link, target).map_err(failed("copy", target))?;
        } else if kind.is_file() {
            copy_file(self.method, source, target).map_err(failed("copy", target))?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }
}

/// Whether files in this directory can share extents.
pub(super) fn reflink_works(base: &Path) -> bool {
    let Ok(dir) = tempfile::Builder::new().prefix(&of_this_process(PROBE)).tempdir_in(base) else {
        return false;
    };
    let (from, to) = (dir.path().join("from"), dir.path().join("to"));
    fs::write(&from, "extents").is_ok() && reflink(&from, &to).is_ok()
}

fn copy_file(method: Method, from: &Path, to: &Path) -> io::Result<()> {
    match method {
        Method::Reflink => reflink(from, to),
        Method::Copy => {
            let mut target = new_file(to)?;
            io::copy(&mut File::open(from)?, &mut target).map(drop)
        }
    }
}

fn new_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(target_os = "linux")]
fn reflink(from: &Path, to: &Path) -> io::Result<()> {
    Ok(rustix::fs::ioctl_ficlone(new_file(to)?, File::open(from)?)?)
}

#[cfg(not(target_os = "linux"))]
fn reflink(_from: &Path, _to: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Mode and modification time. Set-user-id and its like are not carried over.
fn attributes(metadata: &Metadata, target: &Path) -> io::Result<()> {
    if !metadata.is_symlink() {
        fs::set_permissions(target, fs::Permissions::from_mode(metadata.mode() & 0o777))?;
    }
    let times = Timestamps {
        last_access: Timespec { tv_sec: 0, tv_nsec: UTIME_OMIT },
        last_modification: Timespec { tv_sec: metadata.mtime(), tv_nsec: metadata.mtime_nsec() },
    };
    Ok(utimensat(CWD, target, &times, AtFlags::SYMLINK_NOFOLLOW)?)
}
