//! How many pull requests a repository gets.

use crate::domain::{Millis, Timestamp};

const HOUR: Millis = Millis::from_minutes(60);

/// How many pull requests a repository gets. The defaults are Renovate's,
/// whose users call more of them a flood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PullRequestLimits {
    /// Open ones at once.
    pub open: usize,
    /// New ones within an hour.
    pub hourly: usize,
}

impl Default for PullRequestLimits {
    fn default() -> Self {
        Self { open: 10, hourly: 2 }
    }
}

/// Whether one more may be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowance {
    /// Now.
    Allowed,
    /// When one that is open was closed or merged.
    TooManyOpen {
        /// How many are open.
        open: usize,
    },
    /// Not before then.
    TooManyThisHour {
        /// When the oldest of the last hour is an hour old.
        until: Timestamp,
    },
}

impl PullRequestLimits {
    /// Judges by what is open and when the last ones were opened, in any
    /// order. Times from the future count as now.
    pub fn judge(self, open: usize, opened: &[Timestamp], now: Timestamp) -> Allowance {
        if open >= self.open {
            return Allowance::TooManyOpen { open };
        }
        let mut recent: Vec<u64> =
            opened.iter().map(|at| at.0.min(now.0)).filter(|at| now.0 - at < HOUR.0).collect();
        if recent.len() < self.hourly {
            return Allowance::Allowed;
        }
        recent.sort_unstable();
        // The newest `hourly` of them are the ones that stand in the way.
        let blocking = recent.len() - self.hourly;
        let first = recent.get(blocking).copied().unwrap_or(now.0);
        Allowance::TooManyThisHour { until: Timestamp(first.saturating_add(HOUR.0)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(100 * 3_600_000);

    fn minutes_ago(minutes: u64) -> Timestamp {
        Timestamp(NOW.0 - minutes * 60_000)
    }

    fn judge(open: usize, minutes: &[u64]) -> Allowance {
        let opened: Vec<_> = minutes.iter().copied().map(minutes_ago).collect();
        PullRequestLimits { open: 3, hourly: 2 }.judge(open, &opened, NOW)
    }

    #[test]
    fn open_ones_are_counted_first() {
        assert_eq!(judge(2, &[]), Allowance::Allowed);
        assert_eq!(judge(3, &[]), Allowance::TooManyOpen { open: 3 });
        assert_eq!(judge(4, &[1, 2, 3]), Allowance::TooManyOpen { open: 4 });
    }

    #[test]
    fn an_hour_is_an_hour() {
        assert_eq!(judge(0, &[1]), Allowance::Allowed);
        assert_eq!(judge(0, &[60, 61, 90]), Allowance::Allowed);
        let until = |minutes: u64| Allowance::TooManyThisHour {
            until: Timestamp(NOW.0 + minutes * 60_000),
        };
        assert_eq!(judge(0, &[59, 10]), until(1));
        // Both of the newest two have to be gone for none, one of them for one.
        assert_eq!(judge(0, &[5, 59, 20]), until(40));
    }

    #[test]
    fn a_clock_that_runs_ahead_does_not_wrap() {
        let ahead = [Timestamp(NOW.0 + 10_000_000), Timestamp(u64::MAX)];
        let limits = PullRequestLimits { open: 3, hourly: 2 };
        assert_eq!(
            limits.judge(0, &ahead, NOW),
            Allowance::TooManyThisHour { until: Timestamp(NOW.0 + 3_600_000) }
        );
        assert_eq!(
            PullRequestLimits { open: 3, hourly: 0 }.judge(0, &[], NOW),
            Allowance::TooManyThisHour { until: Timestamp(NOW.0 + 3_600_000) }
        );
    }
}
