//! Actions: those of the same repository are followed, those that set up Node
//! or a package manager say with which version the project is worked on.

use selfopt_core::SourceTree;
use serde_yaml_ng::Value;

use super::Ci;
use super::file::{File, scalar};
use super::steps::{Context, read_steps};
use crate::tree_facts::file_name;

/// Actions that call actions; deeper than this is a cycle.
const MAX_DEPTH: usize = 4;

/// Reads what a step `uses`.
pub(super) fn read_action(action: &str, step: &Value, context: &Context<'_>, ci: &mut Ci) {
    if let Some(local) = action.strip_prefix("./") {
        read_local(local.trim_end_matches('/'), step, context, ci);
        return;
    }
    let input = |name: &str| {
        let value = step.get("with").and_then(|with| with.get(name))?;
        context.scope.fill(&scalar(value)?)
    };
    let name = action.split('@').next().unwrap_or_default();
    let line = || context.file.line_containing(name);
    match name {
        "actions/setup-node" => {
            if let Some(version) = input("node-version") {
                ci.add_node(version, || context.file.line_containing("node-version:"));
            } else if let Some(path) = input("node-version-file") {
                let path = path.trim_start_matches("./");
                if let Some(version) = version_in(context.tree, path) {
                    ci.add_node(version, || context.file.line_containing("node-version-file:"));
                }
            }
            // What is cached is what installs.
            if let Some(manager) = input("cache") {
                ci.add_manager(&manager, None, || context.file.line_containing("cache:"));
            }
        }
        "pnpm/action-setup" | "pnpm/setup" => {
            ci.add_manager("pnpm", input("version"), line);
        }
        "oven-sh/setup-bun" => {
            let version = input("bun-version").or_else(|| {
                let path = input("bun-version-file")?;
                version_in(context.tree, path.trim_start_matches("./"))
            });
            ci.add_manager("bun", version, line);
        }
        "denoland/setup-deno" => ci.add_manager("deno", input("deno-version"), line),
        "wyvox/action-setup-pnpm" => {
            ci.add_manager("pnpm", input("pnpm-version"), line);
            if let Some(version) = input("node-version") {
                ci.add_node(version, || context.file.line_containing("node-version:"));
            }
        }
        _ => {}
    }
}

/// The first word of a file that holds nothing but a version, or the word
/// after `nodejs` of a `.tool-versions`.
fn version_in(tree: &dyn SourceTree, path: &str) -> Option<String> {
    // A manifest's own keys are read elsewhere.
    if file_name(path) == "package.json" {
        return None;
    }
    let text = tree.text(path)?;
    let tool = text.lines().find_map(|line| {
        let (name, version) = line.split_once(char::is_whitespace)?;
        matches!(name, "nodejs" | "node" | "bun").then(|| version.trim().to_owned())
    });
    tool.or_else(|| Some(text.split_whitespace().next()?.to_owned()))
}

fn read_local(folder: &str, step: &Value, context: &Context<'_>, ci: &mut Ci) {
    if context.depth >= MAX_DEPTH {
        return;
    }
    let path = ["action.yml", "action.yaml"]
        .into_iter()
        .map(|name| if folder.is_empty() { name.into() } else { format!("{folder}/{name}") })
        .find(|path| context.tree.contains(path));
    let Some(file) = path.and_then(|path| File::read(context.tree, &path, ci)) else {
        return;
    };
    let steps = file.root.get("runs").and_then(|runs| runs.get("steps"));
    // An input that is not given is its default.
    let mut scope = context.scope.clone();
    scope.clear_inputs();
    scope.add_inputs(file.root.get("inputs"));
    scope.add_given(step.get("with"), context.scope);
    let inner = Context {
        tree: context.tree,
        file: &file,
        scope: &scope,
        folder: context.folder.clone(),
        depth: context.depth + 1,
    };
    read_steps(steps, &inner, ci);
}
