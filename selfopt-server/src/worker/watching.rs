//! What the service watches of a run: which it is, and that it moves on. The
//! events themselves are read from the journal, which outlives this process.

use selfopt_core::pipeline::{Observer, RunEvent};
use selfopt_core::{RunId, RunRecord};
use tokio::sync::{mpsc, watch};

/// Watches a run.
pub(super) struct Watching {
    // Unbounded, but a run is opened once.
    opened: mpsc::UnboundedSender<RunId>,
    changed: watch::Sender<u64>,
}

impl Watching {
    pub(super) fn new(opened: mpsc::UnboundedSender<RunId>, changed: watch::Sender<u64>) -> Self {
        Self { opened, changed }
    }
}

impl Observer for Watching {
    fn opened(&self, run: &RunRecord) {
        // Nobody listens only once the job is over.
        let _ = self.opened.send(run.id);
    }

    fn event(&self, _event: &RunEvent) {
        self.changed.send_modify(|count| *count = count.wrapping_add(1));
    }
}
