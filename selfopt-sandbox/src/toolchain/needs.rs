//! What a project needs of tools, from what was detected.

use selfopt_core::{PackageManagerName, Project, SourceTree};

use super::integrity::PinnedHash;
use super::packages::Program;
use super::range::VersionRange;
use super::{lockfile, repository};

/// What is needed: Node and the package manager of the project, for judging its
/// functions a bundler, and for a benchmark over HTTP a load driver.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToolNeeds {
    pub(super) node: Option<NodeNeed>,
    pub(super) manager: Option<ManagerNeed>,
    pub(super) bundler: bool,
    pub(super) load: bool,
}

/// The Node that a project needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NodeNeed {
    /// The major to run with.
    pub major: u64,
    /// What is fine too.
    pub acceptable: Option<VersionRange>,
    /// Whether a version file demands the major.
    pub pinned: bool,
    /// Where it says so: `.nvmrc:1`.
    pub source: String,
}

/// The package manager that a project needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ManagerNeed {
    pub program: Program,
    pub version: ManagerVersion,
}

/// Which version of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ManagerVersion {
    /// The project pins it.
    Pinned {
        range: VersionRange,
        hash: Option<PinnedHash>,
        /// Why the hash of the pin says nothing, if it does.
        unchecked: Option<String>,
    },
    /// One that reads the lock file; any that is there may be tried.
    Fitting(VersionRange),
    /// The repository carries it at this path.
    Carried(String),
    /// Whatever the host has.
    Any,
}

impl ToolNeeds {
    /// The needs of a project, with the files of its root.
    pub fn of(project: &Project, tree: &dyn SourceTree) -> Self {
        let node = project.node_version.as_ref().and_then(|version| {
            Some(NodeNeed {
                major: version.pick.parse().ok()?,
                acceptable: version.acceptable.as_deref().and_then(VersionRange::parse),
                pinned: version.pinned,
                source: version.source.to_string(),
            })
        });
        Self { node, manager: manager(project, tree), bundler: false, load: false }
    }

    /// The same and the bundler that changed functions are judged with.
    #[must_use]
    pub fn with_bundler(mut self) -> Self {
        self.bundler = true;
        self
    }

    /// The same and the load driver of a benchmark over HTTP.
    #[must_use]
    pub fn with_load(mut self) -> Self {
        self.load = true;
        self
    }
}

fn manager(project: &Project, tree: &dyn SourceTree) -> Option<ManagerNeed> {
    let manager = project.package_manager.as_ref()?;
    let (program, fitting) = match manager.name {
        PackageManagerName::Npm => (Program::Npm, None),
        PackageManagerName::Pnpm => (Program::Pnpm, Some(lockfile::pnpm(tree))),
        PackageManagerName::YarnClassic => (Program::Yarn, Some("1")),
        PackageManagerName::YarnBerry => (Program::Yarn, Some(lockfile::yarn_berry(tree))),
        PackageManagerName::Bun => (Program::Bun, Some("1")),
        PackageManagerName::Deno | PackageManagerName::None => return None,
    };
    let carried = (program == Program::Yarn).then(|| repository::yarn_path(tree)).flatten();
    let pinned = manager.version.as_deref().and_then(VersionRange::parse);
    let version = match (carried, pinned, fitting.and_then(VersionRange::parse)) {
        // Every Yarn hands over to it.
        (Some(path), ..) => ManagerVersion::Carried(path),
        (None, Some(range), _) => {
            let hash = manager.hash.as_deref().and_then(PinnedHash::parse);
            let unchecked = manager.hash.as_ref().filter(|_| hash.is_none()).map(|text| {
                let algorithm = text.split('.').next().unwrap_or_default();
                let algorithm: String = algorithm.chars().take(16).collect();
                format!("the {algorithm} hash of its pin is not checked, the registry's sha512 is")
            });
            ManagerVersion::Pinned { range, hash, unchecked }
        }
        (None, None, Some(range)) => ManagerVersion::Fitting(range),
        (None, None, None) => ManagerVersion::Any,
    };
    Some(ManagerNeed { program, version })
}
