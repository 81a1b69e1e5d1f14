//! Time comes in from outside, so that tests need none.

use crate::domain::{Millis, Timestamp};

/// Wall-clock and monotonic time.
pub trait Clock: Send + Sync {
    /// Now, for records.
    fn now(&self) -> Timestamp;

    /// Time since some fixed instant, for durations.
    fn monotonic(&self) -> Millis;

    /// The machine's one-minute load average in thousandths, where it can be
    /// told; recorded beside every measurement.
    fn load_milli(&self) -> Option<u64> {
        None
    }
}
