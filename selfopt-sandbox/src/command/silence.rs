//! Tells a command that waits for somebody from one that works in silence:
//! its last words must say so ([`awaits`]), and nothing may come after them for
//! some time of the command's own.

use std::time::Duration;

use selfopt_core::diagnosis::{Awaits, awaits};
use selfopt_core::{CommandLimits, Stream, printable};

/// What is remembered of the end of each stream.
const TAIL: usize = 8 * 1024;

/// Many programs start a server and then work with it, so that one has to be
/// silent this many times as long.
const LONGER_FOR_SERVERS: u32 = 5;

/// What the last words say.
enum Words {
    /// Nobody has looked yet.
    New,
    /// What they wait for, if they say so.
    Read(Option<Awaits>),
}

/// Watches for silence after the words that announce it.
pub(super) struct Silence {
    /// How long is too long; `None` watches for nothing.
    limit: Option<Duration>,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    /// When the last words came, in the command's own time.
    since: Duration,
    /// What they say, once that has been looked at.
    words: Words,
}

impl Silence {
    pub(super) fn new(limits: &CommandLimits) -> Self {
        Self {
            limit: limits.silence.map(|silence| Duration::from_millis(silence.0)),
            stdout: Vec::new(),
            stderr: Vec::new(),
            since: Duration::ZERO,
            words: Words::New,
        }
    }

    /// Something was said.
    pub(super) fn hear(&mut self, stream: Stream, bytes: &[u8], now: Duration) {
        if self.limit.is_none() {
            return;
        }
        let tail = match stream {
            Stream::Stdout => &mut self.stdout,
            Stream::Stderr => &mut self.stderr,
        };
        tail.extend_from_slice(bytes.get(bytes.len().saturating_sub(TAIL)..).unwrap_or(bytes));
        tail.drain(..tail.len().saturating_sub(TAIL));
        self.since = now;
        self.words = Words::New;
    }

    /// Whether the command has been silent for too long after such words.
    pub(super) fn is_stuck(&mut self, now: Duration) -> bool {
        let Some(limit) = self.limit else { return false };
        let silent = now.saturating_sub(self.since);
        if silent < limit {
            return false;
        }
        let awaited = match self.words {
            Words::Read(awaited) => awaited,
            Words::New => {
                let tails = [&self.stdout, &self.stderr];
                let read = |tail: &Vec<u8>| awaits(&printable(tail)).map(|(awaited, _)| awaited);
                tails.into_iter().find_map(read)
            }
        };
        self.words = Words::Read(awaited);
        match awaited {
            None => false,
            Some(Awaits::Requests) => silent >= limit * LONGER_FOR_SERVERS,
            Some(Awaits::Changes | Awaits::Answer) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use selfopt_core::Millis;

    use super::*;

    fn silence() -> Silence {
        Silence::new(&CommandLimits { silence: Some(Millis(100)), ..CommandLimits::default() })
    }

    const fn at(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn words_and_silence_are_needed_both() {
        let mut silence = silence();
        assert!(!silence.is_stuck(at(1000)), "it said nothing yet");
        silence.hear(Stream::Stdout, b"Watching for file ", at(1000));
        silence.hear(Stream::Stdout, b"\x1b[32mchanges.\x1b[0m\n", at(1010));
        assert!(!silence.is_stuck(at(1100)));
        silence.hear(Stream::Stderr, b"compiling\n", at(1105));
        assert!(!silence.is_stuck(at(1200)), "it goes on to speak");
        assert!(silence.is_stuck(at(1205)));
    }

    #[test]
    fn servers_may_be_silent_longer() {
        let mut silence = silence();
        silence.hear(Stream::Stdout, b"  - Local:   http://localhost:3000\n", at(0));
        assert!(!silence.is_stuck(at(499)));
        assert!(silence.is_stuck(at(500)));
    }

    #[test]
    fn later_words_push_earlier_ones_out() {
        let mut silence = silence();
        silence.hear(Stream::Stdout, b"[nodemon] watching path(s): *.*\n", at(0));
        silence.hear(Stream::Stdout, &b"working\n".repeat(4 * TAIL / 8), at(10));
        assert!(!silence.is_stuck(at(1000)));
        assert!(silence.stdout.len() <= TAIL);
    }

    #[test]
    fn without_a_limit_nothing_is_kept() {
        let mut silence = Silence::new(&CommandLimits::default());
        silence.hear(Stream::Stdout, b"Watch Usage\n", at(0));
        assert!(!silence.is_stuck(at(1_000_000)));
        assert!(silence.stdout.is_empty());
    }
}
