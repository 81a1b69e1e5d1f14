//! `[[patterns]]`: texts that a repository wants to be told about.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ConfigError;

/// More patterns than these are refused.
const MAX_PATTERNS: usize = 100;

/// A regular expression over the text of the files that are scanned. What it
/// finds is reported under its id, and never patched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PatternConfig {
    /// Kebab-case, like a rule's; no rule has it.
    pub id: String,
    /// A regular expression without look-around and back-references.
    pub regex: String,
    /// What is wrong with what it finds, in one sentence.
    pub message: String,
    /// When not empty, only these files: globs relative to the project's root.
    #[serde(default)]
    pub paths: Vec<String>,
}

/// Refuses patterns that cannot be meant. That a regular expression can be
/// read is for whoever runs it to say.
pub(super) fn check(patterns: &[PatternConfig]) -> Result<(), ConfigError> {
    let refuse = |key, found: String, allowed| Err(ConfigError::OutOfRange { key, found, allowed });
    if patterns.len() > MAX_PATTERNS {
        return refuse("patterns", format!("{} long", patterns.len()), "at most 100 long");
    }
    for (at, pattern) in patterns.iter().enumerate() {
        let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !pattern.id.starts_with(|c: char| c.is_ascii_lowercase())
            || !pattern.id.chars().all(is_word)
        {
            return refuse(
                "patterns.id",
                format!("`{}`", pattern.id),
                "in kebab-case, such as `sync-read`",
            );
        }
        if patterns[..at].iter().any(|other| other.id == pattern.id) {
            return refuse(
                "patterns.id",
                format!("twice `{}`", pattern.id),
                "of one pattern alone",
            );
        }
        if pattern.message.trim().is_empty() {
            return refuse("patterns.message", "empty".to_owned(), "a sentence");
        }
        if let Some(glob) = pattern.paths.iter().find(|glob| globset::Glob::new(glob).is_err()) {
            return refuse(
                "patterns.paths",
                format!("`{glob}`"),
                "a list of valid globs, such as `src/**/*.ts`",
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::Config;

    fn pattern(id: &str, rest: &str) -> String {
        format!("[[patterns]]\nid = \"{id}\"\nregex = \"x\"\n{rest}\n")
    }

    #[test]
    fn patterns_are_read() {
        let text = pattern("a", "message = \"no\"\npaths = [\"src/**\"]");
        let loaded = Config::parse(&text).unwrap();
        assert_eq!(loaded.config.patterns[0].paths, ["src/**"]);
        assert_eq!(loaded.unknown_keys, []);
    }

    #[test]
    fn what_cannot_be_meant_is_refused_by_its_key() {
        let one = pattern("a", "message = \"no\"");
        for (text, key) in [
            (pattern("A b", "message = \"no\""), "patterns.id"),
            (format!("{one}{one}"), "patterns.id"),
            (pattern("a", "message = \" \""), "patterns.message"),
            (pattern("a", "message = \"no\"\npaths = [\"{\"]"), "patterns.paths"),
            (one.repeat(101), "patterns"),
        ] {
            let error = Config::parse(&text).unwrap_err().to_string();
            assert!(error.contains(&format!("`{key}`")), "{error}");
        }
    }
}
