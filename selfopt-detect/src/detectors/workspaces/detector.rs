//! The detector: the kind of the workspace, its packages, and what runs in all
//! of them; or, without a workspace, the projects that lie side by side.

use selfopt_core::{
    Claim, CommandSource, Detector, Fact, PackageManagerName, SourceTree, WorkspaceKind,
};

use super::apart::apart;
use super::build_all::Runners;
use super::commands::{Context, Found};
use super::delegated::delegated;
use super::links::dependencies;
use super::members::{Layout, MAX_MEMBERS, Reach, layout};
use super::nx::NxRoot;
use super::root_runner::RootRunner;
use crate::detectors::manager_so_far;
use crate::evidence::{claim, note};
use crate::manifest::Manifest;

/// Scripts of all packages together that are taken apart.
const MAX_SCRIPTS: usize = 10_000;

/// Finds workspaces.
pub(in crate::detectors) struct Workspaces;

impl Detector for Workspaces {
    fn detect(&self, tree: &dyn SourceTree, so_far: &[Claim]) -> Vec<Claim> {
        let root = match Manifest::root(tree) {
            Ok(Some(root)) => root,
            Ok(None) => return apart(tree, None),
            // Reported by the detector of `package.json`.
            Err(_) => return Vec::new(),
        };
        let manager = manager_so_far(so_far);
        let nx = NxRoot::read(tree);
        let Some(mut layout) = layout(tree, &root, manager, nx.as_ref()) else {
            return apart(tree, Some(so_far));
        };
        let kind = kind(tree, manager);
        let line = layout.line.clone();
        let mut claims =
            vec![claim(Fact::Workspace(kind), 0.9, CommandSource::Lockfile, vec![line.clone()])];
        claims.append(&mut layout.broken);
        claims.extend(delegated(tree, so_far, &layout.members, manager));
        let runner = RootRunner::of(&root, manager);
        let context = Context { root: &root, manager, runner };
        let (mut found, n_bare) = packages(&context, &layout);
        Runners::new(tree, &root, manager, nx.as_ref()).add(&layout.members, &mut found);
        claims.extend(found.into_iter().map(|found| {
            let fact = Fact::Package(Box::new(found.package));
            claim(fact, 0.9, CommandSource::Lockfile, vec![line.clone()])
        }));
        claims.extend(limits(&layout, n_bare));
        claims
    }
}

fn kind(tree: &dyn SourceTree, manager: PackageManagerName) -> WorkspaceKind {
    if tree.contains("turbo.json") || tree.contains("turbo.jsonc") {
        WorkspaceKind::Turbo
    } else if tree.contains("nx.json") {
        WorkspaceKind::Nx
    } else if tree.contains("lerna.json") {
        WorkspaceKind::Lerna
    } else {
        match manager {
            PackageManagerName::Pnpm => WorkspaceKind::Pnpm,
            PackageManagerName::YarnClassic | PackageManagerName::YarnBerry => WorkspaceKind::Yarn,
            PackageManagerName::Bun => WorkspaceKind::Bun,
            PackageManagerName::Npm | PackageManagerName::Deno | PackageManagerName::None => {
                WorkspaceKind::Npm
            }
        }
    }
}

/// Every package, and how many of them were left without commands because the
/// scripts of those before them are too many.
fn packages(context: &Context<'_>, layout: &Layout<'_>) -> (Vec<Found>, usize) {
    let mut n_scripts = 0;
    let mut n_bare = 0;
    let mut found = Vec::new();
    for (member, depends_on) in layout.members.iter().zip(dependencies(&layout.members)) {
        let targets = member.nx.as_ref().map_or(0, |project| project.targets.scripts.len());
        n_scripts += member.manifest.scripts.len() + targets;
        if n_scripts > MAX_SCRIPTS {
            n_bare += 1;
            found.push(Context::bare(member, depends_on));
        } else {
            found.push(context.found(member, depends_on));
        }
    }
    (found, n_bare)
}

/// What was cut.
fn limits(layout: &Layout<'_>, n_bare: usize) -> Vec<Claim> {
    let mut notes = Vec::new();
    if layout.n_left_out > 0 {
        notes.push(note(
            format!(
                "the workspace has {} packages; the first {MAX_MEMBERS} by path were read",
                MAX_MEMBERS + layout.n_left_out
            ),
            "name commands in `selfopt.toml` for what is missing",
            layout.line.clone(),
        ));
    }
    if n_bare > 0 {
        notes.push(note(
            format!(
                "the packages have more than {MAX_SCRIPTS} scripts; those of {n_bare} packages were not read"
            ),
            "name commands in `selfopt.toml` for what is missing",
            layout.line.clone(),
        ));
    }
    let without_workspace = layout.members.iter().filter(|member| member.reach == Reach::Lerna);
    let unnamed = without_workspace.filter(|member| !member.is_named).count();
    if unnamed > 0 {
        notes.push(note(
            format!("Lerna calls packages by name, and {unnamed} of them have none of their own"),
            "give each `package.json` a `name` of its own",
            layout.line.clone(),
        ));
    }
    notes
}
