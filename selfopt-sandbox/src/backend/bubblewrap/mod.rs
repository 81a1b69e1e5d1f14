//! The backend `bubblewrap`: every command runs in namespaces of its own, as
//! an unprivileged user, over a read-only view of the host's programs, under a
//! system-call filter.
//!
//! bubblewrap itself is never started as root and never sees the host's
//! environment. Started as root it maps its inner user to root outside, whose
//! files in `/proc/sys` are then writable; and its own environment can be read
//! inside through `/proc/1/environ`, whatever it clears for its child.

mod arguments;
mod etc;
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
use selfopt_core::Enforcement::{BestEffort, Enforced, None as Open};
use selfopt_core::digest::Digest;
use selfopt_core::{CommandSpec, Guarantee, SandboxError};

use self::arguments::{View, arguments};
use self::etc::Etc;
use self::programs::Programs;
pub(crate) use self::user::relocated;
use super::guarantees::table;
use super::launcher::Launcher;
use crate::command::{MARKER, Marker, Namespaces, NpmConfig, SHELL, shell_arguments};
use crate::failure::{failed, other};
use crate::toolchain::ToolChain;
use crate::workspace::{Area, FileOwner, Place};

pub(super) const BACKEND: &str = "bubblewrap";

/// Descriptors in bubblewrap: its arguments, which would otherwise be in the
/// process list inside and outside, and the filters.
const ARGUMENTS_FD: i32 = 10;
const FILTER_FDS: [i32; 2] = [11, 12];

/// Runs commands in bubblewrap.
#[derive(Debug)]
pub(super) struct BubblewrapLauncher {
    program: PathBuf,
    version: String,
    base: PathBuf,
    user: Option<FileOwner>,
    programs: Programs,
    etc: Etc,
    npm: NpmConfig,
    filters: [Vec<u8>; 2],
}

impl BubblewrapLauncher {
    /// Finds bubblewrap and prepares what all commands share.
    pub(super) fn new(base_dir: &Path) -> Result<Self, SandboxError> {
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
            programs: Programs::of_host(),
            etc,
            npm,
            filters: seccomp::filters()?,
            base,
        })
    }

    /// Where workspaces are kept.
    pub(super) fn base(&self) -> &Path {
        &self.base
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

    fn command(
        &self,
        area: &Area,
        place: &Place,
        spec: &CommandSpec,
        marker: &Marker,
        tools: &ToolChain,
    ) -> Result<Command, SandboxError> {
        let view = View {
            area,
            place,
            spec,
            marker,
            programs: &self.programs,
            etc: &self.etc,
            npm: &self.npm,
            tools,
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

    fn program_path(&self) -> Vec<String> {
        self.programs.path().to_vec()
    }

    fn guarantees(&self) -> BTreeMap<String, Guarantee> {
        table([
            ("cpu", Open, "no cgroup is used, so commands use every core"),
            (
                "disk",
                BestEffort,
                "the size of each file is limited, and of everything outside the workspace; not the workspace's sum",
            ),
            (
                "filesystem",
                Enforced,
                "a mount namespace: the host's programs read-only, the workspace, a private home and temporary files; during an install npm's cache, which installs share",
            ),
            (
                "memory",
                BestEffort,
                "no cgroup is used; the resident memory of the process tree is looked at ten times a second",
            ),
            (
                "network",
                Enforced,
                "a network namespace without interfaces, except while dependencies are installed: then the host's network",
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
        ])
    }

    fn facts(&self) -> BTreeMap<String, String> {
        let filters = Digest::of_parts(self.filters.iter().map(Vec::as_slice));
        [
            ("seccomp".to_owned(), filters.prefix(16).to_owned()),
            ("tmpfs".to_owned(), arguments::TEMPORARY_SIZE.to_string()),
        ]
        .into()
    }
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
