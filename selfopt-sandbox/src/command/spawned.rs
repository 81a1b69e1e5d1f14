//! A command that is a process of this host and its descendants.

use std::fs::File;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::Pid;
use selfopt_core::{GroupUsage, SandboxError, StepStatus};

use super::body::{Body, Ended, Pipes};
use super::marker::Marker;
use super::process_tree::{
    Outsiders, continue_tree, kill_tree, memory, own_peak, proportional_memory, stop_tree,
};
use super::usage::{PeakMemory, reap};
use super::wait::{exit_fd, has_exited};
use crate::failure::other;

/// A process and its tree, found through `/proc`.
pub(crate) struct Spawned {
    command: Command,
    marker: Marker,
    running: Option<Running>,
}

struct Running {
    child: Child,
    pid: Pid,
    exit: Option<OwnedFd>,
    outsiders: Outsiders,
    peak: PeakMemory,
}

impl Spawned {
    /// A command whose environment carries the marker.
    pub(crate) fn new(command: Command, marker: Marker) -> Self {
        Self { command, marker, running: None }
    }
}

impl Body for Spawned {
    fn start(&mut self) -> Result<Pipes, SandboxError> {
        self.command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let floor = own_peak();
        let mut child = self.command.spawn().map_err(|source| SandboxError::Io {
            doing: format!("start `{}`", self.command.get_program().to_string_lossy()),
            source,
        })?;
        let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let pid = pid.ok_or_else(|| other("the host gave a process number out of range"))?;
        let (stdout, stderr) = child
            .stdout
            .take()
            .zip(child.stderr.take())
            .ok_or_else(|| other("a command was started without pipes"))?;
        let pipes = Pipes {
            stdout: File::from(OwnedFd::from(stdout)),
            stderr: File::from(OwnedFd::from(stderr)),
        };
        let peak = PeakMemory { floor, sampled: 0 };
        let exit = exit_fd(pid);
        self.running = Some(Running { child, pid, exit, outsiders: Outsiders::default(), peak });
        Ok(pipes)
    }

    fn exit(&self) -> Option<BorrowedFd<'_>> {
        Some(self.running.as_ref()?.exit.as_ref()?.as_fd())
    }

    fn has_ended(&mut self) -> bool {
        self.running.as_ref().is_some_and(|running| has_exited(running.pid))
    }

    fn stop(&mut self) {
        if let Some(running) = &mut self.running {
            stop_tree(running.pid, &mut running.outsiders);
        }
    }

    fn go_on(&mut self) {
        if let Some(running) = &self.running {
            continue_tree(running.pid, &running.outsiders);
        }
    }

    fn kill(&mut self) {
        if let Some(running) = &self.running {
            kill_tree(running.pid, &self.marker);
        }
    }

    fn exceeds(&mut self, limit: u64) -> bool {
        let Some(running) = &mut self.running else { return false };
        let now = memory(running.pid);
        running.peak.sampled = running.peak.sampled.max(now.largest_peak);
        now.resident > limit && proportional_memory(running.pid) > limit
    }

    fn finish(self: Box<Self>, wall: Duration) -> Result<Ended, SandboxError> {
        let running = self.running.ok_or_else(|| other("a command ended before it started"))?;
        let (status, usage) = reap(running.child, wall, running.peak).map_err(|source| {
            SandboxError::Io { doing: "wait for the command".to_owned(), source }
        })?;
        let (status, group) = (step_status(status), GroupUsage::default());
        Ok(Ended { status, usage, group, network: None })
    }
}

fn step_status(status: ExitStatus) -> StepStatus {
    match (status.code(), status.signal()) {
        (Some(code), _) => StepStatus::Exited { code },
        (None, Some(signal)) => StepStatus::Signaled { signal },
        (None, None) => StepStatus::Exited { code: -1 },
    }
}
