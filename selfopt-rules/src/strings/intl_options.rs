//! Arguments of `Intl`'s constructors that cannot throw.
//!
//! A constant at the top of a module is made when the module is loaded, so a
//! `RangeError` of its constructor would move there. What is listed here is
//! accepted by Node 16 and browsers of its age; anything else is unknown.

use selfopt_syntax::Node;

use super::intl_call::Formatter;
use super::intl_option_values::{allowed, is_listed};
use crate::analysis::expressions::{asserted_type, unwrapped};
use crate::analysis::literals::string_value;

/// The value of an option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Literal {
    Text(String),
    Number(u32),
    Flag,
}

/// The options that an object literal writes out; otherwise the part that is
/// no literal.
pub(super) fn written_options(argument: Node<'_>) -> Result<Vec<(String, Literal)>, Node<'_>> {
    // `as const` is fine; other types may have names that only the function knows.
    let object = unwrapped(argument);
    if !object.is("object") || asserted_type(argument).is_some() {
        return Err(argument);
    }
    object.items().map(|item| written_option(item).ok_or(item)).collect()
}

fn written_option(item: Node<'_>) -> Option<(String, Literal)> {
    let key = item.is("pair").then(|| item.child_by_field("key"))??;
    let name = match key.kind() {
        "property_identifier" => key.text().to_owned(),
        "string" => string_value(key)?,
        _ => return None,
    };
    let written = item.child_by_field("value")?;
    let value = Some(unwrapped(written)).filter(|_| asserted_type(written).is_none())?;
    let value = match value.kind() {
        "string" | "template_string" => Literal::Text(string_value(value)?),
        "number" => Literal::Number(value.text().parse().ok()?),
        "true" | "false" => Literal::Flag,
        _ => return None,
    };
    Some((name, value))
}

/// `en`, `en-US`, `zh-Hant-TW`, `es-419`.
pub(super) fn is_known_locale(locale: &str) -> bool {
    let mut parts = locale.split('-').peekable();
    let is_letters = |part: &str, lengths: &[usize]| {
        lengths.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphabetic())
    };
    let is_region = |part: &str| {
        is_letters(part, &[2]) || (part.len() == 3 && part.bytes().all(|b| b.is_ascii_digit()))
    };
    let is_language = parts.next().is_some_and(|language| is_letters(language, &[2, 3]));
    parts.next_if(|part| is_letters(part, &[4]));
    parts.next_if(|part| is_region(part));
    is_language && parts.next().is_none()
}

/// Why a constructor might refuse the options.
pub(super) fn objection(formatter: &Formatter, options: &[(String, Literal)]) -> Option<String> {
    for (name, value) in options {
        let Some(allowed) = allowed(formatter.name, name) else {
            return Some(format!("the option `{name}` is not known to be accepted everywhere"));
        };
        if !allowed.holds(value) {
            return Some(format!("this `{name}` is not known to be accepted everywhere"));
        }
    }
    let get = |name: &str| {
        let mut all = options.iter().rev();
        all.find(|(key, _)| key == name).map(|(_, value)| value)
    };
    let missing = ["currency", "unit"].into_iter().find(|needed| {
        get("style") == Some(&Literal::Text((*needed).to_owned())) && get(needed).is_none()
    });
    if let Some(missing) = missing.filter(|_| formatter.name == "NumberFormat") {
        return Some(format!("this `style` needs `{missing}`"));
    }
    for (least, most) in [
        ("minimumFractionDigits", "maximumFractionDigits"),
        ("minimumSignificantDigits", "maximumSignificantDigits"),
    ] {
        if let (Some(Literal::Number(least_n)), Some(Literal::Number(most_n))) =
            (get(least), get(most))
            && least_n > most_n
        {
            return Some(format!("`{least}` is above `{most}`"));
        }
    }
    let has_style = get("dateStyle").or_else(|| get("timeStyle")).is_some();
    let part = options.iter().find(|(name, _)| is_listed(PARTS, name));
    part.filter(|_| has_style)
        .map(|(name, _)| format!("`{name}` cannot stand beside `dateStyle` or `timeStyle`"))
}

/// Parts of a date that exclude `dateStyle` and `timeStyle`.
const PARTS: &str = "weekday era year month day dayPeriod hour minute second \
                     fractionalSecondDigits timeZoneName";
