//! Time that passes when somebody waits.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use selfopt_core::{Clock, Millis, Timestamp};
use selfopt_github::Pause;

/// 2026-11-01, 00:00 UTC.
const START: u64 = 1_793_491_200_000;

#[derive(Debug)]
pub(crate) struct FakeTime {
    now: AtomicU64,
    waits: Mutex<Vec<Millis>>,
}

impl FakeTime {
    pub(crate) fn new() -> Self {
        Self::at(Timestamp(START))
    }

    /// One that begins at a time that others have, too.
    pub(crate) fn at(now: Timestamp) -> Self {
        Self { now: AtomicU64::new(now.0), waits: Mutex::default() }
    }

    pub(crate) fn pass(&self, time: Millis) {
        self.now.fetch_add(time.0, Ordering::SeqCst);
    }

    /// Waits since the last time this was asked.
    pub(crate) fn waits(&self) -> Vec<Millis> {
        std::mem::take(&mut self.waits.lock().expect("not poisoned"))
    }

    pub(crate) fn text(&self, later: Millis) -> String {
        let millis = i64::try_from(self.now().0 + later.0).expect("a time");
        let time = chrono::DateTime::from_timestamp_millis(millis).expect("a time");
        time.format("%Y-%m-%dT%H:%M:%SZ").to_string()
    }
}

impl Clock for FakeTime {
    fn now(&self) -> Timestamp {
        Timestamp(self.now.load(Ordering::SeqCst))
    }

    fn monotonic(&self) -> Millis {
        Millis(self.now.load(Ordering::SeqCst) - START)
    }
}

#[async_trait]
impl Pause for FakeTime {
    async fn pause(&self, time: Millis) {
        self.waits.lock().expect("not poisoned").push(time);
        self.pass(time);
    }
}
