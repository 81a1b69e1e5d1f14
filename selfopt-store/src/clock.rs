//! The machine's own clocks.

use std::time::{Instant, SystemTime};

use selfopt_core::{Clock, Millis, Timestamp};

/// The machine's own clocks; monotonic time counts from when this was made.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    started: Instant,
}

impl SystemClock {
    /// Starts counting.
    pub fn new() -> Self {
        Self { started: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        // A clock set before 1970 is broken; 0 shows it and stops nothing.
        let since_epoch =
            SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Timestamp(whole_millis(since_epoch))
    }

    fn monotonic(&self) -> Millis {
        Millis(whole_millis(self.started.elapsed()))
    }
}

fn whole_millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_runs_forward_from_a_plausible_time() {
        let clock = SystemClock::new();
        let first = clock.monotonic();
        assert!(clock.now() > Timestamp(1_700_000_000_000));
        assert!(clock.monotonic() >= first);
    }
}
