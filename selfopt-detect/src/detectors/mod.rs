//! The detectors, in the order of their priority.

mod frameworks;
mod heuristics;
mod lockfiles;
mod manager_choice;
mod node;
mod package_json;
mod rejections;
mod service_names;
mod services;
mod workflows;
mod workspaces;

use selfopt_core::{Claim, CommandSource, Detector, Fact, PackageManagerName, SourceTree};

use crate::ci::Ci;
use crate::manifest::Manifest;
use manager_choice::manager_in_use;

/// Every detector: workflows, `package.json`, lock files, frameworks,
/// heuristics, workspaces, the Node version that all of them speak about, what
/// is needed beside the project, what was set aside, and what will stand in the
/// way.
pub fn detectors() -> Vec<Box<dyn Detector>> {
    vec![
        Box::new(workflows::Workflows),
        Box::new(package_json::PackageJson),
        Box::new(lockfiles::Lockfiles),
        Box::new(frameworks::Frameworks),
        Box::new(heuristics::Heuristics),
        Box::new(workspaces::Workspaces),
        Box::new(node::NodeVersions),
        Box::new(services::Services),
        Box::new(rejections::Rejections),
        Box::new(crate::diagnose::Diagnoses),
    ]
}

/// Whether a detector of higher priority claimed a fact of this kind.
pub(crate) fn is_claimed(so_far: &[Claim], is_kind: impl Fn(&Fact) -> bool) -> bool {
    so_far.iter().any(|claim| is_kind(&claim.fact))
}

/// The package manager that the user names, else the one in use.
pub(crate) fn manager_for(
    so_far: &[Claim],
    tree: &dyn SourceTree,
    manifest: &Manifest,
    ci: &Ci,
) -> PackageManagerName {
    let named = so_far.iter().find_map(|claim| match &claim.fact {
        Fact::PackageManager(manager) if claim.source == CommandSource::User => Some(manager.name),
        _ => None,
    });
    named.unwrap_or_else(|| manager_in_use(tree, manifest, ci).name)
}

/// The package manager claimed so far, or npm.
pub(crate) fn manager_so_far(so_far: &[Claim]) -> PackageManagerName {
    selfopt_core::detection::weigh(so_far)
        .package_manager
        .map_or(PackageManagerName::Npm, |manager| manager.name)
}
