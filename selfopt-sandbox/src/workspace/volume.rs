//! File systems of a limited size, for root only: an image file for each
//! workspace, mounted where the workspace writes. What is written beyond the
//! size is refused by the kernel, whoever writes it and however many files it
//! is. The image is sparse, so that it takes what is in it.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

use selfopt_core::{Bytes, SandboxError};

use super::area::{PROBE, of_this_process};
use super::clone::unmount;
use crate::failure::{failed, other};

/// Where the programs are, whatever the `PATH` says.
const PATH: &str = "/usr/sbin:/usr/bin:/sbin:/bin";

/// No journal, since nothing of it survives its workspace; nothing kept back
/// for root, who does not write here.
const FORMAT: [&str; 8] =
    ["-q", "-F", "-m", "0", "-O", "^has_journal", "-E", "lazy_itable_init=1,nodiscard"];

/// Without writing tables of inodes in the background.
const OPTIONS: &str = "loop,nosuid,nodev,noatime,noinit_itable";

/// Enough to try it.
const SMALLEST: Bytes = Bytes::from_mib(16);

/// Whether such a file system can be mounted in this directory, and holds.
pub(super) fn works(base: &Path) -> bool {
    if !rustix::process::geteuid().is_root() {
        return false;
    }
    let Ok(dir) = tempfile::Builder::new().prefix(&of_this_process(PROBE)).tempdir_in(base) else {
        return false;
    };
    let at = dir.path().join("root");
    if fs::create_dir(&at).is_err() || mount(&dir.path().join("image"), &at, SMALLEST).is_err() {
        return false;
    }
    let usize_of = |bytes: Bytes| usize::try_from(bytes.0).unwrap_or(usize::MAX);
    let holds = fs::write(at.join("small"), "x").is_ok()
        && fs::write(at.join("large"), vec![1; usize_of(SMALLEST)]).is_err();
    unmount(&at).is_ok() && holds
}

/// Whether so little is left of a file system that writing has failed.
pub(super) fn is_full(at: &Path) -> bool {
    const LITTLE: u64 = 1024 * 1024;
    rustix::fs::statvfs(at).is_ok_and(|stat| {
        stat.f_bavail.saturating_mul(stat.f_frsize) < LITTLE || stat.f_favail == 0
    })
}

/// Mounts a new, empty file system of this size, with its image in a new file.
pub(super) fn mount(image: &Path, at: &Path, size: Bytes) -> Result<(), SandboxError> {
    let file = File::create_new(image).map_err(failed("create", image))?;
    file.set_len(size.0).map_err(failed("create", image))?;
    run(Command::new("mkfs.ext4").args(FORMAT).arg(image))?;
    run(Command::new("mount").args(["-t", "ext4", "-o", OPTIONS]).arg(image).arg(at))?;
    let found = at.join("lost+found");
    fs::remove_dir(&found).map_err(failed("remove", &found))
}

fn run(command: &mut Command) -> Result<(), SandboxError> {
    let output = command.env_clear().env("PATH", PATH).stdin(Stdio::null()).output();
    let program = command.get_program().to_string_lossy().into_owned();
    let output = output
        .map_err(|source| SandboxError::Io { doing: format!("start `{program}`"), source })?;
    if output.status.success() {
        return Ok(());
    }
    let text = selfopt_core::printable(&output.stderr);
    Err(other(format!("`{program}` failed: {}", text.trim())))
}
