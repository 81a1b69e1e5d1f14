//! Evidence: lines of the repository's files that support a claim.

use selfopt_core::{Claim, CommandSource, DetectionNote, EvidenceLine, Fact, Ratio};

/// Longest line that is quoted; generated files have lines of megabytes.
const QUOTED_CHARS: usize = 200;

/// The line of `text` that holds this byte.
pub(crate) fn line_at(path: &str, text: &str, offset: usize) -> EvidenceLine {
    let before = text.as_bytes().get(..offset).unwrap_or_default();
    let line_idx = before.split(|byte| *byte == b'\n').count() - 1;
    let start = before
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1);
    let line = text
        .get(start..)
        .and_then(|rest| rest.lines().next())
        .unwrap_or_default();
    quoted(path, line_idx, line)
}

/// The first line for which `matches` answers yes.
pub(crate) fn find_line(path: &str, text: &str, matches: impl Fn(&str) -> bool) -> EvidenceLine {
    text.lines()
        .enumerate()
        .find(|(_, line)| matches(line))
        .map_or_else(
            || whole_file(path),
            |(line_idx, line)| quoted(path, line_idx, line),
        )
}

/// A file as a whole.
pub(crate) fn whole_file(path: &str) -> EvidenceLine {
    EvidenceLine {
        path: path.to_owned(),
        line: None,
        text: String::new(),
    }
}

/// A line that was already found; `line_idx` counts from 0.
pub(crate) fn quoted(path: &str, line_idx: usize, line: &str) -> EvidenceLine {
    EvidenceLine {
        path: path.to_owned(),
        line: u32::try_from(line_idx + 1).ok(),
        text: line.trim().chars().take(QUOTED_CHARS).collect(),
    }
}

/// A claim from its parts.
pub(crate) fn claim(
    fact: Fact,
    confidence: f64,
    source: CommandSource,
    evidence: Vec<EvidenceLine>,
) -> Claim {
    Claim {
        fact,
        confidence: Ratio(confidence),
        source,
        evidence,
    }
}

/// A note for people.
pub(crate) fn note(message: String, hint: &str, evidence: EvidenceLine) -> Claim {
    let fact = Fact::Note(DetectionNote {
        message,
        hint: Some(hint.to_owned()),
        evidence: Some(evidence.clone()),
    });
    claim(fact, 1.0, CommandSource::Synthesized, vec![evidence])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_from_one_and_trimmed() {
        let text = "a\n  b: 1\nc";
        let line = line_at("f", text, 5);
        assert_eq!(
            (line.to_string().as_str(), line.text.as_str()),
            ("f:2", "b: 1")
        );
        assert_eq!(line_at("f", text, 0).line, Some(1));
        assert_eq!(line_at("f", text, 999).line, Some(1));
        assert_eq!(
            find_line("f", text, |line| line.contains('c')).line,
            Some(3)
        );
        assert_eq!(find_line("f", text, |_| false).line, None);
    }
}
