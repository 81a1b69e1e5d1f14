//! A clock that stands still until it is told.

use std::sync::atomic::{AtomicU64, Ordering};

use selfopt_core::{Clock, Millis, Timestamp};

/// Standing still is the hard case: no order may come from times alone.
pub(crate) struct StoppedClock(AtomicU64);

impl StoppedClock {
    pub(crate) fn new() -> Self {
        Self(AtomicU64::new(1_700_000_000_000))
    }

    pub(crate) fn advance(&self) {
        self.advance_by(1);
    }

    /// Moves on by milliseconds.
    pub(crate) fn advance_by(&self, millis: u64) {
        self.0.fetch_add(millis, Ordering::Relaxed);
    }
}

impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::Relaxed))
    }

    fn monotonic(&self) -> Millis {
        Millis(self.0.load(Ordering::Relaxed))
    }
}
