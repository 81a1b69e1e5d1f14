//! Two commands that share the machine in turns: while one runs, the other is
//! stopped.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// One command's side of a pair that runs in turns, never both at once. The
/// sandbox that runs the command waits for its turn before it starts it, stops
/// it when its turn is over, and drops this when the command has ended: the
/// other one then has the machine to itself.
#[derive(Debug)]
pub struct Turn {
    shared: Arc<Shared>,
    side: usize,
    length: Duration,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    passed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    current: usize,
    left: [bool; 2],
}

impl Turn {
    /// The two sides of a pair. It is the first one's turn.
    pub fn pair(length: Duration) -> [Self; 2] {
        let shared = Arc::new(Shared::default());
        [0, 1].map(|side| Self { shared: Arc::clone(&shared), side, length })
    }

    /// How long this side may run before it passes.
    pub fn length(&self) -> Duration {
        self.length
    }

    /// Waits for this side's turn, at most this long; whether it has come.
    pub fn wait(&self, timeout: Duration) -> bool {
        let not_yet = |state: &mut State| state.current != self.side;
        let waited = self.shared.passed.wait_timeout_while(self.state(), timeout, not_yet);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.current == self.side
    }

    /// Whether the other side has ended: there is nobody to pass to.
    pub fn is_alone(&self) -> bool {
        self.state().left[1 - self.side]
    }

    /// Ends this side's turn, unless it is alone.
    pub fn pass(&self) {
        let mut state = self.state();
        if state.current == self.side && !state.left[1 - self.side] {
            state.current = 1 - self.side;
            self.shared.passed.notify_all();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut state = self.state();
        state.left[self.side] = true;
        state.current = 1 - self.side;
        self.shared.passed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::ZERO;

    #[test]
    fn sides_alternate() {
        let [first, second] = Turn::pair(Duration::from_millis(5));
        assert!(first.wait(NOW) && !second.wait(NOW));
        second.pass();
        assert!(first.wait(NOW), "only the side whose turn it is can pass");
        first.pass();
        assert!(second.wait(NOW) && !first.wait(NOW));
    }

    #[test]
    fn the_one_that_is_left_keeps_the_machine() {
        let [first, second] = Turn::pair(Duration::from_millis(5));
        assert!(!second.is_alone());
        drop(first);
        assert!(second.is_alone() && second.wait(NOW));
        second.pass();
        assert!(second.wait(NOW));
    }

    #[test]
    fn a_side_that_ends_out_of_turn_takes_nothing() {
        let [first, second] = Turn::pair(Duration::from_millis(5));
        drop(second);
        assert!(first.wait(NOW) && first.is_alone());
    }

    #[test]
    fn a_waiting_side_is_woken() {
        let [first, second] = Turn::pair(Duration::from_millis(5));
        let waiting = std::thread::spawn(move || second.wait(Duration::MAX));
        first.pass();
        assert!(waiting.join().expect("it did not panic"));
    }
}
