//! `selfopt.toml` of a tree, and what only the whole program can check of it.

use selfopt_core::SourceTree;
use selfopt_core::config::{CONFIG_FILE, Config, ConfigError};
use selfopt_rules::BuiltinRules;

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

/// Refuses rules that do not exist. `others` are those of packs.
pub fn check_rules(config: &Config, others: &[String]) -> Result<(), ComposeError> {
    let rules = BuiltinRules::default();
    let builtin = rules.rules().iter().map(|rule| rule.meta().id);
    let known: Vec<&str> = builtin.chain(others.iter().map(String::as_str)).collect();
    match config
        .rules
        .only
        .iter()
        .chain(&config.rules.disable)
        .find(|rule| !known.contains(&rule.as_str()))
    {
        Some(unknown) => Err(ComposeError::Refused {
            what: format!("there is no rule `{unknown}`"),
            hint: format!("the rules are: {}", known.join(", ")),
        }),
        None => Ok(()),
    }
}
