//! The backends: plain processes and bubblewrap. They differ in how a command
//! becomes a process of the host; everything else is shared.

#[cfg_attr(not(target_os = "linux"), path = "bubblewrap_elsewhere.rs")]
mod bubblewrap;
mod environment;
mod guarantees;
mod launcher;
mod local;
mod local_workspace;
mod process;

use std::path::{Path, PathBuf};

pub use local::LocalSandbox;
pub(crate) use process::host_path;

/// Every directory that sandboxes of this base directory may use.
pub(crate) fn bases(base_dir: &Path) -> Vec<PathBuf> {
    let mut bases = vec![base_dir.to_owned()];
    bases.extend(bubblewrap::relocated(base_dir).filter(|path| path.is_dir()));
    bases
}
