//! The detectors, in the order of their priority.

mod frameworks;
mod heuristics;
mod lockfiles;
mod manager_choice;
mod members;
mod node;
mod package_json;
mod workflows;
mod workspaces;

use selfopt_core::{Claim, Detector, Fact, PackageManagerName};

pub(crate) use manager_choice::manager_in_use;

/// Every detector: workflows, `package.json`, lock files, frameworks,
/// heuristics, workspaces, and the Node version that all of them speak about.
pub fn detectors() -> Vec<Box<dyn Detector>> {
    vec![
        Box::new(workflows::Workflows),
        Box::new(package_json::PackageJson),
        Box::new(lockfiles::Lockfiles),
        Box::new(frameworks::Frameworks),
        Box::new(heuristics::Heuristics),
        Box::new(workspaces::Workspaces),
        Box::new(node::NodeVersions),
    ]
}

/// Whether a detector of higher priority claimed a fact of this kind.
pub(crate) fn is_claimed(so_far: &[Claim], is_kind: impl Fn(&Fact) -> bool) -> bool {
    so_far.iter().any(|claim| is_kind(&claim.fact))
}

/// The package manager claimed so far, or npm.
pub(crate) fn manager_so_far(so_far: &[Claim]) -> PackageManagerName {
    selfopt_core::detection::weigh(so_far)
        .package_manager
        .map_or(PackageManagerName::Npm, |manager| manager.name)
}
