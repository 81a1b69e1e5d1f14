//! The way of a command's output out of a container.

use std::fs::File;
use std::io::{self, PipeReader};
use std::os::fd::OwnedFd;

use crate::command::Pipes;

/// Two pipes: their reading ends, and the writing ends of output and errors.
pub(in crate::backend) fn output() -> io::Result<(Pipes, [OwnedFd; 2])> {
    let ((stdout, to_stdout), (stderr, to_stderr)) = (io::pipe()?, io::pipe()?);
    let file = |end: PipeReader| File::from(OwnedFd::from(end));
    let pipes = Pipes { stdout: file(stdout), stderr: file(stderr) };
    Ok((pipes, [to_stdout.into(), to_stderr.into()]))
}
