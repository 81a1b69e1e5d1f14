//! The command that builds what ships.

use selfopt_core::CommandSource;

use super::{Choice, leaf_command, node_command, script_choice, script_line};
use crate::ci::Ci;
use crate::kind::{Kind, from_name, tokens};
use crate::scripts::{Leaf, Node, ScriptNode, Scripts};

/// Builds of something else than what ships.
const ASIDE: [&str; 38] = [
    "doc",
    "docs",
    "demo",
    "watch",
    "dev",
    "debug",
    "docker",
    "test",
    "tests",
    "storybook",
    "site",
    "website",
    "example",
    "examples",
    "www",
    "e2e",
    "font",
    "fonts",
    "metrics",
    "icons",
    "clean",
    "analyze",
    "stats",
    "benchmark",
    "bench",
    "restart",
    "nightly",
    "dist-and-restart",
    "playground",
    "staging",
    "start",
    "serve",
    "types",
    "wasm",
    "native",
    "healthcheck",
    "bookmarklet",
    "partial",
];

/// Chooses the build command, and says why an obvious one was not taken.
pub(crate) fn choose(scripts: &Scripts<'_>, ci: &Ci) -> (Option<Choice>, Option<String>) {
    let mut refused = None;
    for name in candidates(scripts) {
        let Some(node) = scripts.expand(&name) else {
            continue;
        };
        if is_empty(&node) {
            continue;
        }
        if is_vague(&name, &node) {
            continue;
        }
        match flaw(scripts, &node) {
            None => {
                let confidence = if name == "build" { 0.9 } else { 0.75 };
                let choice =
                    script_choice(scripts, &name, confidence).confirmed_by(ci, scripts, &[&name]);
                return (Some(choice), refused);
            }
            Some(why) => {
                refused.get_or_insert_with(|| {
                    format!("the script `{name}` was not taken as it is: {why}")
                });
                // Of `build = affected` and `build:all`, the latter.
                let has_other = why == AFFECTED
                    && candidates(scripts)
                        .iter()
                        .any(|other| tokens(other).iter().any(|token| token == "all"));
                if !has_other && let Some(choice) = inner(scripts, &name, &node) {
                    return (Some(choice), refused);
                }
            }
        }
    }
    (before_start(scripts), refused)
}

const AFFECTED: &str = "it only builds what changed since a base commit";

/// What keeps a build script from being used as it is.
fn flaw(scripts: &Scripts<'_>, node: &ScriptNode) -> Option<&'static str> {
    let root = Node::Script(node.clone());
    let leaves = root.leaves();
    let masks_failure =
        leaves.last().is_some_and(|leaf| leaf.text == "exit 0" || leaf.text == "true");
    let is_affected = leaves.iter().any(|leaf| leaf.core.iter().any(|word| word == "affected"));
    if is_affected {
        return Some(AFFECTED);
    }
    if leaves.iter().any(|leaf| scripts.lacks_project(leaf)) {
        return Some("it leaves the project to build to whoever calls it");
    }
    if masks_failure && leaves.len() > 1 {
        return Some("it ends well even when it fails");
    }
    leaves.iter().find_map(|leaf| leaf.kind.unsafe_in_build())
}

/// Whether the script does nothing, as `echo "no build needed"`.
fn is_empty(node: &ScriptNode) -> bool {
    let root = Node::Script(node.clone());
    let leaves = root.leaves();
    !leaves.is_empty() && leaves.iter().all(|leaf| leaf.kind == Kind::Placeholder)
}

/// Whether a script makes one thing in a way that only its own file knows:
/// `build:schema = node tools/schema.js`. It may rewrite what is committed.
fn is_vague(name: &str, node: &ScriptNode) -> bool {
    let root = Node::Script(node.clone());
    let is_own_file = |leaf: &&Leaf| {
        leaf.core
            .first()
            .is_some_and(|program| matches!(program.as_str(), "node" | "tsx" | "ts-node"))
    };
    rank(name).is_some_and(|rank| rank % 10 == VAGUE) && root.leaves().iter().all(is_own_file)
}

/// Scripts that build, the most telling name first.
fn candidates(scripts: &Scripts<'_>) -> Vec<String> {
    let mut ranked: Vec<_> = scripts
        .manifest
        .scripts
        .iter()
        .enumerate()
        .filter_map(|(idx, script)| Some((rank(&script.name)?, idx, script.name.clone())))
        .collect();
    ranked.sort();
    ranked.into_iter().map(|(_, _, name)| name).collect()
}

/// The rank of `build:x`, x being anything.
const VAGUE: u32 = 3;

fn rank(name: &str) -> Option<u32> {
    let parts = tokens(name);
    let first = parts.first()?.as_str();
    if name.starts_with('_') || parts.iter().any(|token| ASIDE.contains(&token.as_str())) {
        return None;
    }
    let qualifier = parts.get(1..).unwrap_or_default();
    let is_whole = qualifier.iter().all(|token| {
        matches!(token.as_str(), "all" | "prod" | "production" | "packages" | "lib" | "app" | "ci")
    });
    let by_name = match first {
        "build" => 0,
        "compile" => 20,
        "dist" => 30,
        "bundle" => 40,
        "transpile" => 50,
        "rollup" | "webpack" => 60,
        _ => return None,
    };
    let by_qualifier = match qualifier {
        [] => 0,
        _ if is_whole => 1,
        [only] if only == "npm" || only == "node" => 2,
        _ => VAGUE,
    };
    Some(by_name + by_qualifier)
}

/// The safe builds inside of a script: the framework's own where there is one,
/// else all.
fn inner(scripts: &Scripts<'_>, name: &str, node: &ScriptNode) -> Option<Choice> {
    let mut parts = Vec::new();
    collect(scripts, node, &mut parts);
    let frameworks: Vec<_> =
        parts.iter().filter(|(_, is_framework)| *is_framework).cloned().collect();
    if !frameworks.is_empty() {
        parts = frameworks;
    }
    if parts.is_empty() {
        return None;
    }
    let cmds: Vec<_> = parts.into_iter().map(|(cmd, _)| cmd).collect();
    Some(Choice {
        cmd: cmds.join(" && "),
        confidence: 0.7,
        source: CommandSource::ScriptPart,
        evidence: script_line(scripts, name),
        script: None,
    })
}

fn collect(scripts: &Scripts<'_>, node: &ScriptNode, parts: &mut Vec<(String, bool)>) {
    for child in &node.children {
        match child {
            Node::Leaf(leaf) if leaf.kind == Kind::Build && !leaf.elsewhere => {
                let cmd = leaf_command(scripts, leaf).replace("nx affected", "nx run-many");
                let cmd = if scripts.lacks_project(leaf) {
                    cmd.replacen("nx ", "nx run-many -t ", 1)
                } else {
                    cmd
                };
                parts.push((cmd, is_framework(leaf)));
            }
            Node::Script(script) => {
                let is_debug = tokens(&script.name).iter().any(|token| token == "debug");
                let root = Node::Script(script.clone());
                let leaves = root.leaves();
                let builds = leaves.iter().any(|leaf| leaf.kind == Kind::Build);
                if flaw(scripts, script).is_some() {
                    collect(scripts, script, parts);
                } else if builds && !is_debug {
                    let framework = leaves.iter().any(|leaf| is_framework(leaf));
                    parts.push((node_command(scripts, script), framework));
                }
            }
            Node::Leaf(_) => {}
        }
    }
}

/// Whether a command builds an application as a whole.
fn is_framework(leaf: &Leaf) -> bool {
    let program = leaf.core.first().map_or("", String::as_str);
    matches!(
        program,
        "next"
            | "nuxt"
            | "nuxi"
            | "vite"
            | "astro"
            | "remix"
            | "react-router"
            | "gatsby"
            | "nest"
            | "ng"
            | "react-scripts"
            | "vue-cli-service"
    )
}

/// `prestart = tsc`: what must be built before the application starts.
fn before_start(scripts: &Scripts<'_>) -> Option<Choice> {
    let script = scripts.manifest.scripts.iter().find(|script| {
        script.name.starts_with("prestart")
            && !matches!(from_name(&script.name), Kind::Watch)
            && scripts.expand(&script.name).is_some_and(|node| {
                let root = Node::Script(node.clone());
                flaw(scripts, &node).is_none()
                    && root.leaves().iter().any(|leaf| leaf.kind == Kind::Build)
            })
    })?;
    Some(script_choice(scripts, &script.name, 0.55))
}
