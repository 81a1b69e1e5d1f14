//! There are no overlay mounts on this system.

use std::path::Path;

use selfopt_core::{Bytes, SandboxError};

use crate::failure::other;
use crate::workspace::area::{FileOwner, Place};

pub(super) fn mount(
    _snapshot: &Place,
    _place: &Place,
    _owner: Option<FileOwner>,
    _size: Option<Bytes>,
) -> Result<(), SandboxError> {
    Err(other("overlay mounts exist on Linux only"))
}

pub(in crate::workspace) fn unmount(_root: &Path) -> Result<(), SandboxError> {
    Ok(())
}

pub(super) fn works(_base: &Path) -> bool {
    false
}
