//! The backend `process`: commands run as plain processes of this user. It
//! measures and limits, and keeps nothing away from anything.

use std::collections::BTreeMap;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use selfopt_core::Enforcement::{BestEffort, Enforced, None as Open};
use selfopt_core::{Guarantee, Phase, SandboxError};

use super::guarantees::table;
use super::launcher::{Launch, Launcher};
use crate::command::environment::{Places, variables};
use crate::command::{Body, Namespaces, NpmConfig, SHELL, Spawned, shell_arguments};
use crate::failure::failed;
use crate::workspace::Area;

/// Where programs are if the host does not say.
pub(super) const DEFAULT_PATH: &str =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Runs commands as plain processes.
#[derive(Debug)]
pub(super) struct ProcessLauncher {
    npm: NpmConfig,
    path: Vec<String>,
}

impl ProcessLauncher {
    pub(super) fn new() -> Self {
        Self { npm: NpmConfig::of_this_user(), path: host_path() }
    }
}

/// The directories of the host's `PATH`, absolute ones only, without those that
/// a package manager put in front of it: a repository could bring its own `npm`.
pub(crate) fn host_path() -> Vec<String> {
    let path = std::env::var("PATH").unwrap_or_else(|_| DEFAULT_PATH.to_owned());
    path.split(':')
        .filter(|directory| directory.starts_with('/'))
        .filter(|directory| !directory.trim_end_matches('/').ends_with("node_modules/.bin"))
        .map(str::to_owned)
        .collect()
}

impl ProcessLauncher {
    /// The process to start.
    fn command(&self, launch: Launch<'_>) -> Result<Command, SandboxError> {
        let Launch { area, place, spec, marker, tools } = launch;
        let places = Places {
            workspace: place.tree().display().to_string(),
            home: place.home().display().to_string(),
            temporary: place.temporary().display().to_string(),
            npm_cache: area.npm_cache().display().to_string(),
            path: tools.host_path().into_iter().chain(self.path.iter().cloned()).collect(),
        };
        let mut npm = self.npm.clone();
        if let (Phase::Install, Some(npmrc)) = (spec.phase, self.npm.npmrc()) {
            let path = place.dir.join("npmrc");
            std::fs::write(&path, npmrc).map_err(failed("write", &path))?;
            npm = npm.with("npm_config_userconfig", path.display().to_string());
        }
        let mut command = Command::new(SHELL);
        command
            .args(shell_arguments(&spec.cmd, &spec.limits, Namespaces::Host))
            .env_clear()
            .envs(variables(&places, spec, &npm, marker))
            .current_dir(place.tree().join(&spec.working_directory))
            .process_group(0);
        Ok(command)
    }
}

impl Launcher for ProcessLauncher {
    fn name(&self) -> &'static str {
        "process"
    }

    fn check(&self, _area: &Area) -> Result<(), SandboxError> {
        Ok(())
    }

    fn prepare(&self, launch: Launch<'_>) -> Result<Box<dyn Body>, SandboxError> {
        let command = self.command(launch)?;
        Ok(Box::new(Spawned::new(command, launch.marker.clone())))
    }

    fn program_path(&self) -> Vec<String> {
        self.path.clone()
    }

    fn guarantees(&self, _area: &Area) -> BTreeMap<String, Guarantee> {
        table([
            ("cpu", Open, "commands use every core"),
            (
                "disk",
                BestEffort,
                "the size of each file is limited; their sum is looked at when the file system has filled up",
            ),
            ("filesystem", Open, "commands read and write what this user can"),
            (
                "memory",
                BestEffort,
                "the resident memory of the process tree is looked at ten times a second",
            ),
            ("network", Open, "commands use the host's network"),
            (
                "output",
                Enforced,
                "output is cut where it is read, and the command killed beyond a second limit",
            ),
            (
                "processes",
                BestEffort,
                "the process group and all marked processes are killed; one that clears its environment and its parent escapes, and the number is not limited",
            ),
            (
                "secrets",
                BestEffort,
                "the environment is built from a fixed list; files of this user can be read",
            ),
            ("time", BestEffort, "killed at the limit, as far as its processes are found"),
        ])
    }
}
