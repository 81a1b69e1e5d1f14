//! Whether a benchmark runs the files of the work tree, and not a published
//! package or an old build.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What became of a slow-down that was planted in the project's sources: a
/// benchmark that runs them takes longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WorkTreeCheck {
    /// Source files that got the statement.
    pub files: u64,
    /// The CPU time that it burns, once a process, in microseconds.
    pub planted_us: u64,
    /// CPU time of the benchmark without it, in microseconds, each run.
    pub without_us: Vec<u64>,
    /// CPU time of the benchmark with it, in microseconds, each run.
    pub with_us: Vec<u64>,
}

impl WorkTreeCheck {
    /// By how much the CPU time rose over the slowest run without the
    /// statement.
    pub fn rise_us(&self) -> u64 {
        let slowest = self.without_us.iter().max().copied().unwrap_or(u64::MAX);
        self.with_us.iter().max().map_or(0, |with| with.saturating_sub(slowest))
    }

    /// Whether the statement was seen: at least half of what was planted. What
    /// is planted is at least as much as half of the benchmark takes, far
    /// beyond its noise.
    pub fn holds(&self) -> bool {
        self.planted_us > 0 && self.rise_us() >= self.planted_us.div_ceil(2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_what_was_planted_must_be_seen() {
        let check = |without: &[u64], with: &[u64]| {
            let (without_us, with_us) = (without.to_vec(), with.to_vec());
            WorkTreeCheck { files: 3, planted_us: 500, without_us, with_us }.holds()
        };
        assert!(check(&[400, 450], &[950]));
        assert!(check(&[400, 450], &[700]));
        assert!(!check(&[400, 450], &[699]));
        assert!(check(&[400, 450], &[460, 900]), "one of two runs is enough");
        assert!(!check(&[400], &[]));
        assert!(!check(&[], &[900]));
    }
}
