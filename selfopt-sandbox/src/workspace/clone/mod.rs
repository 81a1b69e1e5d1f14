//! How a frozen tree is cloned: by an overlay, by sharing extents, or by
//! copying. Never by hard links: a candidate that writes to one of its files
//! would change the base.

mod copy;
#[cfg_attr(not(target_os = "linux"), path = "overlay_elsewhere.rs")]
mod overlay;

use std::fmt;
use std::path::Path;

use selfopt_core::{CancelFlag, SandboxError};

use self::copy::{Copier, Method};
use super::area::{Area, FileOwner, Place, set_mode};
use super::volume;

pub(super) use overlay::unmount;

/// How a frozen tree is cloned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CloneStrategy {
    /// An overlay mount whose lower layer is the snapshot.
    Overlay,
    /// Copies that share their extents until one is written.
    Reflink,
    /// Full copies.
    Copy,
}

impl CloneStrategy {
    /// The best that works in this directory, tried and not assumed.
    pub(crate) fn probe(base: &Path) -> Self {
        if overlay::works(base) { Self::Overlay } else { Self::probe_without_mounts(base) }
    }

    /// The best that other machines see too.
    pub(crate) fn probe_without_mounts(base: &Path) -> Self {
        if copy::reflink_works(base) { Self::Reflink } else { Self::Copy }
    }

    /// Makes `place` a clone of the snapshot.
    pub(crate) fn clone_tree(
        self,
        snapshot: &Place,
        place: &Place,
        area: &Area,
        cancel: &CancelFlag,
    ) -> Result<(), SandboxError> {
        let owner = area.owner();
        match self {
            Self::Overlay => overlay::mount(snapshot, place, owner, area.volumes()),
            Self::Reflink | Self::Copy => {
                let root = place.root();
                // Extents are not shared between file systems.
                let copy = if let Some(size) = area.volumes() {
                    volume::mount(&place.volume(), &root, size)?;
                    set_mode(&root, 0o755)?;
                    Self::Copy
                } else {
                    self
                };
                copy.copy_tree(&snapshot.root(), &root, owner, cancel)
            }
        }
    }

    /// Copies a tree into an existing directory.
    pub(crate) fn copy_tree(
        self,
        from: &Path,
        to: &Path,
        owner: Option<FileOwner>,
        cancel: &CancelFlag,
    ) -> Result<(), SandboxError> {
        let method = if self == Self::Reflink { Method::Reflink } else { Method::Copy };
        Copier { method, owner, cancel }.tree(from, to)
    }
}

impl fmt::Display for CloneStrategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Overlay => "overlay",
            Self::Reflink => "reflink",
            Self::Copy => "copy",
        })
    }
}
