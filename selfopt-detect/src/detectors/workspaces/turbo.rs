//! `turbo.json`: which tasks run the dependencies' tasks first.

use std::collections::BTreeSet;

use selfopt_core::SourceTree;
use serde_json::Value;

use super::nx::json;

/// Tasks that go through what a package depends on, by name.
#[derive(Default)]
pub(super) struct Turbo {
    goes_below: BTreeSet<String>,
}

impl Turbo {
    /// Reads it; `None` when the root has none.
    pub(super) fn read(tree: &dyn SourceTree) -> Option<Self> {
        let path = ["turbo.json", "turbo.jsonc"].into_iter().find(|path| tree.contains(path))?;
        let root = json(tree, path).unwrap_or_default();
        // `pipeline` until version 2.
        let tasks = root.get("tasks").or_else(|| root.get("pipeline")).and_then(Value::as_object);
        let goes_below = tasks
            .into_iter()
            .flatten()
            .filter(|(name, task)| {
                let depends_on = task.get("dependsOn").and_then(Value::as_array);
                let below = format!("^{name}");
                depends_on.into_iter().flatten().any(|one| one.as_str() == Some(&below))
            })
            .map(|(name, _)| name.clone())
            .collect();
        Some(Self { goes_below })
    }

    /// Whether this task is run in the dependencies first.
    pub(super) fn goes_below(&self, task: &str) -> bool {
        self.goes_below.contains(task)
    }
}

#[cfg(test)]
mod tests {
    use selfopt_core::MemoryTree;

    use super::*;

    #[test]
    fn tasks_that_go_below_are_known_in_both_versions() {
        for key in ["tasks", "pipeline"] {
            let text = format!(
                r#"{{ "{key}": {{"build": {{"dependsOn": ["^build"]}}, "test": {{"dependsOn": ["build", "^other"]}}}} }}"#
            );
            let turbo = Turbo::read(&MemoryTree::new([("turbo.json", text)])).unwrap();
            assert!(turbo.goes_below("build") && !turbo.goes_below("test"), "{key}");
        }
        assert!(Turbo::read(&MemoryTree::default()).is_none());
    }
}
