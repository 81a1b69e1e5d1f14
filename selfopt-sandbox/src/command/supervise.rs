//! Watching one command: reading its output, holding it to its limits and its
//! turns, killing its whole tree, and noting to the microsecond when it ended.

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use selfopt_core::{
    CancelFlag, CommandLimits, LogSink, Outcome, SandboxError, StepStatus, Stream, Turn,
};
use tokio::sync::mpsc;

use super::body::{Body, Ended, Pipes};
use super::disk::DiskWatch;
use super::log::{Chunk, Log};
use super::output::Capture;
use super::pace::Pace;
use super::silence::Silence;
use super::wait::{Ready, wait};
use crate::failure::blocking;

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
    pub body: Box<dyn Body>,
    pub limits: CommandLimits,
    pub cancel: CancelFlag,
    /// What the workspace may take on the disk, where somebody has to watch.
    pub disk: Option<DiskWatch>,
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
        let (started, pipes) = Running::start(supervision, flag, sender)?;
        started.watch(pipes)
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

/// Runs a command to its end on this thread, which may be blocked.
#[cfg(all(any(feature = "docker", feature = "kubernetes"), target_os = "linux"))]
pub(crate) fn run_here(supervision: Supervision) -> Result<Outcome, SandboxError> {
    // Nobody listens.
    let (sender, _) = mpsc::channel(1);
    let (started, pipes) = Running::start(supervision, Arc::default(), sender)?;
    started.watch(pipes)
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
    body: Box<dyn Body>,
    pace: Pace,
    limits: CommandLimits,
    cancel: CancelFlag,
    disk: Option<DiskWatch>,
    abandoned: Arc<AtomicBool>,
    capture: Capture,
    silence: Silence,
    log: Log,
    next_memory: Instant,
    memory_tick: Duration,
    killed: Option<StepStatus>,
}

impl Running {
    fn start(
        supervision: Supervision,
        abandoned: Arc<AtomicBool>,
        sender: mpsc::Sender<Chunk>,
    ) -> Result<(Self, Pipes), SandboxError> {
        let Supervision { mut body, limits, cancel, disk, turn } = supervision;
        let pace =
            Pace::begin(turn, TICK, || cancel.is_cancelled() || abandoned.load(Ordering::SeqCst));
        let pipes = body.start()?;
        let running = Self {
            body,
            pace,
            capture: Capture::new(&limits),
            silence: Silence::new(&limits),
            limits,
            cancel,
            disk,
            abandoned,
            log: Log::new(sender),
            next_memory: Instant::now() + FIRST_MEMORY_TICK,
            memory_tick: FIRST_MEMORY_TICK,
            killed: None,
        };
        Ok((running, pipes))
    }

    fn watch(mut self, pipes: Pipes) -> Result<Outcome, SandboxError> {
        let (mut stdout, mut stderr) = (Some(pipes.stdout), Some(pipes.stderr));
        let wall = loop {
            let exit = self.body.exit();
            let has_exit = exit.is_some();
            let longest = if has_exit { TICK } else { TICK_WITHOUT_PIDFD };
            let tick = longest.min(self.memory_tick).min(self.pace.rest().unwrap_or(longest));
            let ready = wait(stdout.as_ref(), stderr.as_ref(), exit, tick);
            if (ready.exit || !has_exit) && self.body.has_ended() {
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
        self.body.kill();
        let deadline = Instant::now() + DRAIN;
        while (stdout.is_some() || stderr.is_some()) && Instant::now() < deadline {
            let ready = wait(stdout.as_ref(), stderr.as_ref(), None, TICK);
            self.read(ready, &mut stdout, &mut stderr);
        }
        self.log.finish(&self.abandoned);
        let Ended { status, usage, group, network } = self.body.finish(wall)?;
        let flooded = self.capture.is_flood().then_some(StepStatus::OutputCapped);
        let is_full = self.disk.is_some_and(DiskWatch::was_exceeded);
        let flooded = flooded.or(is_full.then_some(StepStatus::DiskExceeded));
        let (stdout, stderr, truncated) = self.capture.finish();
        let status = self.killed.or(flooded).unwrap_or(status);
        Ok(Outcome { status, usage, group, stdout, stderr, truncated, network })
    }

    /// Stops the command until it is its turn again.
    fn sit_out(&mut self) {
        self.body.stop();
        self.pace.pass();
        while self.killed.is_none() && !self.pace.wait(TICK) {
            self.hold_to_limits();
        }
        self.pace.go_on();
        self.body.go_on();
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
        } else if self.disk.as_mut().is_some_and(DiskWatch::is_exceeded) {
            Some(StepStatus::DiskExceeded)
        } else if self.silence.is_stuck(self.pace.elapsed()) {
            Some(StepStatus::Stuck)
        } else {
            None
        };
        if let Some(reason) = reason {
            self.killed = Some(reason);
            self.body.kill();
        }
    }

    fn uses_too_much_memory(&mut self) -> bool {
        if Instant::now() < self.next_memory {
            return false;
        }
        self.memory_tick = MEMORY_TICK.min(self.memory_tick * 2);
        self.next_memory = Instant::now() + self.memory_tick;
        self.body.exceeds(self.limits.memory.0)
    }
}
