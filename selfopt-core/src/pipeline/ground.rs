//! What all candidates of a run stand on.

use crate::config::Config;
use crate::domain::{Baseline, Project};
use crate::ports::{SnapshotId, SourceTree, Workspace};

/// The same for every candidate.
pub(crate) struct Ground<'a> {
    pub(crate) project: &'a Project,
    pub(crate) baseline: &'a Baseline,
    pub(crate) config: &'a Config,
    pub(crate) tree: &'a dyn SourceTree,
    pub(crate) seed: u64,
    /// The unchanged tree, installed and built.
    pub(crate) base: &'a dyn Workspace,
    /// The installed tree that forks start from.
    pub(crate) snapshot: &'a SnapshotId,
}
