//! Which rules count in which files.

use std::collections::BTreeMap;

use globset::GlobSet;

use super::scan::globs;
use crate::config::{ConfigError, RulesConfig};

/// `[rules]` with its globs read.
pub(super) struct RuleFilter<'a> {
    rules: &'a RulesConfig,
    paths: BTreeMap<&'a str, GlobSet>,
}

impl<'a> RuleFilter<'a> {
    pub(super) fn new(rules: &'a RulesConfig) -> Result<Self, ConfigError> {
        let mut paths = BTreeMap::new();
        for (id, settings) in &rules.of {
            if !settings.paths.is_empty() {
                paths.insert(id.as_str(), globs(&settings.paths)?);
            }
        }
        Ok(Self { rules, paths })
    }

    /// Whether the rule counts in the file.
    pub(super) fn wants(&self, rule: &str, path: &str) -> bool {
        let rules = self.rules;
        !rules.disable.iter().any(|id| id == rule)
            && (rules.only.is_empty() || rules.only.iter().any(|id| id == rule))
            && rules.of.get(rule).is_none_or(|settings| settings.enabled)
            && self.paths.get(rule).is_none_or(|paths| paths.is_match(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn settings_of_a_rule_say_whether_and_where_it_counts() {
        let text = "[rules]\ndisable = [\"a\"]\n[rules.b]\nenabled = false\n[rules.c]\n\
                    paths = [\"src/**\"]\n";
        let rules = Config::parse(text).unwrap().config.rules;
        let filter = RuleFilter::new(&rules).unwrap();
        assert!(!filter.wants("a", "src/x.js"));
        assert!(!filter.wants("b", "src/x.js"));
        assert!(filter.wants("c", "src/x.js") && !filter.wants("c", "lib/x.js"));
        assert!(filter.wants("d", "lib/x.js"));
    }
}
