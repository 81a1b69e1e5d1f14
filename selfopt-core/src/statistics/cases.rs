//! Several figures of one benchmark: none of them may get worse, and how many
//! are looked at must not make a false alarm likelier.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Fraction, GuardLimits, NanoLog, WalshSums, holm};

/// One figure's pairs: not worse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CaseGuard {
    /// The figure.
    pub name: String,
    /// Pairs measured.
    pub n_pairs: usize,
    /// The Hodges–Lehmann estimate; absent without pairs.
    pub hodges_lehmann: Option<NanoLog>,
    /// One-sided p-value of "it did not get worse", adjusted by Holm's method
    /// for all figures.
    pub adjusted_p_value: Fraction,
    /// The loss that counts, as a (negative) log ratio.
    pub limit: NanoLog,
    /// Whether the guard holds.
    pub passed: bool,
}

/// Guards every figure, given its name and the values of its pairs.
///
/// One fails when its estimate is at the tolerated loss or beyond, and the loss is confirmed: the
/// adjusted p-value is at most the level, or every single pair is a loss. The latter because with many
/// figures and few pairs no adjusted p-value could reach the level: m / 2^n is the smallest there is,
/// and a loss in all of ten pairs must not go unseen for standing among fifty-two figures.
///
/// A figure without pairs fails: what was not measured does not hold.
pub fn guard_cases<'a>(
    limits: &GuardLimits,
    cases: impl IntoIterator<Item = (&'a str, Vec<NanoLog>)>,
) -> Vec<CaseGuard> {
    let cases: Vec<(&str, Vec<NanoLog>)> = cases.into_iter().collect();
    let p_values: Vec<Fraction> = cases.iter().map(|(_, values)| p_value_of_loss(values)).collect();
    let limit = NanoLog::from_slowdown(limits.max_slowdown);
    cases
        .into_iter()
        .zip(holm(&p_values))
        .map(|((name, values), adjusted_p_value)| {
            let hodges_lehmann = WalshSums::new(&values).map(|sums| sums.hodges_lehmann());
            let confirmed = adjusted_p_value <= limits.slowdown_level
                || values.iter().all(|value| *value < NanoLog::ZERO);
            CaseGuard {
                name: name.to_owned(),
                n_pairs: values.len(),
                hodges_lehmann,
                adjusted_p_value,
                limit,
                passed: hodges_lehmann.is_some_and(|estimate| estimate > limit || !confirmed),
            }
        })
        .collect()
}

/// The p-value of "the effect is at least zero" against "it is a loss".
fn p_value_of_loss(values: &[NanoLog]) -> Fraction {
    let losses: Vec<NanoLog> = values.iter().map(|value| -*value).collect();
    super::one_sided_p_value(&losses, NanoLog::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(cases: &[(&'static str, &[i64])]) -> Vec<String> {
        let named = cases.iter().map(|(name, values)| {
            (*name, values.iter().map(|value| NanoLog(value * 1_000_000)).collect())
        });
        let guards = guard_cases(&GuardLimits::default(), named);
        guards.into_iter().filter(|guard| !guard.passed).map(|guard| guard.name).collect()
    }

    const LOSS: [i64; 10] = [-50, -60, -55, -52, -58, -51, -49, -53, -57, -54];
    const GAIN: [i64; 10] = [50, 60, 55, 52, 58, 51, 49, 53, 57, 54];

    #[test]
    fn one_loss_among_gains_fails_and_is_named() {
        assert_eq!(failed(&[("a", &GAIN), ("b", &LOSS), ("c", &GAIN)]), ["b"]);
        assert!(failed(&[("a", &GAIN), ("b", &[-20; 10])]).is_empty(), "above the limit");
        assert!(failed(&[]).is_empty());
    }

    #[test]
    fn what_one_figure_would_confirm_many_do_not() {
        // One pair of ten is a gain: p = 2/1024, but of forty figures one is bound to look so.
        let nearly = [-50, -60, -55, -52, -58, -51, -49, -53, -57, 1];
        assert_eq!(failed(&[("a", &nearly)]), ["a"]);
        let mut many: Vec<(&'static str, &[i64])> =
            vec![("noise", &[3, -3, 2, -2, 1, -1, 4, -4, 0, 1]); 39];
        many.push(("a", &nearly));
        assert!(failed(&many).is_empty());
    }

    #[test]
    fn a_loss_in_every_pair_is_seen_among_any_number() {
        let mut many: Vec<(&'static str, &[i64])> = vec![("gain", &GAIN); 200];
        many.push(("a", &LOSS));
        assert_eq!(failed(&many), ["a"]);
    }

    #[test]
    fn what_was_not_measured_does_not_hold() {
        assert_eq!(failed(&[("a", &[])]), ["a"]);
        assert_eq!(failed(&[("a", &[-500])]), ["a"], "not shown to be noise");
        assert!(failed(&[("a", &[0, 0])]).is_empty());
    }
}
