//! Output on its way to the sink, which may be slower than the command.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};

use selfopt_core::Stream;
use tokio::sync::mpsc::{self, error::TrySendError};

pub(super) type Chunk = (Stream, Vec<u8>);

/// A queue before a bounded channel. At most what the capture keeps waits here.
pub(super) struct Log {
    sender: mpsc::Sender<Chunk>,
    waiting: VecDeque<Chunk>,
}

impl Log {
    pub(super) fn new(sender: mpsc::Sender<Chunk>) -> Self {
        Self { sender, waiting: VecDeque::new() }
    }

    /// Adds a piece.
    pub(super) fn push(&mut self, chunk: Chunk) {
        self.waiting.push_back(chunk);
        self.flush();
    }

    /// Sends what fits, without waiting.
    pub(super) fn flush(&mut self) {
        while let Some(chunk) = self.waiting.pop_front() {
            match self.sender.try_send(chunk) {
                Ok(()) => {}
                Err(TrySendError::Full(chunk)) => {
                    self.waiting.push_front(chunk);
                    return;
                }
                Err(TrySendError::Closed(_)) => self.waiting.clear(),
            }
        }
    }

    /// Sends the rest, unless nobody listens any more.
    pub(super) fn finish(&mut self, abandoned: &AtomicBool) {
        while let Some(chunk) = self.waiting.pop_front() {
            if abandoned.load(Ordering::SeqCst) || self.sender.blocking_send(chunk).is_err() {
                return;
            }
        }
    }
}
