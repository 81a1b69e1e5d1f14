//! How a command in a [`super::Workspace`] ended, and what it cost.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Bytes, NetworkUse, ProcessSample};

/// What the kernel counted for all processes of a command together, where the
/// backend has a control group or a container for it. What was not counted is
/// absent, and not zero.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GroupUsage {
    /// User and system CPU time in microseconds, orphans included.
    pub cpu_us: Option<u64>,
    /// The most memory that all processes held at once, with temporary files
    /// and the kernel's own.
    pub peak_memory: Option<Bytes>,
    /// Periods in which a CPU quota held the command back.
    pub throttled_periods: Option<u64>,
    /// Processes killed at the memory limit.
    pub oom_kills: Option<u64>,
}

/// How a command ended, and what it cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// How it ended.
    pub status: StepStatus,
    /// What it cost, the whole process tree.
    pub usage: ProcessSample,
    /// What its control group or container counted.
    pub group: GroupUsage,
    /// Standard output, control bytes kept, at most the limit.
    pub stdout: Vec<u8>,
    /// Standard error, control bytes kept, at most the limit.
    pub stderr: Vec<u8>,
    /// Whether output was dropped.
    pub truncated: bool,
    /// What network it had; `None` if it had none.
    pub network: Option<NetworkUse>,
}

impl Outcome {
    /// Whether the command exited with 0.
    pub fn succeeded(&self) -> bool {
        self.status == StepStatus::Exited { code: 0 }
    }

    /// Both streams as text, standard output first, without control bytes
    /// other than line breaks and tabs.
    pub fn text(&self) -> String {
        let mut text = printable(&self.stdout);
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        text.push_str(&printable(&self.stderr));
        text
    }
}

/// Text without escape sequences, control characters other than line breaks
/// and tabs, and characters that change the order in which others are shown;
/// invalid UTF-8 is replaced.
pub fn printable(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\u{1b}' => skip_escape(&mut chars),
            '\r' if chars.peek() == Some(&'\n') => {}
            '\r' => out.push('\n'),
            '\n' | '\t' => out.push(c),
            c if c.is_control() || reorders(c) => {}
            c => out.push(c),
        }
    }
    out
}

/// The explicit formatting characters of Unicode's bidirectional algorithm
/// (UAX #9, section 2): with them a line can read as another one.
fn reorders(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Skips the rest of an ANSI escape sequence (ECMA-48 section 5.4: parameter
/// and intermediate bytes up to a final byte in `@`..=`~`).
fn skip_escape(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    if chars.peek() != Some(&'[') {
        chars.next();
        return;
    }
    chars.next();
    for c in chars.by_ref() {
        if ('@'..='~').contains(&c) || c == '\n' {
            return;
        }
    }
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum StepStatus {
    /// By itself.
    Exited {
        /// The exit code.
        code: i32,
    },
    /// By a signal that we did not send.
    Signaled {
        /// The signal's number.
        signal: i32,
    },
    /// Killed: the time limit.
    TimedOut,
    /// Killed: too much output.
    OutputCapped,
    /// Killed: the memory limit.
    OutOfMemory,
    /// Killed: the disk limit.
    DiskExceeded,
    /// Killed: the run was cancelled.
    Cancelled,
    /// Killed: it said that it waits, for changes or for an answer, and fell
    /// silent.
    Stuck,
}

impl std::fmt::Display for StepStatus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Exited { code } => write!(f, "exit code {code}"),
            Self::Signaled { signal } => write!(f, "killed by signal {signal}"),
            Self::TimedOut => f.write_str("killed at its time limit"),
            Self::OutputCapped => f.write_str("killed for too much output"),
            Self::OutOfMemory => f.write_str("killed at its memory limit"),
            Self::DiskExceeded => f.write_str("killed at its disk limit"),
            Self::Cancelled => f.write_str("cancelled"),
            Self::Stuck => f.write_str("killed because it only waits"),
        }
    }
}
