//! Who may ask: whoever knows the token, from this machine.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::app::App;
use crate::problem::Problem;

/// The hash of the token; the token itself is not kept in memory.
#[derive(Clone, Copy)]
pub(crate) struct TokenHash([u8; 32]);

impl TokenHash {
    pub(crate) fn of(token: &str) -> Self {
        Self(Sha256::digest(token.as_bytes()).into())
    }

    /// Whether this is the token. Takes as long wherever they differ.
    fn is(self, token: &str) -> bool {
        bool::from(self.0.ct_eq(&Self::of(token).0))
    }
}

/// Lets through who sends `Authorization: Bearer TOKEN`.
pub(crate) async fn require_token(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Response {
    let token = bearer(request.headers());
    if token.is_some_and(|token| app.token.is(token)) {
        return next.run(request).await;
    }
    let detail = if token.is_some() { "the token is wrong" } else { "a token is needed" };
    Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail)
        .hint("send `Authorization: Bearer TOKEN` with the token that `selfopt serve` prints")
        .into_response()
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// Refuses requests that name another host: a web page whose name was made to
/// point here (DNS rebinding) would otherwise be let in by the browser as if
/// it were ours.
pub(crate) async fn require_host(State(app): State<App>, request: Request, next: Next) -> Response {
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .or_else(|| request.uri().authority().map(axum::http::uri::Authority::as_str));
    if host.is_some_and(|host| is_here(host, app.port)) {
        return next.run(request).await;
    }
    Problem::new(StatusCode::MISDIRECTED_REQUEST, "wrong-host", "this is not the host asked for")
        .hint("use `127.0.0.1` or `localhost`, with the port that `selfopt serve` prints")
        .into_response()
}

fn is_here(host: &str, port: u16) -> bool {
    let Some(name) = host.strip_suffix(&format!(":{port}")) else {
        // Without a port, a browser means 80.
        return port == 80 && is_loopback(host);
    };
    is_loopback(name)
}

fn is_loopback(name: &str) -> bool {
    ["127.0.0.1", "[::1]"].contains(&name) || name.eq_ignore_ascii_case("localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_here() {
        for host in ["127.0.0.1:7070", "localhost:7070", "LocalHost:7070", "[::1]:7070"] {
            assert!(is_here(host, 7070), "{host}");
        }
        for host in ["", "evil.example:7070", "127.0.0.1", "127.0.0.1:80", "localhost.evil:7070"] {
            assert!(!is_here(host, 7070), "{host}");
        }
        assert!(is_here("localhost", 80) && !is_here("evil.example", 80));
    }

    #[test]
    fn a_token_is_known_by_its_hash() {
        let hash = TokenHash::of("right");
        assert!(hash.is("right"));
        assert!(!hash.is("righ") && !hash.is("") && !hash.is("right "));
    }

    #[test]
    fn a_bearer_token_is_read_and_nothing_else() {
        let read = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, value.parse().unwrap());
            bearer(&headers).map(str::to_owned)
        };
        assert_eq!(read("Bearer abc").as_deref(), Some("abc"));
        assert_eq!(read("bearer abc").as_deref(), Some("abc"));
        assert_eq!(read("Basic abc"), None);
        assert_eq!(read("abc"), None);
    }
}
