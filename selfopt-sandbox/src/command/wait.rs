//! Waiting for output and for the end of a process.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

/// What has something to say.
#[derive(Clone, Copy, Default)]
pub(super) struct Ready {
    pub stdout: bool,
    pub stderr: bool,
    pub exit: bool,
}

/// Waits until one of the files has something, or for a tick.
pub(super) fn wait(
    stdout: Option<&impl AsFd>,
    stderr: Option<&impl AsFd>,
    exit: Option<BorrowedFd<'_>>,
    tick: Duration,
) -> Ready {
    let stdout = stdout.map(|fd| PollFd::new(fd, PollFlags::IN));
    let stderr = stderr.map(|fd| PollFd::new(fd, PollFlags::IN));
    let exit = exit.map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN));
    let present = [stdout.is_some(), stderr.is_some(), exit.is_some()];
    let mut fds: Vec<_> = [stdout, stderr, exit].into_iter().flatten().collect();
    let timeout = Timespec { tv_sec: 0, tv_nsec: i64::from(tick.subsec_nanos()) };
    if poll(&mut fds, Some(&timeout)).is_err() {
        // Interrupted by a signal: look at the clocks and come back.
        return Ready::default();
    }
    let mut events = fds.iter().map(|fd| !fd.revents().is_empty());
    let [stdout, stderr, exit] = present.map(|present| present && events.next().unwrap_or(false));
    Ready { stdout, stderr, exit }
}

/// Becomes readable when the process ends, where the kernel has that.
#[cfg(target_os = "linux")]
pub(super) fn exit_fd(pid: Pid) -> Option<OwnedFd> {
    rustix::process::pidfd_open(pid, rustix::process::PidfdFlags::empty()).ok()
}

#[cfg(not(target_os = "linux"))]
pub(super) fn exit_fd(_pid: Pid) -> Option<OwnedFd> {
    None
}

/// Whether the process ended; it stays a zombie, and its number its own.
pub(super) fn has_exited(pid: Pid) -> bool {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    !matches!(waitid(WaitId::Pid(pid), options), Ok(None))
}
