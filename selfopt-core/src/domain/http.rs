//! A server as a benchmark: the load that is put on it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The load that is put on a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct HttpLoad {
    /// The command that starts the server, as a shell would take it. Without
    /// one there is no load. The server listens on the port in `PORT`.
    pub start: Option<String>,
    /// The path that answers when the server is ready.
    pub ready: String,
    /// The port that the server listens on; 0 for a free one, given in `PORT`.
    pub port: u16,
    /// Seconds after which a server that does not answer has failed.
    pub ready_seconds: u32,
    /// The requests, sent in turn; without any, `GET` of `ready`.
    pub requests: Vec<HttpRequest>,
    /// Requests per second.
    pub rate: u32,
    /// Seconds that are measured.
    pub seconds: u32,
    /// Connections that the requests are spread over.
    pub connections: u32,
    /// Seconds of the same load before anything is measured.
    pub warm_up_seconds: u32,
}

impl Default for HttpLoad {
    fn default() -> Self {
        Self {
            start: None,
            ready: "/".into(),
            port: 0,
            ready_seconds: 30,
            requests: Vec::new(),
            rate: 200,
            seconds: 3,
            connections: 10,
            warm_up_seconds: 2,
        }
    }
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct HttpRequest {
    /// `GET`, `POST`, `PUT`, `PATCH`, `DELETE` or `OPTIONS`.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// Headers by name.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Option<String>,
}

impl Default for HttpRequest {
    fn default() -> Self {
        Self { method: "GET".into(), path: "/".into(), headers: BTreeMap::new(), body: None }
    }
}

impl std::fmt::Display for HttpRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

impl HttpLoad {
    /// The requests that are sent.
    pub fn sent(&self) -> Vec<HttpRequest> {
        if self.requests.is_empty() {
            return vec![HttpRequest { path: self.ready.clone(), ..HttpRequest::default() }];
        }
        self.requests.clone()
    }

    /// The requests of one measurement.
    pub fn planned(&self) -> u64 {
        u64::from(self.rate) * u64::from(self.seconds)
    }

    /// The load as the driver reads it, as JSON; `None` without a server.
    pub fn request(&self) -> Option<String> {
        self.start.as_ref()?;
        serde_json::to_string(&Self { requests: self.sent(), ..self.clone() }).ok()
    }
}

impl std::fmt::Display for HttpLoad {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let requests = self.sent();
        match requests.as_slice() {
            [one] => write!(f, "`{one}`")?,
            several => write!(f, "{} requests in turn", several.len())?,
        }
        write!(f, ", {} a second for {} s", self.rate, self.seconds)
    }
}
