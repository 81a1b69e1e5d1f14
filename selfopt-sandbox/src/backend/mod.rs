//! The backends: plain processes and bubblewrap. They differ in how a command
//! becomes a process of the host; everything else is shared.

#[cfg_attr(not(target_os = "linux"), path = "bubblewrap_elsewhere.rs")]
mod bubblewrap;
mod bubblewrap_options;
#[cfg(all(any(feature = "docker", feature = "kubernetes"), target_os = "linux"))]
mod container;
#[cfg(all(feature = "docker", target_os = "linux"))]
mod docker;
mod egress;
mod environment;
mod guarantees;
#[cfg(all(feature = "kubernetes", target_os = "linux"))]
mod kubernetes;
mod kubernetes_options;
mod launcher;
mod local;
mod local_workspace;
#[cfg(target_os = "linux")]
mod package_managers;
mod process;

use std::path::{Path, PathBuf};

pub use bubblewrap_options::BubblewrapOptions;
pub use kubernetes_options::KubernetesOptions;
pub use local::LocalSandbox;
pub(crate) use process::host_path;

/// Every directory that sandboxes of this base directory may use.
pub(crate) fn bases(base_dir: &Path) -> Vec<PathBuf> {
    let mut bases = vec![base_dir.to_owned()];
    bases.extend(bubblewrap::relocated(base_dir).filter(|path| path.is_dir()));
    bases
}
