//! Who watches a run.

use super::RunEvent;
use crate::domain::RunRecord;
use crate::ports::{LogSink, Stream};

/// Watches a run, for a terminal or a dashboard. Called in order, from one
/// task; must not block for long.
pub trait Observer: Send + Sync {
    /// The run is open: new, or one to go on with. Called before all else.
    fn opened(&self, run: &RunRecord) {
        let _ = run;
    }

    /// Something happened.
    fn event(&self, event: &RunEvent);

    /// A command of the project printed something.
    fn output(&self, stream: Stream, bytes: &[u8]) {
        let _ = (stream, bytes);
    }
}

/// Watches nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoObserver;

impl Observer for NoObserver {
    fn event(&self, _event: &RunEvent) {}
}

pub(super) struct ObserverLog<'a>(pub(super) &'a dyn Observer);

impl LogSink for ObserverLog<'_> {
    fn chunk(&self, stream: Stream, bytes: &[u8]) {
        self.0.output(stream, bytes);
    }
}
