//! JSON documents among the lines of an output.

use std::ops::Range;

use serde_json::Value;

/// A document and the lines that it stands on.
pub(super) struct Document {
    pub(super) lines: Range<usize>,
    pub(super) value: Value,
}

/// The objects and arrays that begin at the start of a line: on one line, or
/// indented and closed at the start of a line. Every line is looked at twice at
/// most.
pub(super) fn documents(lines: &[&str]) -> Vec<Document> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let next = document(lines, at, line);
        at = next.as_ref().map_or(at + 1, |document| document.lines.end);
        found.extend(next);
    }
    found
}

fn document(lines: &[&str], at: usize, line: &str) -> Option<Document> {
    let close = match line.trim_end() {
        "{" => "}",
        "[" => "]",
        one if one.starts_with(['{', '[']) => {
            let value = serde_json::from_str(one).ok()?;
            return Some(Document { lines: at..at + 1, value });
        }
        _ => return None,
    };
    // The next line at the margin ends it, whichever it is.
    let behind = lines.get(at + 1..)?;
    let length = behind.iter().position(|line| !line.starts_with([' ', '\t']))?;
    let last = at + 1 + length;
    if lines.get(last)?.trim_end() != close {
        return None;
    }
    let value = serde_json::from_str(&lines[at..=last].join("\n")).ok()?;
    Some(Document { lines: at..last + 1, value })
}

/// Whether a document begins that does not end, as one does that was cut off.
pub(super) fn is_cut_off(lines: &[&str]) -> bool {
    let whole = documents(lines);
    lines.iter().enumerate().any(|(at, line)| {
        let begins = ["{\"", "[{\"", "{", "["].iter().any(|start| match *start {
            "{" | "[" => line.trim_end() == *start,
            start => line.starts_with(start),
        });
        begins && !whole.iter().any(|document| document.lines.contains(&at))
    })
}

/// A JSON number as it was written, near enough: digits, point, exponent.
pub(super) fn number(value: &Value) -> Option<String> {
    value.as_number().map(ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(text: &str) -> Vec<Range<usize>> {
        let lines: Vec<&str> = text.lines().collect();
        documents(&lines).into_iter().map(|document| document.lines).collect()
    }

    #[test]
    fn documents_stand_on_one_line_or_are_indented() {
        assert_eq!(spans("a\n{\"b\": 1}\nc\n[\n  1\n]\n"), [1..2, 3..6]);
        assert!(spans("{\n  1\n").is_empty());
        assert!(spans("{ not json }\n[\n  1\n}\n").is_empty());
        assert!(spans(&"[".repeat(100_000)).is_empty());
        assert!(spans(&"[\n".repeat(100_000)).is_empty());
    }

    #[test]
    fn what_was_cut_off_is_seen() {
        let check = |text: &str| is_cut_off(&text.lines().collect::<Vec<_>>());
        assert!(check("x\n[{\"name\": 1, \"sam"));
        assert!(check("[\n  1,\n"));
        assert!(!check("x\n[{\"name\": 1}]\n"));
        assert!(!check("{ x }\n[info] y\n"));
    }
}
