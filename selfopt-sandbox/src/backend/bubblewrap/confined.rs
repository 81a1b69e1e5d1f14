//! A command in bubblewrap and in its control group. bubblewrap builds the
//! sandbox, names the process that will become the command, and waits; that
//! process is moved into the group and let go. So nothing of the command ever
//! runs outside of its limits.

use std::io::{PipeReader, PipeWriter, Read as _, Write as _, pipe};
use std::os::fd::{BorrowedFd, OwnedFd};
use std::path::Path;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use selfopt_core::{SandboxError, StepStatus};

use crate::command::{Body, Ended, Pipes, Spawned};
use crate::failure::{failed, other};
use crate::group::Group;

/// How long bubblewrap may be silent before it is looked at again.
const TICK: Timespec = Timespec { tv_sec: 0, tv_nsec: 50_000_000 };

/// bubblewrap says less than this about itself.
const LONGEST_INFO: usize = 4096;

/// A process of bubblewrap that is held to a group.
pub(super) struct Confined {
    spawned: Spawned,
    group: Group,
    gate: Gate,
}

/// Where bubblewrap says which process it is, and where it is let go.
#[derive(Debug)]
pub(super) struct Gate {
    info: PipeReader,
    go: PipeWriter,
}

impl Gate {
    /// The gate, and the two ends that bubblewrap gets: for `--info-fd` and
    /// for `--block-fd`.
    pub(super) fn new() -> Result<(Self, [OwnedFd; 2]), SandboxError> {
        let made = || pipe().map_err(failed("create", Path::new("a pipe")));
        let ((info, tell), (wait, go)) = (made()?, made()?);
        Ok((Self { info, go }, [tell.into(), wait.into()]))
    }
}

impl Confined {
    pub(super) fn new(spawned: Spawned, group: Group, gate: Gate) -> Self {
        Self { spawned, group, gate }
    }

    /// The process that waits at the gate; `None` if bubblewrap ended before it
    /// had one, and then says why by itself.
    fn child(&mut self) -> Result<Option<u32>, SandboxError> {
        let mut said = Vec::new();
        let mut buffer = [0; 256];
        while said.len() < LONGEST_INFO {
            let exit = self.spawned.exit();
            let mut fds = vec![PollFd::new(&self.gate.info, PollFlags::IN)];
            fds.extend(exit.map(|exit| PollFd::from_borrowed_fd(exit, PollFlags::IN)));
            if poll(&mut fds, Some(&TICK)).is_err() {
                continue;
            }
            let has_said = fds.first().is_some_and(|fd| !fd.revents().is_empty());
            drop(fds);
            if !has_said {
                if self.spawned.has_ended() {
                    return Ok(None);
                }
                continue;
            }
            match self.gate.info.read(&mut buffer) {
                Ok(0) => return Ok(None),
                Ok(n) => said.extend_from_slice(&buffer[..n]),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(_) => return Ok(None),
            }
            if said.contains(&b'}') {
                return child_of(&said).map(Some);
            }
        }
        Err(other("bubblewrap says more about itself than is known"))
    }

    fn enter(&mut self) -> Result<(), SandboxError> {
        let Some(child) = self.child()? else { return Ok(()) };
        match self.group.join(child) {
            Ok(()) => {}
            // It has ended in between, and says why by itself.
            Err(error) if error.raw_os_error() == Some(3) => return Ok(()),
            Err(source) => {
                let doing = "move the command into its control group".to_owned();
                return Err(SandboxError::Io { doing, source });
            }
        }
        // One that has ended reads nothing any more.
        let _ = self.gate.go.write_all(b"!");
        Ok(())
    }
}

/// The `child-pid` of what `--info-fd` says.
fn child_of(said: &[u8]) -> Result<u32, SandboxError> {
    let info: serde_json::Value = serde_json::from_slice(said)
        .map_err(|error| other(format!("bubblewrap's `--info-fd` is not JSON: {error}")))?;
    info.get("child-pid")
        .and_then(serde_json::Value::as_u64)
        .and_then(|pid| u32::try_from(pid).ok())
        .ok_or_else(|| other("bubblewrap's `--info-fd` names no process"))
}

impl Body for Confined {
    fn start(&mut self) -> Result<Pipes, SandboxError> {
        let pipes = self.spawned.start()?;
        if let Err(error) = self.enter() {
            self.spawned.kill();
            return Err(error);
        }
        Ok(pipes)
    }

    fn exit(&self) -> Option<BorrowedFd<'_>> {
        self.spawned.exit()
    }

    fn has_ended(&mut self) -> bool {
        self.spawned.has_ended()
    }

    fn stop(&mut self) {
        self.spawned.stop();
    }

    fn go_on(&mut self) {
        self.spawned.go_on();
    }

    fn kill(&mut self) {
        self.spawned.kill();
    }

    fn exceeds(&mut self, memory: u64) -> bool {
        // Looked at in any case: the peak of each process is taken there. But
        // where a group holds the memory it alone decides, at the same size each
        // time: the look also counts pages that the group does not, such as those
        // of programs that others have loaded.
        let is_over = self.spawned.exceeds(memory);
        self.group.usage().oom_kills.map_or(is_over, |kills| kills > 0)
    }

    fn finish(self: Box<Self>, wall: Duration) -> Result<Ended, SandboxError> {
        let Self { spawned, group, .. } = *self;
        let ended = Box::new(spawned).finish(wall)?;
        let usage = group.usage();
        // A command that went on without a process that the kernel took from it
        // and succeeded has succeeded.
        let is_red = ended.status != StepStatus::Exited { code: 0 };
        let ran_out = is_red && usage.oom_kills.is_some_and(|kills| kills > 0);
        let status = if ran_out { StepStatus::OutOfMemory } else { ended.status };
        Ok(Ended { status, group: usage, ..ended })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_bubblewrap_says_is_read() {
        let said = b"{\n    \"child-pid\": 4711,\n    \"mnt-namespace\": 4026531840\n}\n";
        assert_eq!(child_of(said).expect("a process"), 4711);
        child_of(b"{}").expect_err("nobody");
        child_of(b"}").expect_err("not JSON");
    }
}
