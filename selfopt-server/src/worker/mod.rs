//! Workers: each takes one request for a run after the other, runs it in this
//! process, and says all along that it is alive. A worker that dies loses
//! nothing: its request is queued again, and the run goes on where it was.

mod job;
mod presence;
mod watching;

use std::future::Future;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use selfopt_core::pipeline::RunError;
use selfopt_core::report::Report;
use selfopt_core::{
    ArtifactStore, Beat, CancelFlag, Clock, ExitCode, FailedTry, Millis, PausedBy, RequestState,
    RunRequest, ServiceStore, StoreError, Timestamp, retry_after,
};
use tokio::sync::{mpsc, watch};
use tokio::time::{MissedTickBehavior, interval};
use uuid::Uuid;

use crate::github::GitHub;
use crate::isolation::ServerIsolation;
use crate::stop::Stop;
use job::JobError;
pub(crate) use job::{quiet, with_confirmed};
use presence::Presence;
use watching::Watching;

/// How often a worker says that it is alive, and hears whether to stop.
const BEAT: Duration = Duration::from_secs(2);

/// How long a worker that says nothing is believed to be alive. Long enough for
/// a machine that slept for a moment.
const LEASE: Millis = Millis::from_secs(60);

/// How often a worker without work looks for some that nobody told it of.
const LOOK: Duration = Duration::from_secs(1);

/// Runs in a row that end for the same reason before the repository is paused.
const SAME_END: u32 = 3;

/// What a worker works with.
#[derive(Clone)]
pub(crate) struct WorkerParts {
    pub(crate) store: Arc<dyn ServiceStore>,
    pub(crate) artifacts: Arc<dyn ArtifactStore>,
    pub(crate) clock: Arc<dyn Clock>,
    /// Where everything of the service is, workspaces too.
    pub(crate) data: PathBuf,
    pub(crate) isolation: ServerIsolation,
    /// CPU minutes that a repository may take in a calendar month.
    pub(crate) monthly_minutes: Option<f64>,
    /// The GitHub App, if the service has one.
    pub(crate) github: Option<Arc<GitHub>>,
    pub(crate) changed: watch::Sender<u64>,
    pub(crate) stop: Stop,
}

/// One worker.
pub struct Worker {
    name: String,
    parts: WorkerParts,
    _presence: Presence,
}

/// Why a run was asked to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Nobody,
    Cancelled,
    Lost,
    Stopping,
}

impl Worker {
    /// A worker with a name that no other has, ever: whoever took its name
    /// would keep alive what it left when it died.
    pub(crate) fn new(parts: WorkerParts) -> std::io::Result<Self> {
        let name = Uuid::now_v7().to_string();
        let presence = Presence::announce(&parts.data, &name)?;
        Ok(Self { name, parts, _presence: presence })
    }

    /// Works until the service stops.
    pub async fn run(self) {
        let mut changed = self.parts.changed.subscribe();
        while !self.parts.stop.is_ordered() {
            changed.mark_unchanged();
            match self.step().await {
                // There may be more.
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => tracing::error!(%error, "the worker cannot reach the store"),
            }
            tokio::select! {
                () = self.parts.stop.ordered() => {}
                _ = tokio::time::timeout(LOOK, changed.changed()) => {}
            }
        }
    }

    /// Takes one request and does it; false when there is none.
    async fn step(&self) -> Result<bool, StoreError> {
        let Some(request) = self.parts.store.claim(&self.name, LEASE).await? else {
            return Ok(false);
        };
        tracing::info!(request = %request.id, repository = %request.repo, "a run begins");
        let cancel = CancelFlag::default();
        let (opened, runs) = mpsc::unbounded_channel();
        let watching = Arc::new(Watching::new(opened, self.parts.changed.clone()));
        let job = job::run(&self.parts, &request, watching, cancel.clone());
        let (result, asked) = self.attend(&request, job, runs, &cancel).await;
        self.end(&request, result, asked).await?;
        self.parts.changed.send_modify(|count| *count = count.wrapping_add(1));
        Ok(true)
    }

    /// Waits for a job, saying that it is alive and hearing whether to stop.
    async fn attend<T>(
        &self,
        request: &RunRequest,
        job: impl Future<Output = T>,
        mut runs: mpsc::UnboundedReceiver<selfopt_core::RunId>,
        cancel: &CancelFlag,
    ) -> (T, Asked) {
        let mut job = pin!(job);
        let mut asked = Asked::Nobody;
        let mut beats = interval(BEAT);
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                Some(run) = runs.recv() => {
                    let attached = self.parts.store.attach(request.id, &self.name, run).await;
                    if let Err(error) = attached {
                        tracing::error!(%error, %run, "the run could not be noted");
                    }
                }
                result = &mut job => return (result, asked),
                () = self.parts.stop.ordered(), if asked == Asked::Nobody => {
                    asked = Asked::Stopping;
                    cancel.cancel();
                }
                _ = beats.tick() => match self.parts.store.beat(request.id, &self.name, LEASE).await {
                    Ok(Beat::GoOn) => {}
                    Ok(Beat::Cancelled) => {
                        asked = Asked::Cancelled;
                        cancel.cancel();
                    }
                    Ok(Beat::Lost) => {
                        asked = Asked::Lost;
                        cancel.cancel();
                    }
                    Err(error) => tracing::error!(%error, "the worker cannot say that it is alive"),
                },
            }
        }
    }

    /// Notes how it ended.
    async fn end(
        &self,
        request: &RunRequest,
        result: Result<Report, JobError>,
        asked: Asked,
    ) -> Result<(), StoreError> {
        let store = &*self.parts.store;
        match (result, asked) {
            (_, Asked::Lost) => {
                tracing::warn!(request = %request.id, "another worker has the request now");
                Ok(())
            }
            (Ok(report), _) => {
                let exit = report.exit.code;
                tracing::info!(request = %request.id, exit = exit.code(), "a run ended");
                store.settle_compute(request.id, report.budget.compute_minutes).await?;
                self.pause_after_the_same_end(request, &report).await?;
                store.finish(request.id, &self.name, exit).await
            }
            (Err(JobError::Run(RunError::Cancelled)), Asked::Stopping) => {
                tracing::info!(request = %request.id, "a run is left to be gone on with");
                store.give_back(request.id, &self.name).await
            }
            (Err(JobError::Run(RunError::Cancelled)), _) => {
                tracing::info!(request = %request.id, "a run was cancelled");
                self.settle(request).await?;
                store.finish(request.id, &self.name, ExitCode::Interrupted).await
            }
            (Err(error), _) => {
                tracing::warn!(request = %request.id, %error, "a run failed");
                let at = self.parts.clock.now().0.saturating_add(retry_after(request.tries).0);
                let again = error.may_pass().then_some(Timestamp(at));
                if again.is_none() {
                    self.settle(request).await?;
                }
                let failed = FailedTry { error: error.to_string(), hint: error.hint(), again };
                store.fail(request.id, &self.name, failed).await
            }
        }
    }

    /// Settles what an ended run took.
    async fn settle(&self, request: &RunRequest) -> Result<(), StoreError> {
        let store = &*self.parts.store;
        let current = store.run_request(request.id).await?;
        let minutes = match current.and_then(|request| request.run) {
            Some(run) => store.run(run).await?.map_or(0.0, |run| run.compute_minutes),
            None => 0.0,
        };
        store.settle_compute(request.id, minutes).await
    }

    /// Pauses a repository whose runs end for the same reason again and again:
    /// the next one would too, and cost as much.
    async fn pause_after_the_same_end(
        &self,
        request: &RunRequest,
        report: &Report,
    ) -> Result<(), StoreError> {
        let exit = report.exit.code;
        if !matches!(exit, ExitCode::RepositoryBroken | ExitCode::TooNoisy) {
            return Ok(());
        }
        let before = self.parts.store.run_requests(request.repo, None, SAME_END).await?;
        let same = before
            .iter()
            .filter(|other| other.id != request.id)
            .take_while(|other| other.state == RequestState::Done && other.exit == Some(exit))
            .count();
        if same + 1 < SAME_END as usize {
            return Ok(());
        }
        let why = report.paused.as_ref().map_or(report.exit.meaning.as_str(), |it| &it.reason);
        let reason = format!("{SAME_END} runs in a row ended the same way: {why}");
        tracing::warn!(repository = %request.repo, reason, "the repository is paused");
        self.parts.store.set_pause(request.repo, &reason, PausedBy::Service).await
    }
}

/// Queues again what dead workers of this machine had, and what nobody says to
/// be alive any more.
pub(crate) async fn recover(parts: &WorkerParts) -> Result<u64, StoreError> {
    let dead = Presence::dead(&parts.data).unwrap_or_else(|error| {
        tracing::warn!(%error, "dead workers cannot be told from living ones");
        Vec::new()
    });
    let recovered = parts.store.reclaim(&dead).await?;
    if recovered > 0 {
        tracing::warn!(recovered, "dead workers left requests behind; they are queued again");
        parts.changed.send_modify(|count| *count = count.wrapping_add(1));
    }
    Presence::forget(&parts.data, &dead);
    Ok(recovered)
}
