//! Requests for runs: what a service is asked to do, and what became of it. A
//! run itself begins when a worker takes the request.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ids::{RepoId, RequestId, RunId};
use super::run::ExitCode;
use super::units::{Millis, Timestamp};

/// How often a request is tried before it is left to a person.
pub const MAX_TRIES: u32 = 3;

/// How long to wait after a try that failed: a minute, then four times as long
/// each time, so that a machine has time to come back.
pub fn retry_after(tries: u32) -> Millis {
    Millis::from_minutes(4_u64.saturating_pow(tries.saturating_sub(1).min(5)))
}

/// Who asked for a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RequestOrigin {
    /// A person, or a program in a person's name.
    Person,
    /// The repository's schedule.
    Schedule,
}

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RequestState {
    /// Waits for a worker, for the repository's other run, or for its time.
    Queued,
    /// A worker has it.
    Running,
    /// The run came to its end, whatever it found.
    Done,
    /// Somebody cancelled it.
    Cancelled,
    /// Given up: it cannot be done, or failed too often. It can be queued again.
    Dead,
}

impl RequestState {
    /// Whether nothing happens any more by itself.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Cancelled | Self::Dead)
    }
}

/// A request for a run, as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunRequest {
    /// UUIDv7.
    pub id: RequestId,
    /// The repository.
    pub repo: RepoId,
    /// Who asked.
    pub origin: RequestOrigin,
    /// Where it stands.
    pub state: RequestState,
    /// The run, once one has begun.
    pub run: Option<RunId>,
    /// How often a worker took it, without those that gave it back in order.
    pub tries: u32,
    /// No worker takes it before then.
    pub not_before: Timestamp,
    /// The worker that has it.
    pub worker: Option<String>,
    /// Whether the worker is asked to stop.
    pub cancel_asked: bool,
    /// Why the last try failed.
    pub error: Option<String>,
    /// What to do about it.
    pub hint: Option<String>,
    /// How the run ended.
    pub exit: Option<ExitCode>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_try_waits_longer_and_none_for_ever() {
        let minutes = |tries| retry_after(tries).0 / 60_000;
        assert_eq!([1, 2, 3, 4].map(minutes), [1, 4, 16, 64]);
        assert_eq!(minutes(0), 1);
        assert_eq!(minutes(u32::MAX), 1024);
    }
}
