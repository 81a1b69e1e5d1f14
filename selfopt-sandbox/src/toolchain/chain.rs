//! The tools that commands run with.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use super::packages::Program;

/// Where obtained tools are seen inside a sandbox with a file system of its own.
const INSIDE: &str = "/toolchain";

/// The tools of a project, each from the host, the registry or the repository.
/// An empty one leaves all to the host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToolChain {
    pub(super) tools: Vec<Tool>,
    pub(super) warnings: Vec<String>,
}

/// A tool of a [`ToolChain`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tool {
    /// The program.
    pub program: Program,
    /// Its version; `None` where only running it would tell.
    pub version: Option<String>,
    /// Where it is from.
    pub origin: Origin,
    /// Why it and no other, if that may surprise.
    pub why: Option<String>,
}

/// Where a tool is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The host has it.
    Host,
    /// The host has it, and commands find a copy of it.
    HostCopy {
        /// Where the copy is kept.
        dir: PathBuf,
    },
    /// The image that commands run in has it.
    Image {
        /// Where it is in there, if it is not on the `PATH`.
        dir: Option<String>,
    },
    /// The registry.
    Registry {
        /// Its hash.
        integrity: String,
        /// Where it is kept.
        dir: PathBuf,
        /// Whether it was there already.
        was_cached: bool,
    },
    /// The repository carries it.
    Repository {
        /// Its path in the repository.
        path: String,
        /// Where the script is kept that starts it.
        dir: PathBuf,
    },
}

impl Origin {
    /// Whether it did not come together with the other tools of the host.
    pub(super) fn is_foreign(&self) -> bool {
        !matches!(self, Self::Host | Self::Image { .. })
    }
}

impl ToolChain {
    /// The tools that were looked for.
    pub fn tools(&self) -> &[Tool] {
        &self.tools
    }

    /// What is not as the project asks, for people.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Whether the project's own wish decided about Node.
    pub(crate) fn has_node(&self) -> bool {
        self.tools.iter().any(|tool| tool.program == Program::Node)
    }

    /// Directories of programs on the host, the first ones of a `PATH`.
    pub(crate) fn host_path(&self) -> Vec<String> {
        self.dirs().map(|(_, dir)| dir.join("bin").display().to_string()).collect()
    }

    /// The same where [`ToolChain::mounts`] are seen.
    pub(crate) fn inside_path(&self) -> Vec<String> {
        let inside = self.mounts().into_iter().map(|(_, inside)| inside);
        let images = self.tools.iter().filter_map(|tool| match &tool.origin {
            Origin::Image { dir } => dir.clone(),
            _ => None,
        });
        inside.chain(images).map(|dir| format!("{dir}/bin")).collect()
    }

    /// Directories of the host, and the fixed places at which they are seen.
    pub(crate) fn mounts(&self) -> Vec<(PathBuf, String)> {
        self.dirs().map(|(program, dir)| (dir.to_owned(), format!("{INSIDE}/{program}"))).collect()
    }

    /// What must be equal for two measurements to be compared. The host's tools
    /// are asked for their versions where they run.
    pub(crate) fn facts(&self) -> BTreeMap<String, String> {
        let fact = |tool: &Tool| {
            let value = match &tool.origin {
                // The facts name the image, and it is asked for versions.
                Origin::Host | Origin::Image { .. } => return None,
                Origin::HostCopy { .. } => tool.version.clone().unwrap_or_default(),
                Origin::Registry { integrity, .. } => {
                    format!("{} {integrity}", tool.version.as_deref().unwrap_or_default())
                }
                Origin::Repository { path, .. } => path.clone(),
            };
            Some((format!("tool_{}", tool.program), value))
        };
        self.tools.iter().filter_map(fact).collect()
    }

    fn dirs(&self) -> impl Iterator<Item = (Program, &Path)> {
        self.tools.iter().filter_map(|tool| match &tool.origin {
            Origin::Host | Origin::Image { .. } => None,
            Origin::HostCopy { dir }
            | Origin::Registry { dir, .. }
            | Origin::Repository { dir, .. } => Some((tool.program, dir.as_path())),
        })
    }
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.program)?;
        if let Some(version) = &self.version {
            write!(f, " {version}")?;
        }
        match &self.origin {
            Origin::Host | Origin::HostCopy { .. } => f.write_str(", the host's"),
            Origin::Image { .. } => f.write_str(", the image's"),
            Origin::Registry { was_cached: true, .. } => f.write_str(" from the registry, cached"),
            Origin::Registry { .. } => f.write_str(" from the registry"),
            Origin::Repository { path, .. } => write!(f, " from the repository: `{path}`"),
        }?;
        match &self.why {
            Some(why) => write!(f, " ({why})"),
            None => Ok(()),
        }
    }
}
