//! How long a command has run, and whether it is its turn to.

use std::time::{Duration, Instant};

use selfopt_core::Turn;

/// Counts the time in which a command runs, and not that in which it is
/// stopped because the other one of its pair has its turn.
pub(super) struct Pace {
    turn: Option<Turn>,
    /// In turns that are over.
    before: Duration,
    /// When the present turn began.
    since: Instant,
}

impl Pace {
    /// Begins as soon as it is this command's turn, or at once when the caller
    /// gives up waiting.
    pub(super) fn begin(turn: Option<Turn>, tick: Duration, gives_up: impl Fn() -> bool) -> Self {
        while turn.as_ref().is_some_and(|turn| !turn.wait(tick)) && !gives_up() {}
        Self { turn, before: Duration::ZERO, since: Instant::now() }
    }

    /// How long the command has run.
    pub(super) fn elapsed(&self) -> Duration {
        self.before + self.since.elapsed()
    }

    /// How long until the turn is over, if it ever is.
    pub(super) fn rest(&self) -> Option<Duration> {
        let turn = self.turn.as_ref().filter(|turn| !turn.is_alone())?;
        Some(turn.length().saturating_sub(self.since.elapsed()))
    }

    /// Ends the turn of a command that has been stopped.
    pub(super) fn pass(&mut self) {
        self.before += self.since.elapsed();
        if let Some(turn) = &self.turn {
            turn.pass();
        }
    }

    /// Waits for the next turn, at most this long; whether it has come.
    pub(super) fn wait(&self, tick: Duration) -> bool {
        self.turn.as_ref().is_none_or(|turn| turn.wait(tick))
    }

    /// The command is about to go on.
    pub(super) fn go_on(&mut self) {
        self.since = Instant::now();
    }
}
