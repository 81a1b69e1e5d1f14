//! What the CI runs. Its commands decide only where the scripts say nothing;
//! otherwise they confirm or narrow what the scripts say.

use selfopt_core::{BenchKind, Claim, CommandSource, Detector, Fact, SourceTree};

use super::manager_for;
use crate::choose::environment::{from_ci, with_env};
use crate::ci::{self, Ci, CiCommand};
use crate::evidence::claim;
use crate::kind::{Kind, from_name};
use crate::manifest::Manifest;
use crate::scripts::{Node, Scripts};

pub(super) struct Workflows;

/// A command that only the CI knows.
const CONFIDENCE: f64 = 0.58;

/// Commands in other folders that are looked at.
const MAX_ELSEWHERE: usize = 50;

impl Detector for Workflows {
    fn detect(&self, tree: &dyn SourceTree, so_far: &[Claim]) -> Vec<Claim> {
        let ci = ci::read(tree);
        let mut claims = ci.notes.clone();
        let Some(manifest) = Manifest::root(tree).ok().flatten() else {
            return claims;
        };
        let manager = manager_for(so_far, tree, &manifest, &ci);
        let scripts = Scripts { manifest: &manifest, manager };
        claims.extend(
            ci.commands
                .iter()
                .filter(|command| command.folder.is_none())
                .filter_map(|command| at_root(command, &scripts)),
        );
        claims.extend(in_folder(tree, &ci, &scripts));
        claims
    }
}

/// A command at the root that is no package script.
fn at_root(command: &CiCommand, scripts: &Scripts<'_>) -> Option<Claim> {
    if !command.scripts(scripts).is_empty() {
        return None;
    }
    let nodes = scripts.expand_line(&command.cmd);
    let [Node::Leaf(leaf)] = nodes.as_slice() else {
        return None;
    };
    let program = leaf.core.first()?;
    // A runner that nobody knows is known by a test script that calls it.
    let in_test_script = || {
        let is_called =
            scripts.manifest.scripts.iter().any(|script| script.text.contains(program.as_str()));
        let is_manager = matches!(program.as_str(), "npm" | "pnpm" | "yarn" | "bun" | "node");
        is_called
            && !is_manager
            && scripts.manifest.scripts.iter().any(|script| {
                from_name(&script.name) == Kind::Test
                    && scripts.expand(&script.name).is_some_and(|node| {
                        let root = Node::Script(node);
                        root.leaves().iter().any(|inner| {
                            inner.core.first() == Some(program) && inner.kind.is_test()
                        })
                    })
            })
    };
    let cmd = command.cmd.clone();
    if cmd.contains(['>', '$', '`']) {
        return None;
    }
    let in_env = |cmd: String| with_env(&from_ci(&command.env), cmd);
    let fact = match leaf.kind {
        Kind::Test => Fact::Test(Some(in_env(cmd))),
        Kind::Typecheck => Fact::Typecheck(Some(cmd)),
        Kind::Build if program == "tsc" && leaf.core.len() == 1 => Fact::Typecheck(Some(cmd)),
        Kind::Bench => Fact::Bench(Some((BenchKind::Script, cmd))),
        Kind::Other if in_test_script() => Fact::Test(Some(in_env(cmd))),
        _ => return None,
    };
    Some(claim(fact, CONFIDENCE, CommandSource::Ci, vec![command.line.clone()]))
}

/// Tests that the CI runs in a folder with a package of its own, where the
/// root has none.
fn in_folder(tree: &dyn SourceTree, ci: &Ci, root: &Scripts<'_>) -> Option<Claim> {
    if root.manifest.script("test").is_some() {
        return None;
    }
    let elsewhere = ci.commands.iter().filter(|command| command.folder.is_some());
    elsewhere.take(MAX_ELSEWHERE).find_map(|command| {
        let folder = command.folder.as_deref()?;
        let manifest = Manifest::read(tree, &format!("{folder}/package.json")).ok()??;
        let scripts = Scripts { manifest: &manifest, manager: root.manager };
        let nodes = scripts.expand_line(&command.cmd);
        let leaves: Vec<_> = nodes.iter().flat_map(Node::leaves).collect();
        let is_clean =
            leaves.iter().all(|leaf| leaf.kind.fits_tests() || leaf.kind == Kind::Typecheck)
                && leaves.iter().any(|leaf| leaf.kind.is_test());
        if !is_clean {
            return None;
        }
        let install = ci.commands.iter().find(|other| {
            other.folder.as_deref() == Some(folder)
                && scripts
                    .expand_line(&other.cmd)
                    .iter()
                    .flat_map(Node::leaves)
                    .any(|leaf| leaf.kind == Kind::Install)
        });
        let install_cmd =
            install.map_or_else(String::new, |install| format!("{} && ", install.cmd));
        let cmd = format!("cd {folder} && {install_cmd}{}", command.cmd);
        let evidence =
            install.into_iter().chain([command]).map(|command| command.line.clone()).collect();
        Some(claim(Fact::Test(Some(cmd)), CONFIDENCE, CommandSource::Ci, evidence))
    })
}
