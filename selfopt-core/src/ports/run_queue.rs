//! The queue of runs. Its state is the store's own, so that asking for a run,
//! taking it and ending it are each one write, and the lock of a repository is
//! that one of its requests is at work.

use async_trait::async_trait;

use super::StoreError;
use crate::domain::{
    ExitCode, Millis, RepoId, RequestId, RequestOrigin, RunId, RunRequest, Timestamp,
};

/// A request that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRequest {
    /// The repository.
    pub repo: RepoId,
    /// Who asks.
    pub origin: RequestOrigin,
    /// Whoever asks twice with the same key gets the same request.
    pub key: Option<String>,
}

/// What came of asking for a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requested {
    /// A new request.
    New(RunRequest),
    /// The one that this key asked for before.
    Same(RunRequest),
    /// One of the repository that waits already; a second would do the same.
    Waiting(RunRequest),
}

impl Requested {
    /// The request, whichever it is.
    pub fn into_request(self) -> RunRequest {
        match self {
            Self::New(request) | Self::Same(request) | Self::Waiting(request) => request,
        }
    }
}

/// Requests as those who ask see them.
#[async_trait]
pub trait RunRequests: Send + Sync {
    /// Asks for a run.
    async fn request_run(&self, new: NewRequest) -> Result<Requested, StoreError>;

    /// One request.
    async fn run_request(&self, id: RequestId) -> Result<Option<RunRequest>, StoreError>;

    /// The newest requests of a repository that are older than one, newest first.
    async fn run_requests(
        &self,
        repo: RepoId,
        older_than: Option<RequestId>,
        limit: u32,
    ) -> Result<Vec<RunRequest>, StoreError>;

    /// Cancels a request that waits, and asks the worker of one at work to
    /// stop. One that is over stays as it is.
    async fn cancel_request(&self, id: RequestId) -> Result<Option<RunRequest>, StoreError>;

    /// Queues a dead or cancelled request again, with all its tries.
    async fn requeue_request(&self, id: RequestId) -> Result<Option<RunRequest>, StoreError>;
}

/// What a worker hears when it says that it is alive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beat {
    /// Go on.
    GoOn,
    /// Somebody cancelled the request.
    Cancelled,
    /// The request is not this worker's any more: it was taken for dead.
    Lost,
}

/// How a try ended that did not end in a run's end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedTry {
    /// Why.
    pub error: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// When to try again; `None`: never by itself.
    pub again: Option<Timestamp>,
}

/// The queue as workers see it. What a worker says of a request that is not its
/// own any more changes nothing.
#[async_trait]
pub trait WorkQueue: Send + Sync {
    /// Takes the oldest request that may run now: its time has come, and its
    /// repository is neither paused nor at work.
    async fn claim(&self, worker: &str, lease: Millis) -> Result<Option<RunRequest>, StoreError>;

    /// The worker is alive.
    async fn beat(&self, id: RequestId, worker: &str, lease: Millis) -> Result<Beat, StoreError>;

    /// The request's run has begun.
    async fn attach(&self, id: RequestId, worker: &str, run: RunId) -> Result<(), StoreError>;

    /// The run came to its end, or was cancelled.
    async fn finish(&self, id: RequestId, worker: &str, exit: ExitCode) -> Result<(), StoreError>;

    /// The worker stops in order: another goes on, and no try is counted.
    async fn give_back(&self, id: RequestId, worker: &str) -> Result<(), StoreError>;

    /// The try failed.
    async fn fail(&self, id: RequestId, worker: &str, failed: FailedTry) -> Result<(), StoreError>;

    /// Queues again what dead workers had: those named, and all whose lease
    /// is over. What was tried too often is dead. How many there were.
    async fn reclaim(&self, dead_workers: &[String]) -> Result<u64, StoreError>;
}
