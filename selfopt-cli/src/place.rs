//! Where the store is.

use std::path::{MAIN_SEPARATOR, Path, PathBuf};

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

/// Where a folder is in the git repository around it, with `/`: empty at its
/// root, `None` outside of one. Only looks for `.git`, so that a repository
/// without a commit or with changes is one too.
pub(crate) fn folder_in_repository(path: &Path) -> Option<String> {
    let folder = path.canonicalize().ok()?;
    let root = folder.ancestors().find(|ancestor| ancestor.join(".git").exists())?;
    Some(folder.strip_prefix(root).ok()?.to_str()?.replace(MAIN_SEPARATOR, "/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_found_in_its_repository() {
        let dir = tempfile::tempdir().unwrap();
        let sub = dir.path().join("apps/web");
        std::fs::create_dir_all(&sub).unwrap();
        assert_eq!(folder_in_repository(&sub), None);
        std::fs::create_dir(dir.path().join(".git")).unwrap();
        assert_eq!(folder_in_repository(&sub).as_deref(), Some("apps/web"));
        assert_eq!(folder_in_repository(dir.path()).as_deref(), Some(""));
    }
}
