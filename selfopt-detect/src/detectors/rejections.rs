//! Commands that look like an answer and must not be run: scripts with a
//! telling name, their parts, and what only the CI runs.

use selfopt_core::{
    Claim, CommandSource, Detector, EvidenceLine, Fact, Phase, Project, RejectedCommand, SourceTree,
};

use super::manager_for;
use crate::choose::leaf_command;
use crate::ci::{self, Ci};
use crate::evidence::claim;
use crate::kind::{Kind, classify, from_name, reason, reason_among_others, severity, tokens};
use crate::manager::run_script;
use crate::manifest::Manifest;
use crate::scripts::{Leaf, Node, Scripts};

pub(super) struct Rejections;

/// Rejections that are kept; more would not be read.
const MAX_REJECTIONS: usize = 100;

impl Detector for Rejections {
    fn detect(&self, tree: &dyn SourceTree, so_far: &[Claim]) -> Vec<Claim> {
        let Ok(Some(manifest)) = Manifest::root(tree) else {
            return Vec::new();
        };
        let ci = ci::read(tree);
        let manager = manager_for(so_far, tree, &manifest, &ci);
        let scripts = Scripts { manifest: &manifest, manager };
        let chosen = selfopt_core::detection::weigh(so_far);
        let mut rejected = of_scripts(&scripts, &chosen);
        rejected.extend(of_ci(&scripts, &ci, &chosen));
        rejected.truncate(MAX_REJECTIONS);
        rejected.into_iter().map(rejection).collect()
    }
}

/// A rejection as a claim.
pub(super) fn rejection(rejected: RejectedCommand) -> Claim {
    let line = rejected.evidence.clone();
    claim(Fact::Rejected(rejected), 1.0, CommandSource::Script, vec![line])
}

fn of_scripts(scripts: &Scripts<'_>, chosen: &Project) -> Vec<RejectedCommand> {
    let mut rejected = Vec::new();
    for script in &scripts.manifest.scripts {
        let is_hook = ["pre", "post"].iter().any(|start| {
            script.name.strip_prefix(start).is_some_and(|of| scripts.manifest.script(of).is_some())
        });
        let Some(phase) = phase_of(&script.name).filter(|_| !is_hook) else {
            continue;
        };
        let Some(node) = scripts.expand(&script.name) else {
            continue;
        };
        let root = Node::Script(node);
        let leaves = root.leaves();
        let mut reject = |cmd: String, reason: String, evidence: &EvidenceLine| {
            let is_known = rejected
                .iter()
                .any(|known: &RejectedCommand| known.phase == phase && known.cmd == cmd);
            if !is_known && chosen.command(phase) != Some(cmd.as_str()) {
                let evidence = evidence.clone();
                rejected.push(RejectedCommand { phase, cmd, reason, evidence });
            }
        };
        if let Some(Against { reason, script: of }) = against(phase, &leaves) {
            // What a hook runs is seen in the hook.
            let hook = ["pre", "post"].iter().find(|start| of == format!("{start}{}", script.name));
            let shown = hook.and_then(|_| scripts.manifest.script(&of)).unwrap_or(script);
            reject(run_script(scripts.manager, &script.name), reason, &shown.line);
        }
        // What a script of several commands runs beside the unit tests.
        let own = leaves.iter().filter(|leaf| leaf.script == script.name && !leaf.elsewhere);
        if phase == Phase::Test && leaves.len() > 1 {
            for leaf in own {
                let kind = by_itself(leaf);
                if let Some(reason) = reason(kind, &leaf.core)
                    && matches!(kind, Kind::Browser | Kind::Integration)
                {
                    reject(leaf_command(scripts, leaf), reason.to_owned(), &script.line);
                }
            }
        }
    }
    rejected
}

/// Tests of other sorts that only the CI runs.
fn of_ci(scripts: &Scripts<'_>, ci: &Ci, chosen: &Project) -> Vec<RejectedCommand> {
    let at_root = ci.commands.iter().filter(|command| command.folder.is_none());
    at_root
        .filter(|command| command.scripts(scripts).is_empty())
        .filter(|command| chosen.command(Phase::Test) != Some(command.cmd.as_str()))
        .filter_map(|command| {
            let nodes = scripts.expand_line(&command.cmd);
            let [Node::Leaf(leaf)] = nodes.as_slice() else {
                return None;
            };
            let is_test = matches!(leaf.kind, Kind::Browser | Kind::Integration | Kind::Partial);
            Some(RejectedCommand {
                phase: Phase::Test,
                cmd: command.cmd.clone(),
                reason: reason(leaf.kind, &leaf.core).filter(|_| is_test)?.to_owned(),
                evidence: command.line.clone(),
            })
        })
        .collect()
}

/// What a script of this name would be, if it is anything.
fn phase_of(name: &str) -> Option<Phase> {
    let tokens = tokens(name);
    let has = |words: &[&str]| tokens.iter().any(|token| words.contains(&token.as_str()));
    let first = tokens.first()?.as_str();
    let by_name = from_name(name);
    if has(&["bench", "benchmark", "benchmarks", "benches", "perf", "performance"]) {
        Some(Phase::Benchmark)
    } else if by_name == Kind::Typecheck {
        Some(Phase::Typecheck)
    } else if has(&["test", "tests", "unit", "spec", "specs", "testonly"]) {
        Some(Phase::Test)
    } else if matches!(first, "check" | "typecheck" | "types") {
        // `check:format` says itself that it is something else.
        (!matches!(by_name, Kind::Lint | Kind::Format)).then_some(Phase::Typecheck)
    } else if matches!(first, "build" | "compile" | "dist" | "bundle" | "transpile") {
        Some(Phase::Build)
    } else {
        None
    }
}

/// What speaks against a script.
struct Against {
    reason: String,
    /// The script that holds the command.
    script: String,
}

/// What speaks against a script for this phase: the worst of what it runs.
fn against(phase: Phase, leaves: &[&Leaf]) -> Option<Against> {
    let found = |reason: &str, leaf: Option<&&Leaf>| {
        let script = leaf.map(|leaf| leaf.script.clone()).unwrap_or_default();
        Some(Against { reason: reason.to_owned(), script })
    };
    if let Some(leaf) = leaves.iter().find(|leaf| leaf.is_affected()) {
        return found("only runs what changed since a base commit", Some(leaf));
    }
    let is_made_to_end =
        |leaf: &&&Leaf| leaf.rewritten && (leaf.kind.is_test() || leaf.kind == Kind::Watch);
    if let Some(leaf) = leaves.iter().find(is_made_to_end).filter(|_| phase == Phase::Test) {
        return found("is a watcher", Some(leaf));
    }
    let last = leaves.last().map_or("", |leaf| leaf.text.as_str());
    if phase == Phase::Build && leaves.len() > 1 && matches!(last, "exit 0" | "true") {
        return found("ends well even when it fails", leaves.last());
    }
    let worst = leaves
        .iter()
        .filter(|leaf| is_against(phase, leaf.kind) && !is_vague(phase, leaf))
        .min_by_key(|leaf| (severity(leaf.kind), leaf.kind != by_itself(leaf)));
    if let Some(leaf) = worst {
        let mut reason = if leaves.len() == 1 {
            reason(leaf.kind, &leaf.core)?.to_owned()
        } else {
            reason_among_others(leaf.kind, &leaf.core)?
        };
        if leaf.kind != by_itself(leaf) && leaf.kind != Kind::Placeholder {
            reason.push_str(", by its name");
        }
        return found(&reason, Some(leaf));
    }
    let is_only = |kind: Kind| !leaves.is_empty() && leaves.iter().all(|leaf| leaf.kind == kind);
    match phase {
        Phase::Typecheck if leaves.iter().any(|leaf| leaf.kind.is_test()) => {
            found("runs tests", leaves.first())
        }
        Phase::Typecheck if is_only(Kind::Build) => found("writes files", leaves.first()),
        Phase::Benchmark if is_only(Kind::Build) => found("only builds", leaves.first()),
        _ => None,
    }
}

/// What a command does whatever the script is called that holds it.
fn by_itself(leaf: &Leaf) -> Kind {
    // A task of other packages is known by its name alone.
    match classify(&leaf.core, "") {
        Kind::Other | Kind::Housekeeping if is_task_runner(leaf) => leaf.kind,
        kind => kind,
    }
}

fn is_task_runner(leaf: &Leaf) -> bool {
    leaf.core.first().is_some_and(|program| {
        matches!(
            program.as_str(),
            "turbo" | "nx" | "lerna" | "lage" | "npm" | "pnpm" | "yarn" | "bun"
        )
    })
}

/// Names that say too little: `build:debug` is no watcher, `test:version`
/// publishes nothing.
fn is_vague(phase: Phase, leaf: &Leaf) -> bool {
    leaf.kind != by_itself(leaf)
        && (leaf.kind == Kind::Publish || phase == Phase::Build && leaf.kind == Kind::Watch)
}

/// Whether a command of this kind must not be part of a phase's command.
fn is_against(phase: Phase, kind: Kind) -> bool {
    match phase {
        Phase::Install => false,
        Phase::Build => kind.unsafe_in_build().is_some() || kind == Kind::Placeholder,
        Phase::Typecheck => {
            kind.unsafe_in_build().is_some()
                || matches!(kind, Kind::Placeholder | Kind::Lint | Kind::Format | Kind::Install)
        }
        Phase::Test => !kind.fits_tests(),
        Phase::Benchmark => {
            kind.unsafe_in_build().is_some()
                || matches!(kind, Kind::Placeholder | Kind::Browser | Kind::Install)
        }
    }
}
