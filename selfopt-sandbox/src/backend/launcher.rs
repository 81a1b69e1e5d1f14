//! What makes one backend different from another.

use std::collections::BTreeMap;
use std::process::Command;

use selfopt_core::{CommandSpec, Guarantee, SandboxError};

use crate::command::Marker;
use crate::toolchain::ToolChain;
use crate::workspace::{Area, FileOwner, Place};

/// Turns a command into a process of the host.
pub(super) trait Launcher: Send + Sync {
    /// The backend's name.
    fn name(&self) -> &'static str;

    /// The version of the program that isolates, if there is one.
    fn version(&self) -> Option<String>;

    /// Whom the files of workspaces belong to, if not us.
    fn owner(&self) -> Option<FileOwner>;

    /// Tries whether commands can be run at all.
    fn check(&self, area: &Area) -> Result<(), SandboxError>;

    /// The command, ready to be started, with these tools before the host's.
    /// Its working directory was checked.
    fn command(
        &self,
        area: &Area,
        place: &Place,
        spec: &CommandSpec,
        marker: &Marker,
        tools: &ToolChain,
    ) -> Result<Command, SandboxError>;

    /// The directories of the host's programs that commands see.
    fn program_path(&self) -> Vec<String>;

    /// What is enforced.
    fn guarantees(&self) -> BTreeMap<String, Guarantee>;

    /// What must be equal for two measurements to be compared.
    fn facts(&self) -> BTreeMap<String, String>;
}
