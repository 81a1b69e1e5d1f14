//! Rule packs on this machine: which ones a project pins, where their bytes
//! are, and how they get into a scan.

mod build;
mod c;
mod fetch;
mod js;
mod locked;
mod lockfile;
mod manifest;
mod place;
mod select;
mod stamp;
mod toolchain;

pub(crate) use build::build;
pub(crate) use fetch::{fetch, fetch_unpinned};
pub(crate) use lockfile::{LOCK_FILE, LockFile, LockedPack};
pub(crate) use manifest::{MANIFEST, Manifest};
pub(crate) use place::PackStore;
pub(crate) use select::{Loaded, load, locked_rules, taken_rules, warn_of_failures};
