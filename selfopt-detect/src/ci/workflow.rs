//! One workflow file: its jobs, and the workflows of the same repository that
//! they call.

use selfopt_core::SourceTree;
use serde_yaml_ng::Value;

use super::Ci;
use super::expand::{Scope, combinations};
use super::file::{File, scalar};
use super::services::job_services;
use super::steps::{Context, Folder, read_steps};
use crate::kind::tokens;

/// Workflows that call workflows; deeper than this is a cycle.
const MAX_DEPTH: usize = 4;

/// Reads a workflow into what is known so far.
pub(super) fn read(tree: &dyn SourceTree, path: &str, ci: &mut Ci) {
    let Some(file) = File::read(tree, path, ci) else {
        return;
    };
    if is_named_for_publishing(path) || !is_triggered(&file.root) {
        return;
    }
    let mut scope = Scope::default();
    scope.add_inputs(called_with(&file.root));
    read_jobs(tree, &file, scope, 0, ci);
}

fn read_jobs(tree: &dyn SourceTree, file: &File, mut scope: Scope, depth: usize, ci: &mut Ci) {
    scope.add_env(file.root.get("env"));
    let default_folder = Folder::default().named_by(run_defaults(&file.root), &scope);
    let jobs = file.root.get("jobs").and_then(Value::as_mapping);
    for job in jobs.into_iter().flat_map(|jobs| jobs.values()) {
        if is_switched_off(job) {
            continue;
        }
        let matrix = job.get("strategy").and_then(|strategy| strategy.get("matrix"));
        for combination in combinations(matrix) {
            let mut scope = scope.clone();
            scope.matrix = combination;
            scope.add_env(job.get("env"));
            if let Some(called) = job.get("uses").and_then(Value::as_str) {
                read_called(tree, called, job, &scope, depth, ci);
                continue;
            }
            let folder = default_folder.named_by(run_defaults(job), &scope);
            let context = Context { tree, file, scope: &scope, folder, depth: 0 };
            read_image(job, &context, ci);
            read_steps(job.get("steps"), &context, ci);
        }
        job_services(job, file, ci);
    }
}

/// `uses: ./.github/workflows/test.yml`, with what it is given.
fn read_called(
    tree: &dyn SourceTree,
    called: &str,
    job: &Value,
    scope: &Scope,
    depth: usize,
    ci: &mut Ci,
) {
    let Some(path) = called.strip_prefix("./").filter(|_| depth < MAX_DEPTH) else {
        return;
    };
    if is_named_for_publishing(path) {
        return;
    }
    let Some(file) = File::read(tree, path, ci) else {
        return;
    };
    // A called workflow does not see its caller's `env`.
    let mut inner = Scope::default();
    inner.add_inputs(called_with(&file.root));
    inner.add_given(job.get("with"), scope);
    read_jobs(tree, &file, inner, depth + 1, ci);
}

/// `container: node:20` says what the job runs on.
fn read_image(job: &Value, context: &Context<'_>, ci: &mut Ci) {
    let image = job
        .get("container")
        .and_then(|container| scalar(container).or_else(|| scalar(container.get("image")?)));
    let image = image.and_then(|image| context.scope.fill(&image));
    if let Some(tag) = image.as_deref().and_then(|image| image.strip_prefix("node:")) {
        ci.add_node(tag.to_owned(), || context.file.line_containing("node:"));
    }
}

/// The inputs of a workflow that others call.
fn called_with(root: &Value) -> Option<&Value> {
    triggers(root)?.get("workflow_call")?.get("inputs")
}

fn run_defaults(holder: &Value) -> Option<&Value> {
    holder.get("defaults")?.get("run")
}

/// `if: false`.
pub(super) fn is_switched_off(holder: &Value) -> bool {
    let condition = holder.get("if").and_then(scalar).unwrap_or_default();
    let condition = condition.trim().trim_start_matches("${{").trim_end_matches("}}").trim();
    condition == "false"
}

// YAML 1.1 reads the key `on` as `true`.
fn triggers(root: &Value) -> Option<&Value> {
    root.get("on").or_else(|| root.get(Value::Bool(true)))
}

/// Whether the file's name says that it is about publishing.
fn is_named_for_publishing(path: &str) -> bool {
    let words = [
        "publish", "release", "releases", "deploy", "nightly", "canary", "docs", "docker", "pages",
    ];
    tokens(crate::tree_facts::file_name(path)).iter().any(|token| words.contains(&token.as_str()))
}

/// Whether a change of the code starts it.
fn is_triggered(root: &Value) -> bool {
    let fits = |name: &str| {
        matches!(
            name,
            "push" | "pull_request" | "workflow_call" | "merge_group" | "pull_request_target"
        )
    };
    match triggers(root) {
        Some(Value::String(name)) => fits(name),
        Some(Value::Sequence(names)) => names.iter().filter_map(Value::as_str).any(fits),
        Some(Value::Mapping(map)) => map.iter().any(|(name, filter)| {
            let only_tags = filter.get("tags").is_some() && filter.get("branches").is_none();
            name.as_str().is_some_and(fits) && !only_tags
        }),
        _ => true,
    }
}
