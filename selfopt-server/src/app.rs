//! What every route has at hand.

use std::sync::Arc;

use selfopt_core::{ArtifactStore, Clock, Forge, RepositoryRecord, ServiceStore, UserReads};
use tokio::sync::watch;

use crate::auth::TokenHash;
use crate::github::GitHub;
use crate::signer::Signer;
use crate::stop::Stop;
use crate::worker::WorkerParts;

/// Where a repository is hosted, if pull requests can be opened there.
pub(crate) type Forges = Arc<dyn Fn(&RepositoryRecord) -> Option<Arc<dyn Forge>> + Send + Sync>;

/// What every route has at hand.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) store: Arc<dyn ServiceStore>,
    /// What the one user of the embedded mode may read.
    pub(crate) reads: Arc<dyn UserReads>,
    pub(crate) artifacts: Arc<dyn ArtifactStore>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) forges: Forges,
    /// The GitHub App, if the service has one.
    pub(crate) github: Option<Arc<GitHub>>,
    /// What workers work with.
    pub(crate) parts: WorkerParts,
    pub(crate) token: TokenHash,
    pub(crate) signer: Signer,
    /// Moves on when something happened that somebody may wait for.
    pub(crate) changed: watch::Sender<u64>,
    pub(crate) stop: Stop,
    /// The port that the service listens on; requests name it.
    pub(crate) port: u16,
}

impl App {
    /// Wakes whoever waits for something to happen.
    pub(crate) fn notify(&self) {
        self.changed.send_modify(|count| *count = count.wrapping_add(1));
    }
}
