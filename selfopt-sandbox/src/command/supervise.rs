//! Watching one command: reading its output, holding it to its limits and its
//! turns, killing its whole tree, and noting to the microsecond when it ended.

use std::io::Read;
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::process::Pid;
use selfopt_core::{
    CancelFlag, CommandLimits, LogSink, Outcome, SandboxError, StepStatus, Stream, Turn,
};
use tokio::sync::mpsc;

use super::log::{Chunk, Log};
use super::marker::Marker;
use super::output::Capture;
use super::pace::Pace;
use super::process_tree::{
    Outsiders, continue_tree, kill_tree, memory, own_peak, proportional_memory, stop_tree,
};
use super::silence::Silence;
use super::usage::{PeakMemory, reap};
use super::wait::{Ready, exit_fd, has_exited, wait};
use crate::failure::{blocking, other};

/// How often flags and clocks are looked at.
const TICK: Duration = Duration::from_millis(25);
/// The same where the kernel cannot wake us when a process ends.
const TICK_WITHOUT_PIDFD: Duration = Duration::from_millis(2);
/// How often memory is looked at in the end; in the beginning sooner, since
/// short commands have peaks too.
const MEMORY_TICK: Duration = Duration::from_millis(100);
const FIRST_MEMORY_TICK: Duration = Duration::from_millis(6);
/// How long after the end pipes are read that somebody may still hold open.
const DRAIN: Duration = Duration::from_millis(500);

/// How much is read at once.
const BUFFER: usize = 16 * 1024;

/// A command ready to start.
pub(crate) struct Supervision {
    pub command: Command,
    pub marker: Marker,
    pub limits: CommandLimits,
    pub cancel: CancelFlag,
    /// When it may run, if not always.
    pub turn: Option<Turn>,
}

/// Runs a command to its end. Output goes to the sink on the caller's thread.
/// When the returned future is dropped, the command is killed.
pub(crate) async fn run(
    supervision: Supervision,
    sink: &dyn LogSink,
) -> Result<Outcome, SandboxError> {
    let abandoned = Abandoned::default();
    let flag = Arc::clone(&abandoned.0);
    let (sender, mut receiver) = mpsc::channel(64);
    let task = blocking(move || {
        let started = Running::start(supervision, flag, sender)?;
        started.watch()
    });
    // Polled together with the log, so that a full channel cannot stop it.
    let mut task = std::pin::pin!(task);
    loop {
        tokio::select! {
            chunk = receiver.recv() => match chunk {
                Some((stream, bytes)) => sink.chunk(stream, &bytes),
                None => return task.await,
            },
            outcome = &mut task => {
                while let Ok((stream, bytes)) = receiver.try_recv() {
                    sink.chunk(stream, &bytes);
                }
                return outcome;
            }
        }
    }
}

/// Raised when nobody waits for the command any more.
#[derive(Default)]
struct Abandoned(Arc<AtomicBool>);

impl Drop for Abandoned {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

struct Running {
    child: Child,
    pid: Pid,
    exit: Option<OwnedFd>,
    pace: Pace,
    outsiders: Outsiders,
    limits: CommandLimits,
    marker: Marker,
    cancel: CancelFlag,
    abandoned: Arc<AtomicBool>,
    capture: Capture,
    silence: Silence,
    log: Log,
    peak: PeakMemory,
    next_memory: Instant,
    memory_tick: Duration,
    killed: Option<StepStatus>,
}

impl Running {
    fn start(
        mut supervision: Supervision,
        abandoned: Arc<AtomicBool>,
        sender: mpsc::Sender<Chunk>,
    ) -> Result<Self, SandboxError> {
        let Supervision { command, marker, limits, cancel, turn } = &mut supervision;
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let floor = own_peak();
        let pace = Pace::begin(turn.take(), TICK, || {
            cancel.is_cancelled() || abandoned.load(Ordering::SeqCst)
        });
        let child = command.spawn().map_err(|source| SandboxError::Io {
            doing: format!("start `{}`", command.get_program().to_string_lossy()),
            source,
        })?;
        let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let pid = pid.ok_or_else(|| other("the host gave a process number out of range"))?;
        Ok(Self {
            pid,
            exit: exit_fd(pid),
            child,
            pace,
            outsiders: Outsiders::default(),
            capture: Capture::new(limits),
            silence: Silence::new(limits),
            limits: *limits,
            marker: marker.clone(),
            cancel: cancel.clone(),
            abandoned,
            log: Log::new(sender),
            peak: PeakMemory { floor, sampled: 0 },
            next_memory: Instant::now() + FIRST_MEMORY_TICK,
            memory_tick: FIRST_MEMORY_TICK,
            killed: None,
        })
    }

    fn watch(mut self) -> Result<Outcome, SandboxError> {
        let mut stdout = self.child.stdout.take();
        let mut stderr = self.child.stderr.take();
        let wall = loop {
            let longest = if self.exit.is_some() { TICK } else { TICK_WITHOUT_PIDFD };
            let tick = longest.min(self.memory_tick).min(self.pace.rest().unwrap_or(longest));
            let ready = wait(stdout.as_ref(), stderr.as_ref(), self.exit.as_ref(), tick);
            if (ready.exit || self.exit.is_none()) && has_exited(self.pid) {
                break self.pace.elapsed();
            }
            self.read(ready, &mut stdout, &mut stderr);
            self.log.flush();
            self.hold_to_limits();
            if self.killed.is_none() && self.pace.rest().is_some_and(|rest| rest.is_zero()) {
                self.sit_out();
            }
        };
        // What it left behind must not run on, nor hold the pipes.
        kill_tree(self.pid, &self.marker);
        let deadline = Instant::now() + DRAIN;
        while (stdout.is_some() || stderr.is_some()) && Instant::now() < deadline {
            let ready = wait(stdout.as_ref(), stderr.as_ref(), None, TICK);
            self.read(ready, &mut stdout, &mut stderr);
        }
        self.log.finish(&self.abandoned);
        let (status, usage) = reap(self.child, wall, self.peak).map_err(|source| {
            SandboxError::Io { doing: "wait for the command".to_owned(), source }
        })?;
        let flooded = self.capture.is_flood().then_some(StepStatus::OutputCapped);
        let (stdout, stderr, truncated) = self.capture.finish();
        let status = self.killed.or(flooded).unwrap_or_else(|| step_status(status));
        Ok(Outcome { status, usage, stdout, stderr, truncated })
    }

    /// Stops the command until it is its turn again.
    fn sit_out(&mut self) {
        stop_tree(self.pid, &mut self.outsiders);
        self.pace.pass();
        while self.killed.is_none() && !self.pace.wait(TICK) {
            self.hold_to_limits();
        }
        self.pace.go_on();
        continue_tree(self.pid, &self.outsiders);
    }

    fn read<A: Read, B: Read>(
        &mut self,
        ready: Ready,
        stdout: &mut Option<A>,
        stderr: &mut Option<B>,
    ) {
        if ready.stdout {
            self.read_one(Stream::Stdout, stdout);
        }
        if ready.stderr {
            self.read_one(Stream::Stderr, stderr);
        }
    }

    fn read_one<R: Read>(&mut self, stream: Stream, pipe: &mut Option<R>) {
        let Some(source) = pipe else { return };
        let mut buffer = [0; BUFFER];
        match source.read(&mut buffer) {
            Ok(0) => *pipe = None,
            Ok(n) => {
                self.silence.hear(stream, &buffer[..n], self.pace.elapsed());
                let kept = self.capture.take(stream, &buffer[..n]);
                if !kept.is_empty() {
                    self.log.push((stream, kept.to_vec()));
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => *pipe = None,
        }
    }

    fn hold_to_limits(&mut self) {
        let reason = if self.killed.is_some() {
            None
        } else if self.cancel.is_cancelled() || self.abandoned.load(Ordering::SeqCst) {
            Some(StepStatus::Cancelled)
        } else if self.pace.elapsed() >= Duration::from_millis(self.limits.wall.0) {
            Some(StepStatus::TimedOut)
        } else if self.capture.is_flood() {
            Some(StepStatus::OutputCapped)
        } else if self.uses_too_much_memory() {
            Some(StepStatus::OutOfMemory)
        } else if self.silence.is_stuck(self.pace.elapsed()) {
            Some(StepStatus::Stuck)
        } else {
            None
        };
        if let Some(reason) = reason {
            self.killed = Some(reason);
            kill_tree(self.pid, &self.marker);
        }
    }

    fn uses_too_much_memory(&mut self) -> bool {
        if Instant::now() < self.next_memory {
            return false;
        }
        let now = memory(self.pid);
        self.peak.sampled = self.peak.sampled.max(now.largest_peak);
        self.memory_tick = MEMORY_TICK.min(self.memory_tick * 2);
        self.next_memory = Instant::now() + self.memory_tick;
        now.resident > self.limits.memory.0 && proportional_memory(self.pid) > self.limits.memory.0
    }
}

fn step_status(status: ExitStatus) -> StepStatus {
    match (status.code(), status.signal()) {
        (Some(code), _) => StepStatus::Exited { code },
        (None, Some(signal)) => StepStatus::Signaled { signal },
        (None, None) => StepStatus::Exited { code: -1 },
    }
}
