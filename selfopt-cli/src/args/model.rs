//! Arguments about a language model.

use std::path::PathBuf;

use clap::Args;

/// Whether a language model is asked. Only these flags send anything anywhere;
/// no file of a repository can.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Language model")]
pub(crate) struct ModelArgs {
    /// Ask the model of this file, which lies outside of the repository; `[model]` in selfopt.toml must allow it.
    #[arg(long, value_name = "FILE")]
    pub(crate) model: Option<PathBuf>,
    /// Keep every call in this folder, to replay it.
    #[arg(long, value_name = "DIR", requires = "model")]
    pub(crate) model_record: Option<PathBuf>,
    /// Take the answers from this folder; nothing is sent anywhere.
    #[arg(long, value_name = "DIR", conflicts_with = "model")]
    pub(crate) model_replay: Option<PathBuf>,
}
