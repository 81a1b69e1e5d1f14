//! The step-down correction for several p-values, shown in a run's report as information.

use super::Fraction;

/// Holm-adjusted p-values in the order of the input (Holm 1979).
///
/// The i-th smallest of m p-values (i from 0) is multiplied by m - i; none may be smaller than an
/// adjusted one before it, none larger than 1. Rejecting where the result is at most alpha keeps the
/// family-wise error at alpha under any dependence.
pub fn holm(p_values: &[Fraction]) -> Vec<Fraction> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by_key(|&idx| p_values[idx]);
    let mut adjusted = vec![Fraction::ONE; p_values.len()];
    let mut largest_so_far = Fraction::ZERO;
    for (step, &idx) in order.iter().enumerate() {
        let remaining = u32::try_from(p_values.len() - step).unwrap_or(u32::MAX);
        largest_so_far = largest_so_far.max(p_values[idx].saturating_mul(remaining));
        adjusted[idx] = largest_so_far;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(p_values: &[u32], expected: &[u32]) {
        let per_mille = |values: &[u32]| -> Vec<_> {
            let billionths = values.iter().map(|value| value * 1_000_000);
            billionths.map(Fraction::from_billionths).collect()
        };
        assert_eq!(holm(&per_mille(p_values)), per_mille(expected));
    }

    #[test]
    fn adjusts_step_by_step() {
        check(&[], &[]);
        check(&[40], &[40]);
        check(&[10, 40, 30, 5], &[30, 60, 60, 20]);
        check(&[600, 700], &[1000, 1000]);
        check(&[20, 20, 20], &[60, 60, 60]);
    }
}
