//! One tunnel: the greeting is read and judged before a byte leaves, then both
//! directions are copied and counted until one of the limits or the end.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use selfopt_core::{HostDecision, is_host_name};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::{Instant, timeout};

use super::hello::HelloReader;
use super::policy::Caps;

const BUFFER: usize = 16 * 1024;

/// Bytes of all tunnels of a proxy together.
#[derive(Debug, Default)]
pub(super) struct Totals {
    sent: AtomicU64,
    received: AtomicU64,
}

/// Bytes of one tunnel.
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) sent: AtomicU64,
    pub(super) received: AtomicU64,
}

/// What a tunnel is held to.
pub(super) struct Limits<'a> {
    pub(super) caps: &'a Caps,
    pub(super) totals: &'a Totals,
    pub(super) counters: &'a Counters,
}

/// Runs a tunnel to its end; what became of it.
pub(super) async fn run(
    inside: impl AsyncRead + AsyncWrite,
    outside: impl AsyncRead + AsyncWrite,
    host: &str,
    limits: &Limits<'_>,
) -> HostDecision {
    let (mut from_inside, mut to_inside) = tokio::io::split(inside);
    let (mut from_outside, mut to_outside) = tokio::io::split(outside);
    let greeting = limits.caps.greeting;
    let hello = match timeout(greeting, greet(&mut from_inside, host)).await {
        Ok(Ok(hello)) => hello,
        Ok(Err(reason)) => return HostDecision::Refused { reason },
        Err(_) => {
            let reason =
                format!("its TLS ClientHello was not complete after {} ms", greeting.as_millis());
            return HostDecision::Refused { reason };
        }
    };
    let alive = Alive::new();
    let caps = limits.caps;
    let direction =
        |own, all, cap, verb| Direction { own, all, cap, verb, idle: caps.idle, alive: &alive };
    let (counters, totals) = (limits.counters, limits.totals);
    let up = direction(&counters.sent, &totals.sent, caps.sent, "sent");
    let down = direction(&counters.received, &totals.received, caps.received, "received");
    let both = async {
        up.pass(&hello, &mut to_outside).await?;
        tokio::try_join!(
            up.copy(&mut from_inside, &mut to_outside),
            down.copy(&mut from_outside, &mut to_inside),
        )
    };
    match timeout(caps.lifetime, both).await {
        Ok(Ok(_) | Err(Stop::Ended)) => HostDecision::Allowed,
        Ok(Err(Stop::Cut(reason))) => HostDecision::Cut { reason },
        Err(_) => HostDecision::Cut { reason: format!("it lasted {} s", caps.lifetime.as_secs()) },
    }
}

/// Reads the ClientHello and compares its name.
async fn greet(from: &mut (impl AsyncRead + Unpin), host: &str) -> Result<Vec<u8>, String> {
    let mut reader = HelloReader::default();
    let mut buffer = [0; 4096];
    loop {
        let length = from.read(&mut buffer).await.unwrap_or(0);
        if length == 0 {
            return Err("it ended before its TLS ClientHello was complete".to_owned());
        }
        match reader.push(&buffer[..length]) {
            ControlFlow::Continue(()) => {}
            ControlFlow::Break(Ok(name)) if name == host => return Ok(reader.into_bytes()),
            ControlFlow::Break(Ok(name)) => {
                let name = if is_host_name(&name) { format!(", `{name}`") } else { String::new() };
                return Err(format!("its TLS ClientHello names another host{name}"));
            }
            ControlFlow::Break(Err(error)) => return Err(error.to_string()),
        }
    }
}

/// Why copying ended early.
enum Stop {
    /// One side went away.
    Ended,
    /// A limit.
    Cut(String),
}

struct Direction<'a> {
    own: &'a AtomicU64,
    all: &'a AtomicU64,
    cap: u64,
    verb: &'static str,
    idle: Duration,
    alive: &'a Alive,
}

impl Direction<'_> {
    async fn copy(
        &self,
        from: &mut (impl AsyncRead + Unpin),
        to: &mut (impl AsyncWrite + Unpin),
    ) -> Result<(), Stop> {
        let mut buffer = vec![0; BUFFER];
        loop {
            let length = match timeout(self.idle, from.read(&mut buffer)).await {
                Ok(Ok(length)) => length,
                Ok(Err(_)) => return Err(Stop::Ended),
                // The other direction may be busy.
                Err(_) if self.alive.since() < self.idle => continue,
                Err(_) => return Err(self.silent()),
            };
            if length == 0 {
                let _ = to.shutdown().await;
                return Ok(());
            }
            self.pass(&buffer[..length], to).await?;
        }
    }

    /// Counts and writes.
    async fn pass(&self, bytes: &[u8], to: &mut (impl AsyncWrite + Unpin)) -> Result<(), Stop> {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if self.all.fetch_add(length, Ordering::Relaxed).saturating_add(length) > self.cap {
            return Err(Stop::Cut(format!("more than {} bytes were {}", self.cap, self.verb)));
        }
        self.own.fetch_add(length, Ordering::Relaxed);
        self.alive.touch();
        match timeout(self.idle, to.write_all(bytes)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Stop::Ended),
            Err(_) => Err(self.silent()),
        }
    }

    fn silent(&self) -> Stop {
        Stop::Cut(format!("it was silent for {} ms", self.idle.as_millis()))
    }
}

/// When a byte last went through, in either direction.
struct Alive {
    start: Instant,
    last_ms: AtomicU64,
}

impl Alive {
    fn new() -> Self {
        Self { start: Instant::now(), last_ms: AtomicU64::new(0) }
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn touch(&self) {
        self.last_ms.store(self.now_ms(), Ordering::Relaxed);
    }

    fn since(&self) -> Duration {
        let last = self.last_ms.load(Ordering::Relaxed);
        Duration::from_millis(self.now_ms().saturating_sub(last))
    }
}
