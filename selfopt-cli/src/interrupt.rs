//! Ctrl-C: the first asks everything to stop cleanly, the second ends at once.

use selfopt_core::{CancelFlag, ExitCode};

/// A flag that Ctrl-C and the termination signal raise.
pub(crate) fn cancel_flag() -> CancelFlag {
    let cancel = CancelFlag::default();
    let raised = cancel.clone();
    tokio::spawn(async move {
        interrupted().await;
        raised.cancel();
        crate::render::progress(
            "stopping: what is done is kept; press Ctrl-C again to end at once",
        );
        interrupted().await;
        #[expect(clippy::exit, reason = "the user asked twice")]
        std::process::exit(i32::from(ExitCode::Interrupted.code()));
    });
    cancel
}

/// The next Ctrl-C or termination signal.
#[cfg(unix)]
pub(crate) async fn interrupted() {
    use tokio::signal::unix::{SignalKind, signal};

    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    let interrupt = std::pin::pin!(tokio::signal::ctrl_c());
    let terminate = std::pin::pin!(terminate.recv());
    first_of(interrupt, terminate).await;
}

/// Waits for whichever comes first.
#[cfg(unix)]
async fn first_of<A: Future + Unpin, B: Future + Unpin>(mut a: A, mut b: B) {
    std::future::poll_fn(|cx| {
        use std::pin::Pin;
        if Pin::new(&mut a).poll(cx).is_ready() || Pin::new(&mut b).poll(cx).is_ready() {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
}

#[cfg(not(unix))]
pub(crate) async fn interrupted() {
    let _ = tokio::signal::ctrl_c().await;
}
