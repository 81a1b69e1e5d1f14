//! `Idempotency-Key`: a POST that is sent again, because its answer was lost,
//! is answered again and not done again.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use selfopt_core::digest::Digest;
use selfopt_core::{KeptAnswer, Millis, Timestamp};

use crate::app::App;
use crate::auth::Caller;
use crate::extract::read_body;
use crate::problem::Problem;

const HEADER: &str = "idempotency-key";

/// Where secrets are made.
const TOKENS: &str = "/api/v1/tokens";

/// The longest key, in characters.
const MAX_KEY: usize = 200;

/// Longer than any answer takes: whoever took a key before then is dead.
const STALE_AFTER: Millis = Millis::from_minutes(2);

/// The header on answers that were given before.
const REPLAYED: &str = "idempotency-replayed";

/// Answers a POST with a known key as it was answered before.
pub(crate) async fn once(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let key = request.headers().get(HEADER);
    let Some(key) = key.filter(|_| request.method() == Method::POST) else {
        return Ok(next.run(request).await);
    };
    if request.uri().path() == TOKENS {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "bad-idempotency-key",
            "an answer with a secret in it is not kept, so that this takes no `Idempotency-Key`",
        ));
    }
    // What one caller was answered is nothing to another.
    let caller = match request.extensions().get::<Caller>() {
        Some(Caller::Program(token)) => token.to_string(),
        Some(Caller::Owner) | None => "owner".to_owned(),
    };
    let key = format!("{caller} {}", readable(key)?);
    let (parts, body) = request.into_parts();
    let body = read_body(body).await?;
    let path = parts.uri.path_and_query().map_or("", |path| path.as_str());
    let digest = Digest::of_parts([path.as_bytes(), &body]);
    let stale = Timestamp(app.clock.now().0.saturating_sub(STALE_AFTER.0));
    match app.store.take_key(&key, digest.as_str(), stale).await? {
        KeptAnswer::Answered { status, body } => Ok(replayed(status, body)),
        KeptAnswer::OtherRequest => Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "idempotency-key-reused",
            "this `Idempotency-Key` was used for another request",
        )
        .hint("take a new key for each thing that is to be done")),
        KeptAnswer::InProgress => Err(Problem::new(
            StatusCode::CONFLICT,
            "in-progress",
            "the first request with this `Idempotency-Key` is not answered yet",
        )
        .hint("send it again in a moment")),
        KeptAnswer::New => {
            // On a task of its own: what was begun is ended and kept, also
            // when the client goes away.
            let answering = tokio::spawn(async move {
                let request = Request::from_parts(parts, Body::from(body));
                let response = next.run(request).await;
                keep(&app, &key, response).await
            });
            answering.await.map_err(|_| Problem::internal())?
        }
    }
}

/// Keeps an answer, unless it says that the server failed.
async fn keep(app: &App, key: &str, response: Response) -> Result<Response, Problem> {
    if response.status().is_server_error() {
        app.store.free_key(key).await?;
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.map_err(|_| Problem::internal())?;
    let text = String::from_utf8_lossy(&bytes);
    app.store.keep_answer(key, parts.status.as_u16(), &text).await?;
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

fn replayed(status: u16, body: String) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = if status.is_success() { "application/json" } else { "application/problem+json" };
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

fn readable(key: &HeaderValue) -> Result<String, Problem> {
    key.to_str()
        .ok()
        .map(str::trim)
        .filter(|key| (1..=MAX_KEY).contains(&key.len()))
        .map(str::to_owned)
        .ok_or_else(|| {
            Problem::new(
                StatusCode::BAD_REQUEST,
                "bad-idempotency-key",
                format!("an `Idempotency-Key` has 1 to {MAX_KEY} visible ASCII characters"),
            )
        })
}
