//! Waiting: between two changes, and before a request is repeated.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use selfopt_core::{Clock, Millis};
use tokio::sync::{Mutex, MutexGuard};

/// GitHub asks for at least a second between requests that change something.
const BETWEEN_CHANGES: Millis = Millis::from_secs(1);

/// Lets time pass. Tests pass none.
#[async_trait]
pub trait Pause: Send + Sync {
    /// Returns after this long.
    async fn pause(&self, time: Millis);
}

/// Time as tokio has it.
#[derive(Debug, Clone, Copy, Default)]
pub struct TokioPause;

#[async_trait]
impl Pause for TokioPause {
    async fn pause(&self, time: Millis) {
        tokio::time::sleep(Duration::from_millis(time.0)).await;
    }
}

/// Clock, pauses, and when something was changed last.
#[derive(Clone)]
pub(crate) struct Pace {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) pause: Arc<dyn Pause>,
    last_change: Arc<Mutex<Option<Millis>>>,
}

/// The right to change something, one at a time; when it is given back, the
/// next one has to wait.
pub(crate) struct Turn<'a> {
    last_change: MutexGuard<'a, Option<Millis>>,
    clock: &'a dyn Clock,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *self.last_change = Some(self.clock.monotonic());
    }
}

impl Pace {
    pub(crate) fn new(clock: Arc<dyn Clock>, pause: Arc<dyn Pause>) -> Self {
        Self { clock, pause, last_change: Arc::default() }
    }

    /// Waits until something may be changed.
    pub(crate) async fn turn(&self) -> Turn<'_> {
        let last_change = self.last_change.lock().await;
        if let Some(last) = *last_change {
            let passed = self.clock.monotonic().saturating_sub(last);
            let left = BETWEEN_CHANGES.saturating_sub(passed);
            if left > Millis(0) {
                self.pause.pause(left).await;
            }
        }
        Turn { last_change, clock: &*self.clock }
    }
}
