//! Where the store is.

use std::path::PathBuf;

use etcetera::BaseStrategy as _;

use crate::args::Common;
use crate::error::CliError;

/// `--store`, `SELFOPT_STORE`, or `selfopt` in the platform's data directory.
pub(crate) fn store_dir(common: &Common) -> Result<PathBuf, CliError> {
    let dir = if let Some(dir) = &common.store {
        dir.clone()
    } else {
        let strategy = etcetera::choose_base_strategy().map_err(|_| {
            CliError::usage(
                "the platform's data directory is not known: there is no home directory",
                "name a directory with `--store DIR`",
            )
        })?;
        strategy.data_dir().join("selfopt")
    };
    std::path::absolute(&dir).map_err(|source| CliError::Io {
        doing: format!("find the store `{}`", dir.display()),
        source,
    })
}
