//! Monorepos: the kind, and commands that run in every package where the root
//! has none of its own.

use std::collections::BTreeMap;

use selfopt_core::{BenchKind, Claim, CommandSource, Detector, EvidenceLine, Fact, PackageManagerName, SourceTree, WorkspaceKind};

use super::{is_claimed, manager_so_far};
use crate::choose::{bench, typecheck};
use crate::ci::Ci;
use crate::evidence::{claim, find_line, note, whole_file};
use crate::kind::{Kind, from_name};
use crate::manager::{run_everywhere, run_in_package};
use crate::manifest::Manifest;
use crate::scripts::{Node, Scripts};
use crate::tree_facts::is_own;

pub(super) struct Workspaces;

/// Packages that are looked at; the largest real workspaces have some hundred.
const MAX_PACKAGES: usize = 300;

impl Detector for Workspaces {
    fn detect(&self, tree: &dyn SourceTree, so_far: &[Claim]) -> Vec<Claim> {
        let Ok(Some(manifest)) = Manifest::root(tree) else { return Vec::new() };
        let manager = manager_so_far(so_far);
        let Some((globs, line)) = globs(tree, &manifest) else { return apart(tree) };
        let members = members(tree, &globs);
        if members.is_empty() {
            return Vec::new();
        }
        let kind = kind(tree, manager);
        let mut claims = vec![claim(Fact::Workspace(kind), 0.9, CommandSource::Lockfile, vec![line])];
        claims.extend(delegated(tree, so_far, &members, manager));
        claims
    }
}

/// A package of the workspace.
struct Member {
    folder: String,
    manifest: Manifest,
}

/// The globs of the workspace's packages and the line that says so.
fn globs(tree: &dyn SourceTree, manifest: &Manifest) -> Option<(Vec<String>, EvidenceLine)> {
    if let Some(text) = tree.text("pnpm-workspace.yaml") {
        // Since pnpm 10 the file also holds plain settings: no `packages`, or
        // only the root, is no workspace.
        let root: serde_yaml_ng::Value = serde_yaml_ng::from_str(&text).ok()?;
        let packages = root.get("packages").and_then(serde_yaml_ng::Value::as_sequence)?;
        let globs = packages.iter().filter_map(|glob| Some(glob.as_str()?.to_owned())).collect();
        let line = find_line("pnpm-workspace.yaml", &text, |line| line.starts_with("packages"));
        return Some((globs, line));
    }
    if let Some(workspaces) = &manifest.workspaces {
        return Some(workspaces.clone());
    }
    let text = tree.text("lerna.json")?;
    let lerna: serde_json::Value = serde_json::from_str(&text).ok()?;
    let globs = lerna
        .get("packages")
        .and_then(serde_json::Value::as_array)
        .map_or_else(|| vec!["packages/*".to_owned()], |globs| globs.iter().filter_map(|glob| Some(glob.as_str()?.to_owned())).collect());
    Some((globs, whole_file("lerna.json")))
}

fn members(tree: &dyn SourceTree, globs: &[String]) -> Vec<Member> {
    let matches = |folder: &str| {
        let (excluded, included): (Vec<_>, Vec<_>) = globs.iter().partition(|glob| glob.starts_with('!'));
        included.iter().any(|glob| glob_matches(glob, folder))
            && !excluded.iter().any(|glob| glob_matches(glob.trim_start_matches('!'), folder))
    };
    tree.entries()
        .iter()
        .filter_map(|entry| entry.path.strip_suffix("/package.json"))
        .filter(|folder| !folder.contains("node_modules") && matches(folder))
        .take(MAX_PACKAGES)
        .filter_map(|folder| {
            let manifest = Manifest::read(tree, &format!("{folder}/package.json")).ok()??;
            Some(Member { folder: folder.to_owned(), manifest })
        })
        .collect()
}

/// `*` stands for one folder, or a part of one; `**` for any number.
fn glob_matches(glob: &str, folder: &str) -> bool {
    fn parts(glob: &[&str], folder: &[&str]) -> bool {
        match (glob.split_first(), folder.split_first()) {
            (None, None) => true,
            (Some((&"**", rest)), _) => {
                (0..=folder.len()).any(|n| folder.get(n..).is_some_and(|folder| parts(rest, folder)))
            }
            (Some((part, glob)), Some((name, folder))) => {
                let fits = match part.split_once('*') {
                    Some((start, end)) => name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end),
                    None => part == name,
                };
                fits && parts(glob, folder)
            }
            _ => false,
        }
    }
    let glob: Vec<_> = glob.split('/').filter(|part| !part.is_empty() && *part != ".").take(16).collect();
    let folder: Vec<_> = folder.split('/').take(32).collect();
    !glob.is_empty() && parts(&glob, &folder)
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
            PackageManagerName::Npm | PackageManagerName::Deno | PackageManagerName::None => WorkspaceKind::Npm,
        }
    }
}

/// Commands in every package, for what the root does not say.
fn delegated(tree: &dyn SourceTree, so_far: &[Claim], members: &[Member], manager: PackageManagerName) -> Vec<Claim> {
    let own: Vec<_> = members.iter().filter(|member| is_own(&format!("{}/x", member.folder))).collect();
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
        claims.extend(shared(&own, |name, member| name == "test" && runs_tests(member, manager)).map(|(script, lines)| {
            claim(Fact::Test(Some(everywhere(&script))), 0.62, CommandSource::Script, lines)
        }));
    }
    let root_checks = so_far.iter().any(|claim| matches!(claim.fact, Fact::Typecheck(_)) && claim.source != CommandSource::Synthesized);
    if !root_checks {
        claims.extend(typechecks(&own, manager, &everywhere));
    }
    if !is_claimed(so_far, |fact| matches!(fact, Fact::Bench(_))) {
        claims.extend(own.iter().find_map(|member| {
            let name = member.manifest.name.as_ref()?;
            let scripts = Scripts { manifest: &member.manifest, manager };
            let choice = bench::script(&scripts, &Ci::default())?;
            let script = member.manifest.scripts.iter().find(|script| choice.evidence.contains(&script.line))?;
            let cmd = run_in_package(manager, &name.value, &script.name);
            Some(claim(Fact::Bench(Some((BenchKind::Script, cmd))), 0.55, CommandSource::Script, choice.evidence))
        }));
    }
    claims
}

/// The script that most packages share, with the lines of the first three.
fn shared(members: &[&Member], fits: impl Fn(&str, &Member) -> bool) -> Option<(String, Vec<EvidenceLine>)> {
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
fn typechecks(members: &[&Member], manager: PackageManagerName, everywhere: &dyn Fn(&str) -> String) -> Option<Claim> {
    let mut found: BTreeMap<String, Vec<(&Member, EvidenceLine)>> = BTreeMap::new();
    for member in members {
        let scripts = Scripts { manifest: &member.manifest, manager };
        let Some(choice) = typecheck::choose(&scripts, &Ci::default(), true) else { continue };
        let script = member.manifest.scripts.iter().find(|script| choice.evidence.contains(&script.line));
        if let Some(script) = script.filter(|script| choice.source == CommandSource::Script && from_name(&script.name) != Kind::Build) {
            found.entry(script.name.clone()).or_default().push((member, script.line.clone()));
        }
    }
    let (script, uses) = found.into_iter().max_by_key(|(_, uses)| uses.len())?;
    let lines = uses.iter().map(|(_, line)| line.clone()).take(3).collect();
    let cmd = match (uses.as_slice(), members.len()) {
        ([(member, _)], 2..) => run_in_package(manager, &member.manifest.name.as_ref()?.value, &script),
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
        .filter_map(|entry| entry.path.strip_suffix("/package-lock.json").or_else(|| entry.path.strip_suffix("/yarn.lock")).or_else(|| entry.path.strip_suffix("/pnpm-lock.yaml")))
        .filter(|folder| !folder.contains('/') && is_own(&format!("{folder}/x")))
        .collect();
    if folders.len() < 3 {
        return Vec::new();
    }
    vec![note(
        format!("{} folders are projects of their own, without a workspace: {}, …", folders.len(), folders.iter().take(3).copied().collect::<Vec<_>>().join(", ")),
        "run SelfOpt in the folder of one of them",
        whole_file(&format!("{}/package.json", folders.first().copied().unwrap_or_default())),
    )]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_stand_for_folders() {
        let cases = [
            ("packages/*", "packages/a", true),
            ("packages/*", "packages/a/b", false),
            ("packages/**", "packages/a/b", true),
            ("./apps/web", "apps/web", true),
            ("packages/plugin-*", "packages/plugin-x", true),
            ("packages/plugin-*", "packages/core", false),
            ("**", "a/b/c", true),
            (".", "a", false),
        ];
        for (glob, folder, expected) in cases {
            assert_eq!(glob_matches(glob, folder), expected, "{glob} {folder}");
        }
    }
}
