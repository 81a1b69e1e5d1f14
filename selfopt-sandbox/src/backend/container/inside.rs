//! As whom commands run in containers, and with which files in the place of
//! the image's.

use std::path::Path;

use selfopt_core::SandboxError;

use super::files::Files;
use super::places;
use crate::backend::package_managers::PackageManagers;
use crate::command::NpmConfig;
use crate::workspace::FileOwner;

/// What all commands of a backend share.
pub(in crate::backend) struct Inside {
    /// Whom the files of workspaces belong to, if not us.
    pub owner: Option<FileOwner>,
    /// The user inside.
    pub user: FileOwner,
    pub files: Files,
    pub npm: PackageManagers,
}

impl Inside {
    /// Writes the files of a backend.
    pub(in crate::backend) fn prepare(
        base_dir: &Path,
        backend: &str,
    ) -> Result<Self, SandboxError> {
        let (user, owner) = places::user();
        let npm = NpmConfig::of_this_user();
        let files = Files::write(&base_dir.join("cache").join(backend).join("etc"), user, &npm)?;
        let npm = PackageManagers::new(files.seen_inside(npm));
        Ok(Self { owner, user, files, npm })
    }
}
