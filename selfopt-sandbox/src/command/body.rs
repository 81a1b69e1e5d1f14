//! What is watched over: a command that is ready to start, however a backend
//! starts, stops, kills and accounts for it.

use std::fs::File;
use std::os::fd::BorrowedFd;
use std::time::Duration;

use selfopt_core::{GroupUsage, NetworkUse, ProcessSample, SandboxError, StepStatus};

/// One command of a backend. Dropped at any time it leaves nothing behind.
pub(crate) trait Body: Send {
    /// Starts the command.
    fn start(&mut self) -> Result<Pipes, SandboxError>;

    /// Becomes readable when the command ends, where there is such a thing.
    fn exit(&self) -> Option<BorrowedFd<'_>>;

    /// Whether the command has ended.
    fn has_ended(&mut self) -> bool;

    /// Stops all of its processes.
    fn stop(&mut self);

    /// Continues what [`Body::stop`] stopped.
    fn go_on(&mut self);

    /// Kills all of its processes, also those that left its process group, and
    /// those that it leaves behind.
    fn kill(&mut self);

    /// Whether it uses more memory than that, as far as nobody else watches.
    fn exceeds(&mut self, memory: u64) -> bool;

    /// How it ended. Called once, after its end and [`Body::kill`]; `wall` is
    /// what the clock outside says.
    fn finish(self: Box<Self>, wall: Duration) -> Result<Ended, SandboxError>;
}

/// The reading ends of a command's output.
pub(crate) struct Pipes {
    pub stdout: File,
    pub stderr: File,
}

/// How a command ended by itself, and what it cost.
pub(crate) struct Ended {
    pub status: StepStatus,
    pub usage: ProcessSample,
    /// What its control group or container counted.
    pub group: GroupUsage,
    /// What network it had; `None` if it had none.
    pub network: Option<NetworkUse>,
}
