//! bubblewrap is for Linux only.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use selfopt_core::{CommandSpec, Guarantee, SandboxError};

use super::launcher::Launcher;
use crate::command::Marker;
use crate::toolchain::ToolChain;
use crate::workspace::{Area, FileOwner, Place};

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
    pub(super) fn new(_base_dir: &Path) -> Result<Self, SandboxError> {
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

    fn version(&self) -> Option<String> {
        None
    }

    fn owner(&self) -> Option<FileOwner> {
        None
    }

    fn check(&self, _area: &Area) -> Result<(), SandboxError> {
        Err(unavailable())
    }

    fn command(
        &self,
        _: &Area,
        _: &Place,
        _: &CommandSpec,
        _: &Marker,
        _: &ToolChain,
    ) -> Result<Command, SandboxError> {
        Err(unavailable())
    }

    fn program_path(&self) -> Vec<String> {
        Vec::new()
    }

    fn guarantees(&self) -> BTreeMap<String, Guarantee> {
        BTreeMap::new()
    }

    fn facts(&self) -> BTreeMap<String, String> {
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
