//! `[proof]`: how changed functions are judged.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ConfigError;
use crate::statistics::Fraction;

/// How changed functions are judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ProofConfig {
    /// What becomes of a candidate with a changed line that no test executes.
    pub unreached: Unreached,
    /// Variations of the recorded inputs that are tried on each function.
    pub variations: u32,
    /// Mutants of the changed code that the checks should notice; 0 for none.
    pub mutants: u32,
    /// Whether inputs are grown and shrunk to see from which size on a change
    /// pays.
    pub ladder: bool,
    /// Modules that export named inputs or generators, relative to the
    /// project root; the most trusted workloads after the repository's own
    /// benchmark.
    pub workloads: Vec<String>,
    /// Candidates that save less than this share of the project's own CPU
    /// time are dropped; 0 drops none.
    pub min_impact: Fraction,
}

/// What becomes of a candidate with a changed line that no test executes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Unreached {
    /// It is refused.
    #[default]
    Refuse,
    /// It is judged by the rest, and the proposal says so.
    Report,
}

impl Default for ProofConfig {
    fn default() -> Self {
        Self {
            unreached: Unreached::Refuse,
            variations: 200,
            mutants: 6,
            ladder: true,
            workloads: Vec::new(),
            min_impact: Fraction::ZERO,
        }
    }
}

impl ProofConfig {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let refuse =
            |key, found: String, allowed| Err(ConfigError::OutOfRange { key, found, allowed });
        if self.variations > 10_000 {
            return refuse("proof.variations", self.variations.to_string(), "from 0 to 10000");
        }
        if self.mutants > 50 {
            return refuse("proof.mutants", self.mutants.to_string(), "from 0 to 50");
        }
        if self.min_impact >= Fraction::ONE {
            return refuse(
                "proof.min_impact",
                self.min_impact.as_f64().to_string(),
                "from 0 to below 1",
            );
        }
        for path in &self.workloads {
            let inside = !path.is_empty()
                && !path.starts_with('/')
                && path.split('/').all(|part| part != "..");
            if !inside {
                return refuse(
                    "proof.workloads",
                    format!("`{path}`"),
                    "a list of paths inside the project",
                );
            }
        }
        Ok(())
    }
}
