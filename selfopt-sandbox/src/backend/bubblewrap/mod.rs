//! The backend `bubblewrap`: every command runs in namespaces of its own, as
//! an unprivileged user, over a read-only view of the host's programs, under a
//! system-call filter.
//!
//! bubblewrap itself is never started as root and never sees the host's
//! environment. Started as root it maps its inner user to root outside, whose
//! files in `/proc/sys` are then writable; and its own environment can be read
//! inside through `/proc/1/environ`, whatever it clears for its child.

mod arguments;
mod confined;
pub(super) mod etc;
mod groups;
mod probe;
mod programs;
mod seccomp;
mod user;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Seek as _, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use command_fds::{CommandFdExt as _, FdMapping};
use rustix::fs::{MemfdFlags, memfd_create};
use selfopt_core::Enforcement::{BestEffort, Enforced};
use selfopt_core::digest::Digest;
use selfopt_core::{Guarantee, SandboxError};

use self::arguments::{View, arguments};
use self::confined::{Confined, Gate};
use self::etc::Etc;
use self::programs::Programs;
pub(crate) use self::user::relocated;
use super::bubblewrap_options::BubblewrapOptions;
use super::guarantees::{self, table};
use super::launcher::{Launch, Launcher};
use super::package_managers::PackageManagers;
use crate::command::{Body, MARKER, Namespaces, NpmConfig, SHELL, Spawned, shell_arguments};
use crate::failure::{failed, other};
use crate::group::Groups;
use crate::workspace::{Area, FileOwner};

pub(super) const BACKEND: &str = "bubblewrap";

/// Descriptors in bubblewrap: its arguments, which would otherwise be in the
/// process list inside and outside, and the filters.
const ARGUMENTS_FD: i32 = 10;
const FILTER_FDS: [i32; 2] = [11, 12];
/// Where it names the process that becomes the command, and waits with it.
const GATE_FDS: [i32; 2] = [13, 14];

/// Runs commands in bubblewrap.
#[derive(Debug)]
pub(super) struct BubblewrapLauncher {
    program: PathBuf,
    version: String,
    base: PathBuf,
    user: Option<FileOwner>,
    programs: Programs,
    etc: Etc,
    npm: PackageManagers,
    filters: [Vec<u8>; 2],
    /// Control groups, or why there are none.
    groups: Result<Groups, String>,
}

impl BubblewrapLauncher {
    /// Finds bubblewrap and prepares what all commands share.
    pub(super) fn new(base_dir: &Path, options: &BubblewrapOptions) -> Result<Self, SandboxError> {
        let (program, version) = probe::find()?;
        let user = user::unprivileged();
        let base = user::base(base_dir, user)?;
        let npm = NpmConfig::of_this_user();
        let etc = Etc::write(&base.join("cache").join(BACKEND).join("etc"), &npm)?;
        let npm = etc.seen_inside(npm);
        Ok(Self {
            program,
            version,
            user,
            programs: options.root.as_deref().map_or_else(Programs::of_host, Programs::of_image),
            etc,
            npm: PackageManagers::new(npm),
            filters: seccomp::filters()?,
            groups: Groups::probe(&base, options.cores.as_deref()),
            base,
        })
    }

    /// Where workspaces are kept.
    pub(super) fn base(&self) -> &Path {
        &self.base
    }
}

impl BubblewrapLauncher {
    /// The process to start.
    fn command(
        &self,
        launch: Launch<'_>,
        gate: Option<[OwnedFd; 2]>,
    ) -> Result<Command, SandboxError> {
        let Launch { spec, marker, .. } = launch;
        let view = View {
            launch,
            programs: &self.programs,
            etc: &self.etc,
            npm: self.npm.of(spec),
            has_gate: gate.is_some(),
        };
        let mut text = Vec::new();
        for argument in arguments(&view) {
            text.extend_from_slice(argument.as_bytes());
            text.push(0);
        }
        let mut mappings = vec![FdMapping { parent_fd: in_memory(&text)?, child_fd: ARGUMENTS_FD }];
        for (filter, child_fd) in self.filters.iter().zip(FILTER_FDS) {
            mappings.push(FdMapping { parent_fd: in_memory(filter)?, child_fd });
        }
        for (end, child_fd) in gate.into_iter().flatten().zip(GATE_FDS) {
            mappings.push(FdMapping { parent_fd: end, child_fd });
        }
        let mut command = Command::new(&self.program);
        command
            .args(["--args", &ARGUMENTS_FD.to_string(), "--", SHELL])
            .args(shell_arguments(&spec.cmd, &spec.limits, Namespaces::Own))
            .env_clear()
            .env(MARKER, marker.as_str())
            .current_dir("/")
            .process_group(0);
        if let Some(FileOwner { uid, gid }) = self.user {
            // Also leaves the supplementary groups.
            command.uid(uid).gid(gid);
        }
        command
            .fd_mappings(mappings)
            .map_err(|error| other(format!("descriptors collide: {error}")))?;
        Ok(command)
    }
}

impl Launcher for BubblewrapLauncher {
    fn name(&self) -> &'static str {
        BACKEND
    }

    fn version(&self) -> Option<String> {
        Some(self.version.clone())
    }

    fn owner(&self) -> Option<FileOwner> {
        self.user
    }

    fn check(&self, area: &Area) -> Result<(), SandboxError> {
        probe::check(self, area)
    }

    fn prepare(&self, launch: Launch<'_>) -> Result<Box<dyn Body>, SandboxError> {
        let spawned = |gate| -> Result<Spawned, SandboxError> {
            let command = self.command(launch, gate)?;
            Ok(Spawned::new(command, launch.marker.clone()))
        };
        let Ok(groups) = &self.groups else {
            return Ok(Box::new(spawned(None)?));
        };
        let (gate, ends) = Gate::new()?;
        let group = groups.create(&launch.spec.limits)?;
        Ok(Box::new(Confined::new(spawned(Some(ends))?, group, gate)))
    }

    fn way_out(&self) -> Option<&NpmConfig> {
        Some(self.npm.own())
    }

    fn program_path(&self) -> Vec<String> {
        self.programs.path().to_vec()
    }

    fn guarantees(&self, area: &Area) -> BTreeMap<String, Guarantee> {
        let disk = if area.volumes().is_some() {
            (Enforced, guarantees::VOLUMES)
        } else {
            (
                BestEffort,
                "the size of each file and of everything outside the workspace is limited; the workspace's sum is looked at when its file system has filled up: file systems of limited size need root and loop devices",
            )
        };
        let mut guarantees = table([
            ("disk", disk.0, disk.1),
            (
                "filesystem",
                Enforced,
                "a mount namespace: the host's programs read-only, the workspace, a private home and temporary files; during an install npm's cache, which installs share",
            ),
            (
                "network",
                Enforced,
                "a network namespace without interfaces; while dependencies are installed one socket leads to a proxy that passes TLS to the hosts on a list and logs every decision",
            ),
            (
                "output",
                Enforced,
                "output is cut where it is read, and the command killed beyond a second limit",
            ),
            (
                "processes",
                Enforced,
                "a process namespace that ends with the command; threads are limited (RLIMIT_NPROC)",
            ),
            (
                "secrets",
                Enforced,
                "an empty environment filled from a fixed list; neither the user's home nor the host's /etc is there",
            ),
            ("time", Enforced, "the process namespace is killed at the limit"),
        ]);
        guarantees.extend(groups::guarantees(&self.groups));
        guarantees
    }

    fn facts(&self) -> BTreeMap<String, String> {
        let filters = Digest::of_parts(self.filters.iter().map(Vec::as_slice));
        [
            ("seccomp".to_owned(), filters.prefix(16).to_owned()),
            ("tmpfs".to_owned(), arguments::TEMPORARY_SIZE.to_string()),
            ("root".to_owned(), image(self.programs.root())),
            ("groups".to_owned(), groups::fact(&self.groups)),
        ]
        .into()
    }
}

/// Which programs there are: the host's, or those of an image by its list of
/// packages.
fn image(root: &Path) -> String {
    if root == Path::new("/") {
        return "host".to_owned();
    }
    let lists = ["usr/lib/os-release", "var/lib/dpkg/status", "lib/apk/db/installed"];
    let texts = lists.map(|list| std::fs::read(root.join(list)).unwrap_or_default());
    Digest::of_parts(texts.iter().map(Vec::as_slice)).prefix(16).to_owned()
}

/// A file without a name that holds these bytes.
fn in_memory(bytes: &[u8]) -> Result<OwnedFd, SandboxError> {
    let path = Path::new("a file in memory");
    let fd = memfd_create("selfopt", MemfdFlags::CLOEXEC)
        .map_err(|error| failed("create", path)(error.into()))?;
    let mut file = File::from(fd);
    file.write_all(bytes).map_err(failed("write", path))?;
    file.rewind().map_err(failed("write", path))?;
    Ok(file.into())
}
