//! Requests to a server, made from ordinary threads.
//!
//! Clients of servers are asynchronous, and what runs, watches and removes
//! commands here is not, because it also runs where nobody polls: in
//! destructors. So the requests have a thread of their own.

use std::future::Future;
use std::sync::mpsc;
use std::time::Duration;

use selfopt_core::SandboxError;
use tokio::runtime::Runtime;

/// A thread that makes requests.
pub(in crate::backend) struct Requests {
    /// Taken when this is dropped.
    runtime: Option<Runtime>,
    /// No request is waited for any longer.
    patience: Duration,
}

impl Requests {
    /// Starts the thread.
    pub(in crate::backend) fn start(name: &str, patience: Duration) -> Result<Self, SandboxError> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name(name)
            .enable_all()
            .build()
            .map_err(|source| SandboxError::Io { doing: "start a thread".to_owned(), source })?;
        Ok(Self { runtime: Some(runtime), patience })
    }

    /// Waits on this thread, which may itself belong to another runtime, for
    /// the answer; `None` if there is none.
    pub(in crate::backend) fn wait<T: Send + 'static>(
        &self,
        request: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        let (sender, receiver) = mpsc::sync_channel(1);
        self.runtime.as_ref()?.spawn(async move {
            // Nobody waits any more if it cannot be sent.
            let _ = sender.send(request.await);
        });
        receiver.recv_timeout(self.patience).ok()
    }

    /// Starts work that nobody waits for.
    #[cfg(feature = "kubernetes")]
    pub(in crate::backend) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        if let Some(runtime) = &self.runtime {
            runtime.spawn(work);
        }
    }
}

impl Drop for Requests {
    fn drop(&mut self) {
        // Waiting for its threads is not allowed on an asynchronous one.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
