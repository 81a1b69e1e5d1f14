//! Commands that run in every package, where the root has none of its own.

use std::collections::BTreeMap;

use selfopt_core::{
    BenchKind, Claim, CommandSource, EvidenceLine, Fact, PackageManagerName, SourceTree,
};

use super::address::nx_target;
use super::members::{Member, Reach};
use crate::choose::{bench, typecheck};
use crate::ci::Ci;
use crate::detectors::is_claimed;
use crate::evidence::claim;
use crate::kind::{Kind, from_name};
use crate::manager::{exec_prefix, quote, run_everywhere, run_in_package};
use crate::manifest::Manifest;
use crate::scripts::{Node, Scripts};
use crate::tree_facts::is_own;

/// Commands in every package, for what the root does not say.
pub(super) fn delegated(
    tree: &dyn SourceTree,
    so_far: &[Claim],
    members: &[Member<'_>],
    manager: PackageManagerName,
) -> Vec<Claim> {
    let by_nx = members.iter().all(|member| member.reach == Reach::Nx);
    if by_nx && tree.contains("project.json") {
        // The root is a project itself, and the others stand beside it.
        return Vec::new();
    }
    let own: Vec<_> = members
        .iter()
        .filter(|member| is_own(&format!("{}/x", member.folder)))
        .filter(|member| by_nx || member.reach != Reach::Nx)
        .collect();
    let everywhere = |script: &str| {
        if by_nx {
            format!("{} nx run-many -t {} --skip-nx-cache", exec_prefix(manager), quote(script))
        } else if tree.contains("lerna.json") && manager != PackageManagerName::Pnpm {
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
            let scripts = Scripts { manifest: scripts_of(member), manager };
            let choice = bench::script(&scripts, &Ci::default())?;
            let cmd = in_one(manager, member, choice.script.as_deref()?)?;
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
    members: &[&Member<'_>],
    fits: impl Fn(&str, &Member<'_>) -> bool,
) -> Option<(String, Vec<EvidenceLine>)> {
    let mut lines: BTreeMap<&str, Vec<EvidenceLine>> = BTreeMap::new();
    for member in members {
        for script in scripts_of(member).scripts.iter().filter(|script| fits(&script.name, member))
        {
            lines.entry(&script.name).or_default().push(script.line.clone());
        }
    }
    let (script, mut lines) = lines.into_iter().max_by_key(|(_, lines)| lines.len())?;
    lines.truncate(3);
    Some((script.to_owned(), lines))
}

fn runs_tests(member: &Member<'_>, manager: PackageManagerName) -> bool {
    let scripts = Scripts { manifest: scripts_of(member), manager };
    scripts.expand("test").is_some_and(|node| {
        let root = Node::Script(node);
        root.leaves().iter().any(|leaf| leaf.kind.is_test())
    })
}

/// The type check that packages share; of one package alone, its own.
fn typechecks(
    members: &[&Member<'_>],
    manager: PackageManagerName,
    everywhere: &dyn Fn(&str) -> String,
) -> Option<Claim> {
    let mut found: BTreeMap<String, Vec<(&Member<'_>, EvidenceLine)>> = BTreeMap::new();
    for member in members {
        let scripts = Scripts { manifest: scripts_of(member), manager };
        let Some(choice) = typecheck::choose(&scripts, &Ci::default(), true) else {
            continue;
        };
        let script = choice.script.as_deref().and_then(|name| scripts_of(member).script(name));
        if let Some(script) = script.filter(|script| from_name(&script.name) != Kind::Build) {
            found.entry(script.name.clone()).or_default().push((member, script.line.clone()));
        }
    }
    let (script, uses) = found.into_iter().max_by_key(|(_, uses)| uses.len())?;
    let lines = uses.iter().map(|(_, line)| line.clone()).take(3).collect();
    let cmd = match (uses.as_slice(), members.len()) {
        ([(member, _)], 2..) => in_one(manager, member, &script)?,
        _ => everywhere(&script),
    };
    Some(claim(Fact::Typecheck(Some(cmd)), 0.63, CommandSource::Script, lines))
}

/// The script of one package.
fn in_one(manager: PackageManagerName, member: &Member<'_>, script: &str) -> Option<String> {
    match member.reach {
        Reach::Nx => Some(nx_target(manager, &member.name, script)),
        Reach::Manager | Reach::Lerna => {
            let name = member.manifest.name.as_ref()?;
            Some(run_in_package(manager, &name.value, script))
        }
    }
}

/// What a package can run from the root: scripts, or targets of Nx.
fn scripts_of<'m>(member: &'m Member<'_>) -> &'m Manifest {
    match &member.nx {
        Some(project) if member.reach == Reach::Nx && member.manifest.scripts.is_empty() => {
            &project.targets
        }
        _ => &member.manifest,
    }
}
