//! Why no call of a function was seen: that nothing calls it, or that nobody
//! looked.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::workload::Provenance;

/// Why no call of a function was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "why")]
pub enum Unseen {
    /// Its file was loaded, and nothing called it.
    NotCalled,
    /// No process that was looked into loaded its file.
    NotLoaded {
        /// The file, relative to the project root.
        path: String,
    },
    /// No process of Node had the recorder in it.
    HookNotLoaded,
    /// What was to be looked into did not end as it does without the recorder,
    /// or what was written cannot be read.
    RunFailed {
        /// What happened.
        reason: String,
    },
}

/// Where the recorder does not see a file that is loaded.
pub(crate) const UNSEEN_PLACES: &str = "where it is not seen: as an installed or bundled copy, or in a process with an environment of its own";

impl Unseen {
    /// The same in a clause, where the calls should have come from there.
    pub fn clause(&self, from: &Provenance) -> String {
        match self {
            Self::NotCalled => match from {
                Provenance::Tests => "the tests do not call it".into(),
                other => format!("{other} does not call it"),
            },
            Self::NotLoaded { path } => {
                let load = if *from == Provenance::Tests { "do not load" } else { "does not load" };
                format!("{from} {load} `{path}`, or {UNSEEN_PLACES}")
            }
            Self::HookNotLoaded => format!(
                "no process of Node that ran for {from} had the recorder in it: another runtime ran, or Node was started with an environment of its own"
            ),
            Self::RunFailed { reason } => reason.clone(),
        }
    }
}
