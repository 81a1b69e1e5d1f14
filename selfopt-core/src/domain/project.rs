//! What was found out about a repository: its package manager and commands,
//! each with a confidence and the lines that say so.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::http::HttpLoad;
use super::units::Ratio;
use crate::ports::Phase;

/// How a project installs, builds, type-checks, tests and benchmarks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Project {
    /// `name` of `package.json`.
    pub name: Option<String>,
    /// The package manager, if one could be told.
    pub package_manager: Option<PackageManager>,
    /// Where the commands run, relative to the project root; `.` for the root.
    pub working_directory: String,
    /// Installs the dependencies.
    pub install_cmd: Option<DetectedCommand>,
    /// Builds what ships.
    pub build_cmd: Option<DetectedCommand>,
    /// Checks types without running anything.
    pub typecheck_cmd: Option<DetectedCommand>,
    /// Runs the unit tests once.
    pub test_cmd: Option<DetectedCommand>,
    /// Runs the benchmark.
    pub bench: Option<DetectedBench>,
    /// The Node version the project asks for.
    pub node_version: Option<NodeVersion>,
    /// How the repository is split into packages.
    pub workspace_kind: WorkspaceKind,
    /// The packages of a workspace, sorted by path; empty for a single package.
    #[serde(default)]
    pub packages: Vec<WorkspacePackage>,
    /// The package that the commands are narrowed to, by name.
    #[serde(default)]
    pub package: Option<String>,
    /// Folders that are projects of their own, sorted, where the root is none
    /// and no workspace joins them: a person has to choose one.
    #[serde(default)]
    pub apart: Vec<String>,
    /// Commands that look right and must not be run, each with its reason.
    #[serde(default)]
    pub rejected: Vec<RejectedCommand>,
    /// What the project needs beside itself: `postgres`, `redis`, `docker`, `chrome`.
    #[serde(default)]
    pub services: Vec<ServiceNeed>,
    /// Frameworks and tools that were recognised, sorted.
    pub tags: Vec<String>,
    /// What looked wrong or was set aside, for people.
    pub notes: Vec<DetectionNote>,
}

impl Project {
    /// The load that is put on the project's server, where that is its
    /// benchmark.
    pub fn load(&self) -> Option<&HttpLoad> {
        self.bench.as_ref()?.load.as_ref()
    }

    /// The command of a phase, as a shell would take it.
    pub fn command(&self, phase: Phase) -> Option<&str> {
        let detected = match phase {
            Phase::Install => &self.install_cmd,
            Phase::Build => &self.build_cmd,
            Phase::Typecheck => &self.typecheck_cmd,
            Phase::Test => &self.test_cmd,
            Phase::Benchmark => return self.bench.as_ref().map(|bench| bench.cmd.as_str()),
        };
        detected.as_ref().map(|detected| detected.cmd.as_str())
    }
}

/// A command, how sure we are of it, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DetectedCommand {
    /// The command as a shell would take it.
    pub cmd: String,
    /// From 0 (a guess) to 1 (the user said so).
    pub confidence: Ratio,
    /// Where it comes from.
    pub source: CommandSource,
    /// The lines that say so.
    pub evidence: Vec<EvidenceLine>,
}

impl DetectedCommand {
    /// Below this confidence an answer is a guess, and said to be one.
    pub const SURE: Ratio = Ratio(0.5);

    /// Whether a person should confirm the command.
    pub fn is_unsure(&self) -> bool {
        self.confidence < Self::SURE
    }
}

/// A command that looks like an answer and is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RejectedCommand {
    /// What it would have been.
    pub phase: Phase,
    /// The command as a shell would take it.
    pub cmd: String,
    /// Why not, as a person says it: `is a watcher`, `runs a migration`.
    pub reason: String,
    /// The line that names it.
    pub evidence: EvidenceLine,
}

/// Something that a project needs beside itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ServiceNeed {
    /// `postgres`, `redis`, `docker`, `chrome`.
    pub name: String,
    /// The line that says so.
    pub evidence: EvidenceLine,
}

/// A package of a workspace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WorkspacePackage {
    /// `name` of its `package.json`, or its path.
    pub name: String,
    /// Its folder, relative to the project root.
    pub path: String,
    /// Packages of the same workspace that it depends on, by name, sorted.
    pub depends_on: Vec<String>,
    /// Builds it.
    pub build_cmd: Option<DetectedCommand>,
    /// Builds it and, before it, what it depends on, where the package manager
    /// or the task runner has one command for that.
    #[serde(default)]
    pub build_all: Option<DetectedCommand>,
    /// Checks its types.
    pub typecheck_cmd: Option<DetectedCommand>,
    /// Runs its unit tests once.
    pub test_cmd: Option<DetectedCommand>,
    /// Runs its benchmark.
    pub bench: Option<DetectedBench>,
}

/// A benchmark command.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DetectedBench {
    /// How the benchmark is driven.
    pub kind: BenchKind,
    /// The command as a shell would take it.
    pub cmd: String,
    /// From 0 (a guess) to 1 (the user said so).
    pub confidence: Ratio,
    /// Where it comes from.
    pub source: CommandSource,
    /// The lines that say so.
    pub evidence: Vec<EvidenceLine>,
    /// The load that is put on a server; `cmd` starts it then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load: Option<HttpLoad>,
}

/// How a benchmark is driven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BenchKind {
    /// A command that runs to its end.
    Script,
    /// A server put under load.
    Http,
}

/// Where a command comes from, in the order of `docs/reference`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum CommandSource {
    /// `selfopt.toml` or a flag.
    User,
    /// A workflow of the repository's CI.
    Ci,
    /// A package script as it is.
    Script,
    /// An inner command of a package script.
    ScriptPart,
    /// A lock file.
    Lockfile,
    /// A framework's own command.
    Framework,
    /// Put together from what is there; no script says so.
    Synthesized,
    /// A benchmark file without a script.
    Folder,
}

/// One line of a file of the repository that supports a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EvidenceLine {
    /// Path relative to the project root, with `/`.
    pub path: String,
    /// 1-based line; absent when the file as a whole is the evidence.
    pub line: Option<u32>,
    /// The line without its indentation; empty when there is none.
    pub text: String,
}

impl fmt::Display for EvidenceLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}", self.path),
            None => f.write_str(&self.path),
        }
    }
}

/// A package manager and the version the project pins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PackageManager {
    /// Which one.
    pub name: PackageManagerName,
    /// The pinned version, if any.
    pub version: Option<String>,
    /// The hash that the pin ends with: `sha512.0f1e…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
}

/// The package managers that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PackageManagerName {
    /// npm.
    Npm,
    /// pnpm.
    Pnpm,
    /// Yarn 1.
    YarnClassic,
    /// Yarn 2 and later.
    YarnBerry,
    /// Bun.
    Bun,
    /// Deno.
    Deno,
    /// No dependencies are installed.
    None,
}

impl PackageManagerName {
    /// The program that is called: `yarn` for both Yarns.
    pub const fn program(self) -> &'static str {
        match self {
            Self::Npm | Self::None => "npm",
            Self::Pnpm => "pnpm",
            Self::YarnClassic | Self::YarnBerry => "yarn",
            Self::Bun => "bun",
            Self::Deno => "deno",
        }
    }
}

impl fmt::Display for PackageManagerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Npm => "npm",
            Self::Pnpm => "pnpm",
            Self::YarnClassic => "yarn-classic",
            Self::YarnBerry => "yarn-berry",
            Self::Bun => "bun",
            Self::Deno => "deno",
            Self::None => "none",
        })
    }
}

/// The Node version that a project asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NodeVersion {
    /// The major version to run with: `20`.
    pub pick: String,
    /// The range that is acceptable, as semver writes it.
    pub acceptable: Option<String>,
    /// Whether a version file demands the major. A range, an alias such as
    /// `lts/*` and the CI only suggest it.
    #[serde(default)]
    pub pinned: bool,
    /// The line that says so.
    pub source: EvidenceLine,
}

/// How a repository is split into packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WorkspaceKind {
    /// One package.
    None,
    /// npm workspaces.
    Npm,
    /// pnpm workspaces.
    Pnpm,
    /// Yarn workspaces.
    Yarn,
    /// Bun workspaces.
    Bun,
    /// Turborepo on top of a package manager's workspaces.
    Turbo,
    /// Nx.
    Nx,
    /// Lerna.
    Lerna,
}

/// Something that detection wants a person to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DetectionNote {
    /// What was found.
    pub message: String,
    /// What to do about it, if anything.
    pub hint: Option<String>,
    /// Where.
    pub evidence: Option<EvidenceLine>,
}
