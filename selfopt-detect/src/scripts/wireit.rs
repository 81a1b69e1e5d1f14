//! Scripts whose text is only `wireit`: what they run stands under `wireit` in
//! `package.json`, with the scripts that must have run before.

use super::Node;
use super::expand::{Scripts, Walk, leaf_of_kind, leaf_of_task};
use crate::kind::Kind;
use crate::shell::ShellCommand;

impl Scripts<'_> {
    /// Whether `wireit` knows this script.
    pub(super) fn has_wireit(&self, script: &str) -> bool {
        self.manifest.wireit.contains_key(script)
    }

    /// What `wireit` runs for a script: its dependencies, then its command.
    pub(super) fn wireit(&self, script: &str, walk: &Walk<'_>) -> Vec<Node> {
        let Some(task) = self.manifest.wireit.get(script) else {
            return Vec::new();
        };
        let call = ShellCommand { text: "wireit".to_owned(), words: vec!["wireit".to_owned()] };
        let mut nodes: Vec<_> = task
            .dependencies
            .iter()
            .map(|name| {
                if let Some(own) = self.manifest.script(name) {
                    return Node::Script(self.script(&own.name, None, walk));
                }
                // `./packages/x:build`, `$WORKSPACES:build`.
                let task = name.rsplit(':').next().unwrap_or_default();
                leaf_of_task(&call, task, script, false, walk)
            })
            .collect();
        if let Some(command) = &task.command {
            let command_nodes = if task.is_service {
                let words = vec![command.clone()];
                let call = ShellCommand { text: command.clone(), words };
                vec![leaf_of_kind(&call, script, Kind::Server, false, walk)]
            } else {
                self.line(command, script, walk)
            };
            nodes.extend(command_nodes);
        }
        nodes
    }
}

#[cfg(test)]
mod tests {
    use selfopt_core::{MemoryTree, PackageManagerName};

    use super::*;
    use crate::manifest::Manifest;

    #[test]
    fn a_script_runs_its_graph() {
        let text = r#"{
            "scripts": {"test": "wireit", "build": "wireit", "start": "wireit", "loop": "wireit"},
            "wireit": {
                "test": {"command": "mocha", "dependencies": ["build", "./a:lint"]},
                "build": {"command": "tsc", "dependencies": [{"script": "./a:build"}]},
                "start": {"command": "node .", "service": true},
                "loop": {"dependencies": ["loop"]}
            }
        }"#;
        let tree = MemoryTree::new([("package.json", text)]);
        let manifest = Manifest::root(&tree).unwrap().unwrap();
        let scripts = Scripts { manifest: &manifest, manager: PackageManagerName::Npm };
        let kinds = |name: &str| -> Vec<Kind> {
            let node = Node::Script(scripts.expand(name).unwrap());
            node.leaves().iter().map(|leaf| leaf.kind).collect()
        };
        assert_eq!(kinds("test"), [Kind::Build, Kind::Build, Kind::Lint, Kind::Test]);
        assert_eq!(kinds("start"), [Kind::Server]);
        assert_eq!(kinds("loop"), []);
    }
}
