//! The command that runs the benchmark: a script, or a file without one.

use selfopt_core::{CommandSource, SourceTree};

use super::{Choice, leaf_command, script_choice, script_line};
use crate::ci::Ci;
use crate::evidence::whole_file;
use crate::kind::{Kind, tokens};
use crate::manager::{plain_install, run_script};
use crate::manifest::Manifest;
use crate::scripts::{Leaf, Node, Scripts};
use crate::tree_facts::{file_name, folders, is_code, is_own};

/// Words of a script's name that speak of a benchmark.
const WORDS: [&str; 6] = ["bench", "benchmark", "benchmarks", "perf", "performance", "benches"];

/// Words that say that the script only prepares or reports.
const ASIDE: [&str; 19] = [
    "serve", "server", "deps", "install", "build", "update", "doc", "docs", "watch", "compare",
    "report", "clean", "setup", "size", "generate", "lint", "memory", "debug", "dev",
];

/// Chooses among the scripts.
pub(crate) fn script(scripts: &Scripts<'_>, ci: &Ci) -> Option<Choice> {
    let mut ranked: Vec<_> = scripts
        .manifest
        .scripts
        .iter()
        .enumerate()
        .filter_map(|(idx, script)| Some((rank(&script.name)?, idx, script.name.as_str())))
        .collect();
    ranked.sort_unstable();
    ranked.into_iter().find_map(|(_, _, name)| {
        let node = Node::Script(scripts.expand(name)?);
        let leaves = node.leaves();
        let is_unfit = leaves.iter().any(|leaf| {
            matches!(
                leaf.kind,
                Kind::Watch
                    | Kind::Server
                    | Kind::Browser
                    | Kind::Docker
                    | Kind::Placeholder
                    | Kind::Migrate
            ) || names_browser(&leaf.core)
                || changes_repository(leaf)
        });
        let runs_something = leaves.iter().any(|leaf| {
            !matches!(
                leaf.kind,
                Kind::Build
                    | Kind::Codegen
                    | Kind::Typecheck
                    | Kind::Housekeeping
                    | Kind::Install
                    | Kind::Lint
                    | Kind::Format
            )
        });
        if is_unfit || !runs_something {
            return None;
        }
        if let [only] = leaves.as_slice()
            && only.rewritten
        {
            return Some(Choice {
                cmd: leaf_command(scripts, only),
                confidence: 0.75,
                source: CommandSource::ScriptPart,
                evidence: script_line(scripts, name),
                script: None,
            });
        }
        Some(script_choice(scripts, name, 0.85).confirmed_by(ci, scripts, &[name]))
    })
}

/// Whether it publishes or checks out branches. `npm link` only joins the
/// benchmark's folder with the package.
fn changes_repository(leaf: &Leaf) -> bool {
    leaf.kind == Kind::Publish
        && !leaf
            .core
            .first()
            .is_some_and(|program| matches!(program.as_str(), "npm" | "pnpm" | "yarn" | "bun"))
}

/// Whether an argument speaks of a browser: `node run.js browser-perf.json`.
fn names_browser(core: &[String]) -> bool {
    core.iter().skip(1).any(|word| {
        tokens(word).iter().any(|token| matches!(token.as_str(), "browser" | "browsers"))
    })
}

fn rank(name: &str) -> Option<u32> {
    let parts = tokens(name);
    let has = |words: &[&str]| parts.iter().any(|token| words.contains(&token.as_str()));
    if !has(&WORDS) || has(&ASIDE) || name.starts_with("pre") || name.starts_with("post") {
        return None;
    }
    Some(match name {
        "bench" | "benchmark" => 0,
        "benchmarks" | "perf" | "performance" => 1,
        _ if has(&["all", "node"]) => 2,
        _ => 3,
    })
}

/// A benchmark without a script: a package of its own, or a file with a
/// conventional name.
pub(crate) fn folder(
    tree: &dyn SourceTree,
    manifest: &Manifest,
    scripts: &Scripts<'_>,
) -> Option<Choice> {
    own_package(tree, scripts)
        .or_else(|| vitest_bench(tree, scripts))
        .or_else(|| file(tree, manifest))
}

/// `*.bench.ts`, which Vitest runs without more.
fn vitest_bench(tree: &dyn SourceTree, scripts: &Scripts<'_>) -> Option<Choice> {
    let line = scripts.manifest.dependencies.get("vitest")?.line.clone();
    let path = tree.entries().iter().map(|entry| entry.path.as_str()).find(|path| {
        file_name(path).contains(".bench.")
            && is_code(path)
            && is_own(path)
            && !path.starts_with("packages/")
    })?;
    Some(Choice {
        cmd: format!("{} vitest bench --run", crate::manager::exec_prefix(scripts.manager)),
        confidence: 0.55,
        source: CommandSource::Folder,
        evidence: vec![whole_file(path), line],
        script: None,
    })
}

/// `bench/package.json`: installed by itself.
fn own_package(tree: &dyn SourceTree, scripts: &Scripts<'_>) -> Option<Choice> {
    let path = [
        "bench/package.json",
        "benchmark/package.json",
        "benchmarks/package.json",
        "perf/package.json",
    ]
    .into_iter()
    .find(|path| tree.contains(path))?;
    let folder = path.trim_end_matches("/package.json");
    let inner = Manifest::read(tree, path).ok().flatten().unwrap_or_default();
    let inner_scripts = Scripts { manifest: &inner, manager: scripts.manager };
    let named = ["bench", "benchmark", "start", "test"].into_iter().find(|name| {
        inner_scripts.expand(name).is_some_and(|node| {
            let root = Node::Script(node);
            !root.leaves().is_empty()
                && root.leaves().iter().all(|leaf| leaf.kind != Kind::Placeholder)
        })
    });
    let run = if let Some(name) = named {
        run_script(scripts.manager, name)
    } else {
        let main = ["index.js", "index.mjs", "index.cjs", "bench.js", "benchmark.js", "run.js"]
            .into_iter()
            .find(|name| tree.contains(&format!("{folder}/{name}")))?;
        format!("node {main}")
    };
    let line = named
        .and_then(|name| inner.script(name))
        .map_or_else(|| whole_file(path), |script| script.line.clone());
    Some(Choice {
        cmd: format!("cd {folder} && {} && {run}", plain_install(scripts.manager)),
        confidence: 0.55,
        source: CommandSource::Folder,
        evidence: vec![line],
        script: None,
    })
}

fn file(tree: &dyn SourceTree, manifest: &Manifest) -> Option<Choice> {
    let mut ranked: Vec<_> = tree
        .entries()
        .iter()
        .filter_map(|entry| Some((file_rank(tree, manifest, &entry.path)?, entry.path.as_str())))
        .collect();
    ranked.sort_unstable();
    let (_, path) = ranked.first()?;
    Some(Choice {
        cmd: format!("node {path}"),
        confidence: 0.5,
        source: CommandSource::Folder,
        evidence: vec![whole_file(path)],
        script: None,
    })
}

/// How much a file looks like the benchmark; lower is better.
fn file_rank(tree: &dyn SourceTree, manifest: &Manifest, path: &str) -> Option<usize> {
    let name = file_name(path);
    let is_plain = [".js", ".mjs", ".cjs"].iter().any(|end| name.ends_with(end));
    if !is_plain || !is_code(path) || !is_own(path) || path.starts_with("src/") {
        return None;
    }
    let folder_parts: Vec<_> = folders(path).filter(|folder| !folder.is_empty()).collect();
    let depth = folder_parts.len();
    let in_packages = folder_parts.first().is_some_and(|folder| *folder == "packages");
    if depth > if in_packages { 3 } else { 2 } || folder_parts.contains(&"implementations") {
        return None;
    }
    let in_folder = folder_parts.last().is_some_and(|folder| WORDS.contains(folder));
    let stem = name.split('.').next().unwrap_or_default();
    let is_named = WORDS.contains(&stem) && !is_product(manifest, path);
    let by_name = if is_named {
        0
    } else if in_folder && matches!(stem, "index" | "run" | "main") {
        1
    } else if in_folder && names_a_source(tree, manifest, stem) {
        2
    } else if in_folder && in_packages {
        3
    } else {
        return None;
    };
    let is_twin =
        path.strip_suffix(".cjs").is_some_and(|start| tree.contains(&format!("{start}.js")));
    Some(by_name * 100 + depth * 10 + usize::from(is_twin))
}

/// Whether this is the package itself: one that is called `benchmark` ships a
/// `benchmark.js`.
fn is_product(manifest: &Manifest, path: &str) -> bool {
    let is_main = manifest.main.as_deref().is_some_and(|main| {
        let main = main.trim_start_matches("./");
        main == path || path.strip_prefix(main).is_some_and(|rest| rest == ".js")
    });
    let stem = |path: &str| path.strip_suffix(".js").unwrap_or(path).to_owned();
    let is_namesake =
        manifest.name.as_ref().is_some_and(|name| stem(file_name(&name.value)) == stem(path));
    is_main || is_namesake
}

/// `bench-parse.js` beside `lib/parse.js` measures that; `bench-10k-items.js`
/// wants to be told what to measure.
fn names_a_source(tree: &dyn SourceTree, manifest: &Manifest, stem: &str) -> bool {
    let subject = WORDS
        .iter()
        .find_map(|word| {
            stem.strip_prefix(word)
                .map(|rest| rest.trim_start_matches(['-', '_']))
                .or_else(|| stem.strip_suffix(word).map(|rest| rest.trim_end_matches(['-', '_'])))
        })
        .filter(|subject| !subject.is_empty());
    let Some(subject) = subject else { return false };
    let is_package = manifest.name.as_ref().is_some_and(|name| file_name(&name.value) == subject);
    is_package
        || tree.entries().iter().any(|entry| {
            let is_bench = folders(&entry.path).any(|folder| WORDS.contains(&folder));
            !is_bench
                && is_code(&entry.path)
                && file_name(&entry.path).split('.').next() == Some(subject)
        })
}
