//! Evidence: lines of the repository's files that support a claim.

use selfopt_core::{Claim, CommandSource, DetectionNote, EvidenceLine, Fact, Ratio};

/// Longest line that is quoted; generated files have lines of megabytes.
const QUOTED_CHARS: usize = 200;

/// A file's text with the place of every line, for many look-ups.
pub(crate) struct Lines<'a> {
    path: &'a str,
    text: &'a str,
    /// The offset after each line break.
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    /// Reads the text once.
    pub(crate) fn new(path: &'a str, text: &'a str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self { path, text, starts: breaks.map(|(at, _)| at + 1).collect() }
    }

    /// The line that holds this byte.
    pub(crate) fn at(&self, offset: usize) -> EvidenceLine {
        let line_idx = self.starts.partition_point(|start| *start <= offset);
        let start = line_idx
            .checked_sub(1)
            .and_then(|idx| self.starts.get(idx))
            .copied()
            .unwrap_or_default();
        quoted(self.path, line_idx, self.text.get(start..).unwrap_or_default())
    }
}

/// The first line for which `matches` answers yes.
pub(crate) fn find_line(path: &str, text: &str, matches: impl Fn(&str) -> bool) -> EvidenceLine {
    text.lines()
        .enumerate()
        .find(|(_, line)| matches(line))
        .map_or_else(|| whole_file(path), |(line_idx, line)| quoted(path, line_idx, line))
}

/// A file as a whole.
pub(crate) fn whole_file(path: &str) -> EvidenceLine {
    EvidenceLine { path: path.to_owned(), line: None, text: String::new() }
}

/// A line that was already found; `line_idx` counts from 0 and what follows
/// the line in `text` is left out.
pub(crate) fn quoted(path: &str, line_idx: usize, text: &str) -> EvidenceLine {
    let line = text.chars().take_while(|c| *c != '\n').skip_while(|c| c.is_whitespace());
    let line: String = line.take(QUOTED_CHARS).collect();
    EvidenceLine {
        path: path.to_owned(),
        line: u32::try_from(line_idx + 1).ok(),
        text: line.trim_end().to_owned(),
    }
}

/// A claim from its parts.
pub(crate) fn claim(
    fact: Fact,
    confidence: f64,
    source: CommandSource,
    evidence: Vec<EvidenceLine>,
) -> Claim {
    Claim { fact, confidence: Ratio(confidence), source, evidence }
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
        let lines = Lines::new("f", text);
        let line = lines.at(5);
        assert_eq!((line.to_string().as_str(), line.text.as_str()), ("f:2", "b: 1"));
        assert_eq!(lines.at(0).line, Some(1));
        assert_eq!(lines.at(999).line, Some(3));
        assert_eq!(find_line("f", text, |_| false).line, None);
    }
}
