//! What happens in a run, while it happens: server-sent events out of the run's
//! journal. An event's id is its number in the journal, so that a client which
//! lost its connection goes on where it was (`Last-Event-ID`), also with
//! another server.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use futures_util::stream::unfold;
use selfopt_core::{JournalEntry, RunId, RunStatus, RunWithJournal};
use serde::Deserialize;
use tokio::sync::watch;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::app::App;
use crate::extract::{Id, Params};
use crate::problem::{Problem, ProblemBody};

/// How often the journal is looked at when nobody says that it grew, as when
/// the worker is another process.
const POLL: Duration = Duration::from_millis(500);

/// Proxies end connections on which nothing is sent.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// From where on.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventParams {
    /// Only what comes after this number, as the header `Last-Event-ID` says it.
    after: Option<u64>,
}

/// The run's events as server-sent events, from the first one or from
/// `Last-Event-ID` on. The last one is `end`, with the run's status.
#[utoipa::path(get, path = "/api/v1/runs/{run}/events", tag = "runs",
    params(("run" = Uuid, Path), EventParams,
        ("last-event-id" = Option<u64>, Header, description = "Only what comes after it.")),
    responses((status = 200, body = crate::domain::EventView, content_type = "text/event-stream"),
        (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
pub(crate) async fn follow(
    State(app): State<App>,
    Id(run): Id<Uuid>,
    Params(params): Params<EventParams>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let after = match headers.get("last-event-id") {
        Some(id) => Some(number(id.to_str().unwrap_or_default())?),
        None => params.after,
    };
    let run = RunId(run);
    if app.reads.run(run, Some(u64::MAX)).await?.is_none() {
        return Err(Problem::not_found("run"));
    }
    let follower = Follower {
        changed: app.changed.subscribe(),
        app,
        run,
        after,
        ready: VecDeque::new(),
        ended: false,
    };
    let events = unfold(follower, async |mut follower| {
        let event = follower.next().await?;
        Some((Ok(event), follower))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

fn number(id: &str) -> Result<u64, Problem> {
    id.trim().parse().map_err(|_| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "bad-event-id",
            "`Last-Event-ID` is no event's number",
        )
        .hint("send the `id` of the last event that arrived, or none")
    })
}

/// Somebody who follows a run.
struct Follower {
    app: App,
    changed: watch::Receiver<u64>,
    run: RunId,
    after: Option<u64>,
    ready: VecDeque<Event>,
    ended: bool,
}

impl Follower {
    /// The next event; `None` after the last one.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            if self.ended {
                return None;
            }
            // Before the look, so that what comes after it is not missed.
            self.changed.mark_unchanged();
            let read = self.app.reads.run(self.run, self.after).await;
            let Ok(Some(RunWithJournal { run, journal })) = read else {
                // The client comes back by itself and goes on.
                tracing::warn!(run = %self.run, "a run cannot be followed on");
                return None;
            };
            if let Some(last) = journal.last() {
                self.after = Some(last.sequence);
                self.ready.extend(journal.iter().map(event));
            } else if run.status != RunStatus::Running {
                self.ready.push_back(end(run.status));
                self.ended = true;
            } else if !self.wait().await {
                return None;
            }
        }
    }

    /// Waits until there may be more; false when the service stops.
    async fn wait(&mut self) -> bool {
        tokio::select! {
            () = self.app.stop.ordered() => false,
            _ = tokio::time::timeout(POLL, self.changed.changed()) => true,
        }
    }
}

fn event(entry: &JournalEntry) -> Event {
    let kind = entry.event.get("event").and_then(serde_json::Value::as_str).unwrap_or("event");
    let data = serde_json::to_string(entry).unwrap_or_default();
    Event::default().id(entry.sequence.to_string()).event(kind).data(data)
}

fn end(status: RunStatus) -> Event {
    let data = serde_json::json!({ "status": status });
    Event::default().event("end").data(data.to_string())
}
