//! One request to GitHub's API and its answer, with every wait that GitHub
//! asks for. Nothing here keeps a token: it comes with the request, and its
//! header is marked as sensitive.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, LOCATION, USER_AGENT};
use http::{HeaderMap, Method, StatusCode};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use selfopt_core::{Millis, Timestamp};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::endpoints::Endpoints;
use crate::error::GitHubError;
use crate::pace::Pace;
use crate::rate::{self, Advice};
use crate::secret::Secret;

/// The version of GitHub's API that answers are read by.
const API_VERSION: &str = "2022-11-28";

/// Answers are not read beyond this size: a blob of 32 MiB in base64.
const MAX_ANSWER: usize = 48 * 1024 * 1024;

/// How often a request is made in all.
const TRIES: u32 = 4;

/// Redirects that are followed, to the same host alone.
const REDIRECTS: u32 = 3;

/// Characters of GitHub's message that an error holds.
const MESSAGE: usize = 300;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Whether a request that may have been carried out is made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// The second time does nothing, or is told from the answer.
    Safe,
    /// It would be done twice.
    Never,
}

/// A request.
pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    /// Path and query, percent-encoded.
    pub(crate) path: String,
    pub(crate) body: Option<Value>,
    /// What it is for, in an error: `open the pull request`.
    pub(crate) doing: &'a str,
    pub(crate) repeat: Repeat,
}

impl<'a> Call<'a> {
    pub(crate) fn get(path: String, doing: &'a str) -> Self {
        Self { method: Method::GET, path, body: None, doing, repeat: Repeat::Safe }
    }

    pub(crate) fn post(path: String, body: Value, doing: &'a str) -> Self {
        let (method, body) = (Method::POST, Some(body));
        Self { method, path, body, doing, repeat: Repeat::Safe }
    }

    pub(crate) fn patch(path: String, body: Value, doing: &'a str) -> Self {
        Self { method: Method::PATCH, ..Self::post(path, body, doing) }
    }
}

/// An answer, whatever its status.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    /// The body of a success; an error for any other status.
    pub(crate) fn read<T: DeserializeOwned>(&self, doing: &str) -> Result<T, GitHubError> {
        if !self.status.is_success() {
            return Err(self.refusal(doing));
        }
        serde_json::from_slice(&self.body).map_err(|source| GitHubError::Unreadable {
            doing: doing.to_owned(),
            source: Box::new(source),
        })
    }

    pub(crate) fn refusal(&self, doing: &str) -> GitHubError {
        GitHubError::Refused {
            doing: doing.to_owned(),
            status: self.status.as_u16(),
            message: self.message(),
        }
    }

    /// What GitHub says about it: its message, and those of its details.
    pub(crate) fn message(&self) -> String {
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let details = body["errors"].as_array().into_iter().flatten();
        let details = details.filter_map(|one| one.as_str().or_else(|| one["message"].as_str()));
        let words: Vec<&str> = body["message"].as_str().into_iter().chain(details).collect();
        selfopt_core::printable(words.join(": ").as_bytes()).chars().take(MESSAGE).collect()
    }
}

/// The client.
#[derive(Clone)]
pub(crate) struct Transport {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    pub(crate) endpoints: Endpoints,
    pub(crate) pace: Pace,
    timeout: Duration,
    max_wait: Millis,
}

impl Transport {
    pub(crate) fn new(
        endpoints: Endpoints,
        pace: Pace,
        timeout: Duration,
        max_wait: Millis,
    ) -> Result<Self, GitHubError> {
        let ring = rustls::crypto::ring::default_provider();
        let tls = HttpsConnectorBuilder::new().with_provider_and_native_roots(ring);
        let tls = tls.map_err(|source| GitHubError::Unreachable {
            doing: "read this machine's certificates".into(),
            source: Box::new(source),
        })?;
        // `Endpoints` lets http through to this machine alone.
        let connector = tls.https_or_http().enable_http1().build();
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Ok(Self { client, endpoints, pace, timeout, max_wait })
    }

    /// Makes a request until there is an answer that is none of a limit or of
    /// a failure of GitHub's own.
    pub(crate) async fn send(
        &self,
        call: &Call<'_>,
        token: &Secret,
    ) -> Result<Answer, GitHubError> {
        let doing = || call.doing.to_owned();
        let mut tries = 0;
        loop {
            let made = self.in_turn(call, token).await;
            let now = self.pace.clock.now();
            tries += 1;
            let wait = match made {
                Ok(answer) => {
                    let Answer { status, headers, body } = &answer;
                    match rate::advice(*status, headers, body, tries - 1, now) {
                        Advice::Take => return Ok(answer),
                        Advice::Limited(wait) if tries < TRIES && wait <= self.max_wait => wait,
                        Advice::Limited(wait) => {
                            let until = Timestamp(now.0.saturating_add(wait.0));
                            return Err(GitHubError::RateLimited { doing: doing(), until });
                        }
                        Advice::Failed(wait) if self.goes_on(call, tries, wait) => wait,
                        Advice::Failed(_) => {
                            let status = status.as_u16();
                            return Err(GitHubError::Failed { doing: doing(), status });
                        }
                    }
                }
                Err(source) => {
                    let wait = rate::after_silence(tries - 1);
                    if !self.goes_on(call, tries, wait) {
                        return Err(GitHubError::Unreachable { doing: doing(), source });
                    }
                    wait
                }
            };
            tracing::warn!(doing = call.doing, tries, wait_ms = wait.0, "GitHub is asked again");
            self.pace.pause.pause(wait).await;
        }
    }

    fn goes_on(&self, call: &Call<'_>, tries: u32, wait: Millis) -> bool {
        call.repeat == Repeat::Safe && tries < TRIES && wait <= self.max_wait
    }

    async fn in_turn(&self, call: &Call<'_>, token: &Secret) -> Result<Answer, Failure> {
        let _turn = match call.method {
            Method::GET => None,
            _ => Some(self.pace.turn().await),
        };
        let made = tokio::time::timeout(self.timeout, self.once(call, token)).await;
        made.unwrap_or_else(|late| Err(late.into()))
    }

    async fn once(&self, call: &Call<'_>, token: &Secret) -> Result<Answer, Failure> {
        let api = self.endpoints.api();
        let mut address = format!("{api}{}", call.path);
        for _ in 0..=REDIRECTS {
            let answer = self.ask(call, token, &address).await?;
            if call.method != Method::GET || !answer.status.is_redirection() {
                return Ok(answer);
            }
            let target = answer.headers.get(LOCATION).and_then(|value| value.to_str().ok());
            match target {
                // The token goes nowhere else.
                Some(to) if to.strip_prefix(api).is_some_and(|rest| rest.starts_with('/')) => {
                    to.clone_into(&mut address);
                }
                _ => return Ok(answer),
            }
        }
        Err("too many redirects".into())
    }

    async fn ask(&self, call: &Call<'_>, token: &Secret, address: &str) -> Result<Answer, Failure> {
        let mut bearer = HeaderValue::from_str(&format!("Bearer {}", token.expose()))
            .map_err(|_| "the token is no text of a header")?;
        bearer.set_sensitive(true);
        let mut request = http::Request::builder()
            .method(call.method.clone())
            .uri(address)
            .header(ACCEPT, "application/vnd.github+json")
            .header(USER_AGENT, concat!("selfopt/", env!("CARGO_PKG_VERSION")))
            .header("x-github-api-version", API_VERSION)
            .header(AUTHORIZATION, bearer);
        let body = match &call.body {
            Some(body) => {
                request = request.header(CONTENT_TYPE, "application/json");
                serde_json::to_vec(body)?
            }
            None => Vec::new(),
        };
        let answer = self.client.request(request.body(Full::new(Bytes::from(body)))?).await?;
        let (parts, body) = answer.into_parts();
        let body = Limited::new(body, MAX_ANSWER).collect().await?.to_bytes();
        Ok(Answer { status: parts.status, headers: parts.headers, body })
    }
}

/// A part of a path or of a query; `/` stays where `keep` holds it.
pub(crate) fn encoded(text: &str, keep: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        let c = char::from(byte);
        if c.is_ascii_alphanumeric() || "-._~".contains(c) || keep.contains(c) {
            out.push(c);
        } else {
            out.push('%');
            out.push(char::from(DIGITS[usize::from(byte >> 4)]));
            out.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
    out
}
