//! Where repository code runs: a [`Sandbox`] opens [`Workspace`]s, a workspace
//! runs commands. Both report what they really enforce.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::outcome::Outcome;
use super::{cancel::CancelFlag, source_tree::SourceTree, turn::Turn};
use crate::domain::{Bytes, Environment, HostPattern, Millis};

/// A way to run repository code.
#[async_trait]
pub trait Sandbox: Send + Sync {
    /// What this backend enforces here, probed and not assumed.
    async fn probe(&self) -> Result<Isolation, SandboxError>;

    /// The machine and tools, for the evidence. Versions of programs are asked
    /// for inside the sandbox.
    async fn environment(&self) -> Result<Environment, SandboxError>;

    /// A new workspace that holds a copy of the files.
    async fn open(&self, spec: WorkspaceSpec) -> Result<Box<dyn Workspace>, SandboxError>;

    /// Opens a snapshot that an earlier process froze; `None` when it is gone
    /// or incomplete.
    async fn reopen(
        &self,
        snapshot: &SnapshotId,
        cancel: CancelFlag,
    ) -> Result<Option<Box<dyn Workspace>>, SandboxError>;

    /// Removes a snapshot that nothing needs any more; one that is already gone
    /// is fine.
    async fn discard(&self, snapshot: &SnapshotId) -> Result<(), SandboxError>;

    /// Removes what dead processes left behind.
    async fn reap(&self) -> Result<ReapReport, SandboxError>;
}

/// A tree of files and the commands that run in it.
#[async_trait]
pub trait Workspace: Send + Sync {
    /// Runs one command to its end. A red, killed or timed-out command is an
    /// [`Outcome`], not an error.
    async fn run(&self, spec: CommandSpec, sink: &dyn LogSink) -> Result<Outcome, SandboxError>;

    /// How long one of two commands should run before the other has its turn;
    /// `None` when commands cannot be stopped and continued here.
    fn turn_length(&self) -> Option<Duration> {
        None
    }

    /// Runs one command to its end, but only while it is its turn. Its elapsed
    /// time, and the limit on it, count its own turns alone.
    async fn run_in_turns(
        &self,
        _spec: CommandSpec,
        _turn: Turn,
        _sink: &dyn LogSink,
    ) -> Result<Outcome, SandboxError> {
        Err(SandboxError::Other { message: "commands cannot take turns in this sandbox".into() })
    }

    /// Writes files, creating parents. Paths stay beneath the workspace and
    /// never follow a symbolic link out of it.
    async fn apply(&self, files: &[FileWrite]) -> Result<(), SandboxError>;

    /// Freezes the tree as it is. Later forks start from here; the workspace
    /// itself must not be used to run anything afterwards.
    async fn freeze(&self) -> Result<SnapshotId, SandboxError>;

    /// A copy-on-write or full copy of the frozen tree, never hard links.
    async fn fork(&self, snapshot: &SnapshotId) -> Result<Box<dyn Workspace>, SandboxError>;

    /// Takes regular files out: those whose path matches one of the globs, as
    /// they are beneath the workspace without following symbolic links.
    async fn collect(
        &self,
        globs: &[String],
        limits: CollectLimits,
    ) -> Result<Vec<CollectedFile>, SandboxError>;

    /// Removes the workspace.
    async fn close(self: Box<Self>) -> Result<(), SandboxError>;
}

/// Receives output while a command runs.
pub trait LogSink: Send + Sync {
    /// A piece of output, not necessarily whole lines.
    fn chunk(&self, stream: Stream, bytes: &[u8]);
}

/// Drops all output.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoLog;

impl LogSink for NoLog {
    fn chunk(&self, _stream: Stream, _bytes: &[u8]) {}
}

/// Which stream a piece of output came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// What to open.
#[derive(Clone)]
pub struct WorkspaceSpec {
    /// A short name for messages and directory names.
    pub label: String,
    /// The files it starts with.
    pub files: Arc<dyn SourceTree>,
    /// Raised when everything must stop.
    pub cancel: CancelFlag,
}

/// Names a frozen tree; the sandbox that froze it can fork from it, also in a
/// later process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct SnapshotId(pub String);

/// One command.
#[derive(Debug, Clone, PartialEq)]
pub struct CommandSpec {
    /// The command as `sh -c` takes it. `node_modules/.bin` is on its `PATH`.
    pub cmd: String,
    /// Where it runs, relative to the workspace.
    pub working_directory: String,
    /// Variables on top of the sandbox's own fixed set.
    pub env: BTreeMap<String, String>,
    /// Which phase it belongs to.
    pub phase: Phase,
    /// Whether it may reach the network.
    pub network: Network,
    /// Limits.
    pub limits: CommandLimits,
}

/// The phases in which repository code runs.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Dependencies are installed.
    Install,
    /// What ships is built.
    Build,
    /// Types are checked.
    Typecheck,
    /// Tests run.
    Test,
    /// The benchmark runs.
    Benchmark,
}

impl std::fmt::Display for Phase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Install => "install",
            Self::Build => "build",
            Self::Typecheck => "typecheck",
            Self::Test => "tests",
            Self::Benchmark => "benchmark",
        })
    }
}

/// Whether a command may reach the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Network {
    /// None where the backend can take it away.
    None,
    /// TLS to these hosts, and to the registries of the package managers' own
    /// configuration, where the backend can take the rest away.
    AllowList(Vec<HostPattern>),
    /// The host's own.
    Open,
}

/// Limits of one command. Backends report how well they hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CommandLimits {
    /// Elapsed time.
    pub wall: Millis,
    /// Output kept of both streams together; more is read and dropped.
    pub output: Bytes,
    /// Output after which the command is killed.
    pub output_kill: Bytes,
    /// Resident memory of the process tree.
    pub memory: Bytes,
    /// Largest file that may be written.
    pub file_size: Bytes,
    /// What the workspace, its home and its temporary files may hold together.
    #[serde(default = "default_disk")]
    pub disk: Bytes,
    /// Processes at once.
    pub processes: u32,
    /// Open files of a process.
    pub open_files: u32,
    /// Silence after which a command is killed whose last words say that it
    /// waits ([`awaits`](crate::diagnosis::awaits)); `None` lets it wait.
    #[serde(default)]
    pub silence: Option<Millis>,
}

impl Default for CommandLimits {
    fn default() -> Self {
        Self {
            wall: Millis::from_minutes(10),
            output: Bytes::from_mib(2),
            output_kill: Bytes::from_mib(64),
            memory: Bytes::from_mib(4096),
            file_size: Bytes::from_mib(1024),
            disk: default_disk(),
            processes: 512,
            open_files: 4096,
            silence: None,
        }
    }
}

/// Enough for an installed project, its build and what its tests write.
fn default_disk() -> Bytes {
    Bytes::from_mib(16 * 1024)
}

/// A file to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileWrite {
    /// Path relative to the workspace, with `/`.
    pub path: String,
    /// The content.
    pub bytes: Vec<u8>,
}

/// What [`Workspace::collect`] may take.
#[derive(Debug, Clone, Copy)]
pub struct CollectLimits {
    /// Files.
    pub files: usize,
    /// Size of one file.
    pub file_size: Bytes,
    /// Size of all together.
    pub total: Bytes,
}

/// A regular file taken out of a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectedFile {
    /// Path relative to the workspace, with `/`.
    pub path: String,
    /// The content.
    pub bytes: Vec<u8>,
}

/// What [`Sandbox::reap`] removed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReapReport {
    /// Workspaces of dead processes.
    pub workspaces: usize,
    /// Processes that outlived theirs.
    pub processes: usize,
}

/// The isolation that a backend reaches here, stamped into the evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Isolation {
    /// The backend: `process`, `bubblewrap`.
    pub backend: String,
    /// The backend's version, where it has one.
    pub version: Option<String>,
    /// How trees are copied: `overlay`, `reflink`, `copy`.
    pub clones: String,
    /// Each guarantee and how well it holds, by name: `network`, `memory`.
    pub guarantees: BTreeMap<String, Guarantee>,
    /// Why a stronger backend was not used, when the choice was left open.
    #[serde(default)]
    pub fallback: Option<String>,
}

impl Isolation {
    /// The guarantees that do not fully hold.
    pub fn gaps(&self) -> impl Iterator<Item = (&str, &Guarantee)> {
        self.guarantees
            .iter()
            .filter(|(_, guarantee)| guarantee.level != Enforcement::Enforced)
            .map(|(name, guarantee)| (name.as_str(), guarantee))
    }
}

/// How well one guarantee holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Guarantee {
    /// The level.
    pub level: Enforcement,
    /// By what, or why not.
    pub reason: String,
}

/// Levels of enforcement.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Enforcement {
    /// Not at all.
    None,
    /// Watched, and acted on when seen.
    BestEffort,
    /// By the kernel.
    Enforced,
}

impl std::fmt::Display for Enforcement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::None => "none",
            Self::BestEffort => "best effort",
            Self::Enforced => "enforced",
        })
    }
}

/// The sandbox itself failed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SandboxError {
    /// The backend cannot be used here.
    #[error("isolation `{backend}` is not available: {reason}")]
    Unavailable {
        /// The backend.
        backend: String,
        /// Why.
        reason: String,
        /// What to do.
        hint: String,
    },
    /// A path that leads out of the workspace, or through a symbolic link.
    #[error("path `{path}` is not inside the workspace")]
    PathEscapes {
        /// The path.
        path: String,
    },
    /// A [`Policy`](super::Policy) asks for more than this machine gives.
    #[error("isolation `{backend}` is weaker than required: {}", super::policy::unmet_list(unmet))]
    BelowPolicy {
        /// The backend.
        backend: String,
        /// Each guarantee that does not hold as required.
        unmet: Vec<super::Unmet>,
    },
    /// The disk is full.
    #[error("no space left while {doing}")]
    DiskFull {
        /// What was being done.
        doing: String,
        /// The path.
        path: String,
    },
    /// More files or bytes than [`CollectLimits`] allows.
    #[error("too much to collect: {what}")]
    TooMuch {
        /// What exceeded.
        what: String,
    },
    /// An operation of the host failed.
    #[error("failed to {doing}")]
    Io {
        /// What was being done, with the path.
        doing: String,
        /// The host's error.
        #[source]
        source: std::io::Error,
    },
    /// Anything else that an adapter reports.
    #[error("{message}")]
    Other {
        /// What happened.
        message: String,
    },
}

impl SandboxError {
    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unavailable { hint, .. } => Some(hint.clone()),
            Self::BelowPolicy { unmet, .. } => Some(super::policy::remedies(unmet)),
            Self::DiskFull { path, .. } => Some(format!(
                "free some space on the file system of `{path}`, or choose another place with `--store DIR`, then run `selfopt optimize --resume`"
            )),
            _ => None,
        }
    }
}
