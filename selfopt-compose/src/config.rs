//! `selfopt.toml` of a tree, and what only the whole program can check of it.

use selfopt_core::SourceTree;
use selfopt_core::config::{CONFIG_FILE, Config, ConfigError, nearest_rules};
use selfopt_rules::BuiltinRules;
use selfopt_rules::sources::TextPatterns;

use crate::error::ComposeError;
use crate::say::{Said, Say};

/// `selfopt.toml` of the tree; the default when there is none.
pub fn read_config(tree: &dyn SourceTree, say: Say) -> Result<Config, ComposeError> {
    let loaded = Config::parse(&config_text(tree)?)?;
    for key in &loaded.unknown_keys {
        let suggestion = key
            .suggestion
            .as_ref()
            .map(|nearest| format!("; did you mean `{nearest}`?"))
            .unwrap_or_default();
        say(Said::Warning(&format!("`{}` in `{CONFIG_FILE}` is not known{suggestion}", key.key)));
    }
    Ok(loaded.config)
}

/// The text of `selfopt.toml`; empty when there is none. A file that is there
/// and cannot be read is not the same as none: its limits would be ignored.
fn config_text(tree: &dyn SourceTree) -> Result<String, ConfigError> {
    if !tree.contains(CONFIG_FILE) {
        return Ok(String::new());
    }
    let syntax = |message: String| ConfigError::Syntax { message };
    let bytes = tree.read(CONFIG_FILE).map_err(|error| syntax(error.to_string()))?;
    String::from_utf8(bytes).map_err(|_| syntax("it is not UTF-8 text".to_owned()))
}

/// Refuses workload files that are not there, before anything runs.
pub fn check_workloads(config: &Config, tree: &dyn SourceTree) -> Result<(), ComposeError> {
    match config.proof.workloads.iter().find(|path| !tree.contains(path)) {
        None => Ok(()),
        Some(path) => Err(ComposeError::Refused {
            what: format!(
                "the workload `{path}` of `{CONFIG_FILE}` is not in the commit that is measured"
            ),
            hint: "name a committed file, from the project's root".to_owned(),
        }),
    }
}

/// Refuses rules that do not exist, and patterns that cannot be used. `others`
/// are the rules of packs.
pub fn check_rules(config: &Config, others: &[String]) -> Result<(), ComposeError> {
    let rules = BuiltinRules::default();
    let builtin = rules.rules().iter().map(|rule| rule.meta().id);
    let mut known: Vec<&str> = builtin.chain(others.iter().map(String::as_str)).collect();
    patterns(config)?;
    if let Some(pattern) = config.patterns.iter().find(|pattern| known.contains(&&*pattern.id)) {
        return Err(ComposeError::Refused {
            what: format!("the pattern `{}` of `{CONFIG_FILE}` has the id of a rule", pattern.id),
            hint: "give it another `id`".to_owned(),
        });
    }
    known.extend(config.patterns.iter().map(|pattern| pattern.id.as_str()));
    match config.rules.named().find(|rule| !known.contains(rule)) {
        Some(unknown) => {
            let near = nearest_rules(unknown, known.iter().copied());
            let hint = if near.is_empty() {
                format!("the rules are: {}", known.join(", "))
            } else {
                let near: Vec<_> = near.iter().map(|rule| format!("`{rule}`")).collect();
                format!("did you mean {}? `selfopt rules list` names all", near.join(" or "))
            };
            Err(ComposeError::Refused { what: format!("there is no rule `{unknown}`"), hint })
        }
        None => Ok(()),
    }
}

/// `[[patterns]]`, ready to scan with.
pub fn patterns(config: &Config) -> Result<TextPatterns, ComposeError> {
    TextPatterns::new(&config.patterns).map_err(|error| ComposeError::Refused {
        what: format!("{CONFIG_FILE}: {error}"),
        hint: "regular expressions have no look-around and no back-references".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is refused, and the hint.
    fn check(text: &str) -> (String, String) {
        let config = Config::parse(text).expect("the text can be read").config;
        let error = check_rules(&config, &["of-a-pack".to_owned()]).expect_err("it is refused");
        (error.to_string(), error.hint().unwrap_or_default().to_owned())
    }

    #[test]
    fn an_unknown_rule_is_refused_with_the_nearest_one() {
        for text in [
            "[rules]\nonly = [\"find-to-map-idx\"]",
            "[rules]\ndisable = [\"find-to-map-indx\"]",
            "[rules.\"core/find-to-map-index\"]\nenabled = false",
        ] {
            let (what, hint) = check(text);
            assert!(what.contains("there is no rule"), "{what}");
            assert!(hint.contains("`find-to-map-index`"), "{hint}");
        }
    }

    #[test]
    fn patterns_are_rules_of_their_own() {
        let pattern = |id: &str, regex: &str| {
            format!("[[patterns]]\nid = \"{id}\"\nregex = \"{regex}\"\nmessage = \"no\"\n")
        };
        assert!(check(&pattern("dedupe", "x")).0.contains("has the id of a rule"));
        assert!(check(&pattern("of-a-pack", "x")).0.contains("has the id of a rule"));
        assert!(check(&pattern("mine", "(")).0.contains("cannot be used"));
        let text = format!("{}[rules.mine]\npaths = [\"src/**\"]\n", pattern("mine", "x"));
        let config = Config::parse(&text).expect("the text can be read").config;
        check_rules(&config, &[]).expect("a pattern has settings like a rule");
    }
}
