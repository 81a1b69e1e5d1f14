//! `[model]`: whether and how far a language model may be asked about this
//! repository. Which model, where it is, its key and what it may cost are the
//! user's and never in a repository: see `docs/guides/language-models.md`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ConfigError;

/// What a repository allows a language model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ModelConfig {
    /// Whether code of this repository may be sent to a model that the user
    /// names. By itself it sends nothing.
    pub enabled: bool,
    /// Functions that the model is asked about in a run, at most.
    pub targets: u32,
    /// Patches of each function, at most.
    pub candidates: u32,
    /// Files that are never sent, as globs relative to the project's root.
    pub exclude: Vec<String>,
}

impl Default for ModelConfig {
    fn default() -> Self {
        Self { enabled: false, targets: 4, candidates: 2, exclude: Vec::new() }
    }
}

impl ModelConfig {
    /// Refuses values out of range.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let refuse = |key, found: u32, allowed| {
            Err(ConfigError::OutOfRange { key, found: found.to_string(), allowed })
        };
        if !(1..=50).contains(&self.targets) {
            return refuse("model.targets", self.targets, "from 1 to 50");
        }
        if !(1..=5).contains(&self.candidates) {
            return refuse("model.candidates", self.candidates, "from 1 to 5");
        }
        match self.exclude.iter().find(|glob| globset::Glob::new(glob).is_err()) {
            None => Ok(()),
            Some(glob) => Err(ConfigError::OutOfRange {
                key: "model.exclude",
                found: format!("`{glob}`"),
                allowed: "a list of valid globs, such as `src/billing/**`",
            }),
        }
    }
}
