//! What is kept of a command's output.

use selfopt_core::{CommandLimits, Stream};

/// Keeps the first bytes of both streams together, counts the rest.
#[derive(Debug)]
pub(crate) struct Capture {
    keep: u64,
    kill: u64,
    seen: u64,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

impl Capture {
    pub(crate) fn new(limits: &CommandLimits) -> Self {
        Self {
            keep: limits.output.0,
            kill: limits.output_kill.0,
            seen: 0,
            stdout: Vec::new(),
            stderr: Vec::new(),
        }
    }

    /// Takes a piece of output; returns the part that was kept.
    pub(crate) fn take<'a>(&mut self, stream: Stream, bytes: &'a [u8]) -> &'a [u8] {
        let room = self.keep.saturating_sub(self.seen);
        self.seen = self.seen.saturating_add(bytes.len() as u64);
        let kept = usize::try_from(room).map_or(bytes, |room| &bytes[..room.min(bytes.len())]);
        match stream {
            Stream::Stdout => self.stdout.extend_from_slice(kept),
            Stream::Stderr => self.stderr.extend_from_slice(kept),
        }
        kept
    }

    /// Whether so much was written that the command must end.
    pub(crate) fn is_flood(&self) -> bool {
        self.seen > self.kill
    }

    /// Standard output, standard error, and whether anything was dropped.
    pub(crate) fn finish(self) -> (Vec<u8>, Vec<u8>, bool) {
        (self.stdout, self.stderr, self.seen > self.keep)
    }
}

#[cfg(test)]
mod tests {
    use selfopt_core::Bytes;

    use super::*;

    #[test]
    fn keeps_the_beginning_and_counts_the_rest() {
        let limits =
            CommandLimits { output: Bytes(5), output_kill: Bytes(9), ..CommandLimits::default() };
        let mut capture = Capture::new(&limits);
        assert_eq!(capture.take(Stream::Stdout, b"abc"), b"abc");
        assert_eq!(capture.take(Stream::Stderr, b"defg"), b"de");
        assert!(!capture.is_flood());
        assert_eq!(capture.take(Stream::Stdout, b"hij"), b"");
        assert!(capture.is_flood());
        assert_eq!(capture.finish(), (b"abc".to_vec(), b"de".to_vec(), true));
    }
}
