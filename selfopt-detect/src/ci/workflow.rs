//! One workflow file: jobs, steps, and the actions of the same repository.

use selfopt_core::{EvidenceLine, SourceTree};
use serde_yaml_ng::Value;

use super::expand::{Scope, combinations};
use super::{Ci, CiCommand, MAX_COMMANDS};
use crate::evidence::{note, quoted, whole_file};
use crate::kind::tokens;
use crate::shell::split;

/// Actions that call actions; deeper than this is a cycle.
const MAX_DEPTH: usize = 4;

/// The longest `run` that is read; longer ones are programs, not commands.
const MAX_RUN_BYTES: usize = 8 << 10;

/// Reads a workflow into what is known so far.
pub(super) fn read(tree: &dyn SourceTree, path: &str, ci: &mut Ci) {
    let Some(file) = File::read(tree, path, ci) else {
        return;
    };
    if publishes(path, &file.root) {
        return;
    }
    let mut scope = Scope::default();
    scope.add_env(file.root.get("env"));
    let default_folder =
        folder_of(file.root.get("defaults").and_then(|defaults| defaults.get("run")));
    let Some(jobs) = file.root.get("jobs").and_then(Value::as_mapping) else {
        return;
    };
    for job in jobs.values() {
        let job_folder = folder_of(job.get("defaults").and_then(|defaults| defaults.get("run")));
        for matrix in combinations(job.get("strategy").and_then(|strategy| strategy.get("matrix")))
        {
            let mut scope = scope.clone();
            scope.matrix = matrix;
            scope.add_env(job.get("env"));
            let context = Context {
                tree,
                file: &file,
                scope: &scope,
                folder: job_folder.clone().or_else(|| default_folder.clone()),
                depth: 0,
            };
            read_steps(job.get("steps"), &context, ci);
        }
    }
}

/// A YAML file with its text, for the lines.
struct File {
    path: String,
    text: String,
    root: Value,
}

impl File {
    fn read(tree: &dyn SourceTree, path: &str, ci: &mut Ci) -> Option<Self> {
        let text = tree.text(path)?;
        let parsed = serde_yaml_ng::from_str::<Value>(&text).and_then(|mut root| {
            root.apply_merge()?;
            Ok(root)
        });
        match parsed {
            Ok(root) => Some(Self { path: path.to_owned(), text, root }),
            Err(error) => {
                let line = error.location().map_or_else(
                    || whole_file(path),
                    |at| {
                        let line_idx = at.line().saturating_sub(1);
                        quoted(path, line_idx, text.lines().nth(line_idx).unwrap_or_default())
                    },
                );
                ci.notes.push(note(
                    format!("`{path}` could not be read: {error}"),
                    "repair the file; until then its commands are not used as evidence",
                    line,
                ));
                None
            }
        }
    }

    /// The line where a command stands.
    fn line_of(&self, command: &str) -> EvidenceLine {
        let found = self.text.lines().enumerate().find(|(_, line)| {
            line.find(command).is_some_and(|at| {
                let before = line[..at].trim_end();
                before.is_empty()
                    || before.ends_with([':', '\'', '"', '-', '{', ','])
                    || before.ends_with("&&")
            })
        });
        found.map_or_else(
            || whole_file(&self.path),
            |(line_idx, line)| quoted(&self.path, line_idx, line),
        )
    }

    fn line_containing(&self, part: &str) -> EvidenceLine {
        crate::evidence::find_line(&self.path, &self.text, |line| line.contains(part))
    }
}

struct Context<'a> {
    tree: &'a dyn SourceTree,
    file: &'a File,
    scope: &'a Scope,
    folder: Option<String>,
    depth: usize,
}

fn read_steps(steps: Option<&Value>, context: &Context<'_>, ci: &mut Ci) {
    for step in steps.and_then(Value::as_sequence).into_iter().flatten() {
        if let Some(action) = step.get("uses").and_then(Value::as_str) {
            read_action(action, step, context, ci);
        }
        if let Some(run) = step.get("run").and_then(Value::as_str) {
            read_run(run, step, context, ci);
        }
    }
}

fn read_run(run: &str, step: &Value, context: &Context<'_>, ci: &mut Ci) {
    let sees_secrets = run.contains("secrets.")
        || step.get("env").and_then(Value::as_mapping).is_some_and(|env| {
            env.values().any(|value| value.as_str().is_some_and(|text| text.contains("secrets.")))
        });
    if sees_secrets || run.len() > MAX_RUN_BYTES {
        return;
    }
    let mut scope = context.scope.clone();
    scope.add_env(step.get("env"));
    let own_folder = folder_of(Some(step));
    let folder = own_folder.or_else(|| context.folder.clone()).filter(|folder| folder != ".");
    for command in split(run) {
        if ci.commands.len() >= MAX_COMMANDS {
            return;
        }
        // What is left of `${{ … }}` is only known while a workflow runs.
        let Some(cmd) = scope.fill(&command.text) else {
            continue;
        };
        let line = context.file.line_of(&command.text);
        let found = CiCommand { cmd, folder: folder.clone(), line };
        if !ci.commands.iter().any(|known| known.cmd == found.cmd && known.folder == found.folder) {
            ci.commands.push(found);
        }
    }
}

fn read_action(action: &str, step: &Value, context: &Context<'_>, ci: &mut Ci) {
    if let Some(local) = action.strip_prefix("./") {
        read_local(local.trim_end_matches('/'), context, ci);
        return;
    }
    let input = |name: &str| {
        let value = step.get("with").and_then(|with| with.get(name))?;
        context.scope.fill(&scalar(value)?)
    };
    let name = action.split('@').next().unwrap_or_default();
    let manager = match name {
        "actions/setup-node" => {
            if let Some(version) = input("node-version") {
                let line = context.file.line_containing("node-version:");
                if !ci.node_versions.iter().any(|(known, _)| *known == version) {
                    ci.node_versions.push((version, line));
                }
            }
            return;
        }
        "pnpm/action-setup" | "pnpm/setup" => ("pnpm", input("version")),
        "oven-sh/setup-bun" => ("bun", input("bun-version")),
        "denoland/setup-deno" => ("deno", input("deno-version")),
        _ => return,
    };
    let line = context.file.line_containing(name);
    if !ci.managers.iter().any(|(known, ..)| known == manager.0) {
        ci.managers.push((manager.0.to_owned(), manager.1, line));
    }
}

fn read_local(folder: &str, context: &Context<'_>, ci: &mut Ci) {
    if context.depth >= MAX_DEPTH {
        return;
    }
    let path = ["action.yml", "action.yaml"]
        .into_iter()
        .map(|name| format!("{folder}/{name}"))
        .find(|path| context.tree.contains(path));
    let Some(file) = path.and_then(|path| File::read(context.tree, &path, ci)) else {
        return;
    };
    let steps = file.root.get("runs").and_then(|runs| runs.get("steps"));
    // An input's default stands for the input.
    let mut scope = context.scope.clone();
    scope.add_inputs(file.root.get("inputs"));
    let inner = Context {
        tree: context.tree,
        file: &file,
        scope: &scope,
        folder: context.folder.clone(),
        depth: context.depth + 1,
    };
    read_steps(steps, &inner, ci);
}

/// Whether the workflow is about publishing, by its name or its triggers.
fn publishes(path: &str, root: &Value) -> bool {
    let words = [
        "publish", "release", "releases", "deploy", "nightly", "canary", "docs", "docker", "pages",
    ];
    let is_named = tokens(crate::tree_facts::file_name(path))
        .iter()
        .any(|token| words.contains(&token.as_str()));
    // YAML 1.1 reads the key `on` as `true`.
    let triggers = root.get("on").or_else(|| root.get(Value::Bool(true)));
    let fits = |name: &str| {
        matches!(
            name,
            "push" | "pull_request" | "workflow_call" | "merge_group" | "pull_request_target"
        )
    };
    let is_triggered = match triggers {
        Some(Value::String(name)) => fits(name),
        Some(Value::Sequence(names)) => names.iter().filter_map(Value::as_str).any(fits),
        Some(Value::Mapping(map)) => map.iter().any(|(name, filter)| {
            let only_tags = filter.get("tags").is_some() && filter.get("branches").is_none();
            name.as_str().is_some_and(fits) && !only_tags
        }),
        _ => true,
    };
    is_named || !is_triggered
}

fn folder_of(holder: Option<&Value>) -> Option<String> {
    let folder = holder?.get("working-directory")?.as_str()?;
    let folder = folder.trim_start_matches("./").trim_end_matches('/');
    Some(if folder.is_empty() { ".".to_owned() } else { folder.to_owned() })
}

/// A scalar as text.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(on) => Some(on.to_string()),
        _ => None,
    }
}
