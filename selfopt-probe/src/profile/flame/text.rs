//! Text and colours that are safe in a document, whatever a function or a file
//! is called.

/// Text as XML and HTML take it, also within quotes. Control characters and
/// those that turn the direction of text have no place in a name.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}' => {
                out.push('\u{fffd}');
            }
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// The first characters of a text, with a mark where it was cut.
pub(super) fn cut(text: &str, chars: usize) -> String {
    if text.chars().count() <= chars {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(chars.saturating_sub(1)).collect();
    short.push('…');
    short
}

/// A file's colour: the same in every graph, light enough for dark text.
pub(super) fn colour(path: &str) -> String {
    // FNV-1a, 32 bits: stable across versions and machines.
    let hash = path
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    format!("hsl({}, {}%, {}%)", hash % 360, 55 + hash / 360 % 25, 68 + hash / 9000 % 12)
}

/// Microseconds as milliseconds: `512.3 ms`.
pub(super) fn millis(us: u64) -> String {
    format!("{}.{} ms", us / 1000, us % 1000 / 100)
}

/// A share in percent with one digit: `12.5 %`.
pub(super) fn percent(part: u64, whole: u64) -> String {
    let tenths = (u128::from(part) * 1000).checked_div(u128::from(whole)).unwrap_or_default();
    format!("{}.{} %", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_out_of_a_name() {
        assert_eq!(
            escaped("</title><script>alert('1')\"&\u{0}\u{202e}é"),
            "&lt;/title&gt;&lt;script&gt;alert(&#39;1&#39;)&quot;&amp;\u{fffd}\u{fffd}é"
        );
    }

    #[test]
    fn figures_are_said_in_one_way() {
        assert_eq!(percent(1, 3), "33.3 %");
        assert_eq!(percent(u64::MAX, u64::MAX), "100.0 %");
        assert_eq!(percent(1, 0), "0.0 %");
        assert_eq!(millis(1_234_567), "1234.5 ms");
        assert_eq!(cut("abcdef", 4), "abc…");
        assert_eq!(colour("src/a.js"), colour("src/a.js"));
        assert_ne!(colour("src/a.js"), colour("src/b.js"));
    }
}
