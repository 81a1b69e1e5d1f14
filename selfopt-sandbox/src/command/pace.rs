//! How long a command has run, and whether it is its turn to.

use std::time::{Duration, Instant};

use selfopt_core::Turn;

/// Counts the time in which a command runs, and not that in which it is
/// stopped because the other one of its pair has its turn.
pub(super) struct Pace {
    turn: Option<Turn>,
    /// In turns that are over.
    before: Duration,
    /// When the present turn began; `None` while the command is stopped.
    since: Option<Instant>,
}

impl Pace {
    /// Begins as soon as it is this command's turn, or at once when the caller
    /// gives up waiting.
    pub(super) fn begin(turn: Option<Turn>, tick: Duration, gives_up: impl Fn() -> bool) -> Self {
        while turn.as_ref().is_some_and(|turn| !turn.wait(tick)) && !gives_up() {}
        Self { turn, before: Duration::ZERO, since: Some(Instant::now()) }
    }

    /// How long the command has run.
    pub(super) fn elapsed(&self) -> Duration {
        self.before + self.in_this_turn()
    }

    fn in_this_turn(&self) -> Duration {
        self.since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    /// How long until the turn is over, if it ever is.
    pub(super) fn rest(&self) -> Option<Duration> {
        let turn = self.turn.as_ref().filter(|turn| !turn.is_alone())?;
        Some(turn.length().saturating_sub(self.in_this_turn()))
    }

    /// Ends the turn of a command that has been stopped.
    pub(super) fn pass(&mut self) {
        self.before = self.elapsed();
        self.since = None;
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
        self.since = Some(Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn let_time_pass() {
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_micros(200) {
            std::thread::yield_now();
        }
    }

    #[test]
    fn a_stopped_command_does_not_age() {
        let [first, second] = Turn::pair(Duration::from_millis(5));
        let mut pace = Pace::begin(Some(first), Duration::ZERO, || false);
        let_time_pass();
        pace.pass();
        let age = pace.elapsed();
        let_time_pass();
        assert_eq!(pace.elapsed(), age);
        assert!(!pace.wait(Duration::ZERO), "it is the other one's turn");
        drop(second);
        assert!(pace.wait(Duration::ZERO));
        pace.go_on();
        let_time_pass();
        assert!(pace.elapsed() > age);
        assert_eq!(pace.rest(), None, "it is alone");
    }
}
