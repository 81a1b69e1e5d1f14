//! Reaching files beneath a directory that somebody else may change: every
//! component is opened from the one before it, without following symbolic
//! links, so that there is no moment at which a path can be redirected.

use std::fs::File;
use std::io::{self, Write as _};
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use rustix::fs::{
    AtFlags, CWD, FileType, Gid, Mode, OFlags, Uid, fchmod, fchown, mkdirat, openat, renameat,
    statat, symlinkat, unlinkat,
};
use rustix::io::Errno;
use selfopt_core::SandboxError;

use super::area::FileOwner;

const DIRECTORY: OFlags =
    OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// The mode of plain files, 0644.
pub(super) const PLAIN: Mode = Mode::RUSR.union(Mode::WUSR).union(Mode::RGRP).union(Mode::ROTH);
/// The mode of programs and directories, 0755.
pub(super) const EXECUTABLE: Mode = PLAIN.union(Mode::XUSR).union(Mode::XGRP).union(Mode::XOTH);

/// A directory, by descriptor.
pub(crate) struct Beneath {
    root: OwnedFd,
    owner: Option<FileOwner>,
}

impl Beneath {
    /// Opens the directory. The way to it is trusted, what is in it is not.
    pub(crate) fn open(root: &Path, owner: Option<FileOwner>) -> Result<Self, SandboxError> {
        let root = openat(CWD, root, DIRECTORY, Mode::empty())
            .map_err(|error| io_error("open", &root.display().to_string(), error))?;
        Ok(Self { root, owner })
    }

    /// The directory itself.
    pub(crate) fn root(&self) -> &OwnedFd {
        &self.root
    }

    /// Opens a directory beneath; the empty path and `.` are the root.
    pub(crate) fn directory(&self, path: &str) -> Result<OwnedFd, SandboxError> {
        let parts: Vec<&str> =
            path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
        if path.starts_with('/') || parts.contains(&"..") {
            return Err(escapes(path));
        }
        self.descend(path, &parts, OnMissing::Fail)
    }

    /// Writes a file, creating its parents. A regular file that is there is
    /// replaced and keeps its mode; anything else that is there is refused.
    pub(crate) fn write(
        &self,
        path: &str,
        bytes: &[u8],
        mode: Option<Mode>,
    ) -> Result<(), SandboxError> {
        let (parent, name) = self.parent(path)?;
        let present = match statat(&parent, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) if FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile => {
                Some(Mode::from_raw_mode(stat.st_mode) & (Mode::RWXU | Mode::RWXG | Mode::RWXO))
            }
            Ok(_) => return Err(escapes(path)),
            Err(Errno::NOENT) => None,
            Err(error) => return Err(io_error("look at", path, error)),
        };
        let mode = mode.or(present).unwrap_or(PLAIN);
        // A new file under another name first: writing in place would also
        // change every hard link, and block on a pipe.
        let temporary = format!(".selfopt-{:08x}", std::process::id());
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let _ = unlinkat(&parent, &temporary, AtFlags::empty());
        let file = openat(&parent, &temporary, flags, Mode::RUSR | Mode::WUSR)
            .map_err(|error| io_error("write", path, error))?;
        let written = self
            .fill(file, bytes, mode)
            .and_then(|()| Ok(renameat(&parent, &temporary, &parent, name)?));
        written.map_err(|error| {
            let _ = unlinkat(&parent, &temporary, AtFlags::empty());
            crate::failure::failed("write", Path::new(path))(error)
        })
    }

    /// Makes a symbolic link, creating its parents.
    pub(crate) fn symlink(&self, path: &str, target: &str) -> Result<(), SandboxError> {
        let (parent, name) = self.parent(path)?;
        symlinkat(target, &parent, name).map_err(|error| io_error("create", path, error))?;
        if let Some(FileOwner { uid, gid }) = self.owner {
            let (uid, gid) = (Some(Uid::from_raw(uid)), Some(Gid::from_raw(gid)));
            rustix::fs::chownat(&parent, name, uid, gid, AtFlags::SYMLINK_NOFOLLOW)
                .map_err(|error| io_error("change the owner of", path, error))?;
        }
        Ok(())
    }

    fn parent<'a>(&self, path: &'a str) -> Result<(OwnedFd, &'a str), SandboxError> {
        let parts: Vec<&str> = path.split('/').collect();
        let is_plain =
            parts.iter().all(|part| !matches!(*part, "" | "." | "..") && !part.contains('\0'));
        let (Some((name, parents)), true) = (parts.split_last(), is_plain) else {
            return Err(escapes(path));
        };
        Ok((self.descend(path, parents, OnMissing::Create)?, name))
    }

    fn descend(
        &self,
        path: &str,
        parts: &[&str],
        on_missing: OnMissing,
    ) -> Result<OwnedFd, SandboxError> {
        let mut at =
            self.root.try_clone().map_err(crate::failure::failed("open", Path::new(path)))?;
        for part in parts {
            at = match openat(&at, *part, DIRECTORY, Mode::empty()) {
                Ok(next) => next,
                Err(Errno::LOOP | Errno::NOTDIR) => return Err(escapes(path)),
                Err(Errno::NOENT) if on_missing == OnMissing::Create => {
                    self.make(&at, part, path)?
                }
                Err(error) => return Err(io_error("open", path, error)),
            };
        }
        Ok(at)
    }

    fn make(&self, parent: &OwnedFd, name: &str, path: &str) -> Result<OwnedFd, SandboxError> {
        match mkdirat(parent, name, EXECUTABLE) {
            Ok(()) | Err(Errno::EXIST) => {}
            Err(error) => return Err(io_error("create the parents of", path, error)),
        }
        let made = openat(parent, name, DIRECTORY, Mode::empty()).map_err(|_| escapes(path))?;
        self.give(&made).map_err(|error| io_error("change the owner of", path, error))?;
        Ok(made)
    }

    fn fill(&self, file: OwnedFd, bytes: &[u8], mode: Mode) -> io::Result<()> {
        self.give(&file)?;
        fchmod(&file, mode)?;
        File::from(file).write_all(bytes)
    }

    fn give(&self, file: impl AsFd) -> rustix::io::Result<()> {
        match self.owner {
            Some(FileOwner { uid, gid }) => {
                fchown(file, Some(Uid::from_raw(uid)), Some(Gid::from_raw(gid)))
            }
            None => Ok(()),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum OnMissing {
    Create,
    Fail,
}

fn escapes(path: &str) -> SandboxError {
    SandboxError::PathEscapes { path: path.to_owned() }
}

fn io_error(doing: &str, path: &str, error: Errno) -> SandboxError {
    crate::failure::failed(doing, Path::new(path))(error.into())
}
