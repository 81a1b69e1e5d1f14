//! From the noise that was seen to the gain that can be proved on it.

use selfopt_core::statistics::{Fraction, NanoLog, Parameters, Sequential, Verdict};

/// Candidates tried at each gain.
const CANDIDATES: u32 = 200;
/// How many of them must be accepted: nine out of ten.
const ACCEPTED: u32 = CANDIDATES / 10 * 9;
/// Gains above a half are not looked for.
const MOST_PERCENT: u32 = 50;

/// The smallest gain, in whole percent, that the test accepts nine times out
/// of ten on noise like this: pairs are drawn from those that were measured,
/// each with a random sign, and shifted by the gain. The same pairs and seed
/// give the same answer.
pub fn smallest_gain(
    parameters: &Parameters,
    floor: NanoLog,
    noise: &[NanoLog],
    seed: u64,
) -> Option<u32> {
    if noise.is_empty() {
        return None;
    }
    (3..=MOST_PERCENT).find(|percent| {
        let effect = NanoLog::from_improvement(Fraction::from_percent(*percent));
        let mut random = Random(seed ^ u64::from(*percent));
        let accepted = (0..CANDIDATES)
            .filter(|_| is_accepted(parameters, floor, noise, effect, &mut random))
            .count();
        accepted >= ACCEPTED as usize
    })
}

fn is_accepted(
    parameters: &Parameters,
    floor: NanoLog,
    noise: &[NanoLog],
    effect: NanoLog,
    random: &mut Random,
) -> bool {
    let mut test = Sequential::new(parameters.clone(), floor);
    for _ in 0..parameters.max_pairs {
        let bits = random.next();
        let at = usize::try_from((bits >> 1) % noise.len() as u64).unwrap_or_default();
        let drawn = noise.get(at).copied().unwrap_or_default();
        let signed = if bits & 1 == 1 { -drawn } else { drawn };
        match test.push(NanoLog(effect.0.saturating_add(signed.0))) {
            Verdict::Continue => {}
            verdict => return verdict == Verdict::Accepted,
        }
    }
    false
}

/// SplitMix64 (Steele, Lea and Flood 2014): one multiplication chain a number,
/// enough to draw from a list.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(sigma_percent: i64) -> Vec<NanoLog> {
        (-5..=5).map(|n| NanoLog(n * sigma_percent * 3_000_000)).collect()
    }

    #[test]
    fn more_noise_needs_a_larger_gain() {
        let of = |sigma| smallest_gain(&Parameters::default(), NanoLog::ZERO, &noise(sigma), 1);
        let gains: Vec<_> = [1, 4, 8].into_iter().map(of).collect();
        assert!(gains.is_sorted(), "{gains:?}");
        assert!(gains[0].is_some_and(|gain| (3..=5).contains(&gain)), "{gains:?}");
        assert!(gains[2].is_some_and(|gain| gain >= 6), "{gains:?}");
    }

    #[test]
    fn hopeless_noise_has_no_answer() {
        assert_eq!(smallest_gain(&Parameters::default(), NanoLog::ZERO, &noise(200), 1), None);
        assert_eq!(smallest_gain(&Parameters::default(), NanoLog::ZERO, &[], 1), None);
    }
}
