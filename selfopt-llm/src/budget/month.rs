//! Calendar months in UTC.

use selfopt_core::Timestamp;

const DAY_MS: u64 = 86_400_000;

/// `2026-11`. The days since 1970 become a date of the proleptic Gregorian
/// calendar by eras of 400 years that begin on the first of March, so that the
/// leap day is the last of its year.
pub(crate) fn month(at: Timestamp) -> String {
    let days = at.0 / DAY_MS + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_begin_at_midnight() {
        let cases = [
            (0, "1970-01"),
            (951_782_399_999, "2000-02"),
            (951_782_400_000, "2000-02"),
            (951_868_800_000, "2000-03"),
            (1_709_164_800_000, "2024-02"),
            (1_709_251_200_000, "2024-03"),
            (1_798_761_599_999, "2026-12"),
            (1_798_761_600_000, "2027-01"),
        ];
        for (at, expected) in cases {
            assert_eq!(month(Timestamp(at)), expected, "{at}");
        }
    }
}
