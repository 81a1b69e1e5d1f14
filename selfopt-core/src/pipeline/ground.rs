//! What all candidates of a run stand on.

use crate::config::Config;
use crate::domain::{Baseline, Project};
use crate::ports::{Probe, SnapshotId, SourceTree, Workspace};

/// The same for every candidate.
pub(crate) struct Ground<'a> {
    pub(crate) project: &'a Project,
    pub(crate) baseline: &'a Baseline,
    pub(crate) config: &'a Config,
    pub(crate) tree: &'a dyn SourceTree,
    pub(crate) seed: u64,
    /// Looks into the functions that candidates change, where there is one.
    pub(crate) probe: Option<&'a dyn Probe>,
    /// Forks the frozen trees.
    pub(crate) forks: &'a dyn Workspace,
    /// The unchanged code, installed: candidates start from it.
    pub(crate) installed: &'a SnapshotId,
    /// The unchanged code, built and checked: candidates are measured against it.
    pub(crate) checked: Option<&'a SnapshotId>,
}
