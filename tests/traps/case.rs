//! One trap, or one change that is none: a folder.

use std::path::{Path, PathBuf};

use serde::Deserialize;

#[path = "model_case.rs"]
mod model;

/// A project with a change and what should become of it.
pub(crate) struct Case {
    pub(crate) folder: PathBuf,
    kind: &'static str,
    /// The gates that may end it.
    pub(crate) kills: Vec<String>,
    pub(crate) expect: Expected,
    /// The change, as `git diff` writes it.
    pub(crate) patch: String,
    pub(crate) title: String,
    /// The most risk that is allowed, where that is what the case is about.
    pub(crate) max_risk: Option<u32>,
    name: String,
    /// Whether the change is taken as written by a language model.
    pub(crate) by_model: bool,
}

/// What should become of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Expected {
    Accepted,
    Rejected,
    SizeDependent,
    NotSlower,
}

/// `case.toml`.
#[derive(Deserialize)]
struct Described {
    title: String,
    kills: Vec<String>,
    expect: Expected,
    max_risk: Option<u32>,
}

impl Case {
    /// Every case, sorted by name.
    pub(crate) fn all() -> Vec<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/traps");
        let mut cases: Vec<Self> = ["wrong", "right"]
            .into_iter()
            .flat_map(|kind| {
                let folder = std::fs::read_dir(root.join(kind)).expect("the folder is there");
                folder.map(move |entry| Self::read(entry.expect("it reads").path(), kind))
            })
            .collect();
        let files = std::fs::read_dir(root.join("model")).expect("the folder is there");
        for file in files {
            cases.extend(model::cases(&root, &file.expect("it reads").path()));
        }
        cases.sort_by_key(Self::id);
        cases
    }

    /// `wrong::sum-of-floats`, `model::wrong::sum-of-floats`.
    pub(crate) fn id(&self) -> String {
        let by = if self.by_model { "model::" } else { "" };
        format!("{by}{}::{}", self.kind, self.name)
    }

    /// Whether it takes a measurement to tell: what is right is measured, and
    /// what only the last gates refuse.
    pub(crate) fn is_measured(&self) -> bool {
        let late = |gate: &String| gate == "workloads" || gate == "risk";
        self.expect != Expected::Rejected || self.kills.iter().any(late)
    }

    fn read(folder: PathBuf, kind: &'static str) -> Self {
        let text = |name: &str| {
            let path = folder.join(name);
            std::fs::read_to_string(&path)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        };
        let described: Described = toml::from_str(&text("case.toml"))
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let patch = text("change.patch");
        let Described { title, kills, expect, max_risk } = described;
        let name = folder.file_name().expect("a folder has a name").to_string_lossy().into_owned();
        Self { folder, kind, kills, expect, patch, title, max_risk, name, by_model: false }
    }
}
