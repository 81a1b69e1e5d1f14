//! The packages of a workspace.

use std::collections::{BTreeMap, BTreeSet};

use selfopt_core::{Claim, EvidenceLine, PackageManagerName, SourceTree};

use super::globs::Globs;
use super::member_tree::MemberTree;
use super::nx::{NxProject, NxRoot, json};
use crate::evidence::{find_line, whole_file};
use crate::manifest::Manifest;
use crate::tree_facts::is_own;

/// Packages that are looked at; the largest real workspaces have some hundred.
pub(super) const MAX_MEMBERS: usize = 500;
/// Broken files that are reported.
const MAX_BROKEN: usize = 10;
/// Where pnpm declares a workspace.
const PNPM_WORKSPACE: &str = "pnpm-workspace.yaml";
/// The largest one that is read.
const MAX_YAML_BYTES: u64 = 1 << 20;

/// A package of the workspace.
pub(super) struct Member<'a> {
    /// Its folder.
    pub(super) folder: &'a str,
    /// Its name, which no other package has.
    pub(super) name: String,
    /// Whether the name is the package's own, by which it can be called.
    pub(super) is_named: bool,
    /// Its `package.json`; empty when it has none.
    pub(super) manifest: Manifest,
    /// Its `project.json`.
    pub(super) nx: Option<NxProject>,
    /// How its scripts are called from the root.
    pub(super) reach: Reach,
    /// Its files.
    pub(super) tree: MemberTree<'a>,
}

/// How a package's scripts are called from the root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// By the package manager's workspaces.
    Manager,
    /// By Lerna, where the package manager knows of no workspace.
    Lerna,
    /// By Nx, where the package manager knows of no workspace.
    Nx,
}

/// How a repository is split.
pub(super) struct Layout<'a> {
    /// Its packages, by folder.
    pub(super) members: Vec<Member<'a>>,
    /// The line that says so.
    pub(super) line: EvidenceLine,
    /// Packages beyond [`MAX_MEMBERS`].
    pub(super) n_left_out: usize,
    /// Packages that could not be read.
    pub(super) broken: Vec<Claim>,
}

/// The packages of the workspace; `None` when there is none.
pub(super) fn layout<'a>(
    tree: &'a dyn SourceTree,
    root: &Manifest,
    manager: PackageManagerName,
    nx: Option<&NxRoot>,
) -> Option<Layout<'a>> {
    let declared = declared(tree, root, manager);
    let globs = declared.as_ref().map(|(_, globs, _)| Globs::new(globs, manager));
    let mut folders: BTreeMap<&str, Reach> = BTreeMap::new();
    for entry in tree.entries() {
        let Some((folder, file)) = entry.path.rsplit_once('/') else {
            continue;
        };
        let reach = match (file, &declared, &globs) {
            ("package.json", Some((reach, ..)), Some(globs)) if globs.matches(folder) => *reach,
            ("package.json", None, _) | ("project.json", ..)
                if nx.is_some() && is_own(&entry.path) =>
            {
                Reach::Nx
            }
            _ => continue,
        };
        folders.entry(folder).and_modify(|known| *known = first(*known, reach)).or_insert(reach);
    }
    let n_left_out = folders.len().saturating_sub(MAX_MEMBERS);
    let folders: Vec<_> = folders.into_iter().take(MAX_MEMBERS).collect();
    let line = declared.map_or_else(|| whole_file("nx.json"), |(_, _, line)| line);
    let mut layout = Layout { members: Vec::new(), line, n_left_out, broken: Vec::new() };
    let paths: Vec<_> = folders.iter().map(|(folder, _)| *folder).collect();
    let mut names = BTreeSet::new();
    for ((folder, reach), own) in folders.into_iter().zip(MemberTree::split(tree, &paths)) {
        let manifest = match Manifest::read(tree, &format!("{folder}/package.json")) {
            Ok(manifest) => manifest,
            Err(broken) => {
                layout.broken.push(*broken);
                continue;
            }
        };
        let project = nx.and_then(|nx| nx.project(&own, folder));
        let by_nx = project.as_ref().map(|project| project.name.clone());
        let manifest = manifest.unwrap_or_default();
        let by_npm = manifest.name.as_ref().map(|name| name.value.clone());
        let wanted = if reach == Reach::Nx { by_nx.or(by_npm) } else { by_npm };
        let own_name = wanted.filter(|name| !name.is_empty() && !names.contains(name));
        let is_named = own_name.is_some();
        let name = own_name.unwrap_or_else(|| folder.to_owned());
        names.insert(name.clone());
        layout.members.push(Member {
            folder,
            name,
            is_named,
            manifest,
            nx: project,
            reach,
            tree: own,
        });
    }
    layout.broken.truncate(MAX_BROKEN);
    (!layout.members.is_empty()).then_some(layout)
}

/// The package manager's own word goes before a task runner's.
fn first(a: Reach, b: Reach) -> Reach {
    if a == Reach::Nx { b } else { a }
}

/// The globs of the packages, who reads them, and the line.
fn declared(
    tree: &dyn SourceTree,
    root: &Manifest,
    manager: PackageManagerName,
) -> Option<(Reach, Vec<String>, EvidenceLine)> {
    let pnpm = || pnpm_packages(tree).map(|(globs, line)| (Reach::Manager, globs, line));
    let package_json =
        || root.workspaces.clone().map(|(globs, line)| (Reach::Manager, globs, line));
    let own = if manager == PackageManagerName::Pnpm && tree.contains(PNPM_WORKSPACE) {
        // pnpm does not read `workspaces`.
        pnpm()
    } else {
        package_json().or_else(pnpm)
    };
    own.or_else(|| {
        let lerna = json(tree, "lerna.json")?;
        let globs = lerna.get("packages").and_then(serde_json::Value::as_array).map_or_else(
            || vec!["packages/*".to_owned()],
            |globs| globs.iter().filter_map(|glob| Some(glob.as_str()?.to_owned())).collect(),
        );
        Some((Reach::Lerna, globs, whole_file("lerna.json")))
    })
}

/// `packages` of `pnpm-workspace.yaml`. Since pnpm 10 the file also holds
/// plain settings: without `packages` it declares no workspace.
fn pnpm_packages(tree: &dyn SourceTree) -> Option<(Vec<String>, EvidenceLine)> {
    tree.entry(PNPM_WORKSPACE).filter(|entry| entry.size <= MAX_YAML_BYTES)?;
    let text = tree.text(PNPM_WORKSPACE)?;
    let root: serde_yaml_ng::Value = serde_yaml_ng::from_str(&text).ok()?;
    let packages = root.get("packages").and_then(serde_yaml_ng::Value::as_sequence)?;
    let globs = packages.iter().filter_map(|glob| Some(glob.as_str()?.to_owned())).collect();
    let is_key = |line: &str| line.trim_start_matches(['"', '\'']).starts_with("packages");
    Some((globs, find_line(PNPM_WORKSPACE, &text, is_key)))
}
