//! What process 1 of a pod writes: the command's output in frames, then its
//! report (`images/runner/init.c` says how).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use selfopt_core::Stream;

/// The longest line of process 1.
pub(super) const LONGEST: u64 = 8 * 1024;
/// What a report may hold.
const MOST: usize = 64 * 1024;
/// What is kept of what is no frame: what process 1 says of its own troubles.
const MOST_SAID: usize = 2 * 1024;

/// Reads lines into what they mean.
#[derive(Debug, Default)]
pub(super) struct Frames {
    report: Vec<u8>,
    said: String,
}

/// What a line brought.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// A piece of output.
    Output(Stream, Vec<u8>),
    /// The report is complete.
    End(Vec<u8>),
    /// Nothing to pass on.
    Nothing,
}

impl Frames {
    /// Takes a line, with its end.
    pub(super) fn take(&mut self, line: &[u8]) -> Heard {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let bytes = || STANDARD.decode(line.get(2..)?).ok();
        match (line, bytes()) {
            ([b'.'], _) if !self.report.is_empty() => Heard::End(std::mem::take(&mut self.report)),
            ([b'o', b' ', ..], Some(bytes)) => Heard::Output(Stream::Stdout, bytes),
            ([b'e', b' ', ..], Some(bytes)) => Heard::Output(Stream::Stderr, bytes),
            ([b'r', b' ', ..], Some(bytes)) if self.report.len() + bytes.len() <= MOST => {
                self.report.extend(bytes);
                Heard::Nothing
            }
            _ => {
                let room = MOST_SAID.saturating_sub(self.said.len());
                let text = selfopt_core::printable(line);
                self.said.extend(text.chars().take(room).chain(['\n']));
                Heard::Nothing
            }
        }
    }

    /// What was no frame.
    pub(super) fn said(&self) -> &str {
        self.said.trim()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_and_report_are_told_apart() {
        let mut frames = Frames::default();
        assert_eq!(frames.take(b"o aGk=\n"), Heard::Output(Stream::Stdout, b"hi".to_vec()));
        assert_eq!(frames.take(b"e AA==\n"), Heard::Output(Stream::Stderr, vec![0]));
        assert_eq!(frames.take(b"r cgo=\n"), Heard::Nothing);
        assert_eq!(frames.take(b"r YQ==\n"), Heard::Nothing);
        assert_eq!(frames.take(b".\n"), Heard::End(b"r\na".to_vec()));
        assert_eq!(frames.said(), "");
    }

    #[test]
    fn what_is_no_frame_is_kept_for_people() {
        let mut frames = Frames::default();
        for line in ["selfopt-init: --frames: No such file", ".", "o ***", "x", ""] {
            assert_eq!(frames.take(line.as_bytes()), Heard::Nothing, "{line}");
        }
        assert!(frames.said().starts_with("selfopt-init: --frames"));
        for _ in 0..1000 {
            frames.take(&[b'x'; 4096]);
        }
        assert!(frames.said().len() < 2 * MOST_SAID);
    }
}
