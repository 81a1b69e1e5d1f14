//! The options that `Intl`'s constructors accept, by ECMA-402.

use super::intl_options::Literal;

/// The values that an option may have.
pub(super) enum Allowed {
    OneOf(&'static [&'static str]),
    Flag,
    FlagOr(&'static [&'static str]),
    Number(u32, u32),
    Currency,
    Unit,
    Zone,
}

impl Allowed {
    /// Whether this is one of them.
    pub(super) fn holds(&self, value: &Literal) -> bool {
        match (self, value) {
            (Self::OneOf(names) | Self::FlagOr(names), Literal::Text(text)) => {
                names.contains(&text.as_str())
            }
            (Self::Flag | Self::FlagOr(_), Literal::Flag) => true,
            (Self::Number(least, most), Literal::Number(number)) => {
                (least..=most).contains(&number)
            }
            (Self::Currency, Literal::Text(text)) => {
                text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase())
            }
            (Self::Unit, Literal::Text(text)) => {
                let (unit, per) = text.split_once("-per-").unwrap_or((text, "second"));
                is_listed(UNITS, unit) && is_listed(UNITS, per)
            }
            (Self::Zone, Literal::Text(text)) => text == "UTC" || is_listed(TIME_ZONES, text),
            _ => false,
        }
    }
}

/// Names of the time zone database that are older than 2020.
const TIME_ZONES: &str = include_str!("time_zones.txt");

/// Simple units of ECMA-402, table 2.
const UNITS: &str = "acre bit byte celsius centimeter day degree fahrenheit fluid-ounce foot gallon gigabit \
    gigabyte gram hectare hour inch kilobit kilobyte kilogram kilometer liter megabit \
    megabyte meter mile mile-scandinavian milliliter millimeter millisecond minute month \
    ounce percent petabyte pound second stone terabit terabyte week yard year";

const WIDTHS: Allowed = Allowed::OneOf(&["long", "short", "narrow"]);
const LENGTHS: Allowed = Allowed::OneOf(&["full", "long", "medium", "short"]);
const DIGITS: Allowed = Allowed::OneOf(&["numeric", "2-digit"]);

/// What a constructor accepts for an option, if that is known.
pub(super) fn allowed(formatter: &str, option: &str) -> Option<Allowed> {
    use Allowed::{Currency, Flag, FlagOr, Number, OneOf, Unit, Zone};
    let of_numbers = |option| {
        Some(match option {
            "minimumIntegerDigits" | "minimumSignificantDigits" | "maximumSignificantDigits" => {
                Number(1, 21)
            }
            "minimumFractionDigits" | "maximumFractionDigits" => Number(0, 20),
            _ => return None,
        })
    };
    Some(match (formatter, option) {
        (_, "localeMatcher") => OneOf(&["lookup", "best fit"]),
        ("NumberFormat", "style") => OneOf(&["decimal", "percent", "currency", "unit"]),
        ("NumberFormat", "currency") => Currency,
        ("NumberFormat", "currencyDisplay") => OneOf(&["code", "symbol", "narrowSymbol", "name"]),
        ("NumberFormat", "currencySign") => OneOf(&["standard", "accounting"]),
        ("NumberFormat", "unit") => Unit,
        ("NumberFormat", "unitDisplay")
        | ("ListFormat" | "RelativeTimeFormat", "style")
        | ("DateTimeFormat", "weekday" | "era" | "dayPeriod") => WIDTHS,
        ("NumberFormat", "notation") => {
            OneOf(&["standard", "scientific", "engineering", "compact"])
        }
        ("NumberFormat", "compactDisplay") | ("DateTimeFormat", "timeZoneName") => {
            OneOf(&["short", "long"])
        }
        ("NumberFormat", "signDisplay") => OneOf(&["auto", "always", "never", "exceptZero"]),
        ("NumberFormat", "useGrouping") => FlagOr(&["always", "auto", "min2"]),
        ("DateTimeFormat", "timeZone") => Zone,
        ("DateTimeFormat", "dateStyle" | "timeStyle") => LENGTHS,
        ("DateTimeFormat", "year" | "day" | "hour" | "minute" | "second") => DIGITS,
        ("DateTimeFormat", "month") => OneOf(&["numeric", "2-digit", "long", "short", "narrow"]),
        ("DateTimeFormat", "fractionalSecondDigits") => Number(1, 3),
        ("DateTimeFormat", "hour12") | ("Collator", "numeric" | "ignorePunctuation") => Flag,
        ("DateTimeFormat", "hourCycle") => OneOf(&["h11", "h12", "h23", "h24"]),
        ("DateTimeFormat", "formatMatcher") => OneOf(&["basic", "best fit"]),
        ("PluralRules", "type") => OneOf(&["cardinal", "ordinal"]),
        ("Collator", "usage") => OneOf(&["sort", "search"]),
        ("Collator", "sensitivity") => OneOf(&["base", "accent", "case", "variant"]),
        ("Collator", "caseFirst") => OneOf(&["upper", "lower", "false"]),
        ("ListFormat", "type") => OneOf(&["conjunction", "disjunction", "unit"]),
        ("RelativeTimeFormat", "numeric") => OneOf(&["always", "auto"]),
        ("NumberFormat" | "PluralRules", option) => of_numbers(option)?,
        _ => return None,
    })
}

/// Whether a list with blanks between its words has this one.
pub(super) fn is_listed(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|listed| listed == word)
}
