//! Text of others inside of our Markdown. It stays in its place and reads as
//! it is, and nothing in it is a mention, a reference to an issue, a link,
//! markup or a directive to a build service.
//!
//! Structure is defused by numeric character references: Markdown never takes
//! one for structure, and a table is split into cells before they are read.
//! A mention is looked for after they are read, outside of code alone, so
//! there a zero-width space follows the sign.

use std::fmt::Write as _;

use crate::ports::printable;

/// No text of others is longer than this many characters.
const LONGEST: usize = 300;

/// Stands after a sign that would make a mention or a reference.
const BREAK: &str = "&#8203;";

/// Text without control characters and line breaks, of bounded length.
pub fn line(text: &str) -> String {
    let text = printable(text.as_bytes());
    let mut words = text.split_whitespace();
    let mut out = String::new();
    for word in words.by_ref() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    shortened(out, LONGEST)
}

/// A name or a short command as code, in a sentence or a table.
pub fn code(text: &str) -> String {
    let text = line(text);
    let plain = |c: char| c.is_ascii_alphanumeric() || " ./_:=,+-".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return format!("`{text}`");
    }
    let mut out = String::from("<code>");
    for c in text.chars() {
        reference(&mut out, c);
    }
    out + "</code>"
}

/// A sentence that somebody else wrote, in a list or a table: plain text, and
/// code where it stands between two backticks.
pub fn prose(text: &str) -> String {
    let text = line(text);
    let parts: Vec<&str> = text.split('`').collect();
    let is_paired =
        parts.len() % 2 == 1 && parts.iter().skip(1).step_by(2).all(|part| !part.is_empty());
    if !is_paired {
        return plain(&text);
    }
    let mut is_code = true;
    let parts = parts.into_iter().map(|part| {
        is_code = !is_code;
        if is_code { code(part) } else { plain(part) }
    });
    parts.collect()
}

fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = [' '; 2];
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        // What would begin a list: `- x`, `+ x`, `7. x`.
        let head = &text[..at];
        let begins =
            head.chars().all(|c| c.is_ascii_digit()) && (rest.is_empty() || rest.starts_with(' '));
        if begins && "-+.)".contains(c) {
            let _ = write!(out, "&#{};", u32::from(c));
        } else {
            reference(&mut out, c);
        }
        let is_gh = before.map(|c| c.to_ascii_lowercase()) == ['g', 'h'];
        let is_www = before == ['w'; 2] && c == 'w';
        if "@#".contains(c)
            || (c == '-' && is_gh)
            || (c == ':' && rest.starts_with("//"))
            || (is_www && rest.starts_with('.'))
        {
            out.push_str(BREAK);
        }
        before = [before[1], c];
    }
    out
}

/// A title: no Markdown is read in it, but references and mentions are, and it
/// becomes the first line of a commit message, where build services look for
/// `[skip ci]`.
pub fn title(text: &str) -> String {
    let text = line(text).replace('[', "(").replace(']', ")").replace('`', "'");
    let mut out = String::with_capacity(text.len());
    let mut before = [' '; 2];
    for (at, c) in text.char_indices() {
        out.push(c);
        let is_gh = before.map(|c| c.to_ascii_lowercase()) == ['g', 'h'];
        let is_link = c == ':' && text[at + 1..].starts_with("//");
        if "@#".contains(c) || (c == '-' && is_gh) || is_link {
            out.push('\u{200b}');
        }
        before = [before[1], c];
    }
    shortened(out, 120)
}

/// Lines to copy, in a block that none of them can end. A reader that looks
/// for our marker finds none in here.
pub fn block(language: &str, lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|text| line(text).replace("<!--", "< !--")).collect();
    let longest = lines
        .iter()
        .flat_map(|line| line.split(|c| c != '`'))
        .map(str::len)
        .max()
        .unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n", lines.join("\n"))
}

/// A table; its cells are Markdown of ours.
pub fn table<const N: usize>(
    header: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> String {
    let mut out = format!("| {} |\n|{}\n", header.join(" | "), "---|".repeat(N));
    for row in rows {
        let _ = writeln!(out, "| {} |", row.join(" | "));
    }
    out
}

/// "1 file", "2 files".
pub(super) fn plural(n: u64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

fn reference(out: &mut String, c: char) {
    if "&<>\"'`*_~[](){}!#|\\$@^".contains(c) {
        let _ = write!(out, "&#{};", u32::from(c));
    } else {
        out.push(c);
    }
}

fn shortened(text: String, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
