//! Pairs that the machine spoiled, such as by killing a process for lack of memory.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Parameters;

/// How many pairs were kept and how many discarded, both sides at once.
///
/// A side that fails by its own doing is no discard: it rejects the candidate.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Discards {
    /// Pairs that count.
    pub kept: u32,
    /// Pairs that do not.
    pub discarded: u32,
}

impl Discards {
    /// Whether more pairs were discarded than allowed: then the verdict is inconclusive.
    ///
    /// Asked when a verdict is due, not after each pair: one discard among the first four is already a
    /// quarter and means nothing.
    pub fn too_many(self, parameters: &Parameters) -> bool {
        let all = u64::from(self.kept) + u64::from(self.discarded);
        parameters.max_discarded_share.is_exceeded_by(u64::from(self.discarded), all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fifth_is_allowed() {
        let too_many =
            |kept, discarded| Discards { kept, discarded }.too_many(&Parameters::default());
        assert!(!too_many(0, 0));
        assert!(!too_many(8, 2));
        assert!(too_many(8, 3));
        assert!(!too_many(32, 8));
        assert!(too_many(32, 9));
        assert!(too_many(0, 1));
    }
}
