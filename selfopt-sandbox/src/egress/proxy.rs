//! The proxy: CONNECT requests, one proxy for one command.

use std::convert::Infallible;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::upgrade::OnUpgrade;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use selfopt_core::{HostDecision, HostUse};
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, oneshot};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;

use super::dial::{DialError, dial};
use super::listener::{Listener, Stream};
use super::log::{Log, Traffic};
use super::policy::{Listed, Policy};
use super::tunnel::{Counters, Limits, Totals, run};

/// What the head of a CONNECT request may take; package managers send a few
/// hundred bytes.
const MAX_HEAD: usize = 16 * 1024;
const MAX_HEADERS: usize = 64;

/// How long nobody is let in when there are no descriptors left.
const PAUSE: Duration = Duration::from_millis(50);

/// A proxy that listens. Dropped, it ends with all its tunnels.
#[derive(Debug)]
pub(super) struct Proxy {
    log: Arc<Log>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

/// What all tunnels of a proxy share.
struct Shared {
    policy: Policy,
    log: Arc<Log>,
    totals: Totals,
    requests: AtomicU64,
}

impl Proxy {
    /// Serves who comes there. Must be called within a Tokio runtime.
    pub(super) fn start(policy: Policy, listener: Listener) -> Self {
        let log = Arc::<Log>::default();
        let shared = Arc::new(Shared {
            policy,
            log: Arc::clone(&log),
            totals: Totals::default(),
            requests: AtomicU64::new(0),
        });
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(accept(listener, shared, stopped));
        Self { log, stop, task }
    }

    /// Ends all tunnels; every decision that was made.
    pub(super) async fn finish(self) -> (Vec<HostUse>, u64) {
        // Nobody listens only if the task ended by itself.
        let _ = self.stop.send(());
        let _ = self.task.await;
        self.log.rows()
    }

    /// Ends everything at once.
    pub(super) fn abort(&self) {
        self.task.abort();
    }
}

async fn accept(listener: Listener, shared: Arc<Shared>, mut stopped: oneshot::Receiver<()>) {
    let places = Arc::new(Semaphore::new(shared.policy.caps.tunnels));
    let mut tunnels = JoinSet::new();
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        tokio::select! {
            _ = &mut stopped => break,
            Some(_) = tunnels.join_next(), if !tunnels.is_empty() => {}
            (place, accepted) = next => match accepted {
                Ok(client) => {
                    let shared = Arc::clone(&shared);
                    tunnels.spawn(async move {
                        if let Some(stream) = client.admitted(shared.policy.caps.greeting).await {
                            Box::pin(serve(stream, &shared)).await;
                        }
                        drop(place);
                    });
                }
                // Too many open files, or a client that went away.
                Err(_) => tokio::time::sleep(PAUSE).await,
            },
        }
    }
    tunnels.shutdown().await;
}

/// A tunnel that was promised.
struct Promised {
    inside: OnUpgrade,
    outside: TcpStream,
    entry: Entry,
    host: String,
}

/// Serves one client: one request.
async fn serve(stream: Stream, shared: &Arc<Shared>) {
    let promised = Arc::new(Mutex::new(None));
    let service = service_fn(|request| {
        let (shared, promised) = (Arc::clone(shared), Arc::clone(&promised));
        async move {
            let answer = Box::pin(answer(request, &shared, &promised)).await;
            Ok::<_, Infallible>(answer)
        }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(shared.policy.caps.greeting)
        .keep_alive(false)
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_HEAD)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades()
        .await;
    let tunnel = promised.lock().unwrap_or_else(PoisonError::into_inner).take();
    match (tunnel, served) {
        (Some(tunnel), _) => through(tunnel, shared).await,
        (None, Err(error))
            if error.is_parse() || error.is_parse_too_large() || error.is_timeout() =>
        {
            let reason = if error.is_timeout() {
                "its request was not complete in time"
            } else {
                "its request is malformed or too long"
            };
            let decision = HostDecision::Refused { reason: reason.to_owned() };
            shared.log.add("-", 0, decision, Traffic::default());
        }
        (None, _) => {}
    }
}

async fn through(tunnel: Promised, shared: &Shared) {
    let Promised { inside, outside, mut entry, host } = tunnel;
    let Ok(inside) = inside.await else {
        entry.decision =
            HostDecision::Failed { reason: "the client went away before it answered".to_owned() };
        return;
    };
    let counters = Arc::clone(&entry.counters);
    let limits = Limits { caps: &shared.policy.caps, totals: &shared.totals, counters: &counters };
    entry.decision = run(TokioIo::new(inside), outside, &host, &limits).await;
}

/// Judges a request and connects.
async fn answer(
    mut request: Request<Incoming>,
    shared: &Shared,
    promised: &Mutex<Option<Promised>>,
) -> Response<String> {
    let caps = &shared.policy.caps;
    let uri = request.uri();
    if request.method() != Method::CONNECT {
        let reason = "only TLS goes through, by CONNECT requests";
        let mut entry =
            Entry::new(&shared.log, uri.host().unwrap_or("-"), uri.port_u16().unwrap_or(80));
        return entry.refuse(StatusCode::METHOD_NOT_ALLOWED, reason);
    }
    let authority = uri.authority().map_or("", |authority| authority.as_str()).to_owned();
    let (host, port, listed) = shared.policy.judge(&authority);
    let mut entry = Entry::new(&shared.log, &host, port);
    if shared.requests.fetch_add(1, Ordering::Relaxed) >= caps.requests {
        let reason = format!("there were more than {} requests", caps.requests);
        return entry.refuse(StatusCode::TOO_MANY_REQUESTS, &reason);
    }
    let host = match listed {
        Listed::Yes(host) => host,
        Listed::No => {
            entry.decision = HostDecision::NotListed;
            return said(
                StatusCode::FORBIDDEN,
                &format!("`{host}` is not on the list of hosts of this install"),
            );
        }
        Listed::Never(reason) => return entry.refuse(StatusCode::FORBIDDEN, reason),
    };
    match dial(&shared.policy, &host).await {
        Ok(outside) => {
            let inside = hyper::upgrade::on(&mut request);
            let tunnel = Promised { inside, outside, entry, host };
            *promised.lock().unwrap_or_else(PoisonError::into_inner) = Some(tunnel);
            Response::new(String::new())
        }
        Err(DialError::Refused(reason)) => entry.refuse(StatusCode::FORBIDDEN, &reason),
        Err(DialError::Failed(reason)) => {
            let answer = said(StatusCode::BAD_GATEWAY, &reason);
            entry.decision = HostDecision::Failed { reason };
            answer
        }
    }
}

/// A request on its way into the log, which it reaches however it ends.
struct Entry {
    log: Arc<Log>,
    host: String,
    port: u16,
    decision: HostDecision,
    counters: Arc<Counters>,
    start: Instant,
}

impl Entry {
    fn new(log: &Arc<Log>, host: &str, port: u16) -> Self {
        Self {
            log: Arc::clone(log),
            host: host.to_ascii_lowercase(),
            port,
            // What stands when the command ends in the middle.
            decision: HostDecision::Allowed,
            counters: Arc::default(),
            start: Instant::now(),
        }
    }

    fn refuse(&mut self, status: StatusCode, reason: &str) -> Response<String> {
        self.decision = HostDecision::Refused { reason: reason.to_owned() };
        said(status, reason)
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let traffic = Traffic {
            sent: self.counters.sent.load(Ordering::Relaxed),
            received: self.counters.received.load(Ordering::Relaxed),
            duration: self.start.elapsed(),
        };
        let allowed = HostDecision::Allowed;
        let decision = std::mem::replace(&mut self.decision, allowed);
        self.log.add(&self.host, self.port, decision, traffic);
    }
}

fn said(status: StatusCode, reason: &str) -> Response<String> {
    let mut response = Response::new(format!("selfopt: {reason}\n"));
    *response.status_mut() = status;
    response
}
