//! `[rules]`: which rules run, and where.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::ConfigError;

/// Which rules run. A rule may have a table of its own, `[rules.RULE]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RulesConfig {
    /// Rule ids that are switched off.
    #[serde(default)]
    pub disable: Vec<String>,
    /// When not empty, only these rules run.
    #[serde(default)]
    pub only: Vec<String>,
    /// Settings of single rules, by the rule's id.
    #[serde(flatten)]
    pub of: BTreeMap<String, RuleSettings>,
}

/// Settings of one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct RuleSettings {
    /// Whether the rule runs.
    pub enabled: bool,
    /// When not empty, the rule sees only these files: globs relative to the
    /// project's root.
    pub paths: Vec<String>,
}

impl Default for RuleSettings {
    fn default() -> Self {
        Self { enabled: true, paths: Vec::new() }
    }
}

// By hand: a derived `flatten` reads everything into a buffer first, and then
// neither unknown keys nor the lines of wrong values are known.
impl<'de> Deserialize<'de> for RulesConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Tables;

        impl<'de> Visitor<'de> for Tables {
            type Value = RulesConfig;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a table with `only`, `disable`, and a table for each rule")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RulesConfig, A::Error> {
                let mut rules = RulesConfig::default();
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "disable" => rules.disable = map.next_value()?,
                        "only" => rules.only = map.next_value()?,
                        _ => {
                            rules.of.insert(key, map.next_value()?);
                        }
                    }
                }
                Ok(rules)
            }
        }

        deserializer.deserialize_map(Tables)
    }
}

impl RulesConfig {
    /// Every rule that is named.
    pub fn named(&self) -> impl Iterator<Item = &str> {
        self.only.iter().chain(&self.disable).chain(self.of.keys()).map(String::as_str)
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let mut globs = self.of.values().flat_map(|settings| &settings.paths);
        match globs.find(|glob| globset::Glob::new(glob).is_err()) {
            None => Ok(()),
            Some(glob) => Err(ConfigError::OutOfRange {
                key: "rules.….paths",
                found: format!("`{glob}`"),
                allowed: "a list of valid globs, such as `src/**/*.ts`",
            }),
        }
    }
}

/// The known rules that look most like an unknown one, the nearest first.
pub fn nearest_rules<'a>(unknown: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    // Rules are named without their packs.
    let name = unknown.rsplit('/').next().unwrap_or(unknown);
    let mut near: Vec<(f64, &str)> = known
        .into_iter()
        .map(|rule| (strsim::jaro_winkler(name, rule), rule))
        .filter(|(likeness, _)| *likeness > 0.85)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    near.into_iter().map(|(_, rule)| rule).take(3).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Config;
    use super::*;

    #[test]
    fn a_rule_has_a_table_of_its_own() {
        let text = "[rules]\nonly = [\"a\"]\n[rules.a]\npaths = [\"src/**\"]\n[rules.\"b\"]\n\
                    enabled = false\n";
        let loaded = Config::parse(text).unwrap();
        let rules = &loaded.config.rules;
        assert_eq!(loaded.unknown_keys, []);
        assert_eq!(rules.only, ["a"]);
        assert_eq!(rules.of["a"].paths, ["src/**"]);
        assert!(rules.of["a"].enabled && !rules.of["b"].enabled);
        assert_eq!(rules.named().collect::<Vec<_>>(), ["a", "a", "b"]);
        let json = serde_json::to_string(rules).unwrap();
        assert_eq!(serde_json::from_str::<RulesConfig>(&json).unwrap(), *rules);
    }

    #[test]
    fn unknown_keys_and_wrong_values_of_a_rule_are_named() {
        let loaded = Config::parse("[rules.a]\nenabeld = false\n").unwrap();
        assert_eq!(loaded.unknown_keys[0].key, "rules.a.enabeld");
        let error = Config::parse("[rules.a]\nenabled = 3\n").unwrap_err().to_string();
        assert!(error.contains("enabled = 3"), "{error}");
        let error = Config::parse("[rules.a]\npaths = [\"{\"]\n").unwrap_err().to_string();
        assert!(error.contains("`{`"), "{error}");
        let error = Config::parse("[rules]\ndisabel = [\"a\"]\n").unwrap_err().to_string();
        assert!(error.contains("disabel"), "{error}");
    }

    #[test]
    fn near_rules_are_found_with_and_without_a_pack() {
        let known = ["find-to-map-index", "filter-first-to-find", "dedupe"];
        assert_eq!(nearest_rules("find-to-map-idx", known)[0], "find-to-map-index");
        assert_eq!(nearest_rules("core/find-to-map-index", known)[0], "find-to-map-index");
        assert!(nearest_rules("zzz", known).is_empty());
    }
}
