//! A command in a Job that was made for it.

use std::io::{self, PipeReader, PipeWriter};
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::{AsyncBufReadExt as _, AsyncReadExt as _};
use k8s_openapi::api::batch::v1;
use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::api::networking::v1::NetworkPolicy;
use kube::Api;
use selfopt_core::{SandboxError, StepStatus, Stream};
use tokio::io::AsyncWriteExt as _;
use tokio::net::unix::pipe::Sender;

use super::cluster::{Cluster, following, life, selector, unavailable};
use super::frames::{Frames, Heard, LONGEST};
use super::life::Life;
use crate::backend::container;
use crate::command::{Body, Ended, Pipes};
use crate::failure::other;

/// How long a pod may take to end when it is removed.
const OBEY: Duration = Duration::from_mins(1);
/// Before a log that broke off is asked for again: whatever broke it may last.
const PAUSE: Duration = Duration::from_millis(500);
/// How often that is done in a row without anything new, while the pod runs
/// and after its end.
const TRIES: u32 = 20;
const LAST_TRIES: u32 = 5;

/// A Job whose command has begun, or ended.
pub(super) struct Job {
    cluster: Arc<Cluster>,
    name: String,
    has_policy: bool,
    pod: String,
    /// What the log has brought.
    heard: Arc<Mutex<Said>>,
    /// Becomes readable when nobody follows the log any more.
    exit: Option<PipeReader>,
    is_killed: bool,
    is_removed: bool,
}

/// What process 1 said.
#[derive(Debug, Default)]
struct Said {
    is_over: bool,
    report: Option<Vec<u8>>,
    /// What was no frame.
    trouble: String,
}

impl Job {
    /// Makes it and waits until its command has begun.
    pub(super) fn create(
        cluster: &Arc<Cluster>,
        name: &str,
        job: v1::Job,
        way_out: Option<NetworkPolicy>,
        image: Option<&str>,
    ) -> Result<Self, SandboxError> {
        // From here on dropping it removes what there is.
        let mut this = Self {
            cluster: Arc::clone(cluster),
            name: name.to_owned(),
            has_policy: way_out.is_some(),
            pod: String::new(),
            heard: Arc::default(),
            exit: None,
            is_killed: false,
            is_removed: false,
        };
        if let Some(policy) = way_out {
            cluster.create_policy(policy)?;
        }
        cluster.create_job(job)?;
        let (pod, found) = match cluster.begun(name)? {
            Life::Running { pod, image } | Life::Ended { pod, image, .. } => (pod, image),
            Life::Waiting(why) => {
                return Err(unavailable(
                    format!("a command found no place in the cluster in time: {why}"),
                    "give the cluster a node with room, or the command lower limits",
                ));
            }
            Life::Hopeless(why) => {
                return Err(unavailable(
                    format!("a pod cannot start: {why}"),
                    "push the runner image (`cargo xtask runner-image`) to where nodes can pull it, and name it in `SELFOPT_RUNNER_IMAGE`",
                ));
            }
        };
        this.pod = pod;
        match image {
            Some(image) if image != found => Err(other(format!(
                "the runner image changed during the run, from `{image}` to `{found}`: name it by its digest in `SELFOPT_RUNNER_IMAGE`"
            ))),
            _ => Ok(this),
        }
    }

    fn said(&self) -> std::sync::MutexGuard<'_, Said> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pipes(&mut self) -> io::Result<Pipes> {
        let (pipes, ends) = container::output()?;
        let (exit, alive) = io::pipe()?;
        self.exit = Some(exit);
        let follower = Follower {
            pods: self.cluster.pods(),
            selector: selector(&self.name),
            pod: self.pod.clone(),
            heard: Arc::clone(&self.heard),
            alive,
        };
        self.cluster.spawn(Box::pin(follower.run(ends)));
        Ok(pipes)
    }

    /// How a command ended whose process 1 said nothing.
    fn silent_end(&self) -> Result<StepStatus, SandboxError> {
        let killed = StepStatus::Signaled { signal: rustix::process::Signal::KILL.as_raw() };
        if self.is_killed {
            return Ok(killed);
        }
        let Some(Life::Ended { end, .. }) = self.cluster.life(&self.name)? else {
            // Its node is gone, or somebody removed it.
            return Ok(killed);
        };
        end.status().ok_or_else(|| {
            let trouble = self.said().trouble.clone();
            unavailable(
                format!("process 1 of the pod gave no report, {}: {trouble}", end.describe()),
                "build the runner image again (`cargo xtask runner-image`) and push it",
            )
        })
    }

    fn remove(&mut self) -> Result<(), SandboxError> {
        if self.is_removed {
            return Ok(());
        }
        self.cluster.delete_job(&self.name)?;
        if self.has_policy {
            self.cluster.delete_policy(&self.name)?;
        }
        self.is_removed = true;
        Ok(())
    }
}

impl Body for Job {
    fn start(&mut self) -> Result<Pipes, SandboxError> {
        self.pipes().map_err(|source| SandboxError::Io {
            doing: "follow the log of a pod".to_owned(),
            source,
        })
    }

    fn exit(&self) -> Option<BorrowedFd<'_>> {
        self.exit.as_ref().map(|exit| exit.as_fd())
    }

    fn has_ended(&mut self) -> bool {
        self.is_killed || self.said().is_over
    }

    fn stop(&mut self) {
        // Never asked for: `Launcher::takes_turns`.
    }

    fn go_on(&mut self) {}

    fn kill(&mut self) {
        // One that has ended by itself is still asked how, and then removed.
        if self.is_killed || self.said().is_over {
            return;
        }
        self.is_killed = true;
        // What cannot be removed ends with its deadline, and is left to the
        // reaper.
        if self.remove().is_ok() {
            let _ = self.cluster.is_gone(&self.name, OBEY);
        }
    }

    fn exceeds(&mut self, _memory: u64) -> bool {
        // The control group sees to it.
        false
    }

    fn finish(mut self: Box<Self>, wall: Duration) -> Result<Ended, SandboxError> {
        let report = self.said().report.take();
        let ended = container::ended(report.as_deref(), "pod", wall, || self.silent_end());
        self.remove()?;
        ended
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        // What cannot be removed is left to the reaper.
        let _ = self.remove();
    }
}

/// Follows the log of a pod to its end.
struct Follower {
    pods: Api<Pod>,
    selector: String,
    pod: String,
    heard: Arc<Mutex<Said>>,
    /// Closed with this.
    alive: PipeWriter,
}

/// Where the output goes, and how much of the log has been read.
struct Reading {
    ends: [Sender; 2],
    frames: Frames,
    lines: u64,
}

impl Follower {
    async fn run(self, ends: [OwnedFd; 2]) {
        let [stdout, stderr] = ends;
        let opened = (Sender::from_owned_fd(stdout), Sender::from_owned_fd(stderr));
        let mut report = None;
        let mut trouble = String::new();
        if let (Ok(stdout), Ok(stderr)) = opened {
            let frames = Frames::default();
            let mut reading = Reading { ends: [stdout, stderr], frames, lines: 0 };
            report = self.read(&mut reading).await;
            reading.frames.said().clone_into(&mut trouble);
        }
        *self.heard.lock().unwrap_or_else(PoisonError::into_inner) =
            Said { is_over: true, report, trouble };
        // Only now does the other side wake up.
        drop(self.alive);
    }

    /// Reads until the report is there or will never be. A log that breaks off
    /// is read again from its beginning; what is known of it is passed over.
    async fn read(&self, reading: &mut Reading) -> Option<Vec<u8>> {
        let mut in_vain = 0;
        loop {
            let before = reading.lines;
            if let Some(report) = self.read_once(reading).await {
                return Some(report);
            }
            in_vain = if reading.lines > before { 0 } else { in_vain + 1 };
            let tries = match life(&self.pods, &self.selector).await {
                // With the pod its log is gone.
                Ok(None) => return None,
                Ok(Some(Life::Ended { .. })) => LAST_TRIES,
                Ok(Some(_)) | Err(_) => TRIES,
            };
            if in_vain > tries {
                return None;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn read_once(&self, reading: &mut Reading) -> Option<Vec<u8>> {
        let mut log = pin!(self.pods.log_stream(&self.pod, &following()).await.ok()?);
        let mut line = Vec::new();
        let mut number = 0;
        loop {
            line.clear();
            let length = (&mut log).take(LONGEST).read_until(b'\n', &mut line).await.ok()?;
            // Its end, or half a line: it broke off.
            if length == 0 || line.last() != Some(&b'\n') {
                return None;
            }
            number += 1;
            if number <= reading.lines {
                continue;
            }
            reading.lines = number;
            match reading.frames.take(&line) {
                Heard::End(report) => return Some(report),
                Heard::Output(stream, bytes) => {
                    let end = usize::from(stream == Stream::Stderr);
                    // Nobody reads it any more once the command was given up.
                    let _ = reading.ends[end].write_all(&bytes).await;
                }
                Heard::Nothing => {}
            }
        }
    }
}
