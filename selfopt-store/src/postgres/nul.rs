//! Postgres has no NUL in texts. It is written as U+FDD0 and `0`, and U+FDD0,
//! which Unicode keeps for such uses, as U+FDD0 and `1`.

use std::borrow::Cow;

const MARK: char = '\u{fdd0}';

/// A text as Postgres takes it.
pub(super) fn keep(text: &str) -> Cow<'_, str> {
    if !text.contains(['\0', MARK]) {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\0' => kept.extend([MARK, '0']),
            MARK => kept.extend([MARK, '1']),
            c => kept.push(c),
        }
    }
    Cow::Owned(kept)
}

/// The text that was kept.
pub(super) fn read(kept: String) -> String {
    if kept.contains(MARK) { replaced(&kept, "\0") } else { kept }
}

/// JSON as Postgres takes it; in JSON a NUL is always escaped.
pub(super) fn keep_json(json: String) -> String {
    if !json.contains(MARK) && !json.contains("\\u0000") {
        return json;
    }
    let mut kept = String::with_capacity(json.len() + 8);
    let mut rest = json.as_str();
    while let Some(at) = rest.find(['\\', MARK]) {
        kept.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = if let Some(after) = rest.strip_prefix(MARK) {
            kept.extend([MARK, '1']);
            rest.len() - after.len()
        } else if rest.starts_with("\\u0000") {
            kept.extend([MARK, '0']);
            6
        } else {
            // Another escape: its second character begins none.
            let taken = rest.chars().take(2).map(char::len_utf8).sum();
            kept.push_str(&rest[..taken]);
            taken
        };
        rest = &rest[taken..];
    }
    kept.push_str(rest);
    kept
}

/// The JSON that was kept.
pub(super) fn read_json(kept: String) -> String {
    if kept.contains(MARK) { replaced(&kept, "\\u0000") } else { kept }
}

fn replaced(kept: &str, nul: &str) -> String {
    let mut text = String::with_capacity(kept.len());
    let mut chars = kept.chars();
    while let Some(c) = chars.next() {
        match c {
            MARK if chars.next() == Some('0') => text.push_str(nul),
            c => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_reads_back() {
        for text in ["", "a", "\0", "\0\0", "\u{fdd0}", "\u{fdd0}0", "\u{fdd0}\0", "a\\u0000b\0ü"]
        {
            assert!(!keep(text).contains('\0'));
            assert_eq!(read(keep(text).into_owned()), text);
        }
    }

    #[test]
    fn every_json_reads_back() {
        for text in ["", "\0", "\\u0000", "\\\0", "\\\\\0\"", "\u{fdd0}0\0", "\u{fdd0}", "\n\\"] {
            let json = serde_json::to_string(&[text, "ü"]).unwrap();
            let kept = keep_json(json.clone());
            let escaped: Vec<String> = serde_json::from_str(&kept).unwrap();
            assert!(!escaped.concat().contains('\0'), "{kept}");
            assert_eq!(escaped[0], keep(text), "as a column has it");
            assert_eq!(read_json(kept), json);
        }
    }
}
