//! Figures as people read them.

/// A time with three figures and a unit that suits it: `412 ns`, `4.12 µs`.
#[must_use]
pub fn time(nanos: f64) -> String {
    let (value, unit) = match nanos {
        ..1e3 => (nanos, "ns"),
        ..1e6 => (nanos / 1e3, "µs"),
        ..1e9 => (nanos / 1e6, "ms"),
        _ => (nanos / 1e9, "s"),
    };
    let decimals = match value {
        ..10.0 => 2,
        ..100.0 => 1,
        _ => 0,
    };
    format!("{value:.decimals$} {unit}")
}

#[cfg(test)]
mod tests {
    use super::time;

    #[test]
    fn times_have_three_figures_and_a_unit() {
        for (nanos, expected) in [
            (0.25, "0.25 ns"),
            (41.23, "41.2 ns"),
            (412.0, "412 ns"),
            (4_120.0, "4.12 µs"),
            (41_200_000.0, "41.2 ms"),
            (2.5e9, "2.50 s"),
        ] {
            assert_eq!(time(nanos), expected);
        }
    }
}
