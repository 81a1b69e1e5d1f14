//! What a benchmark runs that does not run the work tree, and what to do.

use serde_json::Value;

use super::BaselineJob;
use crate::paths::{PathClass, classify};
use crate::pipeline::RunError;
use crate::ports::{CollectLimits, CommandSpec, Phase, Workspace};
use crate::{Bytes, SandboxError};

/// Manifests of installed copies.
const LIMITS: CollectLimits =
    CollectLimits { files: 100, file_size: Bytes::from_mib(1), total: Bytes::from_mib(16) };

/// Folders that benchmarks like to have dependencies of their own in.
const FOLDERS: [&str; 6] = ["", "bench", "benches", "benchmark", "benchmarks", "perf"];

/// The likeliest answer in a sentence, with a way out.
pub(super) async fn guess(
    job: &BaselineJob<'_>,
    tree: &dyn Workspace,
    command: &CommandSpec,
) -> Result<String, RunError> {
    let name = job.project.package.as_ref().or(job.project.name.as_ref());
    if let Some(name) = name
        && let Some(copy) = installed_copy(job, tree, command, name).await?
    {
        return Ok(format!(
            "It probably loads the copy of `{name}` in `{copy}`, which no change of the work tree reaches: let the benchmark import the sources, or link the package there"
        ));
    }
    Ok(built_file(job).unwrap_or_else(|| {
        "Nothing that it loads seems to be the project's own: name a benchmark that imports the sources in selfopt.toml, `[commands]` `bench = \"...\"`".to_owned()
    }))
}

/// Where a published copy of the package itself is installed; a link to the
/// work tree is none.
async fn installed_copy(
    job: &BaselineJob<'_>,
    tree: &dyn Workspace,
    command: &CommandSpec,
    name: &str,
) -> Result<Option<String>, RunError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "@/-_.".contains(c);
    if !name.chars().all(plain) || name.contains("..") {
        return Ok(None);
    }
    let root = job.project.working_directory.trim_matches(['.', '/']);
    let package = job.project.package_folder().unwrap_or_default();
    let entered = command.cmd.strip_prefix("cd ").and_then(|rest| rest.split_whitespace().next());
    let mut folders: Vec<String> = Vec::new();
    for start in [root, package] {
        for folder in FOLDERS.into_iter().chain(entered) {
            let parts = [start, folder.trim_start_matches("./").trim_matches('/')];
            let path: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            folders.push([path.as_slice(), &["node_modules", name]].concat().join("/"));
        }
    }
    let globs: Vec<String> =
        folders.iter().map(|folder| format!("{folder}/package.json")).collect();
    let found = match tree.collect(&globs, LIMITS).await {
        Ok(found) => found,
        Err(SandboxError::TooMuch { .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    Ok(found.first().and_then(|file| file.path.strip_suffix("/package.json")).map(str::to_owned))
}

/// The entry of the package, where it is a built file.
fn built_file(job: &BaselineJob<'_>) -> Option<String> {
    let folder = job.project.package_folder().unwrap_or(&job.project.working_directory);
    let folder = folder.trim_matches(['.', '/']);
    let inside = |path: &str| match folder {
        "" => path.to_owned(),
        folder => format!("{folder}/{path}"),
    };
    let manifest: Value = serde_json::from_str(&job.tree.text(&inside("package.json"))?).ok()?;
    let entry = ["main", "module"].iter().filter_map(|key| manifest.get(key)?.as_str());
    let mut all: Vec<String> = entry.map(str::to_owned).collect();
    manifest.get("exports").into_iter().for_each(|exports| texts(exports, 0, &mut all));
    let path = all
        .iter()
        .map(|path| inside(path.trim_start_matches("./")))
        .find(|path| classify(path) == PathClass::Generated)?;
    let is_kept = job.tree.entries().iter().any(|entry| entry.path == path);
    Some(match (job.project.command(Phase::Build), is_kept) {
        (Some(build), true) => format!(
            "It probably loads `{path}`, which is part of the commit and which `{build}` does not write: let the benchmark import the sources, or name the command that writes it, `[commands]` `build = \"...\"`"
        ),
        (Some(build), false) => format!(
            "It probably loads a build like `{path}` that `{build}` does not write anew: let the benchmark import the sources, or name the command that writes it, `[commands]` `build = \"...\"`"
        ),
        (None, _) => format!(
            "It probably loads `{path}`, which no command here builds: name the one that does in selfopt.toml, `[commands]` `build = \"...\"`"
        ),
    })
}

/// Every text in a value of `exports`.
fn texts(value: &Value, depth: u8, all: &mut Vec<String>) {
    if depth > 8 || all.len() > 100 {
        return;
    }
    match value {
        Value::String(text) => all.push(text.clone()),
        Value::Object(map) => map.values().for_each(|value| texts(value, depth + 1, all)),
        Value::Array(list) => list.iter().for_each(|value| texts(value, depth + 1, all)),
        _ => {}
    }
}
