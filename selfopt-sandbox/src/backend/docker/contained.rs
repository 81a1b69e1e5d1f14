//! A command in a container that was made for it.

use std::io;
use std::os::fd::{AsFd as _, BorrowedFd};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bollard::models::ContainerCreateBody;
use rustix::fs::{Gid, Uid, fchown};
use selfopt_core::{SandboxError, StepStatus};

use super::channel::{Channel, End, Listener};
use super::daemon::Daemon;
use crate::backend::container;
use crate::command::{Body, Ended, Pipes};
use crate::failure::other;
use crate::workspace::FileOwner;

/// How long a container may take to come up, or to do as it is told.
const START: Duration = Duration::from_mins(2);
const OBEY: Duration = Duration::from_secs(5);
/// How often it is looked whether it is still there.
const LOOK: Duration = Duration::from_secs(1);

/// A container, up and waiting, running, or ended.
pub(super) struct Contained {
    daemon: Arc<Daemon>,
    id: String,
    channel: Option<Channel>,
    owner: Option<FileOwner>,
    is_removed: bool,
}

impl Contained {
    /// Creates the container and waits until its process 1 has connected.
    pub(super) fn create(
        daemon: &Arc<Daemon>,
        body: ContainerCreateBody,
        listener: &Listener,
        owner: Option<FileOwner>,
        image: &str,
    ) -> Result<Self, SandboxError> {
        let id = daemon.create(body, image)?;
        // From here on dropping it removes the container.
        let mut this =
            Self { daemon: Arc::clone(daemon), id, channel: None, owner, is_removed: false };
        daemon.start(&this.id)?;
        let deadline = Instant::now() + START;
        while this.channel.is_none() {
            this.channel = listener.accept(LOOK)?;
            if this.channel.is_none() {
                this.must_be_there(Instant::now() < deadline)?;
            }
        }
        Ok(this)
    }

    fn must_be_there(&self, in_time: bool) -> Result<(), SandboxError> {
        let state = self.daemon.inspect(&self.id)?.and_then(|found| found.state);
        let is_running = state.as_ref().is_some_and(|state| state.running == Some(true));
        if is_running && in_time {
            return Ok(());
        }
        let code = state.and_then(|state| state.exit_code).unwrap_or_default();
        let what = if is_running { "did not connect".into() } else { format!("ended with {code}") };
        Err(other(format!(
            "process 1 of the container {what}; build the runner image again: `cargo xtask runner-image`"
        )))
    }

    /// Why a container ended whose process 1 said nothing.
    fn silent_end(&self) -> Result<StepStatus, SandboxError> {
        let state = self.daemon.inspect(&self.id)?.and_then(|found| found.state);
        let is_out_of_memory = state.is_some_and(|state| state.oom_killed == Some(true));
        Ok(if is_out_of_memory {
            StepStatus::OutOfMemory
        } else {
            StepStatus::Signaled { signal: rustix::process::Signal::KILL.as_raw() }
        })
    }

    fn remove(&mut self) -> Result<(), SandboxError> {
        if !self.is_removed {
            self.daemon.remove(&self.id)?;
            self.is_removed = true;
        }
        Ok(())
    }

    fn pipes(&self) -> io::Result<Pipes> {
        let channel = self.channel.as_ref().ok_or(io::ErrorKind::NotConnected)?;
        let (pipes, [to_stdout, to_stderr]) = container::output()?;
        if let Some(FileOwner { uid, gid }) = self.owner {
            // Or the command could not open `/dev/stderr`.
            for end in [&to_stdout, &to_stderr] {
                fchown(end, Some(Uid::from_raw(uid)), Some(Gid::from_raw(gid)))?;
            }
        }
        channel.go([to_stdout.as_fd(), to_stderr.as_fd()])?;
        Ok(pipes)
    }
}

impl Body for Contained {
    fn start(&mut self) -> Result<Pipes, SandboxError> {
        self.pipes().map_err(|source| SandboxError::Io {
            doing: "start the command of a container".to_owned(),
            source,
        })
    }

    fn exit(&self) -> Option<BorrowedFd<'_>> {
        self.channel.as_ref().map(Channel::fd)
    }

    fn has_ended(&mut self) -> bool {
        self.channel.as_mut().is_none_or(Channel::has_ended)
    }

    fn stop(&mut self) {
        if let Some(channel) = &mut self.channel {
            channel.stop(OBEY);
        }
    }

    fn go_on(&mut self) {
        if let Some(channel) = &mut self.channel {
            channel.go_on();
        }
    }

    fn kill(&mut self) {
        let Some(channel) = &mut self.channel else { return };
        if !channel.has_ended() && !channel.kill(OBEY) {
            // It does not listen: the kernel does.
            let _ = self.daemon.kill(&self.id);
        }
    }

    fn exceeds(&mut self, _memory: u64) -> bool {
        // The control group sees to it.
        false
    }

    fn finish(mut self: Box<Self>, wall: Duration) -> Result<Ended, SandboxError> {
        let end = self.channel.as_ref().map_or(End::Silence, Channel::end);
        let report = match &end {
            End::Report(bytes) => Some(bytes.as_slice()),
            End::Silence => None,
        };
        let ended = container::ended(report, "container", wall, || self.silent_end());
        self.remove()?;
        ended
    }
}

impl Drop for Contained {
    fn drop(&mut self) {
        // Closing the socket ends it already; what cannot be removed is left
        // to the reaper.
        self.channel = None;
        let _ = self.remove();
    }
}
