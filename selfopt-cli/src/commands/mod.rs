//! One command a file.

pub(crate) mod baseline;
pub(crate) mod completions;
pub(crate) mod detect;
pub(crate) mod doctor;
pub(crate) mod init;
pub(crate) mod noise;
pub(crate) mod optimize;
#[cfg(feature = "packs")]
pub(crate) mod pack;
pub(crate) mod profile;
pub(crate) mod proposals;
pub(crate) mod prove;
pub(crate) mod rules;
pub(crate) mod scan;
pub(crate) mod schema;
#[cfg(feature = "server")]
pub(crate) mod serve;
pub(crate) mod survey;
pub(crate) mod verify;
mod visiting;
pub(crate) mod why_not;
pub(crate) mod workload;

use crate::args::Format;
use crate::error::CliError;

/// Refuses a format that a command does not have.
fn no_sarif(format: Format) -> Result<(), CliError> {
    if format == Format::Sarif {
        return Err(CliError::usage(
            "`--format sarif` is for `selfopt scan`",
            "use human, json or markdown",
        ));
    }
    Ok(())
}
