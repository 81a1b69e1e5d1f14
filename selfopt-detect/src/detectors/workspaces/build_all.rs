//! One command that builds a package and all that it depends on, where the
//! task runner or the package manager has one.

use std::collections::BTreeMap;

use selfopt_core::workspace::with_dependencies;
use selfopt_core::{DetectedCommand, PackageManagerName, SourceTree, WorkspacePackage};

use super::commands::Found;
use super::members::{Member, Reach};
use super::nx::NxRoot;
use super::turbo::Turbo;
use crate::manager::{exec_prefix, quote};
use crate::manifest::Manifest;

/// What runs tasks over the packages.
pub(super) struct Runners<'a> {
    manager: PackageManagerName,
    turbo: Option<Turbo>,
    nx: Option<&'a NxRoot>,
}

impl<'a> Runners<'a> {
    /// Those that are configured and that the root depends on: `npx` would
    /// fetch any other from the network.
    pub(super) fn new(
        tree: &dyn SourceTree,
        root: &Manifest,
        manager: PackageManagerName,
        nx: Option<&'a NxRoot>,
    ) -> Self {
        Self {
            manager,
            turbo: Turbo::read(tree).filter(|_| root.depends_on("turbo")),
            nx: nx.filter(|_| root.depends_on("nx")),
        }
    }

    /// Adds the command to each package that needs the builds of others.
    pub(super) fn add(&self, members: &[Member<'_>], found: &mut [Found]) {
        let packages: Vec<_> = found.iter().map(|found| found.package.clone()).collect();
        let chosen: BTreeMap<&str, (&Member<'_>, Option<String>)> = members
            .iter()
            .zip(found.iter())
            .map(|(member, found)| (member.folder, (member, found.build_script.clone())))
            .collect();
        // Such a command runs whatever has the script's name, also where
        // another one was chosen or it was refused.
        let runs_only_what_was_chosen = |package: &&WorkspacePackage, script: &str| {
            chosen.get(package.path.as_str()).is_some_and(|(member, chosen)| match chosen {
                Some(chosen) => chosen == script,
                None => package.build_cmd.is_none() && member.manifest.script(script).is_none(),
            })
        };
        for (member, found) in members.iter().zip(found.iter_mut()) {
            let needed = with_dependencies(&packages, &member.name);
            let n_builds = needed.iter().filter(|package| package.build_cmd.is_some()).count();
            let Some((script, own)) =
                found.build_script.as_ref().zip(found.package.build_cmd.as_ref())
            else {
                continue;
            };
            if n_builds > 1 && needed.iter().all(|one| runs_only_what_was_chosen(one, script)) {
                let cmd = self.command(member, script);
                found.package.build_all = cmd.map(|cmd| DetectedCommand { cmd, ..own.clone() });
            }
        }
    }

    fn command(&self, member: &Member<'_>, script: &str) -> Option<String> {
        let exec = exec_prefix(self.manager);
        let name = quote(&member.name);
        let script_word = quote(script);
        let nx_goes_below = |nx: &NxRoot| {
            let own = member.nx.as_ref();
            match own.filter(|project| project.targets.script(script).is_some()) {
                Some(project) => project.builds_below.contains(script),
                None => nx.builds_below(script),
            }
        };
        if !member.is_named {
            return None;
        }
        if self.turbo.as_ref().is_some_and(|turbo| turbo.goes_below(script)) {
            return Some(format!("{exec} turbo run {script_word} --filter={name}"));
        }
        if self.nx.is_some_and(nx_goes_below) {
            let project = member.nx.as_ref().map_or(&member.name, |project| &project.name);
            return Some(format!("{exec} nx run {}", quote(&format!("{project}:{script}"))));
        }
        match (member.reach, self.manager) {
            (Reach::Lerna, _) => Some(format!(
                "{exec} lerna run {script_word} --scope {name} --include-dependencies"
            )),
            // Sorted by dependencies, which is pnpm's default.
            (Reach::Manager, PackageManagerName::Pnpm) => {
                let filter = quote(&format!("{}...", member.name));
                Some(format!("pnpm --filter {filter} run {script_word}"))
            }
            _ => None,
        }
    }
}
