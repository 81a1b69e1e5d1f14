//! Arguments of `selfopt schema`.

use clap::{Args, ValueEnum};

#[derive(Debug, Clone, Args)]
pub(crate) struct SchemaArgs {
    /// Which document.
    #[arg(value_enum)]
    pub(crate) document: Document,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Document {
    /// `optimize --format json`.
    Report,
    /// `detect --format json`.
    Project,
    /// `verify --format json`.
    Verify,
    /// `selfopt.toml`.
    Config,
    /// `manifest.json` of an evidence bundle.
    Manifest,
    /// `gates.json` of an evidence bundle.
    Gates,
    /// An event of the run journal.
    Event,
    /// `profile --format json`.
    Profile,
    /// `workload record --format json`.
    Workload,
    /// `workload survey --format json`.
    Survey,
}
