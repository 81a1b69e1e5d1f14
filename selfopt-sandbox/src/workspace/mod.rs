//! Workspaces on disk: where they lie, who owns them, how trees are written,
//! cloned, frozen, read and removed. Nothing here runs repository code.

mod area;
mod beneath;
mod clone;
mod collect;
mod populate;
mod reap;
mod remove;
mod snapshot;
mod volume;

pub use snapshot::prune_snapshots;

#[cfg(all(feature = "docker", target_os = "linux"))]
pub(crate) use area::set_mode;
pub(crate) use area::{Area, FileOwner, Place, give};
pub(crate) use beneath::Beneath;
pub(crate) use clone::CloneStrategy;
pub(crate) use collect::collect;
pub(crate) use populate::populate;
pub(crate) use reap::reap;
pub(crate) use remove::{remove_place, remove_tree};
pub(crate) use snapshot::{freeze, open_snapshot};
