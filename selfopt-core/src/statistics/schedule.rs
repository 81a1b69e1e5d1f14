//! Which side goes first: random to the measurement, fixed by the seed, recomputable by anyone.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Separates these digests from all others that the program computes.
const DOMAIN: &str = "selfopt pair schedule 1";

/// Bits before the iteration pairs: who is spawned first, and who gets which directory.
const N_LEADING_BITS: u32 = 2;

/// One of the two programs of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The unchanged program.
    Base,
    /// The program with the candidate's patch.
    Candidate,
}

/// One of two directory names of equal length. The length of a path can change the timing of a process,
/// so neither side always gets the same one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DirectoryName {
    /// The first name.
    A,
    /// The second name.
    B,
}

/// What the order of a measurement depends on, and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScheduleKey<'a> {
    /// The seed of the run.
    pub run_seed: u64,
    /// The commit of the baseline.
    pub base_sha: &'a str,
    /// The digest of the candidate's diff; for A/A pairs the digest of the empty diff.
    pub candidate_diff_sha: &'a str,
    /// The benchmark.
    pub bench_id: &'a str,
}

/// The order of everything inside one pair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PairSchedule {
    /// The number of the pair, counted from zero with the discarded ones.
    pub pair: u32,
    /// The side that is spawned first (bit 0; a set bit means the candidate).
    pub first_spawned: Side,
    /// The directory of the baseline (bit 1; a set bit means B); the candidate has the other one.
    pub base_directory: DirectoryName,
    /// The side that runs first in each iteration pair (bit 2 and following).
    pub iteration_order: Vec<Side>,
    /// Hash and random seed of the engine, the same for both sides of the pair.
    pub engine_seed: u32,
}

impl PairSchedule {
    /// The schedule of pair number `pair` with `n_iterations` iteration pairs.
    pub fn new(key: &ScheduleKey<'_>, pair: u32, n_iterations: u32) -> Self {
        let mut bits = Bits::new(key, pair);
        let first_spawned = bits.next_side();
        let base_directory = match bits.next_side() {
            Side::Base => DirectoryName::A,
            Side::Candidate => DirectoryName::B,
        };
        debug_assert_eq!(bits.position, N_LEADING_BITS);
        Self {
            pair,
            first_spawned,
            base_directory,
            iteration_order: (0..n_iterations).map(|_| bits.next_side()).collect(),
            engine_seed: engine_seed(key, pair),
        }
    }
}

/// The bits of SHA-256 over the key, the pair and a block number; 256 to a block, least significant bit
/// of the first byte first.
struct Bits<'a> {
    key: &'a ScheduleKey<'a>,
    pair: u32,
    block: [u8; 32],
    position: u32,
}

impl<'a> Bits<'a> {
    fn new(key: &'a ScheduleKey<'a>, pair: u32) -> Self {
        Self { key, pair, block: digest(key, pair, "order", 0), position: 0 }
    }

    fn next_side(&mut self) -> Side {
        let [block, bit] = [self.position / 256, self.position % 256];
        if bit == 0 && block > 0 {
            self.block = digest(self.key, self.pair, "order", block);
        }
        self.position += 1;
        let byte = self.block[(bit / 8) as usize];
        if (byte >> (bit % 8)) & 1 == 1 { Side::Candidate } else { Side::Base }
    }
}

fn engine_seed(key: &ScheduleKey<'_>, pair: u32) -> u32 {
    let [a, b, c, d, ..] = digest(key, pair, "engine seed", 0);
    u32::from_le_bytes([a, b, c, d])
}

/// SHA-256 over length-prefixed fields, so that no two keys give the same bytes.
fn digest(key: &ScheduleKey<'_>, pair: u32, purpose: &str, block: u32) -> [u8; 32] {
    let ScheduleKey { run_seed, base_sha, candidate_diff_sha, bench_id } = *key;
    let fields: [&[u8]; 8] = [
        DOMAIN.as_bytes(),
        purpose.as_bytes(),
        &run_seed.to_le_bytes(),
        base_sha.as_bytes(),
        candidate_diff_sha.as_bytes(),
        bench_id.as_bytes(),
        &pair.to_le_bytes(),
        &block.to_le_bytes(),
    ];
    let mut hasher = Sha256::new();
    for field in fields {
        hasher.update((field.len() as u64).to_le_bytes());
        hasher.update(field);
    }
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: ScheduleKey<'_> = ScheduleKey {
        run_seed: 7,
        base_sha: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
        candidate_diff_sha: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        bench_id: "parse",
    };

    #[test]
    fn the_same_key_gives_the_same_schedule() {
        assert_eq!(PairSchedule::new(&KEY, 3, 20), PairSchedule::new(&KEY, 3, 20));
        assert_ne!(PairSchedule::new(&KEY, 3, 20), PairSchedule::new(&KEY, 4, 20));
    }

    #[test]
    fn more_iterations_only_add_to_the_order() {
        let short = PairSchedule::new(&KEY, 0, 20);
        let long = PairSchedule::new(&KEY, 0, 1000);
        assert_eq!(long.iteration_order[..20], short.iteration_order);
        assert_ne!(long.iteration_order[254..510], long.iteration_order[510..766]);
    }

    #[test]
    fn moving_a_border_between_fields_changes_everything() {
        let moved = ScheduleKey {
            base_sha: "4b825dc642cb6eb9a060e54bf8d69288fbee490",
            candidate_diff_sha: "4e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            ..KEY
        };
        assert_ne!(PairSchedule::new(&KEY, 0, 64), PairSchedule::new(&moved, 0, 64));
    }

    #[test]
    fn both_sides_go_first_equally_often() {
        let schedules: Vec<_> = (0..2000).map(|pair| PairSchedule::new(&KEY, pair, 20)).collect();
        let share = |n: usize, of: usize| (n * 100).div_euclid(of);
        let first = schedules.iter().filter(|s| s.first_spawned == Side::Base).count();
        assert!((45..=55).contains(&share(first, 2000)), "{first}");
        let named_a = schedules.iter().filter(|s| s.base_directory == DirectoryName::A).count();
        assert!((45..=55).contains(&share(named_a, 2000)), "{named_a}");
        let inner = schedules.iter().flat_map(|s| &s.iteration_order).filter(|&&s| s == Side::Base);
        assert!((48..=52).contains(&share(inner.count(), 40_000)));
    }
}
