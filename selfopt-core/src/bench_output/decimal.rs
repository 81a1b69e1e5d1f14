//! Numbers as tools print them, as integers in steps of a unit: no float is
//! involved, so equal texts give equal figures everywhere.

use crate::domain::{Better, Case, Unit};

/// Digits that are kept; a figure has fewer.
const MOST_DIGITS: u128 = 10_u128.pow(24);

/// Exponents beyond this are no figure of a benchmark.
const MOST_EXPONENT: i32 = 60;

/// Picoseconds in units of time, as powers of ten times a factor.
const TIMES: [(&str, i32, u64); 10] = [
    ("ps", 0, 1),
    ("ns", 3, 1),
    ("us", 6, 1),
    ("\u{b5}s", 6, 1),
    ("\u{3bc}s", 6, 1),
    ("ms", 9, 1),
    ("s", 12, 1),
    ("sec", 12, 1),
    ("m", 12, 60),
    ("h", 12, 3600),
];

/// `text` times ten to the `scale`, rounded to the nearest integer: `1,234.5`
/// with a scale of 3 is 1234500. `None` for what is no number, for 0 and for
/// what no `u64` holds.
pub fn steps(text: &str, scale: i32) -> Option<u64> {
    let (number, exponent) = match text.trim().split_once(['e', 'E']) {
        Some((number, exponent)) => (number, exponent.parse::<i32>().ok()?),
        None => (text.trim(), 0),
    };
    let mut mantissa: u128 = 0;
    let mut shift = scale.checked_add(exponent)?;
    let (mut digits, mut is_behind_point) = (0_u32, false);
    for c in number.chars() {
        match c {
            '0'..='9' => {
                digits += 1;
                if mantissa < MOST_DIGITS {
                    mantissa = mantissa * 10 + u128::from(c.to_digit(10)?);
                    shift -= i32::from(is_behind_point);
                } else {
                    shift += i32::from(!is_behind_point);
                }
            }
            ',' if !is_behind_point && digits > 0 => {}
            '.' if !is_behind_point => is_behind_point = true,
            _ => return None,
        }
        if digits > 400 {
            return None;
        }
    }
    if digits == 0 || shift.abs() > MOST_EXPONENT {
        return None;
    }
    let power = 10_u128.checked_pow(shift.unsigned_abs());
    let scaled = if shift >= 0 {
        mantissa.checked_mul(power?)?
    } else {
        // Beneath a power that does not fit nothing is left.
        let power = power?;
        (mantissa + power / 2) / power
    };
    u64::try_from(scaled).ok().filter(|steps| *steps > 0)
}

/// `12.5` and `ns` in picoseconds.
pub(super) fn picoseconds(number: &str, unit: &str) -> Option<u64> {
    let (_, scale, factor) = TIMES.iter().find(|(name, ..)| *name == unit)?;
    steps(number, *scale)?.checked_mul(*factor)
}

/// The time of an operation.
pub(super) fn time(name: impl Into<String>, picoseconds: u64) -> Case {
    let name = name.into();
    Case { name, value: picoseconds, unit: Unit::Picoseconds, better: Better::Lower }
}

/// Operations per second.
pub(super) fn rate(name: impl Into<String>, per_second: &str) -> Option<Case> {
    let value = steps(per_second, 6)?;
    let name = name.into();
    Some(Case { name, value, unit: Unit::MicroOpsPerSecond, better: Better::Higher })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_in_steps() {
        let cases = [
            ("1,234.5", 3, Some(1_234_500)),
            ("0.0005", 3, Some(1)),
            ("0.0004", 3, None),
            ("12", 0, Some(12)),
            ("1.5e-3", 6, Some(1500)),
            ("2E3", 0, Some(2000)),
            (" 7 ", 1, Some(70)),
            (".5", 1, Some(5)),
            ("18446744073709551615", 0, Some(u64::MAX)),
            ("18446744073709551616", 0, None),
            ("123456789012345678901234567890", -20, Some(1_234_567_890)),
            ("1e-70", 0, None),
            ("0", 6, None),
            ("", 0, None),
            (".", 0, None),
            ("1.2.3", 0, None),
            ("1e", 0, None),
            ("1e99999999999", 0, None),
            ("-1", 0, None),
            ("NaN", 0, None),
            ("Infinity", 0, None),
            (",1", 0, None),
        ];
        for (text, scale, expected) in cases {
            assert_eq!(steps(text, scale), expected, "{text}");
        }
        assert_eq!(steps(&"9".repeat(500), 0), None);
    }

    #[test]
    fn times_of_all_units() {
        let cases = [
            ("1.07", "\u{b5}s", 1_070_000),
            ("352.17", "ps", 352),
            ("2", "m", 120_000_000_000_000),
        ];
        for (number, unit, expected) in cases {
            assert_eq!(picoseconds(number, unit), Some(expected), "{unit}");
        }
        assert_eq!(picoseconds("1", "days"), None);
        assert_eq!(picoseconds("99999999", "h"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in "[0-9.,eE+-]{0,40}", scale in -50..50_i32) {
            let _ = steps(&text, scale);
        }

        #[test]
        fn integers_stay_as_they_are(value in 1..u64::MAX) {
            prop_assert_eq!(steps(&value.to_string(), 0), Some(value));
        }
    }
}
