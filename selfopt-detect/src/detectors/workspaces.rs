//! Monorepos: the kind, and commands that run in every package where the root
//! has none of its own.

use std::collections::BTreeMap;

use selfopt_core::{
    BenchKind, Claim, CommandSource, Detector, EvidenceLine, Fact, PackageManagerName, SourceTree,
    WorkspaceKind,
};

use super::members::{Member, globs, members};
use super::{is_claimed, manager_so_far};
use crate::choose::{bench, typecheck};
use crate::ci::Ci;
use crate::evidence::{claim, note, whole_file};
use crate::kind::{Kind, from_name};
use crate::manager::{run_everywhere, run_in_package};
use crate::manifest::Manifest;
use crate::scripts::{Node, Scripts};
use crate::tree_facts::is_own;

pub(super) struct Workspaces;

impl Detector for Workspaces {
    fn detect(&self, tree: &dyn SourceTree, so_far: &[Claim]) -> Vec<Claim> {
        let Ok(Some(manifest)) = Manifest::root(tree) else {
            return Vec::new();
        };
        let manager = manager_so_far(so_far);
        let Some((globs, line)) = globs(tree, &manifest) else {
            return apart(tree);
        };
        let members = members(tree, &globs);
        if members.is_empty() {
            return Vec::new();
        }
        let kind = kind(tree, manager);
        let mut claims =
            vec![claim(Fact::Workspace(kind), 0.9, CommandSource::Lockfile, vec![line])];
        claims.extend(delegated(tree, so_far, &members, manager));
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

/// Commands in every package, for what the root does not say.
fn delegated(
    tree: &dyn SourceTree,
    so_far: &[Claim],
    members: &[Member],
    manager: PackageManagerName,
) -> Vec<Claim> {
    let own: Vec<_> =
        members.iter().filter(|member| is_own(&format!("{}/x", member.folder))).collect();
    let everywhere = |script: &str| {
        if tree.contains("lerna.json") && manager != PackageManagerName::Pnpm {
            format!("npx lerna run {script}")
        } else {
            run_everywhere(manager, script)
        }
    };
    let mut claims = Vec::new();
    if !is_claimed(so_far, |fact| matches!(fact, Fact::Build(_))) {
        claims.extend(shared(&own, |name, _| name == "build").map(|(script, lines)| {
            claim(Fact::Build(Some(everywhere(&script))), 0.62, CommandSource::Script, lines)
        }));
    }
    let root_tests = is_claimed(so_far, |fact| matches!(fact, Fact::Test(Some(_))));
    if !root_tests {
        claims.extend(
            shared(&own, |name, member| name == "test" && runs_tests(member, manager)).map(
                |(script, lines)| {
                    claim(Fact::Test(Some(everywhere(&script))), 0.62, CommandSource::Script, lines)
                },
            ),
        );
    }
    let root_checks = so_far.iter().any(|claim| {
        matches!(claim.fact, Fact::Typecheck(_)) && claim.source != CommandSource::Synthesized
    });
    if !root_checks {
        claims.extend(typechecks(&own, manager, &everywhere));
    }
    if !is_claimed(so_far, |fact| matches!(fact, Fact::Bench(_))) {
        claims.extend(own.iter().find_map(|member| {
            let name = member.manifest.name.as_ref()?;
            let scripts = Scripts { manifest: &member.manifest, manager };
            let choice = bench::script(&scripts, &Ci::default())?;
            let cmd = run_in_package(manager, &name.value, choice.script.as_deref()?);
            Some(claim(
                Fact::Bench(Some((BenchKind::Script, cmd))),
                0.55,
                CommandSource::Script,
                choice.evidence,
            ))
        }));
    }
    claims
}

/// The script that most packages share, with the lines of the first three.
fn shared(
    members: &[&Member],
    fits: impl Fn(&str, &Member) -> bool,
) -> Option<(String, Vec<EvidenceLine>)> {
    let mut lines: BTreeMap<&str, Vec<EvidenceLine>> = BTreeMap::new();
    for member in members {
        for script in member.manifest.scripts.iter().filter(|script| fits(&script.name, member)) {
            lines.entry(&script.name).or_default().push(script.line.clone());
        }
    }
    let (script, mut lines) = lines.into_iter().max_by_key(|(_, lines)| lines.len())?;
    lines.truncate(3);
    Some((script.to_owned(), lines))
}

fn runs_tests(member: &Member, manager: PackageManagerName) -> bool {
    let scripts = Scripts { manifest: &member.manifest, manager };
    scripts.expand("test").is_some_and(|node| {
        let root = Node::Script(node);
        root.leaves().iter().any(|leaf| leaf.kind.is_test())
    })
}

/// The type check that packages share; of one package alone, its own.
fn typechecks(
    members: &[&Member],
    manager: PackageManagerName,
    everywhere: &dyn Fn(&str) -> String,
) -> Option<Claim> {
    let mut found: BTreeMap<String, Vec<(&Member, EvidenceLine)>> = BTreeMap::new();
    for member in members {
        let scripts = Scripts { manifest: &member.manifest, manager };
        let Some(choice) = typecheck::choose(&scripts, &Ci::default(), true) else {
            continue;
        };
        let script = choice.script.as_deref().and_then(|name| member.manifest.script(name));
        if let Some(script) = script.filter(|script| from_name(&script.name) != Kind::Build) {
            found.entry(script.name.clone()).or_default().push((member, script.line.clone()));
        }
    }
    let (script, uses) = found.into_iter().max_by_key(|(_, uses)| uses.len())?;
    let lines = uses.iter().map(|(_, line)| line.clone()).take(3).collect();
    let cmd = match (uses.as_slice(), members.len()) {
        ([(member, _)], 2..) => {
            run_in_package(manager, &member.manifest.name.as_ref()?.value, &script)
        }
        _ => everywhere(&script),
    };
    Some(claim(Fact::Typecheck(Some(cmd)), 0.63, CommandSource::Script, lines))
}

/// Several packages without a workspace: the root's commands are all there is,
/// and a person should know.
fn apart(tree: &dyn SourceTree) -> Vec<Claim> {
    let folders: Vec<_> = tree
        .entries()
        .iter()
        .filter_map(|entry| {
            entry
                .path
                .strip_suffix("/package-lock.json")
                .or_else(|| entry.path.strip_suffix("/yarn.lock"))
                .or_else(|| entry.path.strip_suffix("/pnpm-lock.yaml"))
        })
        .filter(|folder| !folder.contains('/') && is_own(&format!("{folder}/x")))
        .collect();
    if folders.len() < 3 {
        return Vec::new();
    }
    let mut some: Vec<_> = folders.iter().take(3).copied().collect();
    if folders.len() > some.len() {
        some.push("…");
    }
    vec![note(
        format!(
            "{} folders are projects of their own and no workspace joins them: {}",
            folders.len(),
            some.join(", ")
        ),
        "run SelfOpt in the folder of one of them",
        whole_file(&format!("{}/package.json", folders.first().copied().unwrap_or_default())),
    )]
}
