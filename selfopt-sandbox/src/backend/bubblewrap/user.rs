//! Which user bubblewrap runs as when we are root, and where that user can
//! reach its workspaces.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use selfopt_core::SandboxError;
use selfopt_core::digest::Digest;

use crate::failure::failed;
use crate::workspace::FileOwner;

/// A user that owns nothing else: above the range of accounts, below those of
/// nobody and of subordinate ids.
const UNPRIVILEGED: FileOwner = FileOwner { uid: 64_999, gid: 64_999 };

/// Where root keeps what the unprivileged user must reach.
const PUBLIC: &str = "/var/lib/selfopt";

/// The user to become; `None` if we are an ordinary user already.
pub(super) fn unprivileged() -> Option<FileOwner> {
    rustix::process::geteuid().is_root().then_some(UNPRIVILEGED)
}

/// The directory for workspaces: the one asked for, or if the unprivileged
/// user cannot reach that (root's home has mode 0700), one of its own in
/// `/var/lib/selfopt`.
pub(super) fn base(base_dir: &Path, user: Option<FileOwner>) -> Result<PathBuf, SandboxError> {
    fs::create_dir_all(base_dir).map_err(failed("create", base_dir))?;
    let absolute = base_dir.canonicalize().map_err(failed("open", base_dir))?;
    if user.is_none() || is_reachable(&absolute) {
        return Ok(absolute);
    }
    let elsewhere = public(&absolute);
    fs::create_dir_all(&elsewhere).map_err(failed("create", &elsewhere))?;
    Ok(elsewhere)
}

/// Where the workspaces of a base directory may be instead of in it.
pub(crate) fn relocated(base_dir: &Path) -> Option<PathBuf> {
    Some(public(&base_dir.canonicalize().ok()?))
}

fn public(absolute: &Path) -> PathBuf {
    Path::new(PUBLIC).join(Digest::of(absolute.as_os_str().as_encoded_bytes()).prefix(16))
}

/// Whether everybody may pass through all directories above; the directory
/// itself is ours to open.
fn is_reachable(absolute: &Path) -> bool {
    absolute
        .ancestors()
        .skip(1)
        .all(|parent| fs::metadata(parent).is_ok_and(|metadata| metadata.mode() & 0o001 != 0))
}
