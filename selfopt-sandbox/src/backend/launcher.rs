//! What makes one backend different from another.

use std::collections::BTreeMap;
use std::net::IpAddr;

use selfopt_core::{CommandSpec, Guarantee, SandboxError};

use crate::command::{Body, Marker, NpmConfig};
use crate::toolchain::{ImageTools, ToolChain};
use crate::workspace::{Area, FileOwner, Place};

/// A command that is to be launched.
#[derive(Clone, Copy)]
pub(super) struct Launch<'a> {
    pub area: &'a Area,
    /// Where it runs.
    pub place: &'a Place,
    /// What it is. Its working directory was checked.
    pub spec: &'a CommandSpec,
    pub marker: &'a Marker,
    /// What is found before the host's programs.
    pub tools: &'a ToolChain,
}

/// Makes a command ready to be started.
pub(super) trait Launcher: Send + Sync {
    /// The backend's name.
    fn name(&self) -> &'static str;

    /// The version of the program that isolates, if there is one.
    fn version(&self) -> Option<String> {
        None
    }

    /// Whom the files of workspaces belong to, if not us.
    fn owner(&self) -> Option<FileOwner> {
        None
    }

    /// Tries whether commands can be run at all.
    fn check(&self, area: &Area) -> Result<(), SandboxError>;

    /// The command, ready to be started.
    fn prepare(&self, launch: Launch<'_>) -> Result<Box<dyn Body>, SandboxError>;

    /// Whether a command has no other way out than the directory of its
    /// place's [`Place::egress`]; then the user's own configuration.
    fn way_out(&self) -> Option<&NpmConfig> {
        None
    }

    /// Where commands reach our proxy that cannot be given a socket of it.
    fn door(&self) -> Option<IpAddr> {
        None
    }

    /// Whether commands can be stopped and continued.
    fn takes_turns(&self) -> bool {
        true
    }

    /// The directories of the host's programs that commands see.
    fn program_path(&self) -> Vec<String> {
        Vec::new()
    }

    /// The tools of the image that commands run in, where they run in one;
    /// known once it was checked.
    fn image_tools(&self) -> Option<ImageTools> {
        None
    }

    /// What is enforced, with workspaces in this area.
    fn guarantees(&self, area: &Area) -> BTreeMap<String, Guarantee>;

    /// What must be equal for two measurements to be compared.
    fn facts(&self) -> BTreeMap<String, String> {
        BTreeMap::new()
    }

    /// Ends what dead processes left running that is not among this host's
    /// processes; returns how many.
    fn reap(&self) -> Result<usize, SandboxError> {
        Ok(0)
    }
}
