//! Nx: projects that are described by a `project.json`, and what `nx.json`
//! says about all of them.

use std::collections::{BTreeMap, BTreeSet};

use jsonc_parser::ParseOptions;
use selfopt_core::SourceTree;
use serde_json::Value;

use crate::evidence::find_line;
use crate::manifest::{Manifest, Script};

/// Largest file that is read; real ones have some kilobyte.
const MAX_BYTES: u64 = 1 << 20;
/// Targets of one project that are read.
const MAX_TARGETS: usize = 200;

/// `nx.json`.
#[derive(Default)]
pub(super) struct NxRoot {
    defaults: Value,
    plugins: Vec<Value>,
}

/// A project of an Nx workspace.
#[derive(Default)]
pub(super) struct NxProject {
    /// What Nx calls it.
    pub(super) name: String,
    /// Its targets, as if they were scripts.
    pub(super) targets: Manifest,
    /// Projects that it depends on beside those in its `package.json`.
    pub(super) implicit: Vec<String>,
    /// Targets that run the same target of what the project depends on first.
    pub(super) builds_below: BTreeSet<String>,
}

impl NxRoot {
    /// Reads `nx.json`; `None` when the root has none.
    pub(super) fn read(tree: &dyn SourceTree) -> Option<Self> {
        tree.entry("nx.json")?;
        let root = json(tree, "nx.json").unwrap_or_default();
        Some(Self {
            defaults: root.get("targetDefaults").cloned().unwrap_or_default(),
            plugins: root.get("plugins").and_then(Value::as_array).cloned().unwrap_or_default(),
        })
    }

    /// Whether a target runs the dependencies' targets first, everywhere.
    pub(super) fn builds_below(&self, target: &str) -> bool {
        self.defaults.get(target).is_some_and(goes_below)
    }

    /// The project in a folder; `tree` is the folder's.
    pub(super) fn project(&self, tree: &dyn SourceTree, folder: &str) -> Option<NxProject> {
        let own = json(tree, "project.json")?;
        let text = tree.text("project.json").unwrap_or_default();
        let path = format!("{folder}/project.json");
        let base = folder.rsplit('/').next().unwrap_or(folder);
        let mut scripts = Vec::new();
        let mut builds_below = BTreeSet::new();
        let none = serde_json::Map::new();
        let targets = own.get("targets").and_then(Value::as_object).unwrap_or(&none);
        for (name, target) in targets.iter().take(MAX_TARGETS) {
            let default = self.defaults.get(name);
            if target
                .get("dependsOn")
                .map_or_else(|| default.is_some_and(goes_below), |_| goes_below(target))
            {
                builds_below.insert(name.clone());
            }
            let line = find_line(&path, &text, |line| line.contains(&format!("\"{name}\"")));
            let runs = what_runs(target).or_else(|| what_runs(default?));
            scripts.extend(runs.map(|text| Script { name: name.clone(), text, line }));
        }
        for (name, text, config) in self.inferred(tree) {
            if !targets.contains_key(&name) {
                let line = crate::evidence::whole_file(&format!("{folder}/{config}"));
                scripts.push(Script { name, text: text.to_owned(), line });
            }
        }
        let words = |key: &str| -> Vec<String> {
            let list = own.get(key).and_then(Value::as_array).into_iter().flatten();
            list.filter_map(|name| Some(name.as_str()?.to_owned())).take(MAX_TARGETS).collect()
        };
        Some(NxProject {
            name: own.get("name").and_then(Value::as_str).unwrap_or(base).to_owned(),
            targets: Manifest::of_scripts(scripts),
            implicit: words("implicitDependencies"),
            builds_below,
        })
    }

    /// Targets that a plugin makes from a runner's configuration file: name,
    /// command and file.
    fn inferred(&self, tree: &dyn SourceTree) -> Vec<(String, &'static str, String)> {
        let known = [
            ("@nx/jest/plugin", "jest", &["jest.config."][..]),
            ("@nx/vite/plugin", "vitest run", &["vitest.config.", "vite.config."]),
            ("@nx/vitest", "vitest run", &["vitest.config.", "vite.config."]),
        ];
        let mut found = BTreeMap::new();
        for plugin in self.plugins.iter().take(MAX_TARGETS) {
            let name = plugin.as_str().or_else(|| plugin.get("plugin")?.as_str());
            let Some((_, text, configs)) = known.iter().find(|(known, ..)| name == Some(known))
            else {
                continue;
            };
            let options = plugin.get("options");
            let option = |key: &str| options?.get(key)?.as_str();
            let target = option("targetName").or_else(|| option("testTargetName"));
            let config = tree.entries().iter().find(|entry| {
                configs.iter().any(|start| entry.path.starts_with(start))
                    && !entry.path.contains('/')
            });
            if let Some(config) = config {
                found.insert(target.unwrap_or("test").to_owned(), (*text, config.path.clone()));
            }
        }
        found.into_iter().map(|(name, (text, config))| (name, text, config)).collect()
    }
}

/// Whether `dependsOn` names targets of the dependencies: `^build`, or an
/// object with `dependencies: true`.
fn goes_below(target: &Value) -> bool {
    let list = target.get("dependsOn").and_then(Value::as_array);
    list.into_iter().flatten().any(|one| {
        one.as_str().is_some_and(|name| name.starts_with('^'))
            || one.get("dependencies").and_then(Value::as_bool).unwrap_or_default()
            || one.get("projects").and_then(Value::as_str) == Some("dependencies")
    })
}

/// The command line that a target comes down to, as far as it says what the
/// target is.
fn what_runs(target: &Value) -> Option<String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    if let Some(command) = target.get("command").and_then(text) {
        return Some(command);
    }
    let executor = target.get("executor").or_else(|| target.get("builder"))?.as_str()?;
    let (plugin, name) = executor.rsplit_once(':')?;
    let options = target.get("options");
    if name == "run-commands" {
        if let Some(command) = options?.get("command").and_then(text) {
            return Some(command);
        }
        let commands = options?.get("commands")?.as_array()?.iter().take(MAX_TARGETS);
        let lines = commands.filter_map(|one| text(one).or_else(|| text(one.get("command")?)));
        return Some(lines.collect::<Vec<_>>().join(" && "));
    }
    let of = |word: &str| plugin.contains(word);
    let program = match name {
        "jest" => "jest",
        "vitest" => "vitest run",
        "test" if of("vite") => "vitest run",
        "karma" => "karma start --single-run",
        "cypress" => "cypress run",
        "playwright" => "playwright test",
        "lint" | "eslint" => "eslint .",
        "tsc" => "tsc",
        "swc" => "swc src",
        "esbuild" | "rollup" | "webpack" => name,
        "build" if of("vite") => "vite build",
        "build" if of("next") => "next build",
        "build" if of("remix") => "remix build",
        "application" | "browser" | "browser-esbuild" | "package" if of("angular") => "ng build",
        _ => return None,
    };
    Some(program.to_owned())
}

/// JSON that may hold comments; `None` when it is not there, too large, or
/// broken.
pub(super) fn json(tree: &dyn SourceTree, path: &str) -> Option<Value> {
    tree.entry(path).filter(|entry| entry.size <= MAX_BYTES)?;
    let text = tree.text(path)?;
    jsonc_parser::parse_to_serde_value(&text, &ParseOptions::default()).ok()
}

#[cfg(test)]
mod tests {
    use selfopt_core::MemoryTree;

    use super::*;

    #[test]
    fn targets_are_read_as_scripts_with_their_lines() {
        let nx = r#"{ // a comment
            "targetDefaults": {"build": {"dependsOn": ["^build"]}, "check": {"command": "tsc --noEmit"}},
            "plugins": [{"plugin": "@nx/jest/plugin", "options": {"targetName": "unit"}}]
        }"#;
        let project = "{\n\"name\": \"core\",\n\"implicitDependencies\": [\"x\"],\n\"targets\": {\n\"build\": {\"executor\": \"@nx/js:tsc\"},\n\"check\": {},\n\"test\": {\"executor\": \"nx:run-commands\", \"options\": {\"commands\": [\"a\", {\"command\": \"b\"}]}},\n\"odd\": {\"executor\": \"x:y\"}}}";
        let tree = MemoryTree::new([("nx.json", nx)]);
        let folder = MemoryTree::new([("project.json", project), ("jest.config.ts", "")]);
        let root = NxRoot::read(&tree).unwrap();
        let project = root.project(&folder, "libs/core").unwrap();
        let scripts: Vec<_> = project
            .targets
            .scripts
            .iter()
            .map(|script| (script.name.as_str(), script.text.as_str(), script.line.to_string()))
            .collect();
        let line = |n| format!("libs/core/project.json:{n}");
        assert_eq!(
            scripts,
            [
                ("build", "tsc", line(5)),
                ("check", "tsc --noEmit", line(6)),
                ("test", "a && b", line(7)),
                ("unit", "jest", "libs/core/jest.config.ts".to_owned()),
            ]
        );
        assert_eq!(
            (project.name.as_str(), project.implicit.as_slice()),
            ("core", &["x".into()][..])
        );
        assert!(project.builds_below.contains("build") && !project.builds_below.contains("test"));
    }
}
