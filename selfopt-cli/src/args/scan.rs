//! Arguments of `selfopt scan` and `selfopt rules`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Clone, Args)]
pub(crate) struct ScanArgs {
    /// The project's directory; git is not needed.
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// Work on this package of the workspace alone, by its name or folder.
    #[arg(long, value_name = "NAME")]
    pub(crate) package: Option<String>,
    /// Run only these rules.
    #[arg(long = "rule", value_name = "RULE")]
    pub(crate) rules: Vec<String>,
    /// Scan every file anew, and keep nothing for the next scan.
    #[arg(long)]
    pub(crate) fresh: bool,
    #[cfg(feature = "packs")]
    #[command(flatten)]
    pub(crate) packs: super::PackChoice,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct RulesArgs {
    #[command(subcommand)]
    pub(crate) command: RulesCommand,
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum RulesCommand {
    /// Every built-in rule in a line.
    List,
    /// The page of a rule: what it finds, what it costs, when it is not worth it.
    Explain {
        /// The rule's id.
        rule: String,
    },
    /// Found, declined, tried, accepted, refused where, and what was saved.
    Stats,
}
