//! bubblewrap is for Linux only.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use selfopt_core::{Guarantee, SandboxError};

use super::bubblewrap_options::BubblewrapOptions;
use super::launcher::{Launch, Launcher};
use crate::command::Body;
use crate::workspace::Area;

/// Cannot be made here.
#[derive(Debug)]
pub(super) struct BubblewrapLauncher {
    base: PathBuf,
}

/// Nothing is kept elsewhere.
pub(super) fn relocated(_base_dir: &Path) -> Option<PathBuf> {
    None
}

impl BubblewrapLauncher {
    pub(super) fn new(
        _base_dir: &Path,
        _options: &BubblewrapOptions,
    ) -> Result<Self, SandboxError> {
        Err(unavailable())
    }

    pub(super) fn base(&self) -> &Path {
        &self.base
    }
}

impl Launcher for BubblewrapLauncher {
    fn name(&self) -> &'static str {
        "bubblewrap"
    }

    fn check(&self, _area: &Area) -> Result<(), SandboxError> {
        Err(unavailable())
    }

    fn prepare(&self, _: Launch<'_>) -> Result<Box<dyn Body>, SandboxError> {
        Err(unavailable())
    }

    fn guarantees(&self, _area: &Area) -> BTreeMap<String, Guarantee> {
        BTreeMap::new()
    }
}

fn unavailable() -> SandboxError {
    SandboxError::Unavailable {
        backend: "bubblewrap".to_owned(),
        reason: "it exists on Linux only".to_owned(),
        hint: "use `--isolation process` for code that you trust".to_owned(),
    }
}
