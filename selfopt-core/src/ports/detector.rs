//! Detectors make claims about a repository; the core weighs them.

use super::source_tree::SourceTree;
use crate::domain::{
    BenchKind, CommandSource, DetectionNote, EvidenceLine, NodeVersion, PackageManager, Ratio,
    RejectedCommand, ServiceNeed, WorkspaceKind, WorkspacePackage,
};

/// Finds out something about a repository from its files alone.
pub trait Detector: Send + Sync {
    /// Claims supported by the tree. `so_far` holds what detectors of higher
    /// priority claimed: a detector may build on it and need not repeat it.
    fn detect(&self, tree: &dyn SourceTree, so_far: &[Claim]) -> Vec<Claim>;
}

/// One fact with its support. For each kind of fact the claim with the highest
/// confidence wins; between equals the earlier one.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// What is claimed.
    pub fact: Fact,
    /// From 0 (a guess) to 1 (the user said so).
    pub confidence: Ratio,
    /// Where it comes from.
    pub source: CommandSource,
    /// The lines that say so.
    pub evidence: Vec<EvidenceLine>,
}

/// What a detector can claim.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Fact {
    /// The project's name.
    Name(String),
    /// The package manager.
    PackageManager(PackageManager),
    /// Where the commands run, relative to the project root.
    WorkingDirectory(String),
    /// The install command; `None` claims that there is none to run.
    Install(Option<String>),
    /// The build command; `None` claims that there is none to run.
    Build(Option<String>),
    /// The type-check command; `None` claims that there is none to run.
    Typecheck(Option<String>),
    /// The unit-test command; `None` claims that there is none to run.
    Test(Option<String>),
    /// The benchmark; `None` claims that there is none to run.
    Bench(Option<(BenchKind, String)>),
    /// The Node version asked for.
    Node(NodeVersion),
    /// How the repository is split.
    Workspace(WorkspaceKind),
    /// A package of the workspace. Packages add up.
    Package(Box<WorkspacePackage>),
    /// A folder that is a project of its own while the root is none. Such
    /// folders add up.
    Apart(String),
    /// A command that must not be run. Rejections add up.
    Rejected(RejectedCommand),
    /// Something needed beside the project. Needs add up.
    Service(ServiceNeed),
    /// A framework or tool that was recognised. Tags add up.
    Tag(String),
    /// Something a person should know. Notes add up.
    Note(DetectionNote),
}
