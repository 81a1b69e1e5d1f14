//! Who may ask: whoever knows the token, from this machine.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use selfopt_core::digest::Digest;
use selfopt_core::{TokenId, TokenScope};
use subtle::ConstantTimeEq as _;

use crate::app::App;
use crate::problem::Problem;

/// The hash of a token; the token itself is not kept in memory.
#[derive(Clone)]
pub(crate) struct TokenHash(Digest);

impl TokenHash {
    pub(crate) fn of(token: &str) -> Self {
        Self(Digest::of(token.as_bytes()))
    }

    /// The hash as the store has it.
    pub(crate) fn digest(self) -> Digest {
        self.0
    }

    /// Whether both are of the same token. Takes as long wherever they differ.
    fn is(&self, other: &Self) -> bool {
        bool::from(self.0.as_str().as_bytes().ct_eq(other.0.as_str().as_bytes()))
    }
}

/// In whose name a request comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caller {
    /// The user, who knows the token that the service prints.
    Owner,
    /// A program with a token of its own.
    Program(TokenId),
}

/// The user, and no program in the user's name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Owner;

impl<S: Send + Sync> FromRequestParts<S> for Owner {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        match parts.extensions.get::<Caller>() {
            Some(Caller::Owner) => Ok(Self),
            _ => Err(Problem::new(
                StatusCode::FORBIDDEN,
                "forbidden",
                "tokens are made and revoked by the user alone",
            )
            .hint("use the token that `selfopt serve` prints")),
        }
    }
}

/// Lets through who sends `Authorization: Bearer TOKEN`.
pub(crate) async fn require_token(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let unauthorized = |detail| {
        Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail)
            .hint("send `Authorization: Bearer TOKEN` with the token that `selfopt serve` prints")
    };
    let token = bearer(request.headers()).ok_or_else(|| unauthorized("a token is needed"))?;
    let caller = caller(&app, token, request.method()).await?;
    let caller = caller.ok_or_else(|| unauthorized("the token is wrong, or was revoked"))?;
    request.extensions_mut().insert(caller);
    Ok(next.run(request).await)
}

/// In whose name a token lets a request in, if in anybody's.
async fn caller(app: &App, token: &str, method: &Method) -> Result<Option<Caller>, Problem> {
    let hash = TokenHash::of(token);
    if app.token.is(&hash) {
        return Ok(Some(Caller::Owner));
    }
    // By its hash, of which nobody can choose even the beginning.
    let Some(token) = app.store.token(&hash.digest()).await? else { return Ok(None) };
    let reads = [Method::GET, Method::HEAD].contains(method);
    match token.scope {
        TokenScope::Read if !reads => Err(Problem::new(
            StatusCode::FORBIDDEN,
            "forbidden",
            format!("the token `{}` is for reading", token.name),
        )
        .hint("take a token with the scope `write`")),
        TokenScope::Read | TokenScope::Write => Ok(Some(Caller::Program(token.id))),
    }
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
        let right = TokenHash::of("right");
        assert!(right.is(&TokenHash::of("right")));
        for wrong in ["righ", "", "right "] {
            assert!(!right.is(&TokenHash::of(wrong)), "{wrong}");
        }
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
