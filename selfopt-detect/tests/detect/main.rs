//! Detection at the crate's boundary, on small trees: one per trap and shape.

mod diagnoses;
mod environment;
mod garbage;
mod generality;
mod managers;
mod packages;
mod rejected;
mod scripts;
mod services;
mod workspaces;

use selfopt_core::config::Config;
use selfopt_core::{MemoryTree, Project, detection};

/// What is found in a tree of these files.
fn detected(files: &[(&str, &str)]) -> Project {
    let tree = MemoryTree::new(files.iter().copied());
    detection::detect(&tree, &selfopt_detect::detectors(), &Config::default(), "")
}

/// What is found for these scripts, with these dependencies and files.
fn with_scripts(scripts: &str, dependencies: &[&str], files: &[&str]) -> Project {
    let dependencies: Vec<_> =
        dependencies.iter().map(|name| format!("\"{name}\": \"1\"")).collect();
    let manifest = format!(
        "{{\"scripts\": {scripts},\n\"devDependencies\": {{{}}}}}",
        dependencies.join(", ")
    );
    let mut all = vec![("package.json", manifest.as_str()), ("package-lock.json", "{}")];
    all.extend(files.iter().map(|path| (*path, "")));
    detected(&all)
}

fn test_cmd(project: &Project) -> Option<&str> {
    project.test_cmd.as_ref().map(|test| test.cmd.as_str())
}
