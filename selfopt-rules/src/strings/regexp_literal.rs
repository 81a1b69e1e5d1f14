//! Patterns as literals.

use std::fmt::Write;

/// A valid pattern between slashes. What cannot be seen is escaped.
pub(super) fn literal(pattern: &str, flags: &str) -> String {
    let mut out = String::from("/");
    let (mut is_escaped, mut is_in_class) = (false, false);
    for c in pattern.chars() {
        let is_plain = c.is_alphanumeric() || c.is_ascii_graphic() || c == ' ';
        match c {
            '/' if !is_escaped && !is_in_class => out.push_str("\\/"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if is_plain => out.push(c),
            _ => {
                write!(out, "\\u{:04x}", u32::from(c)).expect("a string takes any text");
            }
        }
        is_in_class = match c {
            '[' if !is_escaped => true,
            ']' if !is_escaped => false,
            _ => is_in_class,
        };
        is_escaped = c == '\\' && !is_escaped;
    }
    out + "/" + flags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals() {
        let check = |pattern, expected| assert_eq!(literal(pattern, "i"), expected);
        check("a/b", r"/a\/b/i");
        check(r"a\/[/\]/]\\/", r"/a\/[/\]/]\\\//i");
        check("\n\u{2028}\u{a0}é", r"/\n\u2028\u00a0é/i");
    }
}
