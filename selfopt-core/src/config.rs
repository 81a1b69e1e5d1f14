//! `selfopt.toml`: what a repository says about itself. Flags override it.
//! Unknown keys are reported with a suggestion and do not stop a run.

mod http;
mod model;
mod patterns;
mod project;
mod proof;
mod rules;
mod sandbox;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::digest::Digest;
use crate::domain::HttpLoad;
use crate::statistics::Fraction;

pub use model::ModelConfig;
pub use patterns::PatternConfig;
pub use project::ProjectConfig;
pub use proof::{ProofConfig, Unreached};
pub use rules::{RuleSettings, RulesConfig, nearest_rules};
pub use sandbox::SandboxConfig;

/// The name of the configuration file, at the project's root.
pub const CONFIG_FILE: &str = "selfopt.toml";

/// Everything that can be configured. Every key has a default.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Config {
    /// What the project is, where detection is to be overridden.
    pub project: ProjectConfig,
    /// Commands that override what is detected.
    pub commands: CommandsConfig,
    /// Limits on what a patch may touch.
    pub limits: LimitsConfig,
    /// What a run may spend.
    pub budget: BudgetConfig,
    /// A server that is the benchmark.
    pub http: HttpLoad,
    /// How the benchmark gate decides.
    pub benchmark: BenchmarkConfig,
    /// How functions are judged.
    pub proof: ProofConfig,
    /// Which rules run.
    pub rules: RulesConfig,
    /// Texts that are reported wherever they occur.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub patterns: Vec<PatternConfig>,
    /// Which files are scanned.
    pub paths: PathsConfig,
    /// What a language model may be asked.
    pub model: ModelConfig,
    /// Options of rule packs, by the pack's id.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub packs: BTreeMap<String, serde_json::Value>,
    /// How the baseline is made.
    pub baseline: BaselineConfig,
    /// What an install may reach.
    pub sandbox: SandboxConfig,
}

/// Commands. A string is the command; `false` says that there is none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct CommandsConfig {
    /// Installs the dependencies.
    pub install: Option<CommandOverride>,
    /// Builds what ships.
    pub build: Option<CommandOverride>,
    /// Checks types.
    pub typecheck: Option<CommandOverride>,
    /// Runs the unit tests once.
    pub test: Option<CommandOverride>,
    /// Runs the benchmark.
    pub bench: Option<CommandOverride>,
}

/// A command, or `false` for none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum CommandOverride {
    /// The command as a shell would take it.
    Command(String),
    /// `false`: there is none. `true` is refused.
    Off(bool),
}

impl CommandOverride {
    /// The command, or `None` for `false`.
    pub fn command(&self) -> Option<&str> {
        match self {
            Self::Command(cmd) => Some(cmd),
            Self::Off(_) => None,
        }
    }
}

// By hand: an untagged enum's own message names neither key nor choice.
impl<'de> Deserialize<'de> for CommandOverride {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl serde::de::Visitor<'_> for Visitor {
            type Value = CommandOverride;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a command in quotes, or `false` for none")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
                if text.trim().is_empty() {
                    return Err(E::invalid_value(serde::de::Unexpected::Str(text), &self));
                }
                Ok(CommandOverride::Command(text.to_owned()))
            }

            fn visit_bool<E: serde::de::Error>(self, on: bool) -> Result<Self::Value, E> {
                if on {
                    return Err(E::invalid_value(serde::de::Unexpected::Bool(on), &self));
                }
                Ok(CommandOverride::Off(false))
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

/// Limits on what a patch may touch. Checked on the resulting diff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct LimitsConfig {
    /// Files changed, at most.
    pub max_files: u32,
    /// Lines added and removed together, at most.
    pub max_changed_lines: u32,
    /// Risk score (0 to 100) above which a candidate is refused.
    pub max_risk: u32,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self { max_files: 5, max_changed_lines: 200, max_risk: 60 }
    }
}

/// What a run may spend.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct BudgetConfig {
    /// CPU minutes of all commands together.
    pub compute_minutes: f64,
    /// Elapsed minutes.
    pub wall_minutes: f64,
    /// Candidates tried, at most.
    pub max_candidates: u32,
}

impl Default for BudgetConfig {
    fn default() -> Self {
        Self { compute_minutes: 60.0, wall_minutes: 60.0, max_candidates: 40 }
    }
}

/// How the benchmark gate decides. The rest of its parameters are fixed by the
/// procedure in `docs/concepts/statistics.md`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct BenchmarkConfig {
    /// The smallest gain that is proposed: 0.03 is 3 %. Never below 0.03.
    pub min_gain: Fraction,
    /// Candidates that may reach the benchmark in one run. The run's error
    /// rate of 5 % is shared among them.
    pub confirmations: u32,
    /// Seconds that one benchmark process may take.
    pub timeout_seconds: u64,
}

impl Default for BenchmarkConfig {
    fn default() -> Self {
        Self { min_gain: Fraction::from_percent(3), confirmations: 10, timeout_seconds: 120 }
    }
}

/// Which files are scanned, as globs relative to the project's root.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PathsConfig {
    /// When not empty, only these files are scanned.
    pub include: Vec<String>,
    /// These files are not scanned.
    pub exclude: Vec<String>,
}

/// How the baseline is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct BaselineConfig {
    /// How often the tests run, to find flaky ones.
    pub test_runs: u32,
    /// Seconds that install, build, typecheck and tests may take, each.
    pub timeout_seconds: u64,
}

impl Default for BaselineConfig {
    fn default() -> Self {
        Self { test_runs: 3, timeout_seconds: 900 }
    }
}

/// A configuration and what was odd about it.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadedConfig {
    /// The configuration.
    pub config: Config,
    /// Unknown keys, each with a suggestion where one is near.
    pub unknown_keys: Vec<UnknownKey>,
}

/// A key that nothing reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownKey {
    /// The key with its tables: `budget.compute_minuts`.
    pub key: String,
    /// The known key that looks most like it.
    pub suggestion: Option<String>,
}

/// `selfopt.toml` could not be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// Not TOML, or a value of the wrong type.
    #[error("`{CONFIG_FILE}` could not be read: {message}")]
    Syntax {
        /// What and where, as the TOML reader says it.
        message: String,
    },
    /// A value out of its range.
    #[error("`{key}` in `{CONFIG_FILE}` is {found}; it must be {allowed}")]
    OutOfRange {
        /// The key with its tables.
        key: &'static str,
        /// The value.
        found: String,
        /// What is allowed.
        allowed: &'static str,
    },
}

impl Config {
    /// Reads the text of a `selfopt.toml`.
    pub fn parse(text: &str) -> Result<LoadedConfig, ConfigError> {
        let syntax = |error: toml::de::Error| ConfigError::Syntax { message: error.to_string() };
        let deserializer = toml::Deserializer::parse(text).map_err(syntax)?;
        let mut unknown = Vec::new();
        let config: Self = serde_ignored::deserialize(deserializer, |path| {
            unknown.push(path.to_string());
        })
        .map_err(syntax)?;
        config.check()?;
        let unknown_keys = unknown
            .into_iter()
            .map(|key| UnknownKey { suggestion: nearest_key(&key), key })
            .collect();
        Ok(LoadedConfig { config, unknown_keys })
    }

    /// The digest of the effective configuration.
    pub fn digest(&self) -> Digest {
        let text = serde_json::to_string(self).unwrap_or_default();
        Digest::of(text.as_bytes())
    }

    /// Refuses values out of range.
    pub fn check(&self) -> Result<(), ConfigError> {
        let refuse =
            |key, found: String, allowed| Err(ConfigError::OutOfRange { key, found, allowed });
        self.project.check()?;
        self.http.check()?;
        self.model.check()?;
        self.proof.check()?;
        self.rules.check()?;
        patterns::check(&self.patterns)?;
        let min_gain = self.benchmark.min_gain;
        if !(Fraction::from_percent(3)..Fraction::ONE).contains(&min_gain) {
            return refuse(
                "benchmark.min_gain",
                min_gain.as_f64().to_string(),
                "from 0.03 to below 1",
            );
        }
        if !(1..=1000).contains(&self.benchmark.confirmations) {
            return refuse(
                "benchmark.confirmations",
                self.benchmark.confirmations.to_string(),
                "from 1 to 1000",
            );
        }
        if self.benchmark.timeout_seconds == 0 {
            return refuse("benchmark.timeout_seconds", "0".into(), "at least 1");
        }
        if self.baseline.timeout_seconds == 0 {
            return refuse("baseline.timeout_seconds", "0".into(), "at least 1");
        }
        if !(2..=20).contains(&self.baseline.test_runs) {
            return refuse(
                "baseline.test_runs",
                self.baseline.test_runs.to_string(),
                "from 2 to 20",
            );
        }
        if !self.budget.compute_minutes.is_finite() || self.budget.compute_minutes <= 0.0 {
            return refuse(
                "budget.compute_minutes",
                self.budget.compute_minutes.to_string(),
                "above 0",
            );
        }
        if !self.budget.wall_minutes.is_finite() || self.budget.wall_minutes <= 0.0 {
            return refuse("budget.wall_minutes", self.budget.wall_minutes.to_string(), "above 0");
        }
        if self.limits.max_risk > 100 {
            return refuse("limits.max_risk", self.limits.max_risk.to_string(), "from 0 to 100");
        }
        for glob in self.paths.include.iter().chain(&self.paths.exclude) {
            if globset::Glob::new(glob).is_err() {
                return refuse(
                    "paths",
                    format!("`{glob}`"),
                    "a list of valid globs, such as `src/**/*.ts`",
                );
            }
        }
        Ok(())
    }
}

/// The known key that looks most like an unknown one.
fn nearest_key(key: &str) -> Option<String> {
    known_keys()
        .into_iter()
        .map(|known| (strsim::jaro_winkler(key, &known), known))
        .filter(|(likeness, _)| *likeness > 0.85)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, known)| known)
}

/// Every key, read off the defaults so that none can be forgotten.
fn known_keys() -> Vec<String> {
    let mut keys = Vec::new();
    if let Ok(serde_json::Value::Object(tables)) = serde_json::to_value(Config::default()) {
        for (table, fields) in tables {
            if let serde_json::Value::Object(fields) = fields {
                keys.extend(fields.keys().map(|field| format!("{table}.{field}")));
            }
            keys.push(table);
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_text_is_the_default() {
        let loaded = Config::parse("").unwrap();
        assert_eq!(loaded, LoadedConfig { config: Config::default(), unknown_keys: vec![] });
    }

    #[test]
    fn an_unknown_key_is_reported_with_the_nearest_one() {
        let loaded = Config::parse("[budget]\ncompute_minuts = 3\n").unwrap();
        assert_eq!(
            loaded.unknown_keys,
            [UnknownKey {
                key: "budget.compute_minuts".into(),
                suggestion: Some("budget.compute_minutes".into())
            }]
        );
    }

    #[test]
    fn false_switches_a_command_off_and_true_is_refused() {
        let loaded = Config::parse("[commands]\nbuild = false\ntest = \"npm t\"\n").unwrap();
        assert_eq!(loaded.config.commands.build.unwrap().command(), None);
        assert_eq!(loaded.config.commands.test.unwrap().command(), Some("npm t"));
        let error = Config::parse("[commands]\nbuild = true\n").unwrap_err();
        assert!(error.to_string().contains("`false` for none"), "{error}");
    }

    #[test]
    fn values_out_of_range_name_their_key() {
        let error = Config::parse("[benchmark]\nmin_gain = 0.001\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "`benchmark.min_gain` in `selfopt.toml` is 0.001; it must be from 0.03 to below 1"
        );
    }
}
