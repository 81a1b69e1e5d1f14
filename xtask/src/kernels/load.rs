//! Keeps processors busy while something is measured.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

/// Rounds between two looks whether to stop.
const ROUNDS: u64 = 1 << 20;

/// One busy loop for each processor, until it is dropped.
pub(super) struct Load {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Load {
    /// Starts the loops, at the priority of this process.
    pub(super) fn start() -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let threads = (0..processors())
            .map(|_| {
                let stop = Arc::clone(&stop);
                std::thread::spawn(move || {
                    while !stop.load(Ordering::Relaxed) {
                        black_box((0..ROUNDS).fold(1, |x: u64, n| black_box(x ^ n)));
                    }
                })
            })
            .collect();
        Self { stop, threads }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            // A loop cannot panic; and if it could, it would load no more.
            drop(thread.join());
        }
    }
}

/// Processors that this process may use.
pub(super) fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
