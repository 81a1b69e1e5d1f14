//! Which programs are seen inside: the host's, which is all of `/usr` and
//! wherever else the user's Node.js is installed, or those of an image's root
//! directory.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::backend::process::host_path;

/// Programs that may be installed outside `/usr`.
const TOOLS: [&str; 4] = ["node", "npm", "pnpm", "yarn"];

/// Where programs are in any system.
const DIRECTORIES: [&str; 3] = ["/usr/local/bin", "/usr/bin", "/bin"];

/// Directories of programs inside.
#[derive(Debug)]
pub(super) struct Programs {
    /// `/`, or the root directory of an image.
    root: PathBuf,
    path: Vec<String>,
    prefixes: Vec<PathBuf>,
}

impl Programs {
    /// As the user's `PATH` has them.
    pub(super) fn of_host() -> Self {
        let host_path = host_path();
        let prefixes: BTreeSet<PathBuf> =
            TOOLS.iter().filter_map(|tool| prefix(tool, &host_path)).collect();
        let is_seen = |directory: &Path| {
            is_system(directory) || prefixes.iter().any(|prefix| directory.starts_with(prefix))
        };
        let mut path: Vec<String> =
            host_path.into_iter().filter(|directory| is_seen(Path::new(directory))).collect();
        for prefix in &prefixes {
            let bin = prefix.join("bin").display().to_string();
            if !path.contains(&bin) {
                path.insert(0, bin);
            }
        }
        for directory in DIRECTORIES {
            if !path.iter().any(|known| known == directory) {
                path.push(directory.to_owned());
            }
        }
        Self { root: PathBuf::from("/"), path, prefixes: prefixes.into_iter().collect() }
    }

    /// Those of an image, and nothing of the host's.
    pub(super) fn of_image(root: &Path) -> Self {
        let path = DIRECTORIES.map(str::to_owned).to_vec();
        Self { root: root.to_owned(), path, prefixes: Vec::new() }
    }

    /// The directory in which `usr` lies.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Where a path of the image lies on the host.
    pub(super) fn on_host(&self, inside: &str) -> PathBuf {
        self.root.join(inside.trim_start_matches('/'))
    }

    /// The directories of programs.
    pub(super) fn path(&self) -> &[String] {
        &self.path
    }

    /// Directories outside `/usr` that programs need.
    pub(super) fn prefixes(&self) -> &[PathBuf] {
        &self.prefixes
    }
}

/// The directory above the `bin` that a program really lies in, if that is
/// outside `/usr`. A home or root directory is never one: it would show all
/// that is in it.
fn prefix(tool: &str, path: &[String]) -> Option<PathBuf> {
    let found =
        path.iter().map(|directory| Path::new(directory).join(tool)).find(|file| file.is_file())?;
    let real = found.canonicalize().ok()?;
    let bin = real
        .ancestors()
        .find(|parent| parent.file_name().is_some_and(|name| name == "bin" || name == "lib"))?;
    let prefix = bin.parent()?;
    let is_home = std::env::var_os("HOME").is_some_and(|home| Path::new(&home).starts_with(prefix));
    let is_local = prefix.ends_with(".local");
    let is_fine = !is_system(prefix) && !is_home && !is_local && prefix.components().count() > 1;
    is_fine.then(|| prefix.to_owned())
}

fn is_system(directory: &Path) -> bool {
    ["/usr", "/bin", "/sbin"].iter().any(|system| directory.starts_with(system))
}
