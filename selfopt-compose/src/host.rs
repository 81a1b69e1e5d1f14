//! The machine, as far as the programs ask it.

use std::num::NonZeroUsize;

use selfopt_core::{Clock, Millis, Timestamp};
use selfopt_store::SystemClock;

/// The system's clock, and its load average beside every measurement.
#[derive(Debug, Clone, Copy, Default)]
pub struct HostClock(SystemClock);

impl HostClock {
    /// Starts counting.
    pub fn new() -> Self {
        Self(SystemClock::new())
    }
}

impl Clock for HostClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn monotonic(&self) -> Millis {
        self.0.monotonic()
    }

    fn load_milli(&self) -> Option<u64> {
        let text = std::fs::read_to_string("/proc/loadavg").ok()?;
        thousandths(text.split_whitespace().next()?)
    }
}

/// `1.25` as 1250.
fn thousandths(decimal: &str) -> Option<u64> {
    let (whole, part) = decimal.split_once('.').unwrap_or((decimal, ""));
    let part: String = format!("{part}000").chars().take(3).collect();
    Some(whole.parse::<u64>().ok()? * 1000 + part.parse::<u64>().ok()?)
}

/// Threads for scanning.
pub fn threads() -> NonZeroUsize {
    std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

#[cfg(test)]
mod tests {
    use super::thousandths;

    #[test]
    fn load_averages_are_read_exactly() {
        assert_eq!(thousandths("1.25"), Some(1250));
        assert_eq!(thousandths("12"), Some(12_000));
        assert_eq!(thousandths("x"), None);
    }
}
