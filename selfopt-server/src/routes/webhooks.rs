//! What GitHub sends: judged by its signature, kept, answered, and handled
//! later.

use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use selfopt_core::{Delivered, NewDelivery};
use selfopt_github::webhook::{Event, MAX_WEBHOOK_BYTES, WebhookError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::problem::{Problem, ProblemBody};

/// The header without which nothing is read.
const SIGNATURE: &str = "x-hub-signature-256";

/// That a delivery arrived.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Received {
    /// Its id.
    delivery: String,
    /// `kept`; `repeated` when it was kept before; `ignored` when it says
    /// nothing that is used.
    outcome: String,
}

/// Takes a webhook of GitHub. It needs no token: its signature is the HMAC of
/// its bytes under the webhook's secret. It is handled after the answer.
#[utoipa::path(post, path = "/api/v1/webhooks/github", tag = "webhooks", security(()),
    request_body = String,
    responses((status = 202, body = Received), (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 413, body = ProblemBody)))]
pub(crate) async fn github(
    State(app): State<App>,
    request: Request,
) -> Result<(StatusCode, Json<Received>), Problem> {
    let github = app.github.as_ref().ok_or_else(|| {
        Problem::new(StatusCode::NOT_FOUND, "no-app", "this server has no GitHub App")
            .hint("docs/guides/github.md says how to give it one")
    })?;
    let (parts, body) = request.into_parts();
    // What can be told from the head is told before a byte of the body is read.
    if !parts.headers.contains_key(SIGNATURE) {
        return Err(refused(&WebhookError::Unsigned));
    }
    if length(&parts.headers).is_some_and(|length| length > MAX_WEBHOOK_BYTES as u64) {
        return Err(refused(&WebhookError::TooLarge));
    }
    let delivery = {
        let _turn = github.reading.acquire().await.map_err(|_| Problem::internal())?;
        let bytes = axum::body::to_bytes(Body::new(body), MAX_WEBHOOK_BYTES).await;
        let bytes = bytes.map_err(|_| refused(&WebhookError::TooLarge))?;
        github.settings.secrets.open(&parts.headers, &bytes).map_err(|error| refused(&error))?
    };
    let id = delivery.id.to_string();
    let answer = |outcome: &str| {
        let received = Received { delivery: id.clone(), outcome: outcome.to_owned() };
        (StatusCode::ACCEPTED, Json(received))
    };
    if matches!(delivery.event, Event::Ping | Event::Other(_) | Event::CheckRequested(_)) {
        return Ok(answer("ignored"));
    }
    let payload = serde_json::to_string(&delivery.event).map_err(|_| Problem::internal())?;
    let event = parts.headers.get("x-github-event").and_then(|name| name.to_str().ok());
    let event = event.unwrap_or_default().to_owned();
    let new = NewDelivery { id: id.clone(), event, payload };
    let outcome = match github.store.keep_delivery(&new).await? {
        Delivered::New => "kept",
        Delivered::Again => "repeated",
    };
    tracing::info!(delivery = id, event = new.event, outcome, "GitHub sent something");
    app.notify();
    Ok(answer(outcome))
}

fn length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn refused(error: &WebhookError) -> Problem {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let (code, hint) = match status {
        StatusCode::UNAUTHORIZED => {
            ("bad-signature", "give the App and this server the same webhook secret")
        }
        StatusCode::PAYLOAD_TOO_LARGE => ("too-large", "GitHub sends 25 MB at most"),
        _ => ("bad-delivery", "send what GitHub documents for its webhooks"),
    };
    tracing::warn!(%error, "a webhook was refused");
    Problem::new(status, code, error.to_string()).hint(hint)
}
