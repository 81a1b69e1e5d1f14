//! The order to stop, heard by everything that waits.

use tokio::sync::watch;

/// Whether the service is to stop. Clones hear the same order.
#[derive(Debug, Clone)]
pub struct Stop {
    order: watch::Sender<bool>,
}

impl Default for Stop {
    fn default() -> Self {
        Self { order: watch::Sender::new(false) }
    }
}

impl Stop {
    /// Orders everything to stop.
    pub fn stop(&self) {
        self.order.send_replace(true);
    }

    /// Whether the order was given.
    pub fn is_ordered(&self) -> bool {
        *self.order.borrow()
    }

    /// Waits for the order.
    pub async fn ordered(&self) {
        // The sender lives in `self`, so that waiting cannot fail.
        let _ = self.order.subscribe().wait_for(|ordered| *ordered).await;
    }
}
