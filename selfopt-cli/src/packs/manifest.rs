//! `selfopt-pack.toml`: what a pack's folder holds. What the built pack says of
//! itself must agree with it.

use std::path::Path;

use serde::Deserialize;

use crate::error::CliError;

/// The file's name, in the pack's folder.
pub(crate) const MANIFEST: &str = "selfopt-pack.toml";

/// A pack's folder.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    /// `name` or `organization/name`.
    pub(crate) id: String,
    /// Semver.
    pub(crate) version: String,
    /// What it is written in.
    pub(crate) language: Language,
    /// The source file, for C and JavaScript.
    #[serde(default)]
    source: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Language {
    Rust,
    Js,
    C,
}

impl Manifest {
    pub(crate) fn read(dir: &Path) -> Result<Self, CliError> {
        let path = dir.join(MANIFEST);
        let text = std::fs::read_to_string(&path).map_err(|error| {
            CliError::usage(
                format!("`{}` cannot be read: {error}", path.display()),
                "name the folder of a pack; `selfopt pack new DIR` makes one",
            )
        })?;
        toml::from_str(&text).map_err(|error| {
            CliError::usage(
                format!("`{}` cannot be read: {}", path.display(), error.message()),
                "it has `id`, `version` and `language`, for C and JavaScript also `source`",
            )
        })
    }

    /// The source file.
    pub(super) fn source(&self) -> Result<&str, CliError> {
        self.source.as_deref().ok_or_else(|| {
            CliError::usage(
                format!("`{MANIFEST}` names no `source`"),
                "add `source = \"src/…\"`, the file to build",
            )
        })
    }

    /// The name without its organization: the name of the built file.
    pub(crate) fn name(&self) -> &str {
        self.id.rsplit('/').next().unwrap_or(&self.id)
    }
}
